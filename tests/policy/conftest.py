"""A small synthetic register of kz_2026, ingested and asked."""

import shutil
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
    shutil.copy(TOP / "params.yaml", root)
    known = params.load(TOP)
    few = known.model_copy(update={"synthesize": known.synthesize.model_copy(update={"past": 600, "open": 400})})
    for record in road.of(kz):
        if record.name in ("synthesize", "ingest", "features", "clocks", "gates"):
            stage.execute(record, kz, root, few, kz.as_of, "en", Silent())
    return root
