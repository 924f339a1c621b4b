import numpy as np

from pipeline.audit.metrics.score import measure


def test_only_ranked_cases_count(queue):
    found = measure(queue(score=[0.9, None, 0.5, 0.4, 0.7, 0.2, 0.6, 0.1]))[""]
    assert np.array_equal(found, [0.9, np.nan, 0.5, 0.4, *[np.nan] * 4], equal_nan=True)
