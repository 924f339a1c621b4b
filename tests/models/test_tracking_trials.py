"""Trials in the experiment book: a real SQLite store; each trial once, whatever happened in between."""

import shutil

import pytest


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    from models import tracking

    folder = tmp_path_factory.mktemp("empty")
    tracking.initialise(folder)
    return folder


@pytest.fixture
def book(empty, tmp_path):
    (tmp_path / "mlflow").mkdir()
    shutil.copy(empty / "mlflow.db", tmp_path / "mlflow" / "mlflow.db")
    return tmp_path / "mlflow"


@pytest.fixture
def enter(book):
    from models.tracking_trials import Trials

    def add(*numbers: int, study: str = "a" * 64, pruned: bool = False) -> None:
        trials = Trials(book, "invented-tuning", study)
        for number in numbers:
            folds = {"log_loss": [0.5, 0.25], "auc": [0.75, 0.5]}
            trials.add(
                number, params={"train.trees": number}, folds=folds, pruned=pruned, tags={"programme": "invented"}
            )

    return add


@pytest.fixture
def runs(book):
    from models import tracking

    def read():
        client = tracking.initialise(book)
        experiment = client.get_experiment_by_name("invented-tuning")
        return client, sorted(client.search_runs([experiment.experiment_id]), key=lambda run: run.info.run_name)

    return read


def test_a_trial_has_its_params_folds_and_state(enter, runs):
    enter(1)
    enter(2, pruned=True)
    client, (whole, ended) = runs()
    assert whole.data.params == {"train.trees": "1"} and whole.info.run_name == "trial 1"
    assert whole.data.metrics == {"log_loss": 0.25, "auc": 0.5, "mean_log_loss": 0.375, "mean_auc": 0.625}
    history = client.get_metric_history(whole.info.run_id, "log_loss")
    assert [(metric.step, metric.value) for metric in sorted(history, key=lambda metric: metric.step)] == [(1, 0.5), (2, 0.25)]  # fmt: skip
    assert (whole.data.tags["state"], ended.data.tags["state"]) == ("complete", "pruned")
    assert whole.data.tags["programme"] == "invented" and whole.info.status == "FINISHED"
    assert "mean_log_loss" not in ended.data.metrics


def test_no_trial_is_logged_twice_and_studies_are_kept_apart(enter, runs):
    enter(1, 2, 2)
    enter(1, 2, 3)
    enter(1, study="b" * 64)
    names = [(run.data.tags["study"][0], run.data.tags["trial"]) for run in runs()[1]]
    assert sorted(names) == [("a", "1"), ("a", "2"), ("a", "3"), ("b", "1")]


def test_more_runs_than_a_page_are_known(enter, runs, monkeypatch):
    from mlflow.tracking import MlflowClient

    real = MlflowClient.search_runs
    enter(*range(1, 6))
    monkeypatch.setattr(
        MlflowClient, "search_runs", lambda *given, **named: real(*given, **{**named, "max_results": 2})
    )
    enter(*range(1, 7))
    monkeypatch.undo()
    assert len(runs()[1]) == 6


def test_a_run_that_a_kill_left_unfinished_is_made_anew(enter, runs, book):
    from models import tracking

    enter(1)
    client = tracking.initialise(book)
    experiment = client.get_experiment_by_name("invented-tuning").experiment_id
    client.create_run(experiment, run_name="trial 2", tags={"study": "a" * 64, "trial": "2"})
    enter(1, 2)
    found = runs()[1]
    assert [run.info.run_name for run in found] == ["trial 1", "trial 2"]
    assert {run.info.status for run in found} == {"FINISHED"} and found[1].data.metrics["mean_auc"] == 0.625


def test_a_file_that_is_no_database_is_an_error_in_a_sentence(enter, book):
    (book / "mlflow.db").write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(ValueError, match=r"MLflow could not record the trial in mlflow/mlflow\.db") as caught:
        enter(1)
    assert "\n" not in str(caught.value)
