"""Pictures: PNG of the asked width, the same bytes for the same figures, other bytes for others."""

from io import BytesIO

import pytest
from matplotlib.image import imread

from pipeline.core.params import Range
from pipeline.tuning import pictures

SAID = ("a trial", "best so far", "present", "ended early")
KNOBS = [
    ("trees", [10, 20, 30], 25, Range(low=5, high=50, log=True)),
    ("leaves", [2, 9, 3], 40, Range(low=2, high=10, log=False)),
    ("a name that is a good deal too long for one line of a narrow panel", [1, 2, 3], 2, Range(low=0.5, high=5, log=False)),
]  # fmt: skip


def history(values=(0.5, None, 0.4, 0.45), present=0.42, higher=False, width=7.6):
    return pictures.history(values, present, higher, SAID, ("trial", "log loss"), width)


def slices(count=3, best=1, width=7.6):
    return pictures.slices([0.5, 0.3, 0.4], best, KNOBS[:count], SAID[:3], "log loss", width)


@pytest.mark.parametrize("draw", [history, slices])
def test_same_figures_same_bytes_and_the_asked_width(draw):
    assert draw() == draw()
    assert imread(BytesIO(draw(width=7.6))).shape[1] == round(7.6 * pictures.DPI)
    assert imread(BytesIO(draw(width=3.9))).shape[1] == round(3.9 * pictures.DPI)


def test_what_changes_is_seen():
    assert len({history(), history(present=0.3), history(higher=True), history((0.5, 0.6, 0.4, 0.45))}) == 4
    assert len({slices(), slices(best=0), slices(count=2), slices(count=1)}) == 4


def test_one_trial_alone_can_be_drawn():
    assert imread(BytesIO(history((0.5,)))).size
    assert imread(BytesIO(pictures.slices([0.5], 0, [("trees", [7], 7, KNOBS[0][3])], SAID[:3], "AUC", 3.9))).size
