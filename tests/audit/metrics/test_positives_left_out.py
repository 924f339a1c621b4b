import numpy as np

from pipeline.audit.metrics.positives_left_out import measure


def test_outcomes_of_the_others(queue):
    assert np.array_equal(measure(queue())[""], [np.nan, np.nan, 1, np.nan, 0, 1, 0, 1], equal_nan=True)
