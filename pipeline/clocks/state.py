"""Where every file stands with every clock on one day: columns of facts in, states and last days out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.clocks import count, holds
from pipeline.clocks.book import HOLDS, STARTS_ON, TODAY, Book, key
from pipeline.clocks.holds import Spans
from pipeline.clocks.records import Clock
from pipeline.core.expressions import Expression, Values, column, constant
from pipeline.core.law import NO_VALUE, Dated

STATES = ("running", "held", "met", "late", "overdue", "ended", "not_started", "unknown", "not_applicable")
RUNNING, HELD, MET, LATE, OVERDUE, ENDED, NOT_STARTED, UNKNOWN, NOT_APPLICABLE = range(len(STATES))
_OPEN = (RUNNING, HELD, OVERDUE, ENDED)  # states in which days are left, or have passed since the last one
COLUMNS = ["case_id", "clock", "starts_on", "ended_on", "due_on", "state", "days_left"]


@dataclass(frozen=True)
class Standing:
    """Each `(clocks, files)`: the state (a place in STATES) and the days, datetime64[D], missing where there is none.

    `due` is the last day; of a file that is held, the last day if it went on today.
    """

    clocks: tuple[str, ...]
    state: np.ndarray
    starts: np.ndarray
    ended: np.ndarray
    due: np.ndarray
    day: date

    def table(self, case_id: pd.Series) -> pd.DataFrame:
        """One row a file and clock with `COLUMNS`, files in the order given, clocks in the order of the law.

        `days_left` are calendar days from the day asked to the last day: negative once it has passed, missing where
        nothing runs.
        """
        clocks, files = self.state.shape
        left = (self.due - np.datetime64(self.day, "D")).astype("timedelta64[D]").astype("float64")
        left[np.isnat(self.due) | ~np.isin(self.state, _OPEN)] = np.nan
        each = {"starts_on": self.starts, "ended_on": self.ended, "due_on": self.due}
        made: dict[str, Any] = {
            "case_id": pa.array(case_id).take(pa.array(np.repeat(np.arange(files), clocks))),
            "clock": _words(np.tile(np.arange(clocks), files), self.clocks),
            **{name: days.T.ravel().astype("datetime64[s]") for name, days in each.items()},
            "state": _words(self.state.T.ravel(), STATES),
            "days_left": pa.array(left.T.ravel(), pa.int32(), from_pandas=True, safe=False),
        }
        return pa.table(made).to_pandas(types_mapper={pa.int32(): pd.Int32Dtype()}.get)[COLUMNS]

    def counts(self) -> dict[str, dict[str, int]]:
        """Clock -> state -> number of files."""
        return {
            name: dict(zip(STATES, np.bincount(row, minlength=len(STATES)).tolist(), strict=True))
            for name, row in zip(self.clocks, self.state, strict=True)
        }


def _words(codes: np.ndarray, words: Sequence[str]) -> pa.Array:
    made = pa.DictionaryArray.from_arrays(pa.array(codes.astype("int32")), pa.array(list(words), pa.string()))
    return made.cast(pa.string())


def stand(book: Book, facts: pd.DataFrame, aside: pd.DataFrame, held: Spans, day: date) -> Standing:
    """Where each file stands on `day` with every clock whose start a register records.

    `facts` and `aside` have the columns of `Book.wanted`, one row a file: the value known on the day, and whether a row
    that was set aside as unreadable may bear on it. `held` are the files' held days. A fact that is missing is unknown.
    """
    clocks, files = book.registered, len(facts)
    columns = {fact: column(facts[fact]) for fact in book.facts}
    columns |= {TODAY: constant(day), **{name: _list(items, day) for name, items in book.values.items()}}
    state = np.empty((len(clocks), files), dtype=np.int8)
    starts, ended, due = (np.full(state.shape, np.datetime64("NaT"), dtype="datetime64[D]") for _ in range(3))
    for place, name in enumerate(clocks):
        clock = book.clocks[name]
        starts[place] = _days(facts, key(name, "starts"))
        columns[STARTS_ON] = Values(starts[place], ~np.isnat(starts[place]))
        if clock.ends is not None:
            ended[place] = _ended(clock, _days(facts, key(name, "ends")), starts[place], columns, day)
        due[place], now = last_days(book, name, starts[place], ended[place], held, day)
        state[place] = _state(clock, starts[place], ended[place], due[place], now, day)
        vague = _vague(book, name, aside)
        state[place][vague] = UNKNOWN
        if clock.applies_when is not None:
            _apply(_ask(clock.applies_when, columns, files), state[place], starts[place], ended[place], due[place])
    return Standing(clocks, state, starts, ended, due, day)


def _list(items: Sequence[Dated], day: date) -> Values:
    found = next((item.value for item in items if item.covers(day) and item.value != NO_VALUE), None)
    return Values(found or [], np.bool_(found is not None))


def _days(facts: pd.DataFrame, name: str) -> np.ndarray:
    return facts[name].to_numpy(dtype="datetime64[s]").astype("datetime64[D]")


def _ask(condition: Expression, columns: Mapping[str, Values], files: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the condition is known to hold and known not to hold."""
    answer = condition.evaluate(columns)
    return np.broadcast_to(answer.true, files), np.broadcast_to(answer.false, files)


def _ended(clock: Clock, event: np.ndarray, starts: np.ndarray, columns: Mapping[str, Values], day: date) -> np.ndarray:
    """The day of the event that meets the clock, missing where it has not come by `day`.

    An event before the start belongs to an earlier round of a deadline, and is no end of it; a paper that came after the
    event for which it was needed has served.
    """
    ended = event.copy()
    ended[(event > np.datetime64(day, "D")) | np.isnat(starts)] = np.datetime64("NaT")
    if clock.kind == "deadline":
        ended[event < starts] = np.datetime64("NaT")
    if clock.ends_when is not None:
        ended[~_ask(clock.ends_when, columns, len(event))[0]] = np.datetime64("NaT")
    return ended


def last_days(
    book: Book, name: str, starts: np.ndarray, ended: np.ndarray, held: Spans, day: date
) -> tuple[np.ndarray, np.ndarray]:
    """The last day of the clock `name` for each of `starts`, and which files are held on `day`.

    `starts` and `ended` (the day that met it) are datetime64[D] `(files,)`. Missing where the start is, where the law
    gives no length, and where working days would be counted from outside the calendar's years.
    """
    clock = book.clocks[name]
    last = np.full(len(starts), np.datetime64("NaT"), dtype="datetime64[D]")
    now = np.zeros(len(starts), dtype=bool)
    on_day = book.length_on(name, day)
    for length in book.lengths[name]:
        if isinstance(length.value, str):  # UNKNOWN
            continue
        if clock.in_force == "on_day":
            mine = np.full(len(starts), length is on_day)
        else:
            mine = starts >= np.datetime64(length.from_, "D")
            mine &= starts <= np.datetime64(length.to, "D") if length.to else True
        if not mine.any():
            continue
        before = clock.direction == "before"
        ends = count.last_day(
            starts[mine], length.value, length.unit, book.calendar, before=before, more_than=clock.more_than
        )
        if clock.holds and book.held:
            only = np.full(len(starts), np.datetime64("NaT"), dtype="datetime64[D]")
            only[mine] = ends
            working = book.calendar if length.unit == "working_days" else None
            pushed, here = holds.push(only, starts, ended, held, working)
            ends, now = pushed[mine], now | here
        rule = clock.ends_on_day_off or book.day_off
        if rule.value == "next_working_day" and clock.kind == "deadline" and not before:
            ends = count.to_working_day(ends, book.calendar)
        last[mine] = ends
    return last, now


def _state(
    clock: Clock, starts: np.ndarray, ended: np.ndarray, due: np.ndarray, now: np.ndarray, day: date
) -> np.ndarray:
    """The state where everything that bears on it is known and the clock applies; missing days compare as false."""
    today = np.datetime64(day, "D")
    state = np.full(len(starts), RUNNING, dtype=np.int8)
    state[today > due] = OVERDUE if clock.kind == "deadline" else ENDED
    state[now] = HELD
    if clock.direction == "after":
        state[starts > today] = NOT_STARTED
    state[ended <= due] = MET
    state[ended > due] = LATE
    state[np.isnat(due)] = UNKNOWN
    state[np.isnat(starts)] = NOT_STARTED
    return state


def _vague(book: Book, name: str, aside: pd.DataFrame) -> np.ndarray:
    """Files on whose state a row that was set aside may bear: it must not look as if it had never been there."""
    clock = book.clocks[name]
    used = [key(name, part) for part in clock.takes]
    used += [fact for condition in clock.conditions.values() for fact in condition.names if fact in aside]
    if clock.holds and book.held:
        used.append(HOLDS)
    return np.asarray(aside[used].to_numpy(dtype=bool).any(axis=1))


def _apply(
    applies: tuple[np.ndarray, np.ndarray], state: np.ndarray, starts: np.ndarray, ended: np.ndarray, due: np.ndarray
) -> None:
    """Empties the files to which the clock does not apply; where nobody knows whether it applies, nobody knows its end."""
    holds_for, out = applies
    state[~holds_for & (state != NOT_STARTED)] = UNKNOWN
    due[~holds_for] = np.datetime64("NaT")
    state[out] = NOT_APPLICABLE
    starts[out] = ended[out] = np.datetime64("NaT")
