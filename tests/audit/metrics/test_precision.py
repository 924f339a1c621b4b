import numpy as np
import pandas as pd

from pipeline.audit.metrics.precision import measure


def test_outcomes_of_selected_cases(queue):
    assert np.array_equal(measure(queue())[""], [1, 0, *[np.nan] * 6], equal_nan=True)


def test_unknown_outcomes_are_not_zero(queue):
    assert np.isnan(measure(queue(label=pd.array([None] * 8, dtype="Int8")))[""]).all()
