from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clocks import count

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def d(*texts):
    return np.array(texts, dtype="datetime64[D]")


def last(start, value, unit, book, **how):
    return (
        count.last_day(d(*start) if isinstance(start, list) else d(start), value, unit, book.calendar, **how)
        .astype(str)
        .tolist()
    )


def test_the_day_after_the_start_is_day_one(book):
    assert last(["2026-06-01", "NaT"], 29, "calendar_days", book) == ["2026-06-30", "NaT"]
    assert last(["2026-06-30"], 20, "working_days", book) == ["2026-07-29"]  # 6 July is off


def test_working_days_are_missing_where_the_start_lies_outside_the_calendar(book):
    assert last(["2025-06-30", "NaT", "2026-06-30"], 3, "working_days", book) == ["NaT", "NaT", "2026-07-03"]


def test_months_and_years_keep_the_number_of_the_day_or_end_with_the_month(book):
    assert last(["2026-11-02", "2026-11-30", "2027-11-30", "2026-12-31"], 3, "months", book) == [
        "2027-02-02", "2027-02-28", "2028-02-29", "2027-03-31"
    ]  # fmt: skip
    assert last(["2026-02-13", "2024-02-29"], 1, "years", book) == ["2027-02-13", "2025-02-28"]


def test_counting_back_leaves_the_whole_term_before_the_day(book):
    assert last(["2026-11-02"], 180, "calendar_days", book, before=True) == ["2026-05-06"]
    assert last(["2026-11-02"], 180, "calendar_days", book, before=True, more_than=True) == ["2026-05-05"]
    assert last(["2026-11-02"], 3, "working_days", book, before=True) == ["2026-10-28"]
    assert last(["2026-05-31"], 3, "months", book, before=True) == ["2026-02-28"]


@given(start=DAYS, months=st.integers(1, 60))
@settings(deadline=None)
def test_months_agree_with_a_walk_through_the_calendar(book, start, months):
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    expected = next(
        date(year, month + 1, number)
        for number in range(start.day, 0, -1)
        if number <= (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    )
    assert last([start.isoformat()], months, "months", book) == [expected.isoformat()]


def test_a_last_day_off_moves_to_the_next_working_day(book):
    moved = count.to_working_day(d("2026-07-04", "2026-07-07", "NaT"), book.calendar)
    assert moved.astype(str).tolist() == ["2026-07-07", "2026-07-07", "NaT"]
    with pytest.raises(Exception, match="outside"):
        count.to_working_day(d("2030-01-01"), book.calendar)
