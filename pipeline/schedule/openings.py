"""Officers' free times: shifts cut into the interview times of one grid, so that rooms can be counted."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from pipeline.core.calendar import WorkingCalendar
from pipeline.core.errors import Problem
from pipeline.schedule.rules import Interviews

COLUMNS = ["officer_id", "office", "languages", "day", "minute"]
MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class Horizon:
    """The days of the plan made on `as_of`: notice is over on `first`, nothing is planned after `last`."""

    as_of: np.datetime64
    first: np.datetime64
    last: np.datetime64
    days: np.ndarray  # the working days from first to last, datetime64[D]


@dataclass(frozen=True)
class ShiftCount:
    """What became of the shifts and of the officers."""

    shifts: int
    outside: int  # before the first day of the plan or after its last
    on_days_off: int  # within the plan, but on a day that is not worked
    officers: int
    officers_without_shift: int  # no shift at all in the register


def horizon(as_of: date, weeks: int, rules: Interviews, calendar: WorkingCalendar) -> Horizon:
    """From the first working day after the notice period, which starts on the day after `as_of`, `weeks` weeks long."""
    first = calendar.add_working_days(as_of, rules.notice_working_days.value + 1)[()]
    last = first + np.timedelta64(7 * weeks - 1, "D")
    return Horizon(np.datetime64(as_of, "D"), first, last, calendar.working_days(first, last))


def grid(rules: Interviews) -> np.ndarray:
    """The minutes after midnight at which interviews can start, in order.

    Starts follow each other without a gap from `first_start` to the lunch break, then from the start of the break and
    from its end, so two interviews of the grid never overlap unless they start together.
    """
    length, first, lunch = rules.duration_minutes.value, rules.first_start.value, rules.lunch
    blocks = [(first, lunch.from_), (max(first, lunch.from_), lunch.to), (max(first, lunch.to), MIDNIGHT)]
    return np.concatenate([np.arange(begin, end - length + 1, length) for begin, end in blocks])


def openings(
    officers: pd.DataFrame, shifts: pd.DataFrame, when: Horizon, rules: Interviews
) -> tuple[pd.DataFrame, ShiftCount]:
    """One row for each time at which an officer could hold an interview, sorted by day, minute and officer.

    Columns: officer_id, office, languages (text, codes separated by spaces), day (datetime64[D] as datetime64[s]),
    minute (after midnight). A shift on a day that is not worked is left out and counted.
    Raises Problem for shifts that all lie in the past and for two shifts of one officer at the same time.
    """
    day = shifts["day"].to_numpy(dtype="datetime64[s]").astype("datetime64[D]")
    future = day > when.as_of
    if not future.any():
        latest = f"the last is of {day.max()}" if len(day) else "there is none"
        raise Problem(f"shifts: none lies after {when.as_of} ({latest}); export the shifts of the coming weeks.")
    _no_overlap(shifts[future])
    inside = (day >= when.first) & (day <= when.last)
    worked = np.isin(day, when.days)
    counted = ShiftCount(
        len(shifts), int((~inside).sum()), int((inside & ~worked).sum()), len(officers),
        int((~officers["officer_id"].isin(shifts["officer_id"])).sum()),
    )  # fmt: skip
    used = shifts[inside & worked].merge(officers[["officer_id", "office", "languages"]], on="officer_id", how="inner")
    starts, ends = (used[name].to_numpy(dtype="int64")[:, None] for name in ("starts_minute", "ends_minute"))
    minute, length, lunch = grid(rules)[None, :], rules.duration_minutes.value, rules.lunch
    fits = (minute >= starts) & (minute + length <= ends)
    at_lunch = (minute < lunch.to) & (minute + length > lunch.from_)
    fits &= ~(at_lunch & (ends - starts > 60 * lunch.if_shift_longer_than_hours))
    row, column = np.nonzero(fits)
    free = used.iloc[row][["officer_id", "office", "languages", "day"]].assign(minute=minute[0, column])
    return free.sort_values(["day", "minute", "officer_id"], ignore_index=True)[COLUMNS], counted


def _no_overlap(shifts: pd.DataFrame) -> None:
    order = shifts.sort_values(["officer_id", "day", "starts_minute", "ends_minute"], ignore_index=True)
    before = order.shift(1)
    same = (order["officer_id"] == before["officer_id"]) & (order["day"] == before["day"])
    clash = (same & (order["starts_minute"] < before["ends_minute"])).to_numpy(dtype=bool, na_value=False)
    if clash.any():
        first = order[clash].iloc[0]
        raise Problem(
            f"shifts: officer {first['officer_id']} has two shifts at the same time on {first['day']:%Y-%m-%d} "
            f"({int(clash.sum())} such pairs in all); correct the shifts and take them in again."
        )
