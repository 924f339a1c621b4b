"""Two sides drawn from one made-up population, as the checks meet them; every draw is seeded."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.encode import Feature
from pipeline import road
from pipeline.core import params, stage
from pipeline.core.params import Drift
from pipeline.core.programme import Programme, load
from pipeline.drift.window import Intake, Side

TOP = Path(__file__).resolve().parents[2]
FIRST, UNTIL = date(2022, 1, 1), date(2023, 12, 31)
FROM, TO = date(2024, 1, 1), date(2024, 3, 31)
FEATURES = [
    Feature(name="age", kind="number", meaning="Age on the decision day"),
    Feature(name="family_size", kind="number", meaning="Age on the decision day"),
    Feature(name="declared_income", kind="number", meaning="Age on the decision day"),
    Feature(name="housing", kind="category", meaning="Age on the decision day"),
]


def rows(rng: np.random.Generator, count: int) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "age": rng.gamma(9, 4, count) + 18,
            "family_size": rng.poisson(1.5, count) + 1.0,
            "declared_income": rng.normal(12, 0.5, count),
            "housing": pd.Series(rng.choice(["own", "rent", "hostel", "other"], count, p=[0.4, 0.35, 0.2, 0.05]), dtype="str"),
        }
    )  # fmt: skip
    frame.loc[rng.random(count) < 0.05, "declared_income"] = np.nan
    return frame


def side(rng: np.random.Generator, count: int, first: date, last: date) -> Side:
    score = rng.beta(6, 3, count)
    return Side(first, last, rows(rng, count), score, (rng.random(count) < score).astype(float))


def lodgings(rng: np.random.Generator, programme: Programme, first: date, last: date, count: int) -> pd.DataFrame:
    days = pd.date_range(first, last).to_numpy()
    offices = list(programme.offices.list_)[:6]
    return pd.DataFrame({"office": rng.choice(offices, count), "lodged_on": rng.choice(days, count)})


@pytest.fixture(scope="session")
def kz() -> Programme:
    return load("kz_2026")


@pytest.fixture(scope="session")
def knobs() -> Drift:

    return params.load(TOP).drift


@pytest.fixture
def draw(kz: Programme) -> Callable[..., Intake]:
    """An intake without drift: `draw(seed, before=4000, now=500)`."""

    def made(seed: int, before: int = 4000, now: int = 500) -> Intake:
        rng = np.random.default_rng(seed)
        lodged = pd.concat([lodgings(rng, kz, FIRST, UNTIL, 2400), lodgings(rng, kz, FROM, TO, 300)], ignore_index=True)
        return Intake(
            kz, date(2026, 6, 30), "0" * 64, FEATURES, 1000,
            side(rng, before, FIRST, UNTIL), side(rng, now, FROM, TO), 0, lodged,
        )  # fmt: skip

    return made


class Silent:
    """Progress that nobody watches."""

    def say(self, text: str) -> None:
        """Says nothing."""

    def step(self, done: float, text: str) -> None:
        """Shows nothing."""


@pytest.fixture(scope="session")
def home(kz: Programme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder with a small SYNTHETIC register and a model trained on it."""
    root = tmp_path_factory.mktemp("watched")
    params.turned(TOP, root, {"synthesize": {"past": 3000, "open": 300}, "train": {"trees": 20}})
    for record in road.of(kz):
        if record.name in ("synthesize", "ingest", "features", "train"):
            stage.execute(record, kz, root, params.load(root), kz.as_of, "en", Silent())
    return root
