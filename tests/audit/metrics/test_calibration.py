import numpy as np
import pytest

from pipeline.audit.metrics.calibration import measure


def test_score_minus_outcome(queue):
    assert measure(queue())[""].tolist() == pytest.approx([-0.1, 0.8, -0.5, np.nan, 0.7, -0.8, 0.6, -0.9], nan_ok=True)
