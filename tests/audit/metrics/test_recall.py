import numpy as np
import pandas as pd

from pipeline.audit.metrics.recall import measure


def test_selected_among_the_positive(queue):
    n = np.nan
    assert np.array_equal(measure(queue())[""], [1, n, 0, n, n, 0, n, 0], equal_nan=True)


def test_unknown_outcomes_are_nobodys(queue):
    assert np.isnan(measure(queue(label=pd.array([None] * 8, dtype="Int8")))[""]).all()
