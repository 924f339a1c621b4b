"""The experiment book: a real SQLite store, one made for all tests here (making one takes seconds)."""

import hashlib
import os
import shutil

import numpy as np
import pytest

from models.scorer import Scorer


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    from models import tracking

    folder = tmp_path_factory.mktemp("template")
    tracking.initialise(folder)
    return folder


@pytest.fixture
def book(template, tmp_path):
    (tmp_path / "mlflow").mkdir()
    shutil.copy(template / "mlflow.db", tmp_path / "mlflow" / "mlflow.db")
    return tmp_path / "mlflow"


@pytest.fixture
def enter(book, trained, tmp_path):
    from models import tracking

    scorer = Scorer(trained)
    (tmp_path / "metrics.json").write_text("{}")

    def write(digest: str = scorer.sha256, **more) -> dict:
        given = {
            "booster": scorer.booster,
            "schema": scorer.schema,
            "digest": digest,
            "params": {"train.trees": 60},
            "metrics": {"auc": 0.75},
            "tags": {"model": digest[:12]},
            "files": {"": tmp_path / "metrics.json", "model_folder": trained},
        }
        return tracking.record(book, "invented", **{**given, **more})

    return write


def test_a_run_is_logged_and_its_model_comes_back_the_same(enter, book, trained, invented):
    import mlflow

    from models import tracking

    done = enter()
    client = tracking.initialise(book)
    run = client.get_run(done["run_id"])
    assert run.data.metrics["auc"] == 0.75 and run.data.params["train.trees"] == "60"
    assert run.info.status == "FINISHED"
    assert {item.path for item in client.list_artifacts(done["run_id"])} == {"metrics.json", "model_folder"}
    assert run.info.artifact_uri.startswith((book / "artifacts" / "invented").resolve().as_uri())

    scorer = Scorer(trained)
    frame, _ = invented(50, seed=8)
    x = scorer.encode(frame)
    native = mlflow.lightgbm.load_model("models:/invented@champion")
    np.testing.assert_allclose(native.predict(x, raw_score=True), scorer.margin(x), rtol=0, atol=1e-9)
    general = mlflow.pyfunc.load_model("models:/invented@champion")
    assert [item.name for item in general.metadata.signature.inputs] == scorer.schema.names
    assert (general.input_example == 0).all().all()
    stored = list((book / "artifacts").rglob("*"))
    assert not [path for path in stored if path.suffix in {".pkl", ".pickle", ".skops"}]
    assert (
        hashlib.sha256(next(path for path in stored if path.name == "model.txt").read_bytes()).hexdigest()
        == scorer.sha256
    )


def test_the_same_model_is_registered_once_and_a_new_one_takes_the_alias(enter, book):
    from models import tracking

    assert enter()["version"] == enter()["version"] == "1"
    assert enter(digest="f" * 64)["version"] == "2"
    champion = tracking.initialise(book).get_model_version_by_alias("invented", "champion")
    assert str(champion.version) == "2" and champion.tags["sha256"] == "f" * 64


def test_what_mlflow_refuses_is_an_error_in_one_sentence(enter):
    with pytest.raises(ValueError, match=r"MLflow could not record the run in mlflow/mlflow\.db") as caught:
        enter(params={"no such ! name": 1})
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_an_error(enter, book):
    (book / "mlflow.db").write_bytes(b"this is not a database, whatever its name says" * 100)
    with pytest.raises(ValueError, match="MLflow could not record the run"):
        enter()


def test_nothing_is_reported_to_outside():
    import models.tracking  # noqa: F401

    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    from mlflow.telemetry.utils import is_telemetry_disabled

    assert is_telemetry_disabled()


def test_a_book_made_by_somebody_else_meanwhile_stays(template, tmp_path, monkeypatch):
    from models import tracking

    real = tracking.MlflowClient

    def slow(**addresses):
        shutil.copy(template / "mlflow.db", tmp_path / "mlflow.db")
        monkeypatch.setattr(tracking, "MlflowClient", real)
        return real(**addresses)

    monkeypatch.setattr(tracking, "MlflowClient", slow)
    tracking.initialise(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mlflow.db"]
    assert (tmp_path / "mlflow.db").read_bytes() == (template / "mlflow.db").read_bytes()
