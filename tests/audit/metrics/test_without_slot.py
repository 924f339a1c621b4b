import numpy as np

from pipeline.audit.metrics.without_slot import measure


def test_of_the_ranked_cases(queue):
    assert np.array_equal(measure(queue())[""], [0, 0, 0, 1, *[np.nan] * 4], equal_nan=True)


def test_a_programme_without_interviews(queue):
    assert measure(queue(interviews=False)) == {}
