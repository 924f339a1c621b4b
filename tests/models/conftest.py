"""Invented cases with known effects, and one trained model for the tests that only read it."""

import numpy as np
import pandas as pd
import pytest

from models import calibrate, compile, doubt, matrix, scorer, train
from models.encode import Counter, Schema, build, encode

DESCRIBED = [
    {"name": "points", "kind": "number", "monotone": 1, "meaning": "Points of the language test", "unit": "points"},
    {"name": "offences", "kind": "number", "monotone": -1, "meaning": "Offences", "unit": ""},
    {"name": "wage", "kind": "number", "monotone": 0, "meaning": "Wage", "unit": "log of dollars"},
    {"name": "trade", "kind": "category", "monotone": 0, "meaning": "Trade", "unit": ""},
]
KNOBS = train.Knobs(
    trees=60, leaves=8, learning_rate=0.1, min_rows_per_leaf=20, l2=1.0, additive=True, pairs=[], seed=7, threads=1
)


def invent(n: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Features with gaps, and outcomes that rise with points, fall with offences and differ by trade."""
    generator = np.random.default_rng(seed)
    points = np.where(generator.random(n) < 0.1, np.nan, generator.integers(0, 41, n))
    offences = generator.poisson(0.7, n).astype(float)
    wage = np.log1p(generator.lognormal(10, 0.7, n))
    trade = generator.choice(["smith", "baker", "miller", "weaver", None], n, p=[0.4, 0.3, 0.15, 0.1, 0.05])
    effect = pd.Series(trade).map({"smith": 0.6, "baker": -0.4, "miller": 0.2, "weaver": -0.8}).fillna(-1.2).to_numpy()
    line = 0.06 * (np.nan_to_num(points, nan=12) - 20) - 0.5 * offences + 0.2 * np.sin(3 * wage) + effect + 1
    frame = pd.DataFrame(
        {
            "points": points.astype("float32"),
            "offences": offences.astype("float32"),
            "wage": wage.astype("float32"),
            "trade": pd.Series(trade, dtype="str"),
        }
    )
    return frame, (generator.random(n) < calibrate.sigmoid(line)).astype(np.int8)


def schema_of(frame: pd.DataFrame) -> Schema:
    counter = Counter(["trade"])
    counter.add(frame)
    return build(DESCRIBED, counter, 3)


def rows_of(x: np.ndarray, y: np.ndarray) -> matrix.Rows:
    """Invented cases as gathered ones: ten a day, each a matter of its own."""
    ids = np.array([f"A-{place:05d}" for place in range(len(y))], dtype=object)
    days = np.datetime64("2020-01-01", "s") + (np.arange(len(y)) // 10).astype("timedelta64[D]")
    return matrix.Rows(
        case_id=ids, x=x, y=y, lodged_on=days, weight=np.ones(len(y)), same=ids, arm=np.zeros(len(y), dtype=bool)
    )


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """The folder of a trained model."""
    folder = tmp_path_factory.mktemp("trained") / "model"
    frame, y = invent(3000)
    schema = schema_of(frame)
    booster = train.fit(encode(frame, schema), y, schema, KNOBS)
    later, known = invent(1500, seed=1)
    margin = booster.predict(encode(later, schema), raw_score=True)
    curve = calibrate.fit(margin, known)
    members = doubt.members(rows_of(encode(frame, schema), y), schema, KNOBS, 4)
    unsure = doubt.learn(members, curve, encode(later, schema), margin, 0.9, 0.1)
    scorer.save(folder, booster, schema, curve, {"programme": "invented"}, compile.compile_booster(booster), unsure)
    return folder


@pytest.fixture(scope="session")
def invented():
    """The maker of invented cases: `(n, seed) -> (features, outcomes)`."""
    return invent


@pytest.fixture(scope="session")
def knobs():
    """Knobs of a small model."""
    return KNOBS


@pytest.fixture(scope="session")
def schema_for():
    """The maker of the schema of invented features."""
    return schema_of


@pytest.fixture(scope="session")
def gathered():
    """The maker of gathered cases from a matrix and outcomes."""
    return rows_of
