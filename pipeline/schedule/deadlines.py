"""Deadline clocks: by which day the interview of each file should have been held."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.schedule.calendar import WorkingCalendar
from pipeline.schedule.rules import Deadline

DAY = np.timedelta64(1, "D")


def run_out(starts: pd.Series, clock: Deadline, calendar: WorkingCalendar) -> np.ndarray:
    """The last day of `clock` for each file, datetime64[D]; the day after `starts` counts as the first.

    Missing where the start is missing, or where working days are to be counted outside the calendar's years.
    """
    start = starts.to_numpy(dtype="datetime64[s]").astype("datetime64[D]")
    if clock.count == "calendar":
        return start + clock.days * DAY
    last = np.full(len(start), np.datetime64("NaT"), dtype="datetime64[D]")
    covered = calendar.covers(start)
    last[covered] = calendar.add_working_days(start[covered], clock.days)
    return last


def deadlines(
    facts: pd.DataFrame, clocks: Mapping[str, Deadline], calendar: WorkingCalendar
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The deadline of each file (the earliest of the clocks that bind, missing if none runs) and every clock's last day.

    `facts` has one column a clock, the day on which it started. All datetime64[D], shape `(files,)`.
    """
    ends = {name: run_out(facts[name], clock, calendar) for name, clock in clocks.items()}
    earliest = np.full(len(facts), np.datetime64("NaT"), dtype="datetime64[D]")
    for name, clock in clocks.items():
        if clock.binds:
            earliest = np.fmin(earliest, ends[name])  # fmin passes over missing days
    return earliest, ends
