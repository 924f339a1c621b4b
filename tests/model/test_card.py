"""The model card: every figure comes from the run, and what is not of this model is not told."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.core.errors import Problem
from pipeline.model import card
from pipeline.stages import evaluate, train
from tests.stages.conftest import Project

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def walked(tmp_path_factory) -> Project:
    """A project whose model was measured."""
    made = Project(tmp_path_factory.mktemp("walked")).fill()
    made.run(train.STAGE)
    made.run(evaluate.STAGE)
    shutil.copy(TOP / "params.yaml", made.root)
    return made


def written(project: Project) -> str:
    return card.card(project.programme, project.root, project.params)


def measures(project: Project) -> dict:
    return json.loads(project.path("out/metrics.json").read_text(encoding="utf-8"))


def test_it_tells_the_measures_of_this_very_model(walked):
    text, metrics = written(walked), measures(walked)
    assert walked.programme.status in text
    assert f"| AUC | {metrics['auc']:.3f} ({metrics['auc_low']:.3f} to {metrics['auc_high']:.3f}) |" in text
    assert f"On {metrics['n_test']:,} cases" in text
    assert (
        f"{metrics['doubt']['found']['hits']:,} of {metrics['doubt']['found']['n']:,} test cases lie in the band"
        in text
    )
    assert metrics["selective"]["verdict"] in text
    meanings = [recipe.meaning for recipe in walked.programme.features.declare.values()]
    assert any(f"| {meaning} |" in text for meaning in meanings)
    assert "### The ladder" not in text  # no backtest was run


def test_the_same_run_gives_the_same_card(walked):
    assert written(walked) == written(walked)


def test_a_backtest_joins_the_card(walked, monkeypatch):
    rungs = {
        name: {"auc": value, "auc_low": value - 0.01, "auc_high": value + 0.01, "average_precision": 0.9, "brier": 0.1, "ece": 0.02}
        for name, value in (("additive", 0.71), ("unconstrained", 0.72))
    }  # fmt: skip
    found = {
        "rule": "the simplest within one standard error",
        "cadence": {"every_months": 3, "embargo_days": 30},
        "windows": {
            "expanding": {
                "rungs": rungs, "cases": 1234, "splits": 5, "picked": "additive",
                "cost_of_transparency": {"auc": 0.01, "low": -0.002, "high": 0.022},
            },
            "sliding": {"rungs": {}},
        },
    }  # fmt: skip
    path = walked.path(card.BACKTEST)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(found), encoding="utf-8")
    try:
        text = written(walked)
    finally:
        shutil.rmtree(path.parent)
    assert "1,234 cases, retrain days: 5; picked by the rule: additive" in text
    assert "costs +0.0100 of AUC (-0.0020 to +0.0220; unconstrained minus additive)" in text
    assert "| unconstrained | 0.720 (0.710 to 0.730) | 0.900 | 0.1000 | 0.0200 |" in text
    assert "cannot tell; no split" in text


def test_measures_of_another_model_are_refused(tmp_path):
    project = Project(tmp_path, trees=20).fill()
    project.run(train.STAGE)
    with pytest.raises(Problem, match=r"metrics\.json: missing"):
        written(project)
    project.run(evaluate.STAGE)
    written(project)
    Project(tmp_path, trees=21).run(train.STAGE)
    with pytest.raises(Problem, match="the measures are not those of this model"):
        written(project)


def test_a_figure_that_cannot_be_had_is_told_so():
    assert card.span({"auc": None}, "auc") == "cannot tell"
    assert card.span({"auc": 0.5, "auc_low": None, "auc_high": None}, "auc") == "0.500 (no interval)"


def test_the_command_writes_it(qonys, walked, tmp_path):
    out = tmp_path / "model.md"
    code, said, _ = qonys("model", "card", "-p", "perm_2016", "--root", walked.root, "--out", out)
    assert code == 0 and "model.md" in said
    assert out.read_text(encoding="utf-8").startswith("# The models in force") and written(walked) in out.read_text(
        "utf-8"
    )
    code, said, _ = qonys("model", "card", "-p", "perm_2016", "--root", walked.root)
    assert code == 0 and "### How good" in said
    code, _, said = qonys("model", "card", "-p", "ca_fsw", "--root", walked.root)
    assert code == 2 and "no model to describe" in said
