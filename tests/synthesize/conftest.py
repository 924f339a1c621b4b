"""One small synthetic register, written once for all tests of this folder."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline.synthesize import chunk, places, plans, register

AS_OF = date(2026, 6, 30)
DAY = int(np.datetime64(AS_OF, "D").astype(int))


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A register of 3,000 past and 600 open applications with 2 % dirt on disk."""
    folder = tmp_path_factory.mktemp("register")
    raw, truth = folder / "raw", folder / "truth"
    lines = register.write(raw, truth, past=3000, open_=600, years=3, dirt=0.02, seed=1, as_of=AS_OF)
    return SimpleNamespace(raw=raw, truth=truth, lines=lines)


@pytest.fixture(scope="session")
def reference() -> places.Places:
    """Reference tables for the chunks below."""
    return places.draw(np.random.SeedSequence(3).spawn(3), AS_OF, 5, 12_000, 2_000)


@pytest.fixture(scope="session")
def past(reference: places.Places) -> SimpleNamespace:
    """A chunk of 10,000 past applications and its plan."""
    return _chunk(plans.Plan(0, 2, False, 9_700, 300, 1, 1, DAY - 1826, DAY - plans.PAST_GAP, DAY - 1826), reference)


@pytest.fixture(scope="session")
def waiting(reference: places.Places) -> SimpleNamespace:
    """A chunk of 2,000 open applications, 60 earlier ones of the same people, and its plan."""
    return _chunk(
        plans.Plan(1, 2, True, 2_000, 60, 9_701, 10_001, DAY - plans.OPEN_DAYS, DAY - 1, DAY - 1826), reference
    )


def _chunk(plan: plans.Plan, reference: places.Places) -> SimpleNamespace:
    made = chunk.build(plan, np.random.SeedSequence(plan.index), reference, DAY, 0.01)
    frames = {name: table.to_pandas() for name, table in made.tables.items()}
    frames["questionnaires"] = made.questionnaires.table.to_pandas()
    return SimpleNamespace(plan=plan, made=made, truth=made.truth.to_pandas(), **frames)
