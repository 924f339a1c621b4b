"""The sheet: figures of the run's own model, and what an earlier model must be."""

import json
import shutil

import pytest

from models.calibrate import Calibration
from models.measure import auc
from models.scorer import Scorer
from pipeline.core.errors import Problem
from pipeline.model import cases as evidence
from pipeline.model import sheet
from pipeline.stages.train import STAGE
from tests.stages.conftest import Project


def test_the_exact_side_is_what_evaluate_measures(project, made):
    found = evidence.load(project.programme, project.root)
    assert made.loss["exact"]["auc"] == pytest.approx(
        auc(found.test.y, found.scorer.margin(found.test.x))["auc"], abs=1e-6
    )
    assert made.loss["n"] == len(found.test.y) and made.published.cases == len(found.learn.y)
    assert made.loss["auc_loss_low"] <= made.loss["auc_loss"] <= made.loss["auc_loss_high"]
    assert isinstance(found.scorer.calibration, Calibration) and made.smallest == project.params.audit.smallest_cell


def test_against_itself_nothing_changed(made):
    assert made.diff is not None and made.diff.empty and made.before == made.version


def test_points_are_a_parameter(project):
    found = {}
    for per in (1, 100_000):
        model = project.params.model.model_copy(update={"points_to_double_odds": per})
        found[per] = sheet.make(project.programme, project.root, project.params.model_copy(update={"model": model}))
        assert found[per].published.card.per_doubling == per and found[per].diff is None
    assert abs(found[100_000].loss["brier_loss"]) < 1e-5
    assert abs(found[1].loss["brier_loss"]) > 1e-3


def test_the_earlier_model_must_be_one_of_this_programme(project, tmp_path):
    with pytest.raises(Problem, match="there is no such folder"):
        sheet.make(project.programme, project.root, project.params, tmp_path / "none")
    other = tmp_path / "other"
    shutil.copytree(project.path("model"), other)
    training = json.loads((other / "training.json").read_text(encoding="utf-8"))
    (other / "training.json").write_text(json.dumps({**training, "programme": "kz_2026"}), encoding="utf-8")
    assert Scorer(other)
    with pytest.raises(Problem, match="is a model of kz_2026, not of perm_2016"):
        sheet.make(project.programme, project.root, project.params, other)


def test_an_empty_test_window_is_said_and_an_unconstrained_model_refused(tmp_path):
    def without_test(cases):
        cases.loc[cases["split"] == "test", "split"] = "none"
        return cases

    empty = Project(tmp_path / "empty").fill(change=without_test)
    empty.run(STAGE)
    assert sheet.make(empty.programme, empty.root, empty.params).loss is None
    free = Project(tmp_path / "free", additive=False).fill()
    free.run(STAGE)
    with pytest.raises(Problem, match="not additive, so it has no tables"):
        sheet.make(free.programme, free.root, free.params)
