"""One small SYNTHETIC register with its tables, and the backtest of it."""

from pathlib import Path

import pytest

from models.rolling import WINDOWS
from pipeline import road
from pipeline.backtest import register, run, verdict
from pipeline.core import params, stage
from pipeline.core.programme import Programme, load

TOP = Path(__file__).resolve().parents[2]
KNOBS = {
    "synthesize": {"past": 5000, "open": 300, "years": 8},
    "train": {"trees": 20},
    "run": {"threads": 1},
    "backtest": {"splits": 2, "smallest": 8, "window_months": 12},
}


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
def home(kz: Programme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("ladder")
    params.turned(TOP, root, KNOBS)
    for record in road.of(kz):
        if record.name in ("synthesize", "ingest", "features"):
            stage.execute(record, kz, root, params.load(root), kz.as_of, "en", Silent())
    return root


@pytest.fixture(scope="session")
def read(kz: Programme, home: Path) -> register.Register:
    return register.load(kz, home, params.load(home), Silent().step)


@pytest.fixture(scope="session")
def walked(read: register.Register, home: Path) -> run.Run:
    return run.walk(read, params.load(home), Silent().step)


@pytest.fixture(scope="session")
def verdicts(walked: run.Run) -> dict[str, verdict.Verdict | None]:
    return {window: verdict.verdict(walked, window) for window in WINDOWS}
