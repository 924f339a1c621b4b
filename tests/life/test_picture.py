"""A point a case; the same figures are the same bytes."""

import numpy as np

from pipeline.core.messages import Words
from pipeline.life import picture


def test_the_same_bytes_and_other_figures_other_bytes():
    generator = np.random.default_rng(3)
    y, one, other = generator.integers(0, 2, 5000), generator.random(5000), generator.random(5000)
    words = Words("kk")
    drawn = picture.scores(y, (one, other), ("a", "b"), words, 5.0)
    assert drawn == picture.scores(y, (one, other), ("a", "b"), words, 5.0) and drawn.startswith(b"\x89PNG")
    assert drawn != picture.scores(y, (other, one), ("a", "b"), words, 5.0)
    assert picture.scores(y[:1], (one[:1], other[:1]), ("a", "b"), words, 5.0)
