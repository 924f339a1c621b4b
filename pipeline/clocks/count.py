"""Term arithmetic over whole columns: the day after the start is day one; months and years keep the number of the day."""

import numpy as np

from pipeline.core.calendar import WorkingCalendar

DAY = np.timedelta64(1, "D")


def last_day(
    start: np.ndarray,
    value: int,
    unit: str,
    calendar: WorkingCalendar,
    *,
    before: bool = False,
    more_than: bool = False,
) -> np.ndarray:
    """The last day of a term of `value` units (calendar_days, working_days, months, years) from each of `start`.

    `start` and the result are datetime64[D], any shape; missing stays missing, and working days are missing where
    `start` lies outside the years of the calendar. Months and years end on the day of the same number, or on the last day
    of a month that has no such day. `before` counts back: the latest day that leaves the whole term before `start`, with
    `more_than` one day more. Raises Problem where working days run out of the calendar.
    """
    sign = -1 if before else 1
    if unit == "calendar_days":
        last = start + sign * value * DAY
    elif unit == "working_days":
        last = np.full(start.shape, np.datetime64("NaT"), dtype="datetime64[D]")
        covered = calendar.covers(start)
        last[covered] = calendar.add_working_days(start[covered], sign * value)
    else:
        last = _months(start, sign * value * (12 if unit == "years" else 1))
    return last - DAY if more_than else last


def _months(start: np.ndarray, count: int) -> np.ndarray:
    month = start.astype("datetime64[M]")
    day = start - month.astype("datetime64[D]")
    target = month + count
    longest = (target + 1).astype("datetime64[D]") - target.astype("datetime64[D]") - DAY
    return target.astype("datetime64[D]") + np.minimum(day, longest)


def to_working_day(day: np.ndarray, calendar: WorkingCalendar) -> np.ndarray:
    """The first working day on or after each of `day`; missing stays missing.

    Raises Problem for a day outside the years of the calendar.
    """
    moved, known = day.copy(), ~np.isnat(day)
    moved[known] = calendar.add_working_days(day[known], 0)
    return moved
