"""Labels: what was known on the day, and nothing else."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.labels import count, label

AS_OF = date(2026, 6, 30)
RULE = {
    "column": "outcome",
    "decided_on": "decided_on",
    "known_on": "recorded_on",
    "positive": ["settled"],
    "negative": ["annulled", "left"],
    "excluded": {"refused": "no permit", "withdrawn": "withdrew"},
    "pending": ["granted"],
    "maturity_months": 24,
    "as_of": AS_OF,
}


def cases(count: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "case_id": [f"A{i:03d}" for i in range(count)],
            "lodged_on": pd.to_datetime(["2023-01-01"] * count).astype("datetime64[s]"),
        }
    )


def outcomes(rows: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["case_id", "outcome", "decided_on", "recorded_on"])
    for name in ("decided_on", "recorded_on"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    return frame


def test_every_status_and_both_labels():
    found = label(
        cases(7),
        outcomes(
            [
                ("A000", "settled", "2023-02-01", "2025-02-01"),
                ("A001", "left", "2023-02-01", "2024-02-01"),
                ("A002", "granted", "2023-02-01", "2023-02-01"),
                ("A003", "refused", "2026-06-01", "2026-06-01"),
                ("A004", "annulled", "2025-02-01", "2025-05-01"),
                ("A005", "settled", "2023-02-01", "2026-07-01"),
            ]
        ),
        **RULE,
    )
    assert found["status"].tolist() == [
        "observed",
        "observed",
        "censored",
        "excluded:refused",
        "censored",
        "open",
        "open",
    ]
    assert found["label"].tolist()[:2] == [1, 0]
    assert found["label"].isna().tolist() == [False, False, True, True, True, True, True]
    assert found["label"].dtype == "Int8"
    assert found["decided_on"].isna().tolist() == [False, False, False, False, False, True, True]
    assert count(found["status"]) == {"observed": 2, "censored": 2, "open": 2, "excluded": {"refused": 1}}


@pytest.mark.parametrize(
    ("decided", "status"),
    [("2024-06-29", "observed"), ("2024-06-30", "observed"), ("2024-07-01", "censored")],
)
@pytest.mark.parametrize("code", ["settled", "annulled", "left"])
def test_maturity_edge_is_the_same_for_every_outcome(code, decided, status):
    found = label(cases(1), outcomes([("A000", code, decided, "2026-06-30")]), **RULE)
    assert found["status"].tolist() == [status]


@pytest.mark.parametrize(
    ("decided", "as_of", "status"),
    [("2024-02-29", date(2026, 2, 27), "censored"), ("2024-02-29", date(2026, 2, 28), "observed")],
)
def test_maturity_counts_calendar_months_and_leap_days(decided, as_of, status):
    found = label(cases(1), outcomes([("A000", "left", decided, "2025-01-01")]), **{**RULE, "as_of": as_of})
    assert found["status"].tolist() == [status]


@pytest.mark.parametrize(("recorded", "status"), [("2026-06-30", "observed"), ("2026-07-01", "open"), (None, "open")])
def test_a_row_counts_from_the_day_it_was_known(recorded, status):
    found = label(cases(1), outcomes([("A000", "left", "2023-01-02", recorded)]), **RULE)
    assert found["status"].tolist() == [status]


def test_without_maturity_every_known_decision_counts():
    found = label(cases(1), outcomes([("A000", "left", "2026-06-30", "2026-06-30")]), **{**RULE, "maturity_months": 0})
    assert found["label"].tolist() == [0]


def test_missing_code_and_missing_decision_day_are_no_outcome():
    found = label(
        cases(2), outcomes([("A000", None, "2023-01-01", "2023-01-01"), ("A001", "left", None, "2023-01-01")]), **RULE
    )
    assert found["status"].tolist() == ["open", "censored"]


def test_no_outcome_at_all():
    found = label(cases(3), outcomes([]), **RULE)
    assert found["status"].tolist() == ["open"] * 3
    assert found["label"].isna().all()


def test_index_of_the_cases_is_kept():
    some = cases(3).set_index(pd.Index([7, 3, 5]))
    found = label(some, outcomes([("A001", "left", "2023-01-01", "2024-01-01")]), **RULE)
    assert found.index.tolist() == [7, 3, 5]
    assert found.loc[3, "label"] == 0


def test_unknown_code_and_two_outcomes_stop():
    with pytest.raises(ValueError, match="vanished is neither"):
        label(cases(1), outcomes([("A000", "vanished", "2023-01-01", "2024-01-01")]), **RULE)
    with pytest.raises(ValueError, match="more than one outcome"):
        label(cases(1), outcomes([("A000", "left", "2023-01-01", "2024-01-01")] * 2), **RULE)


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["settled", "annulled", "left", "granted", "refused", "withdrawn"]),
            st.dates(date(2020, 1, 1), date(2027, 12, 31)),
            st.integers(0, 900),
        ),
        max_size=12,
    ),
    later=st.data(),
)
def test_what_was_not_known_changes_nothing_and_is_never_a_zero(rows, later):
    table = outcomes(
        [
            (f"A{i:03d}", code, decided.isoformat(), (pd.Timestamp(decided) + pd.Timedelta(days=gap)).isoformat())
            for i, (code, decided, gap) in enumerate(rows)
        ]
    )
    everyone = cases(len(rows) + 1)
    found = label(everyone, table, **RULE)
    unknown = (table["recorded_on"] > pd.Timestamp(AS_OF)).to_numpy()
    assert (found["status"].to_numpy()[:-1][unknown] == "open").all()
    assert found["label"].isna().to_numpy()[:-1][unknown].all()
    assert (found["label"].notna() == (found["status"] == "observed")).all()
    forged = table.copy()
    forged.loc[unknown, "outcome"] = later.draw(st.sampled_from(["settled", "left"]))
    pd.testing.assert_frame_equal(label(everyone, forged, **RULE), found)
    pd.testing.assert_frame_equal(label(everyone, table[~unknown], **RULE), found)
    shuffled = table.sample(frac=1, random_state=np.random.RandomState(0))
    pd.testing.assert_frame_equal(label(everyone, shuffled, **RULE), found)
