from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pytest

from pipeline.core import calendar
from pipeline.core.programme import load
from pipeline.schedule import openings, rules
from pipeline.schedule.plan import Resources

AS_OF = date(2026, 6, 30)
KINDS = [
    (540, 1080),
    (540, 780),
    (840, 1080),
    (505, 1030),
    (620, 900),
]  # long, morning, afternoon, odd hours, over noon
OFFICES = list(load("kz_2026").offices.list_)


@dataclass(frozen=True)
class World:
    files: pd.DataFrame
    offices: pd.DataFrame
    officers: pd.DataFrame
    shifts: pd.DataFrame

    def resources(self, law, days, weeks=8):
        when = openings.horizon(AS_OF, weeks, law, days)
        free, _ = openings.openings(self.officers, self.shifts, when, law)
        return Resources(self.offices, self.officers, free, when, law.duration_minutes.value, "salt")


def make_world(
    files, offices, officers, rooms, weeks, seed, *, share_known=("kk ru", "ru", "kk ru en"), twice=0.0, every=1
):
    """A made-up world: `officers` in each of `offices` offices, shifts on Monday to Saturday."""
    draw = np.random.default_rng(seed)
    codes = OFFICES[:offices]
    staff = pd.DataFrame({"officer_id": [f"O{number:05d}" for number in range(offices * officers)]})
    staff["office"] = np.repeat(codes, officers)
    staff["languages"] = draw.choice(share_known, len(staff))
    span = pd.date_range(AS_OF, periods=(weeks + 2) * 7 + 10, freq="D").astype("datetime64[s]")
    span = span[(span.day_of_week < 6)][::every]
    shifts = staff[["officer_id"]].merge(pd.DataFrame({"day": span}), how="cross")
    kind = draw.integers(0, len(KINDS), len(shifts))
    shifts["starts_minute"] = pd.array(np.array([start for start, _ in KINDS])[kind], dtype="Int64")
    shifts["ends_minute"] = pd.array(np.array([end for _, end in KINDS])[kind], dtype="Int64")
    shifts.insert(0, "shift_id", [f"S{number:07d}" for number in range(len(shifts))])
    cases = pd.DataFrame({"case_id": [f"A{number:08d}" for number in range(files)]}, dtype="str")
    cases["person_id"] = cases["case_id"].str.replace("A", "P")
    again = np.flatnonzero(draw.random(files) < twice)
    cases.loc[again, "person_id"] = "P00000000"
    cases["office"] = pd.Series(draw.choice(codes, files), dtype="str")
    cases["rank"] = pd.array(draw.permutation(files) + 1, dtype="Int64")
    cases["language"] = pd.Series(draw.choice(["kk", "ru", "en"], files, p=[0.5, 0.4, 0.1]), dtype="str")
    lodged = pd.Timestamp(AS_OF) - pd.to_timedelta(draw.integers(0, 60, files), unit="D")
    cases["deadline"] = (lodged + pd.Timedelta(days=29)).astype("datetime64[s]")
    table = pd.DataFrame({"office": codes, "city": "City", "rooms": pd.array([rooms] * offices, dtype="Int64")})
    return World(cases, table, staff, shifts)


@pytest.fixture(scope="session")
def world():
    return make_world


@pytest.fixture(scope="session")
def law():
    return rules.load(load("kz_2026"))


@pytest.fixture(scope="session")
def days():
    return calendar.load(load("kz_2026").folder / "calendar.yaml")
