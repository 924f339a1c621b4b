"""Rolling origin: nothing that was not known yet teaches, nothing old is tested, no matter straddles, every cohort is used."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import labels, rolling

AS_OF = date(2026, 6, 30)


class Rule:
    column, decided_on, known_on = "outcome", "decided_on", "recorded_on"
    by = law_version = basis = None
    positive, negative, excluded, pending = ["stayed"], ["left"], {"refused": "no permit"}, ["granted"]
    maturity_months, corrected_weight = 12, 2.0


def register(seed: int, rows: int = 300) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases of persons with up to three of them, and events: a decision, its course, sometimes a correction."""
    rng = np.random.default_rng(seed)
    lodged = np.datetime64("2021-01-01", "s") + rng.integers(0, 1900, rows).astype("timedelta64[D]")
    cases = pd.DataFrame(
        {
            "case_id": np.arange(rows),
            "lodged_on": lodged,
            "decision_day": lodged + np.timedelta64(29, "D"),
            "same": rng.integers(0, rows // 2, rows),
        }
    )
    decided = lodged + rng.integers(20, 60, rows).astype("timedelta64[D]")
    course = decided + rng.integers(100, 500, rows).astype("timedelta64[D]")
    outcome = rng.choice(["stayed", "left", "refused"], rows, p=[0.6, 0.25, 0.15])
    events = [
        pd.DataFrame(
            {"case_id": cases["case_id"], "outcome": "granted", "decided_on": decided, "recorded_on": decided}
        ),
        pd.DataFrame({"case_id": cases["case_id"], "outcome": outcome, "decided_on": decided, "recorded_on": course}),
    ]
    late = rng.random(rows) < 0.1
    events.append(
        pd.DataFrame(
            {
                "case_id": cases["case_id"][late],
                "outcome": "left",
                "decided_on": decided[late],
                "recorded_on": course[late] + np.timedelta64(200, "D"),
            }
        )
    )
    return cases, pd.concat(events, ignore_index=True)


def split_of(cases, events, start, end, **options):
    known, final = (labels.label(cases, events, Rule, day) for day in (start, AS_OF))  # type: ignore[arg-type]
    cut = rolling.cut(cases, known, final, (start, end), **{"embargo_days": 0, "share": 0.8, **options})
    return cut, known, final


days = st.dates(date(2022, 1, 1), date(2025, 1, 1))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), start=days, embargo=st.integers(0, 90), months=st.none() | st.integers(1, 30))
def test_a_split_keeps_its_promises(seed, start, embargo, months):
    cases, events = register(seed)
    end = (pd.Timestamp(start) + pd.DateOffset(months=3)).date()
    cut, known, final = split_of(cases, events, start, end, embargo_days=embargo, window_months=months)
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    taught, tested = cut.train, cut.test
    quiet = first - pd.Timedelta(days=embargo)
    # nothing later than the retrain day teaches, and the events known by then say the same
    assert (known["known_on"].iloc[taught] <= quiet).all() and (cases["lodged_on"].iloc[taught] < first).all()
    assert (cases["decision_day"].iloc[taught] <= first).all()
    by_then = events[events["recorded_on"] <= first]
    again = labels.label(cases, by_then, Rule, start)  # type: ignore[arg-type]
    pd.testing.assert_series_equal(known["label"].iloc[taught], again["label"].iloc[taught])
    assert known["label"].iloc[taught].notna().all()
    # the test lies after, in its period, and its outcomes are known in the end
    assert cases["lodged_on"].iloc[tested].between(first, last, inclusive="left").all()
    assert (final["status"].iloc[tested] == labels.OBSERVED).all()
    # no matter on both sides, and none in both parts of the training
    same = cases["same"].to_numpy()
    assert not set(same[taught]) & set(same[tested])
    assert not set(same[cut.learn]) & set(same[cut.calibrate])
    assert not set(cut.learn) & set(cut.calibrate)
    if months is None and not embargo:  # every matured case is used
        matured = (known["status"] == labels.OBSERVED) & (cases["lodged_on"] < first) & (cases["decision_day"] <= first)
        assert set(np.flatnonzero(matured)) == set(taught)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), start=days, months=st.integers(1, 24))
def test_sliding_is_the_young_end_of_expanding(seed, start, months):
    cases, events = register(seed)
    end = (pd.Timestamp(start) + pd.DateOffset(months=3)).date()
    every, _, _ = split_of(cases, events, start, end)
    some, _, _ = split_of(cases, events, start, end, window_months=months)
    assert set(some.train) <= set(every.train)
    lodged = cases["lodged_on"]
    if len(every.train):
        youngest = lodged.iloc[every.train].max()
        inside = lodged.iloc[every.train] > youngest - pd.DateOffset(months=months)
        assert set(some.train) == set(every.train[inside.to_numpy()])
    assert some.left_out["window"] == len(every.train) - len(some.train)


def test_the_order_of_cases_does_not_matter():
    cases, events = register(5)
    start, end = date(2024, 1, 1), date(2024, 4, 1)
    cut, _, _ = split_of(cases, events, start, end, embargo_days=20)
    mixed = cases.sample(frac=1, random_state=1).reset_index(drop=True)
    other, _, _ = split_of(mixed, events.sample(frac=1, random_state=2), start, end, embargo_days=20)
    for part in ("learn", "calibrate", "test"):
        assert set(cases["case_id"].iloc[getattr(cut, part)]) == set(mixed["case_id"].iloc[getattr(other, part)])


def test_a_planted_look_into_the_future_is_left_out():
    cases, events = register(7)
    start, end = date(2024, 1, 1), date(2024, 4, 1)
    before, _, _ = split_of(cases, events, start, end)
    spoilt = cases.copy()
    spoilt.loc[before.train[:5], "decision_day"] = pd.Timestamp("2024-01-02")
    after, _, _ = split_of(spoilt, events, start, end)
    assert after.left_out["features_later"] == 5 and not set(before.train[:5]) & set(after.train)
    # labels that became known after the retrain day never teach, whatever the final ones say
    hasty = events.assign(
        recorded_on=events["recorded_on"].mask(events["outcome"] != "granted", pd.Timestamp("2024-01-02"))
    )
    cut, _, _ = split_of(cases, hasty, start, end)
    assert len(cut.train) == 0


def test_the_edges_of_the_embargo_and_of_the_features_day():
    """Known on the quiet day: teaches. Known a day later, or lodged on the quiet day: does not. Features of the retrain day: do."""
    start, end, quiet = date(2024, 1, 1), date(2024, 4, 1), pd.Timestamp("2023-12-02")
    early = pd.Timestamp("2023-01-10")
    rows = [  # lodged, features taken, known, teaches
        (early, early, quiet, True),
        (early, early, quiet + pd.Timedelta(days=1), False),
        (quiet, quiet, quiet, False),
        (quiet - pd.Timedelta(days=1), quiet, quiet, True),
        (early, pd.Timestamp(start), early, True),
        (early, pd.Timestamp(start) + pd.Timedelta(days=1), early, False),
    ]
    cases = pd.DataFrame(
        {
            "case_id": [f"C{number}" for number in range(len(rows))],
            "lodged_on": pd.Series([row[0] for row in rows], dtype="datetime64[s]"),
            "decision_day": pd.Series([row[1] for row in rows], dtype="datetime64[s]"),
            "same": [f"M{number}" for number in range(len(rows))],
        }
    )
    known = pd.DataFrame(
        {"known_on": pd.Series([row[2] for row in rows], dtype="datetime64[s]"), "status": labels.OBSERVED}
    )
    found = rolling.cut(cases, known, known, (start, end), embargo_days=30, share=0.8)
    assert found.train.tolist() == [number for number, row in enumerate(rows) if row[3]]
    assert found.left_out["embargo"] == 2 and found.left_out["features_later"] == 1


def test_retrain_days_count_back_from_the_last_day():
    found = rolling.retrain_days(date(2020, 1, 1), date(2024, 5, 31), 3, 3)
    assert found == [
        (date(2023, 9, 1), date(2023, 12, 1)),
        (date(2023, 12, 1), date(2024, 3, 1)),
        (date(2024, 3, 1), date(2024, 6, 1)),
    ]
    assert rolling.retrain_days(date(2024, 1, 1), date(2024, 5, 31), 3, 9) == found[2:]
    assert rolling.retrain_days(date(2024, 5, 1), date(2024, 5, 31), 3, 9) == []


@pytest.mark.parametrize(
    ("known", "final", "expected"),
    [
        ([0, 1, 0, 1, 0, 0], [0, 1, 0, 1, 0, 1], None),
        ([1, 1, 0, 1, 0, 0], [0, 1, 0, 1, 0, 1], {"part": "learn", "positives": 2, "negatives": 0}),
        ([0, 1, 0, 0, 0, 0], [0, 1, 0, 1, 0, 1], {"part": "calibrate", "positives": 0, "negatives": 2}),
        ([0, 1, 0, 1, 0, 0], [0, 1, 0, 1, 1, 1], {"part": "test", "positives": 2, "negatives": 0}),
    ],
)
def test_one_outcome_only_is_said(known, final, expected):
    rows = np.arange(6)
    cut = rolling.Split(date(2024, 1, 1), date(2024, 4, 1), "expanding", rows[:2], rows[2:4], rows[4:])
    assert rolling.lacking(cut, np.array(known, float), np.array(final, float), 1) == expected


def test_no_matured_label_is_said():
    cases, events = register(3)
    cut, known, final = split_of(cases, events, date(2021, 2, 1), date(2021, 5, 1))
    told, end = (frame["label"].to_numpy(dtype=float, na_value=np.nan) for frame in (known, final))
    assert rolling.lacking(cut, told, end, 1) == {"part": "learn", "positives": 0, "negatives": 0}
