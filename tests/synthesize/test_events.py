"""Tests, border crossings, offences, contracts: what is true and what the exports show of it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from pipeline.synthesize import events

AS_OF = pd.Timestamp("2026-06-30")


def days(frame: pd.DataFrame, *columns: str) -> list[pd.Series]:
    return [pd.to_datetime(frame[column]) for column in columns]


def test_nothing_is_known_after_the_day(past: SimpleNamespace, waiting: SimpleNamespace):
    for made in (past, waiting):
        assert pd.to_datetime(made.language_tests["published_on"]).max() <= AS_OF
        assert pd.to_datetime(made.border_crossings["recorded_on"]).max() <= AS_OF
        assert pd.to_datetime(made.offences["decided_on"]).max() <= AS_OF
        assert pd.to_datetime(made.employment["recorded_on"]).max() <= AS_OF
        assert not (pd.to_datetime(made.employment["ended_on"]) > AS_OF).any()


def test_attempts_are_three_at_most_and_a_stopped_one_has_no_points(past: SimpleNamespace):
    tests = past.language_tests
    assert tests.groupby("person_id").size().max() <= 3
    assert 1.1 < tests.groupby("person_id").size().mean() < 1.5
    assert tests.loc[tests["stopped"], "reading_points"].isna().all()
    assert tests["listening_points"].between(0, 20).sum() + tests["listening_points"].isna().sum() == len(tests)


def test_most_passed_the_language_test(past: SimpleNamespace):
    good = (past.language_tests["listening_points"] >= 6) & (past.language_tests["reading_points"] >= 12)
    passed = good.groupby(past.language_tests["person_id"]).any()
    assert 0.95 < passed.mean() < 1


def test_crossings_alternate_and_begin_with_an_entry(past: SimpleNamespace):
    rows = past.border_crossings
    late = days(rows, "recorded_on")[0] - days(rows, "crossed_on")[0] > pd.Timedelta(days=2)
    whole = rows[~rows["person_id"].isin(set(rows.loc[late, "person_id"]))]
    assert (whole.groupby("person_id")["direction"].first() == "in").all()
    again = (whole["direction"] == whole["direction"].shift()) & (whole["person_id"] == whole["person_id"].shift())
    assert again.mean() < 0.01
    assert 2 < len(rows) / past.plan.files < 4


def test_present_days_are_those_the_crossings_tell():
    count, day = 400, np.full(400, 20_000)
    people = SimpleNamespace(disposition=np.zeros(count), __len__=lambda: count)
    people = type("Few", (), {"disposition": np.zeros(count), "__len__": lambda self: count})()
    arrival = np.random.default_rng(0).integers(18_500, 19_900, count)
    stays = events.draw_stays(np.random.default_rng(1), people, arrival, day)
    for person in range(0, count, 20):
        mine = stays.person == person
        inside = np.zeros(365, dtype=bool)
        state, since = False, 0
        for crossed, inward in sorted(zip(stays.crossed[mine], stays.inward[mine], strict=True)):
            if state:
                inside[max(since - 19_635, 0) : max(crossed - 19_635, 0)] = True
            state, since = bool(inward), crossed
        if state:
            inside[max(since - 19_635, 0) :] = True
        assert inside.sum() == stays.present[person]


def test_who_left_went_out_last(past: SimpleNamespace):
    left = past.outcomes.loc[past.outcomes["outcome"] == "left", "application_id"]
    persons = past.applications.set_index("application_id").loc[left, "person_id"]
    last = past.border_crossings.groupby("person_id")["direction"].last()
    assert (last.reindex(persons) == "out").mean() > 0.95


def test_contracts_are_with_known_employers_and_paid(past: SimpleNamespace, reference: SimpleNamespace):
    employers = set(reference.tables["employers"].column("employer_bin").to_pylist())
    assert set(past.employment["employer_bin"]) <= employers
    assert (past.employment["monthly_wage_kzt"].dropna() > 0).all()
    assert 0.4 < len(past.employment) / past.plan.files < 1


def test_offences_are_few_and_decided_after_they_were_committed(past: SimpleNamespace):
    committed, decided = days(past.offences, "committed_on", "decided_on")
    assert (decided >= committed).all()
    assert 0.04 < len(past.offences) / past.plan.files < 0.15
