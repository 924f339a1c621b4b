"""The experiment book: MLflow on a SQLite file in the project folder. The only importer of mlflow."""

import contextlib
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Set before mlflow is imported: it would otherwise report its use.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "true")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

import lightgbm as lgb
import mlflow
import mlflow.lightgbm
import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.tracking import MlflowClient
from mlflow.types import ColSpec
from mlflow.types import Schema as Columns
from sqlalchemy.exc import SQLAlchemyError

from models.encode import Schema

logging.getLogger("mlflow").setLevel(logging.ERROR)  # its notes on every step would drown our own progress

CHAMPION = "champion"
DIGEST = "sha256"


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
    booster: lgb.Booster,
    schema: Schema,
    digest: str,
    params: Mapping[str, Any],
    metrics: Mapping[str, float],
    tags: Mapping[str, str],
    files: Mapping[str, Path],
) -> dict[str, Any]:
    """Writes one run and makes its model the champion of `name`; gives `run_id` and the registered `version`.

    `folder` is the book's; `digest` the SHA-256 of the model file: a model that is champion already is not
    registered twice. `files` maps a folder inside the run to a local file or folder. No row of a real person goes
    in: the input example is made of the schema.

    Raises ValueError with one sentence for whatever MLflow refuses.
    """
    try:
        return _record(
            folder, name, booster=booster, schema=schema, digest=digest, params=params, metrics=metrics, tags=tags, files=files
        )  # fmt: skip
    except (MlflowException, SQLAlchemyError) as error:
        first = str(error).strip().splitlines()[0]
        raise ValueError(f"MLflow could not record the run in {folder.name}/mlflow.db: {first}") from error


def _record(
    folder: Path, name: str, *, booster: lgb.Booster, schema: Schema, digest: str, params: Mapping[str, Any],
    metrics: Mapping[str, float], tags: Mapping[str, str], files: Mapping[str, Path],
) -> dict[str, Any]:  # fmt: skip
    client = initialise(folder)
    mlflow.set_tracking_uri(address(folder))
    mlflow.set_registry_uri(address(folder))
    experiment = client.get_experiment_by_name(name)
    home = (folder / "artifacts" / name).resolve()
    number = experiment.experiment_id if experiment else client.create_experiment(name, artifact_location=home.as_uri())
    with mlflow.start_run(experiment_id=number, run_name=f"{name} {digest[:12]}", tags={**tags, DIGEST: digest}) as run:
        mlflow.log_params(dict(params))
        mlflow.log_metrics(dict(metrics))
        for inside, path in files.items():
            (mlflow.log_artifacts if path.is_dir() else mlflow.log_artifact)(str(path), inside or None)
        version = _known(client, name, digest)
        if version is None:
            version = _register(client, name, booster=booster, schema=schema, digest=digest, run_id=run.info.run_id)
    return {"run_id": run.info.run_id, "version": version}


def _known(client: MlflowClient, name: str, digest: str) -> str | None:
    """The version under which this very model is registered already; it becomes the champion again."""
    known = [made for made in client.search_model_versions(f"name = '{name}'") if made.tags.get(DIGEST) == digest]
    if not known:
        return None
    version = str(min(int(made.version) for made in known))
    client.set_registered_model_alias(name, CHAMPION, version)
    return version


def _register(
    client: MlflowClient, name: str, *, booster: lgb.Booster, schema: Schema, digest: str, run_id: str
) -> str:
    """Logs and registers the booster in its own text format and moves the alias to it."""
    nobody = pd.DataFrame(np.zeros((1, len(schema.names))), columns=schema.names)
    logged = mlflow.lightgbm.log_model(
        booster,
        name="model",
        signature=ModelSignature(
            inputs=Columns([ColSpec("double", feature) for feature in schema.names]),
            outputs=Columns([ColSpec("double")]),
        ),
        input_example=nobody,
        pip_requirements=[f"mlflow=={mlflow.__version__}", f"lightgbm=={lgb.__version__}"],
    )
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    made = client.create_model_version(
        name, logged.model_uri, run_id=run_id, tags={DIGEST: digest}, model_id=logged.model_id
    )
    version = str(made.version)
    client.set_registered_model_alias(name, CHAMPION, version)
    return version
