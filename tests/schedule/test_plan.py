import dataclasses

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.schedule import plan

SETTINGS = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def check(made, world, have, days):
    """Every hard rule, read from the plan and the registers alone."""
    assert sorted(made["case_id"]) == sorted(world.files["case_id"])  # nobody lost
    files = world.files.drop(columns=["deadline", "office"])
    held = (
        made[made["reason"] == ""]
        .merge(files, on="case_id")
        .merge(world.officers[["officer_id", "languages"]], on="officer_id")
    )
    assert len(held) == (made["reason"] == "").sum()
    assert (held["ends_at"] - held["starts_at"] == pd.Timedelta(minutes=have.minutes)).all()
    assert not held.duplicated(["officer_id", "starts_at"]).any()
    assert not held.duplicated(["person_id", "starts_at"]).any()
    assert all(one in known.split() for one, known in zip(held["language"], held["languages"], strict=True))
    assert (held["office"] == held["officer_id"].map(world.officers.set_index("officer_id")["office"])).all()
    # Any two interviews of one officer or person do not overlap; rooms are never short.
    for key in ("officer_id", "person_id"):
        ordered = held.sort_values([key, "starts_at"])
        before = ordered.groupby(key)["ends_at"].shift(1)
        assert (before.isna() | (ordered["starts_at"] >= before)).all()
    for office, rows in held.groupby("office"):
        rooms = int(world.offices.set_index("office").loc[office, "rooms"])
        events = pd.concat([pd.Series(1, index=rows["starts_at"]), pd.Series(-1, index=rows["ends_at"])])
        events = events.groupby(level=0).sum().sort_index()  # an end and a start at one moment share the room
        assert events.cumsum().max() <= rooms
    # In a shift of the officer, on a working day, after the notice, within the plan.
    day = held["starts_at"].dt.normalize()
    assert days.is_working(day.to_numpy(dtype="datetime64[D]")).all()
    assert (day.to_numpy(dtype="datetime64[D]") >= have.when.first).all()
    assert (day.to_numpy(dtype="datetime64[D]") <= have.when.last).all()
    shift = held.assign(day=day).merge(world.shifts, on=["officer_id", "day"])
    start = shift["starts_at"].dt.hour * 60 + shift["starts_at"].dt.minute
    inside = (start >= shift["starts_minute"]) & (start + have.minutes <= shift["ends_minute"])
    assert shift[inside]["case_id"].nunique() == len(held)
    assert (
        made["late"] == (made["starts_at"].dt.normalize().fillna(pd.Timestamp(have.when.last)) > made["deadline"])
    ).all()


WORLD = {
    "files": st.integers(0, 150),
    "offices": st.integers(1, 3),
    "officers": st.integers(1, 4),
    "rooms": st.integers(1, 3),
    "weeks": st.integers(1, 2),
    "seed": st.integers(0, 10_000),
    "twice": st.sampled_from([0.0, 0.1]),
    "every": st.sampled_from([1, 5]),
}


@SETTINGS
@given(**WORLD)
def test_no_hard_rule_is_broken_and_row_order_is_irrelevant(world, law, days, weeks, seed, **size):
    here = world(weeks=weeks, seed=seed, **size)
    have = here.resources(law, days, weeks)
    made = plan.make(here.files, have)
    check(made, here, have, days)
    mixed = dataclasses.replace(
        here,
        **{
            name: getattr(here, name).sample(frac=1, random_state=seed)
            for name in ("files", "offices", "officers", "shifts")
        },
    )
    pd.testing.assert_frame_equal(plan.make(mixed.files, mixed.resources(law, days, weeks)), made)


def test_better_rank_has_the_earlier_day_among_equals(world, law, days):
    here = world(400, 1, 2, 2, 4, 3)
    have = here.resources(law, days, 4)
    made = plan.make(here.files, have).merge(here.files[["case_id", "rank", "language"]], on="case_id")
    made["day"] = made["starts_at"].dt.normalize().fillna(pd.Timestamp.max.normalize())
    for _, rows in made.groupby(["language", "deadline"]):
        assert rows.sort_values("rank")["day"].is_monotonic_increasing


def test_time_of_day_does_not_tell_the_rank(world, law, days):
    here = world(3000, 1, 20, 20, 8, 5)
    made = plan.make(here.files, here.resources(law, days)).merge(here.files[["case_id", "rank"]], on="case_id")
    by_day = made.dropna(subset=["starts_at"]).groupby(made["starts_at"].dt.normalize())
    within = by_day["rank"].rank(pct=True).astype("float64")
    minute = (made["starts_at"].dt.hour * 60 + made["starts_at"].dt.minute).loc[within.index]
    assert abs(np.corrcoef(within, minute)[0, 1]) < 0.06  # 3,000 files: three standard errors are 0.055


def test_each_reason_is_told(world, law, days):
    here = world(300, 3, 2, 1, 1, 7, share_known=("kk",))
    first, second, third = sorted(here.offices["office"])
    officers = here.officers[here.officers["office"] != second]
    shifts = here.shifts[here.shifts["officer_id"].isin(officers["officer_id"])]
    silent = pd.DataFrame({"officer_id": ["O99999"], "office": [third], "languages": ["en"]})
    files = pd.concat(
        [here.files, here.files.iloc[:1].assign(case_id="A99999999", person_id="P9", office="99", rank=301)]
    )
    here = dataclasses.replace(here, files=files, officers=pd.concat([officers, silent]), shifts=shifts)
    have = here.resources(law, days, 1)
    made = plan.make(here.files, have).merge(files[["case_id", "language"]], on="case_id")
    said = made.groupby(["office", "language"])["reason"].unique().map(sorted).to_dict()
    assert said[first, "ru"] == ["no_language"]
    assert said[second, "kk"] == ["no_officer"]
    assert said[third, "en"] == ["no_shift"]
    assert set(made.loc[made["office"] == "99", "reason"]) == {"no_office"}
    assert "no_time" in said[first, "kk"] + said[third, "kk"]
    assert made.loc[made["reason"] != "", ["officer_id", "starts_at", "ends_at"]].isna().all(axis=None)


def test_a_person_with_two_files_is_never_in_two_places(world, law, days):
    here = world(60, 2, 2, 2, 1, 11, share_known=("kk ru en",))
    files = here.files.assign(person_id=[f"P{number // 20}" for number in range(60)])  # 20 files a person
    here = dataclasses.replace(here, files=files)
    have = here.resources(law, days, 1)
    made = plan.make(files, have)
    check(made, here, have, days)
    assert set(made["reason"]) <= {"", plan.SAME_PERSON}


def test_an_unknown_language_finds_no_officer(world, law, days):
    here = world(5, 1, 1, 1, 1, 2)
    made = plan.make(here.files.assign(language=None), here.resources(law, days, 1))
    assert set(made["reason"]) == {plan.NO_LANGUAGE}


def test_no_file_no_plan(world, law, days):
    here = world(0, 1, 1, 1, 1, 2)
    assert list(plan.make(here.files, here.resources(law, days, 1)).columns) == plan.COLUMNS
