"""The experiment book: a real SQLite store, one made for all tests here (making one takes seconds)."""

import os
import shutil

import pytest

from models.scorer import Scorer

ANSWERING = """
import pandas as pd


def load(model, programme, sha256):
    names = sorted(path.name for path in model.iterdir())
    return lambda asked: pd.DataFrame({"case_id": asked["as_of"], "model": [sha256[:4]] * len(asked), "reasons": str(names)})
"""


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
def enter(book, trained, tmp_path, monkeypatch):
    from models import tracking

    (tmp_path / "metrics.json").write_text("{}")
    (tmp_path / "described").mkdir()
    (tmp_path / "described" / "programme.yaml").write_text("programme: invented\n")
    (tmp_path / "answering.py").write_text(ANSWERING)
    monkeypatch.syspath_prepend(tmp_path)
    sha256 = Scorer(trained).sha256

    def write(digest: str = sha256, **more) -> dict:
        given = {
            "model": trained,
            "programme": tmp_path / "described",
            "served": "answering",
            "digest": digest,
            "params": {"train.trees": 60},
            "metrics": {"auc": 0.75},
            "tags": {"model": digest[:12]},
            "files": {"": tmp_path / "metrics.json", "model_folder": trained},
        }
        return tracking.record(book, "invented", **{**given, **more})

    return write


def test_a_run_is_logged_and_its_model_comes_back_the_same(enter, book, trained):
    import mlflow
    import pandas as pd

    from models import tracking

    done = enter()
    client = tracking.initialise(book)
    run = client.get_run(done["run_id"])
    assert run.data.metrics["auc"] == 0.75 and run.data.params["train.trees"] == "60"
    assert run.info.status == "FINISHED"
    assert {item.path for item in client.list_artifacts(done["run_id"])} == {"metrics.json", "model_folder"}
    assert run.info.artifact_uri.startswith((book / "artifacts" / "invented").resolve().as_uri())

    version = tracking.find(book, "invented", "1")
    assert {path.name: path.read_bytes() for path in version.model.iterdir()} == {
        path.name: path.read_bytes() for path in trained.iterdir()
    }
    assert (version.programme / "programme.yaml").is_file() and version.metrics["auc"] == 0.75
    assert version.tags["model"] == version.digest[:12] == Scorer(trained).sha256[:12]
    loaded = mlflow.pyfunc.load_model("models:/invented@candidate")
    assert [item.name for item in loaded.metadata.signature.inputs] == list(tracking.ASKED)
    said = loaded.predict(pd.DataFrame({"as_of": ["2026-06-30"], "records": ["{}"]}))
    assert said.loc[0, "model"] == version.digest[:4] and "tables.json" in said.loc[0, "reasons"]


def test_nothing_is_pickled_and_no_row_goes_in(enter, book):
    enter()
    stored = list((book / "artifacts").rglob("*"))
    assert not [path for path in stored if path.suffix in {".pkl", ".pickle", ".skops"}]
    assert not [path for path in stored if "input_example" in path.name or "serving_input" in path.name]


def test_the_same_model_is_registered_once_and_a_new_one_is_only_the_candidate(enter, book):
    from models import tracking

    assert enter()["version"] == enter()["version"] == "1"
    assert enter(digest="f" * 64)["version"] == "2"
    one, two = tracking.versions(book, "invented")
    assert (one.aliases, two.aliases) == ((), ("candidate",))
    assert enter()["version"] == "1"  # made again, it is the candidate again
    assert tracking.find(book, "invented", "candidate").number == "1"


def test_what_an_earlier_release_registered_is_left_out(enter, book, trained):
    import mlflow

    from models import tracking

    done = enter()
    client = tracking.initialise(book)
    with mlflow.start_run(run_id=done["run_id"]):
        bare = mlflow.lightgbm.log_model(Scorer(trained).booster, name="bare", pip_requirements=["lightgbm"])
    client.create_model_version("invented", bare.model_uri, run_id=done["run_id"])
    assert [version.number for version in tracking.versions(book, "invented")] == ["1"]
    with pytest.raises(ValueError, match="no version `2`"):
        tracking.find(book, "invented", "2")


def test_aliases_move_and_end(enter, book):
    from models import tracking

    enter()
    enter(digest="f" * 64)
    tracking.point(book, "invented", {"champion": "1", "previous": None})
    tracking.point(book, "invented", {"champion": "2", "previous": "1"})
    assert tracking.find(book, "invented", "champion").number == "2"
    assert tracking.find(book, "invented", "previous").number == "1"
    tracking.point(book, "invented", {"champion": None, "previous": "1"})
    with pytest.raises(ValueError, match=r"no version `champion` of the model invented; registered are: 1, 2"):
        tracking.find(book, "invented", "champion")


def test_an_unknown_version_and_an_empty_book_are_said(book):
    from models import tracking

    assert tracking.versions(book, "invented") == []
    with pytest.raises(ValueError, match=r"no version `7` of the model invented; registered are: none"):
        tracking.find(book, "invented", "7")


def test_what_mlflow_refuses_is_an_error_in_one_sentence(enter, book):
    from models import tracking

    with pytest.raises(ValueError, match=r"MLflow could not record the run in mlflow/mlflow\.db") as caught:
        enter(params={"no such ! name": 1})
    assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match="MLflow could not move the alias"):
        tracking.point(book, "never registered", {"champion": "1"})


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
