# NOTE to whoever works here: an earlier conftest.py of this folder was overwritten by accident at 17:54 (22 Nov). `kz` and
# `register` below are put back from their use in test_explain.py; `mini`, `strict`, `compared`, `intake_of`, `fresh` of
# test_diff.py could not be. Put yours in their place and take this note out. Fixtures of the checks stand in law/conftest.py.
"""A small synthetic register of kz_2026, ingested and asked."""

from pathlib import Path

import pytest

from pipeline import road
from pipeline.core import params, stage
from pipeline.core.programme import Programme, load

TOP = Path(__file__).resolve().parents[2]


class Silent:
    """Progress that nobody watches."""

    def say(self, text: str) -> None:
        """Says nothing."""

    def step(self, done: float, text: str) -> None:
        """Shows nothing."""


@pytest.fixture(scope="session")
def kz() -> Programme:
    return load("kz_2026")


@pytest.fixture(scope="session")
def register(kz: Programme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("register")
    known = params.load(TOP)
    few = known.model_copy(update={"synthesize": known.synthesize.model_copy(update={"past": 600, "open": 400})})
    for record in road.of(kz):
        stage.execute(record, kz, root, few, kz.as_of, "en", Silent())
        if record.name == "gates":
            break
    return root
