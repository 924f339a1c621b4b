from pathlib import Path

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
