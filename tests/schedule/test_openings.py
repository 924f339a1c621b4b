from datetime import date

import pandas as pd
import pytest

from pipeline.core.errors import Problem
from pipeline.schedule import openings

AS_OF = date(2026, 6, 30)
OFFICERS = pd.DataFrame({"officer_id": ["O1", "O2"], "office": ["10", "10"], "languages": ["kk ru", "en"]})


def shifts(*rows):
    frame = pd.DataFrame(rows, columns=["officer_id", "day", "starts_minute", "ends_minute"])
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[s]")
    return frame.astype({"starts_minute": "Int64", "ends_minute": "Int64"})


@pytest.fixture
def when(law, days):
    return openings.horizon(AS_OF, 2, law, days)


def test_horizon_starts_after_the_notice(when):
    # 1, 2, 3, 7 and 8 July are the five working days (the 6th is Capital Day).
    assert str(when.first) == "2026-07-09"
    assert str(when.last) == "2026-07-22"
    assert len(when.days) == 10


def test_grid_has_no_overlaps_and_fits_blocks(law):
    starts = openings.grid(law)
    assert starts[0] == 9 * 60
    assert (starts[1:] - starts[:-1] >= law.duration_minutes.value).all()
    assert {13 * 60, 14 * 60} <= set(starts)


def test_lunch_only_in_long_shifts(when, law):
    free, _ = openings.openings(
        OFFICERS, shifts(("O1", "2026-07-09", 540, 1080), ("O2", "2026-07-09", 540, 840)), when, law
    )
    of = {officer: set(rows["minute"]) for officer, rows in free.groupby("officer_id")}
    assert 780 not in of["O1"]
    assert len(of["O1"]) == 12
    assert 780 in of["O2"]  # five hours, no break
    assert max(of["O2"]) + 40 <= 840


def test_days_off_notice_and_idle_officers_are_counted(when, law):
    free, counted = openings.openings(
        OFFICERS,
        shifts(("O1", "2026-07-09", 540, 780), ("O1", "2026-07-11", 540, 780), ("O1", "2026-07-08", 540, 780)),
        when,
        law,
    )
    assert set(free["day"].dt.strftime("%m-%d")) == {"07-09"}
    assert (counted.on_days_off, counted.outside, counted.officers_without_shift) == (1, 1, 1)


def test_touching_shifts_are_fine_overlapping_ones_stop(when, law):
    openings.openings(OFFICERS, shifts(("O1", "2026-07-09", 540, 780), ("O1", "2026-07-09", 780, 900)), when, law)
    with pytest.raises(Problem, match="officer O1 has two shifts at the same time on 2026-07-09"):
        openings.openings(OFFICERS, shifts(("O1", "2026-07-09", 700, 900), ("O1", "2026-07-09", 540, 780)), when, law)


@pytest.mark.parametrize("rows", [[("O1", "2026-06-30", 540, 780)], []])
def test_shifts_in_the_past_stop(when, law, rows):
    with pytest.raises(Problem, match="none lies after 2026-06-30"):
        openings.openings(OFFICERS, shifts(*rows), when, law)
