"""The experiment book: MLflow on a SQLite file in the project folder. Only `models/tracking*.py` import mlflow."""

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Set before mlflow is imported: it would otherwise report its use.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "true")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")

import mlflow
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.tracking import MlflowClient
from mlflow.types import ColSpec
from mlflow.types import Schema as Columns
from mlflow.utils.file_utils import local_file_uri_to_path
from sqlalchemy.exc import SQLAlchemyError

logging.getLogger("mlflow").setLevel(logging.ERROR)  # its notes on every step would drown our own progress

CHAMPION, CANDIDATE, PREVIOUS = "champion", "candidate", "previous"  # aliases; only a promotion moves the first
DIGEST = "sha256"
ASKED = ("as_of", "records")  # the registered model's columns: a day, and one application's rows as JSON text
ANSWERED = (
    "case_id",
    "score",
    "low",
    "high",
    "band",
    "why_doubt",
    "reasons",
    "earlier",
    "model",
    "law",
    "code",
    "error",
)
NUMBERS, ALWAYS = ("score", "low", "high", "earlier"), ("model", "law", "code")
CODE = Path(__file__).with_name("tracking_served.py")


@dataclass(frozen=True)
class Version:
    """One registered version: its `number`, the SHA-256 of what it is made of, and where its files lie."""

    number: str
    digest: str
    aliases: tuple[str, ...]
    tags: Mapping[str, str]
    metrics: Mapping[str, float]
    model: Path
    programme: Path


def address(folder: Path) -> str:
    """The tracking address of the book in `folder`, for `mlflow ui --backend-store-uri`."""
    return f"sqlite:///{folder.resolve() / 'mlflow.db'}"


def initialise(folder: Path) -> MlflowClient:
    """A client of the book in `folder`; the database is made there on first use.

    It is made aside and linked into place whole: two first uses at once, or a kill in between, cannot leave a
    half-made one (MLflow's own first use by several processes has).
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "mlflow.db"
    if not database.exists():
        staged = folder / f".mlflow.{os.getpid()}.db"
        staged.unlink(missing_ok=True)
        MlflowClient(tracking_uri=f"sqlite:///{staged.resolve()}").search_experiments()
        with contextlib.suppress(FileExistsError):  # somebody else was first; theirs is whole
            os.link(staged, database)
        staged.unlink()
    return MlflowClient(tracking_uri=address(folder), registry_uri=address(folder))


def record(
    folder: Path,
    name: str,
    *,
    model: Path,
    programme: Path,
    served: str,
    digest: str,
    params: Mapping[str, Any],
    metrics: Mapping[str, float],
    tags: Mapping[str, str],
    files: Mapping[str, Path],
) -> dict[str, Any]:
    """Writes one run and registers its model under `name` as the candidate; gives `run_id` and the `version`.

    `folder` is the book's. `model` and `programme` are folders of text files; `served` is the module that answers with
    them (see `tracking_served`). `digest` (SHA-256) says what the two are made of: what is registered already is not
    registered twice, and the run is then only written down. `files` maps a folder inside the run to a local file or
    folder. No row of a person goes in.

    Raises ValueError with one sentence for whatever MLflow refuses.
    """
    with _told(folder, "record the run"):
        client = _opened(folder)
        experiment = client.get_experiment_by_name(name)
        home = (folder / "artifacts" / name).resolve()
        number = (
            experiment.experiment_id if experiment else client.create_experiment(name, artifact_location=home.as_uri())
        )
        title, marks = f"{name} {digest[:12]}", {**tags, DIGEST: digest}
        with mlflow.start_run(experiment_id=number, run_name=title, tags=marks) as run:
            mlflow.log_params(dict(params))
            mlflow.log_metrics(dict(metrics))
            for inside, path in files.items():
                (mlflow.log_artifacts if path.is_dir() else mlflow.log_artifact)(str(path), inside or None)
            version = _known(client, name, digest)
            if version is None:
                version = _register(client, name, model, programme, served, run_id=run.info.run_id, tags=marks)
        client.set_registered_model_alias(name, CANDIDATE, version)
        return {"run_id": run.info.run_id, "version": version}


def versions(folder: Path, name: str) -> list[Version]:
    """Every registered version of `name`, oldest first; none where nothing was registered. ValueError as in `record`.

    What was registered in another form (a bare booster, by an earlier release) cannot answer and is left out.
    """
    with _told(folder, "be read"):
        client = _opened(folder)
        found = client.search_model_versions(f"name = '{name}'")
        if not found:
            return []
        aliases = client.get_registered_model(name).aliases
        made = [_version(client, made, aliases) for made in sorted(found, key=lambda made: int(made.version))]
        return [version for version in made if version is not None]


def find(folder: Path, name: str, wanted: str) -> Version:
    """The version with this number or alias; ValueError where there is none."""
    known = versions(folder, name)
    for version in known:
        if wanted == version.number or wanted in version.aliases:
            return version
    there = ", ".join(version.number for version in known) or "none"
    raise ValueError(f"There is no version `{wanted}` of the model {name}; registered are: {there} (`qonys versions`).")


def point(folder: Path, name: str, aliases: Mapping[str, str | None]) -> None:
    """Makes each alias name the given version, or nothing; ValueError as in `record`."""
    with _told(folder, "move the alias"):
        client = _opened(folder)
        there = client.get_registered_model(name).aliases
        for alias, version in aliases.items():
            if version is None and alias in there:
                client.delete_registered_model_alias(name, alias)
            elif version is not None and str(there.get(alias)) != version:
                client.set_registered_model_alias(name, alias, version)


def _opened(folder: Path) -> MlflowClient:
    client = initialise(folder)
    mlflow.set_tracking_uri(address(folder))
    mlflow.set_registry_uri(address(folder))
    return client


@contextlib.contextmanager
def _told(folder: Path, what: str) -> Iterator[None]:
    try:
        yield
    except (MlflowException, SQLAlchemyError) as error:
        first = str(error).strip().splitlines()[0]
        raise ValueError(f"MLflow could not {what} in {folder.name}/mlflow.db: {first}") from error


def _known(client: MlflowClient, name: str, digest: str) -> str | None:
    """The version under which this very model is registered already."""
    known = [made for made in client.search_model_versions(f"name = '{name}'") if made.tags.get(DIGEST) == digest]
    return str(min(int(made.version) for made in known)) if known else None


def _register(
    client: MlflowClient, name: str, model: Path, programme: Path, served: str, *, run_id: str, tags: Mapping[str, str]
) -> str:
    """Logs model and programme as they are, with the code that reads them, and registers them as a new version."""
    answered: list[Any] = [
        ColSpec("double" if column in NUMBERS else "string", column, required=column in ALWAYS) for column in ANSWERED
    ]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*input example", category=UserWarning)  # none: nobody's row goes in
        logged = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(CODE),
            artifacts={"model": str(model), "programme": str(programme)},
            model_config={"module": served, DIGEST: tags[DIGEST]},
            signature=ModelSignature(Columns([ColSpec("string", column) for column in ASKED]), Columns(answered)),
            pip_requirements=[f"mlflow=={mlflow.__version__}", "qonys"],
        )
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    made = client.create_model_version(name, logged.model_uri, run_id=run_id, tags=dict(tags), model_id=logged.model_id)
    return str(made.version)


def _version(client: MlflowClient, made: Any, aliases: Mapping[str, str]) -> Version | None:
    number = str(made.version)
    home = Path(local_file_uri_to_path(client.get_model_version_download_uri(made.name, number)))
    kept = mlflow.models.Model.load(str(home)).flavors["python_function"].get("artifacts")
    if kept is None:
        return None
    return Version(
        number=number,
        digest=made.tags.get(DIGEST, ""),
        aliases=tuple(sorted(alias for alias, version in aliases.items() if str(version) == number)),
        tags=made.tags,
        metrics=client.get_run(made.run_id).data.metrics,
        model=home / kept["model"]["path"],
        programme=home / kept["programme"]["path"],
    )
