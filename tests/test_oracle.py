from pathlib import Path

import numpy as np
import pytest

from pipeline import oracle
from pipeline.core import programme
from pipeline.core.errors import Problem


def test_a_real_register_has_no_truth(tmp_path: Path):
    with pytest.raises(Problem, match="only a synthetic register has one"):
        oracle.compare(programme.load("perm_2016"), tmp_path)


def test_a_programme_without_a_model_has_nothing_to_compare(tmp_path: Path):
    with pytest.raises(Problem, match="ca_fsw: has no model"):
        oracle.compare(programme.load("ca_fsw"), tmp_path)


def test_regret_by_hand():
    truth, office = np.array([0.9, 0.5, 0.1, 0.8, 0.2]), np.array([0, 0, 0, 1, 1])
    score = np.array([1.0, 2.0, 3.0, 2.0, 1.0])
    # office 0 sees its worst instead of its best, office 1 its best: (0.9 - 0.1 + 0) / 2
    assert oracle.regret(truth, score, office, np.array([1, 1])) == pytest.approx(0.4)
    assert oracle.regret(truth, truth, office, np.array([2, 1])) == 0
    assert oracle.regret(truth, score, office, np.array([0, 0])) is None
    assert oracle.regret(truth, score, office, np.array([9, 9])) == 0  # everybody is seen


def test_regret_of_ties_is_that_of_chance():
    truth, office = np.array([0.9, 0.5, 0.1]), np.zeros(3, dtype=int)
    assert oracle.regret(truth, np.zeros(3), office, np.array([1])) == pytest.approx(0.9 - 0.5)


def test_a_real_register_has_no_probabilities(tmp_path: Path):
    assert oracle.probabilities(programme.load("perm_2016"), tmp_path) is None
