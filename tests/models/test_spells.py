"""Spells say, for every day at once, what a label says as of one day."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.labels import OBSERVED, label
from models.spells import spells

FIRST, DAYS = date(2025, 1, 1), 100
CODES = ["granted", "settled", "annulled", "refused"]


@dataclass(frozen=True)
class Made:
    column: str = "outcome"
    decided_on: str = "decided_on"
    known_on: str = "recorded_on"
    by: str | None = None
    law_version: str | None = None
    basis: str | None = None
    positive: tuple[str, ...] = ("settled",)
    negative: tuple[str, ...] = ("annulled",)
    excluded: dict[str, str] = field(default_factory=lambda: {"refused": "no permit"})
    pending: tuple[str, ...] = ("granted",)
    maturity_months: int = 1
    corrected_weight: float = 3.0


CASES = pd.DataFrame({"case_id": ["B", "A", "C"], "lodged_on": pd.to_datetime(["2024-12-01"] * 3)})
DAY = st.one_of(st.none(), st.integers(0, DAYS).map(lambda day: FIRST + timedelta(day)))
ROW = st.tuples(st.sampled_from("ABCD"), st.sampled_from([*CODES, None]), DAY, DAY)


def frame(rows: list[tuple]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["case_id", "outcome", "decided_on", "recorded_on"])
    for name in ("decided_on", "recorded_on"):
        made[name] = pd.to_datetime(made[name]).astype("datetime64[s]")
    return made.astype({"case_id": "str", "outcome": "str"})


@given(st.lists(ROW, max_size=12), st.sampled_from([0, 1]), st.integers(0, DAYS + 40))
def test_a_day_is_covered_exactly_if_the_label_was_observed_on_it(rows, months, after):
    day, rule, outcomes = FIRST + timedelta(after), Made(maturity_months=months), frame(rows)
    found = spells(CASES, outcomes, rule, FIRST + timedelta(DAYS + 40))
    today = pd.Timestamp(day)
    covering = found[(found["since"] <= today) & ~(found["until"] <= today)]
    wanted = label(CASES, outcomes, rule, day)
    observed = wanted["status"] == OBSERVED
    assert covering["case"].is_unique
    assert set(covering["case"]) == set(wanted.index[observed])
    assert dict(zip(covering["case"], covering["positive"], strict=True)) == {
        case: bool(wanted.loc[case, "label"]) for case in wanted.index[observed]
    }


def test_a_court_that_decides_otherwise_closes_the_spell_and_opens_another():
    rows = [
        ("A", "annulled", date(2025, 1, 1), date(2025, 1, 3)),
        ("A", "settled", date(2025, 2, 1), date(2025, 2, 5)),
    ]
    found = spells(CASES, frame(rows), Made(maturity_months=0), date(2025, 12, 31))
    assert found["case"].tolist() == [1, 1]
    assert found["positive"].tolist() == [False, True]
    assert found["until"].tolist()[0] == found["since"].tolist()[1] == pd.Timestamp("2025-02-05")
    assert pd.isna(found["until"].tolist()[1])


def test_no_outcomes_and_an_unknown_code():
    assert spells(CASES, frame([]), Made(), date(2025, 12, 31)).empty
    with pytest.raises(ValueError, match="Outcome code lost is neither"):
        spells(CASES, frame([("A", "lost", FIRST, FIRST)]), Made(), date(2025, 12, 31))
