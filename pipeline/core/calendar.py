"""Working days of a programme, from its `calendar.yaml`: a library's holidays, the moved days, the weekly rest."""

from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np

from pipeline.core import yaml
from pipeline.core.errors import Problem
from pipeline.core.yaml import Strict

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Moment = date | np.datetime64
Status = Literal["CONFIRMED", "SINGLE", "DERIVED", "PROVISIONAL"]


class Base(Strict):
    """Whose list of holidays is the base."""

    library: Literal["holidays"]
    country: str


class Day(Strict):
    """One day that is off, or worked, on the word of a source."""

    day: date
    instead_of: date | None = None
    name: str
    status: Status
    source: str


class Conflict(Strict):
    """A day on which two readings disagree, and the one that holds."""

    day: date
    library: Literal["off", "working"]
    notes: Literal["off", "working", "silent"]
    decided: Literal["off", "working"]
    status: Status
    why: str


class CalendarFile(Strict):
    """`calendar.yaml` as it stands."""

    base: Base
    years: list[int]
    weekly_rest: list[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]]
    days_off: list[Day]
    working_days: list[Day]
    conflicts: list[Conflict]


class WorkingCalendar:
    """The working days from `first` to `last`, both included.

    `days` holds them in order as datetime64[D]. Methods raise Problem for a day outside the years the calendar covers.
    """

    def __init__(self, days: np.ndarray, first: date, last: date, where: str) -> None:
        self.days = np.asarray(days, dtype="datetime64[D]")
        self.first, self.last = np.datetime64(first, "D"), np.datetime64(last, "D")
        self._where = where

    def covers(self, day: np.ndarray) -> np.ndarray:
        """Which of `day` (datetime64[D]) lie in the years covered; a missing day does not."""
        return (day >= self.first) & (day <= self.last)

    def is_working(self, day: np.ndarray) -> np.ndarray:
        """Which of `day` (datetime64[D], any shape) are worked."""
        day = self._checked(day)
        at = np.minimum(np.searchsorted(self.days, day), len(self.days) - 1)
        return self.days[at] == day

    def working_days(self, start: Moment, end: Moment) -> np.ndarray:
        """The working days from `start` to `end`, both included, datetime64[D]."""
        low, high = self._checked(np.array([start, end], dtype="datetime64[D]"))
        return self.days[np.searchsorted(self.days, low) : np.searchsorted(self.days, high, side="right")]

    def add_working_days(self, day: np.ndarray | Moment, count: int | np.ndarray) -> Any:
        """The `count`-th working day after each of `day` (datetime64[D], any shape); `day` itself is not counted.

        A negative `count` goes back in the same way, 0 gives the first working day on or after `day`.
        """
        day, count = self._checked(day), np.asarray(count)
        after = np.searchsorted(self.days, day, side="right") - 1
        at = np.where(count > 0, after, np.searchsorted(self.days, day)) + count
        if np.any((at < 0) | (at >= len(self.days))):
            far = count.max() if np.any(at >= len(self.days)) else count.min()
            edge = (
                f"end after {self.last}; add the next year"
                if far >= 0
                else f"begin before {self.first}; add the year before"
            )
            raise Problem(f"{self._where}: {abs(far)} working days {edge} to `years`.")
        return self.days[at]

    def count(self, after: np.ndarray | Moment, until: np.ndarray | Moment) -> Any:
        """How many working days lie after `after` and not after `until`; 0 where `until` is the earlier one."""
        first, last = (np.searchsorted(self.days, self._checked(day), side="right") for day in (after, until))
        return np.maximum(last - first, 0)

    def _checked(self, day: np.ndarray | Moment) -> np.ndarray:
        day = np.asarray(day, dtype="datetime64[D]")
        if not np.all(self.covers(day)):
            outside = np.atleast_1d(day)[~np.atleast_1d(self.covers(day))][0]
            raise Problem(
                f"{self._where}: covers {self.first} to {self.last}, and {outside} is outside; add its year to `years`."
            )
        return day


def load(path: Path) -> WorkingCalendar:
    """The calendar in `path`; raises Problem for a day given twice or a contradiction that `conflicts` does not settle."""
    import holidays

    record = yaml.load(path, CalendarFile)
    years = sorted(set(record.years))
    if not years or years != list(range(years[0], years[-1] + 1)):
        raise Problem(f"{path}: `years` should be a row of years without a gap, for instance [2026, 2027].")
    library = holidays.country_holidays(record.base.country, years=years)
    named = {day for day in library if day.year in years}
    off, worked = {entry.day for entry in record.days_off}, {entry.day for entry in record.working_days}
    settled = {entry.day: entry for entry in record.conflicts}
    given = [entry.day for entry in record.days_off + record.working_days] + [entry.day for entry in record.conflicts]
    for day in given:
        if given.count(day) > 1:
            raise Problem(f"{path}: {day} is given twice; keep it in one of days_off, working_days and conflicts.")
        if day.year not in years:
            raise Problem(f"{path}: {day} lies outside `years`; add its year or remove the day.")
    for day in sorted((off - named) | (worked & named)):
        raise Problem(
            f"{path}: {day} contradicts the library `holidays`; move it to `conflicts` and say which reading holds and why."
        )
    for day, entry in settled.items():
        if (entry.library == "off") != (day in named):
            raise Problem(
                f"{path}: the library `holidays` no longer says `{entry.library}` for {day}; look at the conflict again."
            )
    rest = [WEEKDAYS.index(name) for name in record.weekly_rest]
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    every = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    weekday = (every.astype("datetime64[D]").astype("int64") + 3) % 7  # 1970-01-01 was a Thursday
    off |= (named - settled.keys()) | {day for day, entry in settled.items() if entry.decided == "off"}
    worked |= {day for day, entry in settled.items() if entry.decided == "working"}
    working = ~np.isin(weekday, rest) & ~np.isin(every, _days(off)) | np.isin(every, _days(worked))
    return WorkingCalendar(every[working], first, last, str(path))


def _days(days: set[date]) -> np.ndarray:
    return np.array(sorted(days), dtype="datetime64[D]")
