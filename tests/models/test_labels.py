"""Labels: what was known on the day, and nothing else."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.labels import COLUMNS, count, first_decided, label

AS_OF = date(2026, 6, 30)
CODES = ["settled", "annulled", "left", "granted", "appealed", "refused", "withdrawn"]


@dataclass(frozen=True)
class Made:
    """A rule as `label` in a programme's YAML."""

    column: str = "outcome"
    decided_on: str = "decided_on"
    known_on: str = "recorded_on"
    by: str | None = "officer"
    law_version: str | None = None
    basis: str | None = "basis"
    positive: tuple[str, ...] = ("settled",)
    negative: tuple[str, ...] = ("annulled", "left")
    excluded: dict[str, str] = field(default_factory=lambda: {"refused": "no permit", "withdrawn": "withdrew"})
    pending: tuple[str, ...] = ("granted", "appealed")
    maturity_months: int = 24
    corrected_weight: float = 3.0


RULE = Made()


def cases(count: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "case_id": [f"A{i:03d}" for i in range(count)],
            "lodged_on": pd.to_datetime(["2023-01-01"] * count).astype("datetime64[s]"),
        }
    )


def outcomes(rows: list[tuple]) -> pd.DataFrame:
    """Rows of (case, code, decided, recorded), and after them officer and basis where a test is about these."""
    names = ["case_id", "outcome", "decided_on", "recorded_on", "officer", "basis"]
    frame = pd.DataFrame([(*row, *(None,) * (6 - len(row))) for row in rows], columns=names)
    for name in ("decided_on", "recorded_on"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    return frame.astype({name: "str" for name in ("outcome", "officer", "basis")})


def one(rows: list[tuple[str, str, str]], as_of: date = AS_OF, rule: Made = RULE) -> dict[str, object]:
    """The label of the only case, from rows of (code, decided, recorded)."""
    return label(cases(1), outcomes([("A000", *row) for row in rows]), rule, as_of).iloc[0].to_dict()


def test_every_status_and_both_labels():
    found = label(
        cases(8),
        outcomes(
            [
                ("A000", "settled", "2023-02-01", "2025-02-01"),
                ("A001", "left", "2023-02-01", "2024-02-01"),
                ("A002", "granted", "2023-02-01", "2023-02-01"),
                ("A003", "refused", "2026-06-01", "2026-06-01"),
                ("A004", "annulled", "2025-02-01", "2025-05-01"),
                ("A005", "settled", "2023-02-01", "2026-07-01"),
                ("A006", "refused", "2023-02-01", "2023-02-01"),
                ("A006", "appealed", "2023-02-01", "2023-03-01"),
            ]
        ),
        RULE,
        AS_OF,
    )
    assert tuple(found.columns) == COLUMNS
    assert found["status"].tolist() == [
        "observed", "observed", "censored", "excluded:refused", "censored", "open", "censored", "open",
    ]  # fmt: skip
    assert found["label"].tolist()[:2] == [1, 0]
    assert found["label"].isna().tolist() == [False, False, *[True] * 6]
    assert found["label"].dtype == "Int8"
    assert found["decided_on"].isna().tolist() == [*[False] * 5, True, False, True]
    assert count(found["status"]) == {"observed": 2, "censored": 3, "open": 2, "excluded": {"refused": 1}}


@pytest.mark.parametrize(
    ("decided", "status"),
    [("2024-06-29", "observed"), ("2024-06-30", "observed"), ("2024-07-01", "censored")],
)
@pytest.mark.parametrize("code", ["settled", "annulled", "left"])
def test_maturity_edge_is_the_same_for_every_outcome(code, decided, status):
    assert one([(code, decided, "2026-06-30")])["status"] == status


@pytest.mark.parametrize(
    ("decided", "as_of", "status"),
    [("2024-02-29", date(2026, 2, 27), "censored"), ("2024-02-29", date(2026, 2, 28), "observed")],
)
def test_maturity_counts_calendar_months_and_leap_days(decided, as_of, status):
    assert one([("left", decided, "2025-01-01")], as_of)["status"] == status


@pytest.mark.parametrize(("recorded", "status"), [("2026-06-30", "observed"), ("2026-07-01", "open"), (None, "open")])
def test_a_row_counts_from_the_day_it_was_known(recorded, status):
    assert one([("left", "2023-01-02", recorded)])["status"] == status


def test_without_maturity_every_known_decision_counts():
    assert one([("left", "2026-06-30", "2026-06-30")], rule=replace(RULE, maturity_months=0))["label"] == 0


def test_missing_code_and_missing_decision_day_are_no_outcome():
    rows = [("A000", None, "2023-01-01", "2023-01-01"), ("A001", "left", None, "2023-01-01")]
    assert label(cases(2), outcomes(rows), RULE, AS_OF)["status"].tolist() == ["open", "censored"]


def test_a_later_row_without_a_code_hides_nothing():
    assert one([("left", "2023-01-01", "2024-01-01"), (None, "2023-01-01", "2025-01-01")])["label"] == 0


def test_no_outcome_at_all():
    found = label(cases(3), outcomes([]), RULE, AS_OF)
    assert found["status"].tolist() == ["open"] * 3
    assert found["label"].isna().all() and not found["corrected"].any()


def test_index_of_the_cases_is_kept():
    some = cases(3).set_index(pd.Index([7, 3, 5]))
    table = outcomes([("A001", "left", "2023-01-01", "2024-01-01")])
    found = label(some, table, RULE, AS_OF)
    assert found.index.tolist() == [7, 3, 5]
    assert found.loc[3, "label"] == 0
    assert first_decided(some, table, RULE, AS_OF).notna().to_dict() == {7: False, 3: True, 5: False}


def test_an_unknown_code_stops_once_it_is_known():
    rows = [("vanished", "2023-01-01", "2024-01-01")]
    with pytest.raises(ValueError, match="vanished is neither"):
        one(rows)
    assert one(rows, date(2023, 12, 31))["status"] == "open"


STORY = [
    ("granted", "2022-01-10", "2022-01-12"),
    ("annulled", "2022-01-10", "2022-06-01"),
    ("appealed", "2022-01-10", "2022-06-20"),
    ("granted", "2022-01-10", "2022-08-01"),
    ("settled", "2022-01-10", "2024-01-12"),
]


@pytest.mark.parametrize(
    ("as_of", "status", "corrected", "weight"),
    [
        ("2022-01-11", "open", False, 1.0),
        ("2022-01-12", "censored", False, 1.0),
        ("2022-07-01", "censored", False, 1.0),
        ("2024-01-11", "censored", False, 1.0),
        ("2024-01-12", "observed", True, 3.0),
    ],
)
def test_an_overturned_annulment_is_a_corrected_label_with_its_weight(as_of, status, corrected, weight):
    found = one(STORY, date.fromisoformat(as_of))
    assert (found["status"], found["corrected"], found["weight"]) == (status, corrected, weight)


def test_before_it_is_overturned_the_annulment_is_the_label():
    late = [(code, decided, recorded.replace("2022-08", "2024-08")) for code, decided, recorded in STORY]
    late = [row if row[0] != "appealed" else ("appealed", "2022-01-10", "2024-03-01") for row in late]
    late = [row if row[0] != "settled" else ("settled", "2022-01-10", "2024-09-01") for row in late]
    day = {"before": date(2024, 2, 1), "running": date(2024, 4, 1), "after": date(2024, 10, 1)}
    found = {name: one(late, when) for name, when in day.items()}
    assert (found["before"]["label"], found["before"]["weight"]) == (0, 1.0)
    assert found["running"]["status"] == "censored"  # an appeal runs: nobody knows yet
    assert (found["after"]["label"], found["after"]["corrected"]) == (1, True)


def test_a_refusal_overturned_matures_from_the_day_of_the_grant():
    rows = [
        ("refused", "2023-01-10", "2023-01-10"),
        ("appealed", "2023-01-10", "2023-01-20"),
        ("granted", "2023-03-01", "2023-03-01"),
        ("left", "2023-03-01", "2024-01-01"),
    ]
    assert one(rows, date(2025, 2, 28))["status"] == "censored"
    found = one(rows, date(2025, 3, 1))
    assert (found["label"], found["corrected"], found["weight"]) == (0, True, 3.0)
    table = outcomes([("A000", *row) for row in rows])
    assert first_decided(cases(1), table, RULE, AS_OF).tolist() == [pd.Timestamp("2023-01-10")]
    assert first_decided(cases(1), table, RULE, date(2023, 1, 9)).isna().all()


def test_an_appeal_without_success_and_two_words_for_one_end_correct_nothing():
    upheld = [("annulled", "2023-01-10", "2023-05-01"), ("appealed", "2023-01-10", "2023-05-10")]
    assert not one([*upheld, ("annulled", "2023-01-10", "2023-06-10")])["corrected"]
    assert not one([("left", "2023-01-10", "2023-05-01"), ("annulled", "2023-01-10", "2023-08-01")])["corrected"]


def test_provenance_is_that_of_the_row_the_label_rests_on():
    rows = [
        ("A000", "granted", "2023-01-10", "2023-01-10", "O1", "decision"),
        ("A000", "left", "2023-01-10", "2024-01-10", "O2", "course"),
    ]
    found = label(cases(2), outcomes(rows), RULE, AS_OF)
    assert found.loc[0, ["by", "basis"]].tolist() == ["O2", "course"]
    assert found.loc[1, ["by", "basis", "law_version"]].isna().all() and pd.isna(found.loc[0, "law_version"])


DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))
ROWS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(CODES), DAYS, st.integers(0, 900), st.sampled_from(["O1", "O2"])),
    max_size=14,
)


def drawn(rows: list[tuple[int, str, date, int, str]]) -> pd.DataFrame:
    return outcomes(
        [
            (f"A{case:03d}", code, decided.isoformat(), (decided + timedelta(days=gap)).isoformat(), officer, "x")
            for case, code, decided, gap, officer in rows
        ]
    )


@settings(deadline=None)
@given(rows=ROWS, seed=st.integers(0, 99))
def test_row_order_never_matters(rows, seed):
    table, everyone = drawn(rows), cases(6)
    shuffled = table.sample(frac=1, random_state=np.random.RandomState(seed))
    expected = label(everyone, table, RULE, AS_OF)
    pd.testing.assert_frame_equal(label(everyone, shuffled, RULE, AS_OF), expected)
    turned = everyone.sample(frac=1, random_state=np.random.RandomState(seed))
    pd.testing.assert_frame_equal(label(turned, shuffled, RULE, AS_OF), expected.loc[turned.index])


@settings(deadline=None)
@given(rows=ROWS, later=ROWS, as_of=DAYS)
def test_an_event_known_after_the_day_changes_nothing(rows, later, as_of):
    """The register as it stood on the day and the register of years later tell the same about the day."""
    whole, everyone = drawn(rows + later), cases(6)
    then = whole[whole["recorded_on"] <= pd.Timestamp(as_of)]
    found = label(everyone, then, RULE, as_of)
    pd.testing.assert_frame_equal(label(everyone, whole, RULE, as_of), found)
    forged = whole.copy()
    forged.loc[forged["recorded_on"] > pd.Timestamp(as_of), "outcome"] = "not even a code"
    pd.testing.assert_frame_equal(label(everyone, forged, RULE, as_of), found)
    pd.testing.assert_series_equal(
        first_decided(everyone, whole, RULE, as_of), first_decided(everyone, then, RULE, as_of)
    )


@settings(deadline=None)
@given(rows=ROWS)
def test_the_label_is_that_of_the_last_row_known_and_never_a_guess(rows):
    """The rule again, one case after another in plain Python."""
    table = drawn(rows)
    found = label(cases(6), table, RULE, AS_OF)
    way = {"settled": 1, "annulled": 0, "left": 0, "refused": "no", "withdrawn": "no"}
    for case, row in zip(cases(6)["case_id"], found.to_dict("records"), strict=True):
        mine = [event for event in table.to_dict("records") if event["case_id"] == case]
        known = [event for event in mine if event["recorded_on"] <= pd.Timestamp(AS_OF)]
        if not known:
            assert row["status"] == "open" and pd.isna(row["label"])
            continue
        last = max(
            known,
            key=lambda event: (
                event["recorded_on"],
                event["decided_on"],
                event["outcome"] in way,
                event["outcome"],
                event["officer"],
            ),
        )
        old = last["decided_on"] + pd.DateOffset(months=24) <= pd.Timestamp(AS_OF)
        observed = way.get(last["outcome"]) in (0, 1) and old
        assert (row["status"] == "observed") == observed
        assert (row["label"] == way[last["outcome"]]) if observed else pd.isna(row["label"])
        assert row["by"] == last["officer"] and row["decided_on"] == last["decided_on"]
        otherwise = {way[event["outcome"]] for event in known if event["outcome"] in way} - {way.get(last["outcome"])}
        assert row["corrected"] == (observed and bool(otherwise))
        assert row["weight"] == (3.0 if row["corrected"] else 1.0)


def test_on_one_day_what_is_settled_counts_and_not_what_is_pending():
    """By name `annulled` comes before `granted`; the grant of the same day is no later word."""
    rows = [(code, "2023-02-01", "2023-02-01") for code in ("granted", "annulled")]
    assert one(rows)["label"] == one(rows[::-1])["label"] == 0
