"""The register as events: each story is possible, and what is known on a day never changes afterwards."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.synthesize import appeals, figures, outcomes

DAY = 20_634  # 2026-06-30
OFFICERS = 7
STORIES = {  # what may follow what, in one file
    "": {"granted", "refused", "withdrawn"},
    "granted": {"settled", "annulled", "left"},
    "annulled": {"appealed"},
    "refused": {"appealed"},
    "appealed": {"granted", "refused", "annulled"},
    "settled": set(), "left": set(), "withdrawn": set(),
}  # fmt: skip


def decisions(count: int, seed: int) -> outcomes.Outcomes:
    """First decisions of every kind in equal shares, decided over six years."""
    rng = np.random.default_rng(seed)
    ends = rng.choice([outcomes.SETTLED, outcomes.ANNULLED, outcomes.LEFT], count)
    decided = DAY - rng.integers(60, 2200, count)
    happened = decided + 15 + rng.integers(0, 700, count)
    return outcomes.Outcomes(
        code=np.where(rng.random(count) < 0.4, outcomes.REFUSED, np.where(rng.random(count) < 0.1, outcomes.WITHDRAWN, ends)),
        ends=ends, decided=decided, recorded=decided + rng.integers(0, 5, count), happened=happened,
        noticed=happened + rng.integers(3, 31, count), late=rng.integers(0, 6, count), region=np.full(count, 75),
        officer=rng.integers(0, OFFICERS, count), officers=np.full(count, OFFICERS), last=rng.random(count) < 0.9,
        open_=rng.random(count) < 0.1,
    )  # fmt: skip


def told(course: appeals.Course) -> pd.DataFrame:
    frame = pd.DataFrame(vars(course.entries))
    return frame.assign(code=np.array(outcomes.CODES)[frame["code"]], basis=np.array(appeals.BASES)[frame["basis"]])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_every_story_is_possible(seed):
    first = decisions(400, seed)
    course = appeals.draw(np.random.default_rng(seed), first, DAY)
    rows = told(course)
    assert not first.open_[rows["file"]].any() and (rows["recorded"] <= DAY).all()
    assert (rows["recorded"] >= rows["decided"]).all()
    assert rows["file"].is_monotonic_increasing
    assert set(rows["file"]) == set(np.flatnonzero(~first.open_))
    for file, story in rows.groupby("file"):
        assert story["recorded"].is_monotonic_increasing and story["recorded"].iloc[1:].is_unique
        before = ""
        for code in story["code"]:
            assert code in STORIES[before]
            before = code
        assert story["basis"].iloc[0] == "decision" and (story["basis"].iloc[1:] != "decision").all()
        assert set(story.loc[story["code"].isin(["settled", "left"]), "basis"]) <= {"course"}
        running = story["code"] == "appealed"
        assert set(story.loc[running, "basis"]) <= {"appeal", "court"} and running.sum() <= 2
        grants = story.loc[story["code"] == "granted", "decided"]
        ends = story.loc[story["code"].isin(["settled", "left", "annulled"]), "decided"]
        assert ends.isin(grants).all()  # a course is told with the day of the grant it belongs to
        if not first.last[file]:
            assert first.code[file] != outcomes.REFUSED or "granted" not in set(story["code"])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 2000))
def test_an_earlier_export_is_a_part_of_the_later_one(seed, days):
    """What was known on a day is told the same ever after; nothing is rewritten."""
    first = decisions(300, seed)
    late, early = (appeals.draw(np.random.default_rng(seed), first, day) for day in (DAY, DAY - days))
    rows = told(late)
    known = rows[rows["recorded"] <= DAY - days].reset_index(drop=True)
    pd.testing.assert_frame_equal(told(early), known)


def test_without_an_appeal_files_end_as_they_were_decided(monkeypatch):
    for name in ("APPEALED_OF", "FALLS_OF"):
        monkeypatch.setattr(appeals, name, (figures.Figure(0.0, "none"),) * 3)
    monkeypatch.setattr(figures, "WRONG_ANNULMENT", figures.Figure(0.0, "none"))
    first = decisions(2000, 1)
    course = appeals.draw(np.random.default_rng(1), first, DAY)
    np.testing.assert_array_equal(course.code, first.code)
    np.testing.assert_array_equal(course.happened, first.happened)
    assert set(told(course)["basis"]) == {"decision", "course"}


def test_the_declared_shares_are_appealed_and_fall():
    first = replace(decisions(60_000, 2), open_=np.zeros(60_000, dtype=bool), last=np.ones(60_000, dtype=bool))
    course = appeals.draw(np.random.default_rng(2), first, DAY + 3000)  # so late that everything is known
    rows = told(course)
    at_first = rows[rows["basis"] == "appeal"]
    refused = first.code == outcomes.REFUSED
    filed = set(at_first.loc[at_first["code"] == "appealed", "file"])
    of_refused = np.isin(np.flatnonzero(refused), list(filed)).mean()
    assert of_refused == pytest.approx(figures.APPEALED_REFUSAL.value, abs=0.01)
    fell = at_first[(at_first["code"] == "granted") & refused[at_first["file"]]]
    assert len(fell) / (of_refused * refused.sum()) == pytest.approx(figures.FALLS_REFUSAL.value, abs=0.025)
    permits = np.isin(first.code, (outcomes.SETTLED, outcomes.LEFT, outcomes.ANNULLED))
    wrong = first.code == outcomes.SETTLED
    annulled = set(rows.loc[rows["code"] == "annulled", "file"])
    assert np.isin(np.flatnonzero(wrong), list(annulled)).mean() == pytest.approx(
        figures.WRONG_ANNULMENT.value, abs=0.004
    )
    assert (course.code[permits & (first.code == outcomes.LEFT)] == outcomes.LEFT).all()
    to_court = rows[(rows["basis"] == "court") & (rows["code"] == "appealed")]
    failed = at_first[at_first["code"].isin(["refused", "annulled"])]
    assert len(to_court) / len(failed) == pytest.approx(figures.TO_COURT.value, abs=0.03)


def test_another_officer_decides_an_appeal_and_no_officer_a_court_case():
    first = decisions(20_000, 3)
    rows = told(appeals.draw(np.random.default_rng(3), first, DAY))
    decided = rows[rows["code"] != "appealed"]
    own = 75_000 + first.officer[decided["file"]] + 1
    by_appeal, by_court = decided["basis"] == "appeal", decided["basis"] == "court"
    assert by_appeal.sum() > 100 and by_court.sum() > 30
    assert (decided.loc[by_appeal, "officer"] != own[by_appeal]).all()
    assert decided.loc[by_appeal, "officer"].between(75_001, 75_000 + OFFICERS).all()
    assert (decided.loc[by_court, "officer"] == appeals.NO_OFFICER).all()
    assert (decided.loc[decided["basis"] == "decision", "officer"] == own[decided["basis"] == "decision"]).all()


def test_the_truth_holds_the_end_after_all_appeals(past: SimpleNamespace):
    last = past.outcomes.drop_duplicates("application_id", keep="last").merge(past.truth, on="application_id")
    ended = last["outcome_x"].isin(["settled", "left"])
    assert (last.loc[ended, "outcome_x"] == last.loc[ended, "outcome_y"]).all()
    granted_late = past.outcomes[
        past.outcomes["basis"].isin(["appeal", "court"]) & (past.outcomes["outcome"] == "granted")
    ]
    ends = past.truth.set_index("application_id").loc[granted_late["application_id"], "outcome"]
    assert len(ends) > 20 and set(ends) <= {"settled", "left", "annulled"}
    # A permit that lasts in the end is one of a person who would settle, and the other way round unless wrongly annulled.
    rows = past.truth.dropna(subset="settles")
    assert rows.loc[rows["outcome"] == "settled", "settles"].astype(bool).all()
    gone = rows.loc[rows["outcome"] == "left", "settles"].astype(bool)
    assert not gone.any()


def test_whoever_left_after_an_appeal_crossed_the_border(past: SimpleNamespace):
    left = past.outcomes[past.outcomes["outcome"] == "left"]
    people = past.applications.set_index("application_id").loc[left["application_id"], "person_id"]
    last = (
        past.border_crossings.sort_values("crossed_on").drop_duplicates("person_id", keep="last").set_index("person_id")
    )
    assert (last.loc[people, "direction"] == "out").all()
