"""Measuring as a stage: figures, tables, pictures, and the entry in the experiment book."""

import json

import pandas as pd
import pytest

from pipeline.core.errors import Problem
from pipeline.stages import evaluate, train


@pytest.fixture
def book(monkeypatch):
    """Stands in for MLflow (tests/models/test_tracking.py tries the real one); keeps what it was told."""
    from models import tracking

    told: list[dict] = []
    monkeypatch.setattr(
        tracking,
        "record",
        lambda folder, name, **given: told.append({"folder": folder, "name": name, **given}) or {"version": "1"},
    )
    return told


def measure(project):
    project.run(train.STAGE)
    report = project.run(evaluate.STAGE)
    return report, json.loads(project.path("out/metrics.json").read_text())


def test_figures_tables_and_pictures(project, book):
    report, metrics = measure(project.fill())
    assert metrics["auc_low"] < metrics["auc"] < metrics["auc_high"] and metrics["auc"] > 0.6
    assert metrics["auc_interval"] == "95 % DeLong"
    for name in ("average_precision", "brier", "log_loss", "ece", "n_test", "positives_test", "n_train", "n_calibrate"):
        assert metrics[name] > 0
    assert set(metrics["baselines"]) == {"oldest_first", "logistic_regression"}
    assert metrics["counts"]["open"] == 0 and metrics["counts"]["excluded"]["Withdrawn"] > 0
    assert metrics["split"]["train_until"] < metrics["split"]["calibrate_until"]
    assert metrics["as_of"] == "2016-09-30" and metrics["label"] == project.programme.label.meaning
    folder = project.path("interim/evaluation")
    assert {path.name for path in folder.iterdir()} >= {
        "calibration.csv", "calibration.png", "roc.csv", "roc.png", "scores.png", "selective.png",
    }  # fmt: skip
    assert pd.read_csv(folder / "calibration.csv")["n"].sum() == metrics["n_test"]
    assert set(pd.read_csv(folder / "roc.csv")["score"]) == {"model", "oldest first", "logistic regression"}
    assert metrics["doubt"]["found"]["n"] == metrics["n_test"] and (folder / "doubt.png").exists()
    assert metrics["doubt"]["all"]["auc"] == metrics["auc"] and "citizenship" in metrics["doubt"]["groups"]
    assert any(line.startswith("not sure, a person first: ") for line in report.lines)
    assert report.lines[0].startswith("AUC 0.") and report.figures["auc"] == metrics["auc"]
    assert book[0]["name"] == "perm_2016" and book[0]["tags"]["model"] == report.figures["versions"]["model"]
    assert book[0]["metrics"]["auc"] == metrics["auc"] and book[0]["params"]["train.trees"] == 20


def test_parts_change_no_byte(project, another, book):
    measure(project.fill(parts=1))
    other = another("other")
    measure(other.fill(parts=4))
    pictures = ("roc.png", "selective.png")
    for name in (
        "out/metrics.json",
        "interim/evaluation/calibration.csv",
        *(f"interim/evaluation/{name}" for name in pictures),
    ):
        assert project.path(name).read_bytes() == other.path(name).read_bytes()


def test_one_class_in_the_test_window_is_said_not_hidden(project, book):
    report, metrics = measure(
        project.fill(change=lambda cases: cases.assign(label=cases["label"].mask(cases["split"] == "test", 1)))
    )
    assert metrics["auc"] is None and "only one outcome" in metrics["auc_reason"]
    assert metrics["average_precision"] is None and metrics["brier"] > 0
    assert "could not be measured" in report.concerns[0] and "AUC not known" in report.lines[0]


def test_a_model_no_better_than_chance_is_a_finding(project, book):
    def noise(cases: pd.DataFrame) -> pd.DataFrame:
        return cases.assign(label=cases["label"].sample(frac=1, random_state=1).to_numpy()).assign(
            label=lambda table: table["label"].fillna(0).where(table["status"] == "observed").astype("Int8")
        )

    report, _ = measure(project.fill(change=noise))
    assert "not shown that the model orders later cases better than chance" in report.concerns[0]


def test_a_baseline_that_is_better_is_a_finding(project, book):
    def by_age(cases: pd.DataFrame) -> pd.DataFrame:
        test = (cases["split"] == "test").to_numpy()
        old = (cases["lodged_on"] < cases.loc[test, "lodged_on"].median()).astype("Int8")
        return cases.assign(label=cases["label"].where(~test, old))

    report, _ = measure(project.fill(change=by_age))
    assert any(
        "orders worse than oldest first" in finding or "better than chance" in finding for finding in report.concerns
    )


def test_an_empty_test_window_stops(project, book):
    project.fill(change=lambda cases: cases.assign(split=cases["split"].replace("test", "none")))
    project.run(train.STAGE)
    with pytest.raises(Problem, match="nothing can be measured"):
        project.run(evaluate.STAGE)


def test_a_failing_book_is_a_failing_stage(project, monkeypatch):
    from models import tracking

    def broken(*_: object, **__: object) -> None:
        raise ValueError("MLflow could not record the run in mlflow/mlflow.db: no room.")

    monkeypatch.setattr(tracking, "record", broken)
    with pytest.raises(ValueError, match="could not record"):
        measure(project.fill())
    assert not project.path("out/metrics.json").exists()
