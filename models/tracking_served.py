"""The registered model as MLflow loads it: this file is its code, the artifacts are text; nothing is pickled.

What answers stands above this package, so its module is named in the model's configuration and loaded from there.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.pyfunc import PythonModel


class Served(PythonModel):  # type: ignore[misc]
    """Hands each request to the module named in the configuration (`module`, with a function `load`)."""

    def load_context(self, context: Any) -> None:
        """Opens the model's folder and the description of its programme; `sha256` is what both must add up to."""
        given = context.model_config
        model, programme = (Path(context.artifacts[name]) for name in ("model", "programme"))
        self._answer = import_module(given["module"]).load(model, programme, given["sha256"])

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:
        """One row an application, as `pipeline.life.served` describes it."""
        return self._answer(model_input)


mlflow.models.set_model(Served())
