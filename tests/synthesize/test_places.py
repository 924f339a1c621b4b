"""Offices, officers, shifts, employers, labour demand."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from pipeline.core.checkdigits import iin_valid
from pipeline.synthesize import figures, places

AS_OF = date(2026, 6, 30)
DAY = 20_634  # the same day


def frame(reference: places.Places, name: str) -> pd.DataFrame:
    return reference.tables[name].to_pandas()


def test_every_region_has_an_office_with_two_officers_and_shifts(reference: places.Places):
    officers, shifts = frame(reference, "officers"), frame(reference, "shifts")
    assert frame(reference, "offices")["office"].tolist() == figures.REGION_CODES
    assert officers.groupby("office").size().min() >= 2
    assert set(shifts["officer_id"]) == set(officers["officer_id"])
    assert officers.groupby("office")["languages"].agg(lambda spoken: "kk ru en" in set(spoken)).all()


def test_shifts_are_on_weekdays_of_twelve_weeks_after_the_day(reference: places.Places):
    shifts = frame(reference, "shifts")
    days = pd.to_datetime(shifts["day"])
    assert (days.dt.day_of_week < 5).all()
    assert days.min().date() > AS_OF
    assert days.max().date() <= AS_OF + timedelta(weeks=places.WEEKS)
    assert not shifts.duplicated(["officer_id", "day"]).any()


def test_capacity_is_short_only_where_it_is_meant_to_be(reference: places.Places):
    shifts = frame(reference, "shifts").merge(frame(reference, "officers"), on="officer_id")
    shifts = shifts[pd.to_datetime(shifts["day"]).dt.date <= AS_OF + timedelta(weeks=places.PLANNED_WEEKS)]
    room = shifts.groupby("office").size().reindex(figures.REGION_CODES).to_numpy() * 12
    need = 2_000 * places.EXPECTED_PASS * figures.region_shares()
    short = {code for code, has, wants in zip(figures.REGION_CODES, room, need, strict=True) if has < wants}
    assert short == set(places.SHORT_OFFICES)


def test_employers_are_sorted_by_region_with_valid_numbers(reference: places.Places):
    employers = frame(reference, "employers")
    assert employers["employer_bin"].is_unique
    assert iin_valid(employers["employer_bin"]).all()  # the rule of the check digit is the same
    bounds = reference.employer_bounds
    assert all(
        set(employers["region"][bounds[i] : bounds[i + 1]]) == {code} for i, code in enumerate(figures.REGION_CODES)
    )


def test_demand_is_published_after_its_quarter_and_never_after_the_day(reference: places.Places):
    demand = frame(reference, "labour_demand")
    assert demand["demand_id"].is_unique
    assert demand.groupby("published_on").size().unique().tolist() == [20 * 30]
    assert demand["published_on"].max() <= AS_OF
    first = demand.iloc[0]
    assert first["demand_id"].startswith(f"{first['region']}-{first['occupation']}-")
    quarter = pd.Period(first["demand_id"][-6:], freq="Q")
    assert pd.Timestamp(first["published_on"]) > quarter.end_time


def test_tightness_is_the_last_published(reference: places.Places):
    demand = frame(reference, "labour_demand")
    rows = demand[(demand["region"] == "71") & (demand["occupation"] == "2512")].sort_values("published_on")
    expected = np.log((rows["vacancies"].iloc[-1] + 1) / (rows["seekers"].iloc[-1] + 1))
    region, occupation = figures.REGION_CODES.index("71"), places.OCCUPATION_CODES.index("2512")
    assert reference.tightness_on(np.array([DAY]), np.array([region]), np.array([occupation]))[0] == expected
    early = reference.tightness_on(np.array([0]), np.array([region]), np.array([occupation]))[0]
    assert early == np.log((rows["vacancies"].iloc[0] + 1) / (rows["seekers"].iloc[0] + 1))
