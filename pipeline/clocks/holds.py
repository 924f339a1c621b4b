"""Days on which a file was held: spans made of `held` and `resumed` events, and terms that leave them out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.asof import CASE, as_days
from pipeline.clocks.book import EVENT, HELD, RESUMED
from pipeline.core.calendar import WorkingCalendar

REASON = "reason"
_FAR = np.int64(1) << 24  # more days than a calendar has: keeps the files apart on one line of numbers


@dataclass(frozen=True)
class Spans:
    """Held days, one row a span: the days after `after` up to and with `until`, both datetime64[D].

    Spans of a file do not overlap; rows are sorted by file and day. `open` marks a span that nobody has ended: it
    reaches to the day asked.
    """

    row: np.ndarray
    after: np.ndarray
    until: np.ndarray
    open: np.ndarray


def spans(events: pd.DataFrame, happened_on: str, day: np.datetime64) -> Spans:
    """The held days of each file on `day`, from `events` (rows as `known_by` gives them, with `case`).

    A file is held from the day after `held` to the day of `resumed`, for each reason by itself, and is held as long as
    one reason holds it. An event that changes nothing (`resumed` of what runs, `held` of what is held) is passed over, and
    so are both events of one day. The order of rows does not matter.
    """
    reason = events[REASON] if REASON in events else pd.Series("", index=events.index)
    seen = pd.DataFrame({
        "row": events[CASE].to_numpy(), "reason": reason.fillna("").astype("str").to_numpy(),
        "on": as_days(events[happened_on]), HELD: (events[EVENT] == HELD).to_numpy(dtype=bool),
        RESUMED: (events[EVENT] == RESUMED).to_numpy(dtype=bool),
    })  # fmt: skip
    seen = seen[(seen["on"] <= day) & (seen[HELD] | seen[RESUMED])]
    seen = seen.groupby(["row", "reason", "on"], as_index=False)[[HELD, RESUMED]].any()  # also sorts
    seen = seen[seen[HELD] != seen[RESUMED]]
    group = seen.groupby(["row", "reason"])[HELD]
    seen = seen[seen[HELD] != group.shift(fill_value=False)]  # the rest takes turns: held, resumed, held, ...
    until = seen.groupby(["row", "reason"])["on"].shift(-1)
    starts = seen[HELD].to_numpy(dtype=bool)
    row, after = seen["row"].to_numpy(dtype="int64")[starts], as_days(seen["on"])[starts]
    until_day = as_days(until)[starts]
    running = np.isnat(until_day)
    return _merged(row, after, np.where(running, day, until_day), running)


def _merged(row: np.ndarray, after: np.ndarray, until: np.ndarray, running: np.ndarray) -> Spans:
    """Spans of several reasons as spans of the file."""
    order = np.lexsort((until, after, row))
    row, after, until, running = row[order], after[order], until[order], running[order]
    reach = np.maximum.accumulate(row * _FAR + until.astype("int64"))
    new = np.append(True, row[1:] * _FAR + after[1:].astype("int64") > reach[:-1])[: len(row)]
    first = np.flatnonzero(new)
    if len(first) == 0:
        return Spans(row, after, until, running)
    return Spans(row[first], after[first], np.maximum.reduceat(until, first), np.logical_or.reduceat(running, first))


def push(
    last: np.ndarray, start: np.ndarray, ended: np.ndarray, held: Spans, calendar: WorkingCalendar | None
) -> tuple[np.ndarray, np.ndarray]:
    """The last days of terms with the held days left out, and which files are held at the end of the day asked.

    `last`, `start`, `ended` are datetime64[D] `(files,)`: the last day as if nothing had been held, the day on which the
    clock started and the day that met it (missing where none has). With a `calendar` working days are counted, else
    calendar days. A hold that begins on the last day or later no longer moves it; neither does one after the end.
    """
    last, now = last.copy(), np.zeros(len(last), dtype=bool)
    if len(held.row) == 0:
        return last, now
    first = np.append(True, held.row[1:] != held.row[:-1])
    turn = np.arange(len(held.row)) - np.flatnonzero(first)[np.cumsum(first) - 1]  # the first, second, ... of its file
    for number in range(int(turn.max()) + 1):
        at = np.flatnonzero(turn == number)
        row = held.row[at]
        after = np.maximum(held.after[at], start[row])
        until = np.fmin(held.until[at], ended[row])  # fmin passes over missing days
        counts = (after < last[row]) & (after < until)
        row, after, until = row[counts], after[counts], until[counts]
        if calendar is None:
            last[row] += until - after
        else:
            last[row] = calendar.add_working_days(last[row], calendar.count(after, until))
        now[row] |= held.open[at][counts]
    return last, now
