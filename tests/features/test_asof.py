import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import asof

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None]), st.none() | st.integers(0, 6), st.integers(0, 3), st.sampled_from("xy")
    ),
    max_size=25,
)
CASES = st.lists(st.tuples(st.sampled_from(["a", "b", "d", None]), st.integers(0, 6)), max_size=6)


def events_of(rows):
    person, known, value, code = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pd.DataFrame(
        {
            "person": pd.Series(person, dtype="str"),
            "known": pd.to_datetime(pd.Series(known, dtype="float64"), unit="D", origin="2024-01-01").astype(
                "datetime64[s]"
            ),
            "value": pd.Series(value, dtype="Int64"),
            "code": pd.Series(code, dtype="str"),
        }
    )


def cases_of(rows):
    persons = pd.DataFrame({"person": pd.Series([person for person, _ in rows], dtype="str")})
    return persons, np.datetime64("2024-01-01") + np.array([day for _, day in rows], dtype="int64")


@settings(deadline=None)
@given(EVENTS, CASES)
def test_known_by_is_the_slow_join_and_nothing_else(events, cases):
    frame, day = cases_of(cases)
    found = asof.known_by(frame, events_of(events), "person", day, "known")
    expected = [
        (case, person, known, value, code)
        for case, (who, until) in enumerate(cases)
        for person, known, value, code in events
        if who is not None and person == who and known is not None and known <= until
    ]
    expected.sort(key=lambda row: (row[0], row[2], row[4], row[3]))
    days = (found["known"] - pd.Timestamp("2024-01-01")).dt.days
    assert list(zip(found["case"], found["person"], days, found["value"], found["code"], strict=True)) == expected


@settings(deadline=None)
@given(EVENTS, CASES, st.randoms())
def test_known_by_does_not_care_in_which_order_rows_were_exported(events, cases, random):
    frame, day = cases_of(cases)
    shuffled = random.sample(events, len(events))
    for known_on in ("known", None):
        one = asof.known_by(frame, events_of(events), "person", day, known_on)
        other = asof.known_by(frame, events_of(shuffled), "person", day, known_on)
        pd.testing.assert_frame_equal(one, other)


def test_a_row_that_became_known_on_the_day_itself_counts_and_one_a_day_later_does_not():
    cases, day = cases_of([("a", 3)])
    rows = asof.known_by(cases, events_of([("a", 3, 1, "x"), ("a", 4, 2, "x")]), "person", day, "known")
    assert list(rows["value"]) == [1]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("latest", [2, None, 7]),
        ("largest", [5, None, 7]),
        ("smallest", [2, None, 7]),
        ("count", [3, 0, 1]),
        ("sum", [12, 0, 7]),
    ],
)
def test_take_gives_one_value_a_case(how, expected):
    rows = pd.DataFrame({"case": [0, 0, 0, 2], "value": pd.Series([5, 5, 2, 7], dtype="Int64")})
    taken = asof.take(rows, "value", how, 3)
    assert list(taken.index) == [0, 1, 2]
    assert [None if pd.isna(value) else value for value in taken] == expected


def test_latest_is_missing_where_the_last_row_has_no_value():
    rows = pd.DataFrame({"case": [0, 0], "value": pd.Series([5, None], dtype="Int64")})
    assert asof.take(rows, "value", "latest", 1).isna().all()


@pytest.mark.parametrize("how", ["latest", "largest", "smallest", "count", "sum"])
def test_take_from_no_rows(how):
    rows = pd.DataFrame({"case": np.zeros(0, dtype="int64"), "value": pd.Series([], dtype="Int64")})
    taken = asof.take(rows, "value", how, 2)
    assert len(taken) == 2
    assert taken.isna().all() if how not in ("count", "sum") else (taken == 0).all()


def test_latest_by_takes_the_row_with_the_latest_day_not_the_one_known_last(frame):
    rows = frame(case=[0, 0, 1], begun_on=["2024-05-01", "2023-01-01", None], value=[1, 2, 3])
    assert list(asof.latest_by(rows, "begun_on", "value", 2).astype("object").fillna("none")) == [1, "none"]


def test_latest_published_never_looks_ahead_and_leaves_gaps_missing(frame):
    cases = frame(
        region=["10", "10", "10", None, "99"],
        decision_day=["2024-01-31", "2024-02-01", "2023-12-31", "2024-02-01", "2024-02-01"],
    )
    table = frame(
        where=["10", "10", "10"], published_on=["2024-02-01", "2024-01-01", "2024-02-01"], value=[7.0, 1.0, 9.0]
    )
    found = asof.latest_published(cases, table, {"region": "where"}, "published_on", "value")
    assert found.fillna(-1).tolist() == [1, 9, -1, -1, -1]


def test_log_amount_keeps_nothing_earned_as_a_number():
    found = asof.log_amount(pd.Series([0.0, np.e - 1, -1.0, np.nan]))
    assert found.round(6).fillna(-9).tolist() == [0, 1, -9, -9]
