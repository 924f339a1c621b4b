"""What a change of the law does to the offices: interviews to hold, days of work, waiting time, files to review.

An estimate, not a plan (`qonys schedule` makes the plan): every officer on shift holds interviews one after the other in
any language, and files are heard in the order of rank. For one office and one law

    days of work                       = files that pass / capacity
    wait of the file ranked k-th       = k / capacity        (working days from the first day of interviews)
    capacity (interviews a working day) = free times from the first day on / working days of those weeks

where a free time is an interview time on the grid of the programme at which an officer has a shift and a room is free.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from pipeline.audit.cover import cover
from pipeline.core import calendar, tables
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme
from pipeline.gates.records import FAIL, PASS
from pipeline.policy.shares import few
from pipeline.schedule import openings, rules

TENS = 10


@dataclass(frozen=True)
class Capacity:
    """Interviews a working day by office (0 where nobody can hold one); `why` says why it is not known at all."""

    by_office: Mapping[str, float]
    why: str = ""


@dataclass(frozen=True)
class Wait:
    """Working days from the first day of interviews; None where no officer can hold an interview."""

    days_of_work: float | None
    median: float | None
    longest: float | None


@dataclass(frozen=True)
class Described:
    """How a programme holds interviews, and on which days its offices work."""

    interviews: rules.Interviews
    days: calendar.WorkingCalendar


def describe(programme: Programme) -> Described | None:
    """The rules of the programme's interviews, None where it holds none; raises Problem for what cannot be read."""
    if not programme.interviews:
        return None
    return Described(rules.load(programme), calendar.load(programme.folder / "calendar.yaml"))


def capacity(described: Described, accepted: Path, as_of: date, weeks: int) -> Capacity:
    """Interviews that each office could hold a working day in the `weeks` weeks after the notice period.

    `accepted` is the folder of the ingested tables. Shifts or a calendar that say nothing about these weeks leave it
    unknown.
    """
    law, days = described.interviews, described.days
    offices, officers, shifts = (tables.read_table(accepted / name) for name in ("offices", "officers", "shifts"))
    try:
        when = openings.horizon(as_of, weeks, law, days)
        free, _ = openings.openings(officers, shifts, when, law)
    except Problem as problem:
        return Capacity({}, str(problem))
    rooms = dict(zip(offices["office"].astype(str), offices["rooms"].astype("int64"), strict=True))
    taken = free.groupby(["office", "day", "minute"], observed=True).size().reset_index(name="officers")
    held = taken["officers"].clip(upper=taken["office"].map(rooms).fillna(0))
    total = held.groupby(taken["office"]).sum()
    number = max(len(when.days), 1)
    return Capacity({office: float(total.get(office, 0)) / number for office in sorted(rooms)})


def wait(files: int, a_day: float | None) -> Wait:
    """The waits of `files` files at one office that holds `a_day` interviews a working day."""
    if files == 0:
        return Wait(0.0, None, None)
    if not a_day:
        return Wait(None, None, None)
    return Wait(files / a_day, (files + 1) / 2 / a_day, files / a_day)


def everywhere(files: Mapping[str, int], a_day: Mapping[str, float]) -> Wait:
    """The waits of all files of all offices; None as soon as one office has files and cannot hold an interview.

    `days_of_work` and `longest` are those of the office that needs the longest.
    """
    busy = {office: number for office, number in files.items() if number}
    if not busy:
        return Wait(0.0, None, None)
    if any(not a_day.get(office) for office in busy):
        return Wait(None, None, None)
    waits = np.concatenate([np.arange(1, number + 1) / a_day[office] for office, number in busy.items()])
    longest = float(waits.max())
    return Wait(longest, float(np.median(waits)), longest)


@dataclass(frozen=True)
class Office:
    """One office before and after. A pile that few flips could be read off is rounded to `TENS` and named in `rounded`."""

    office: str
    interviews: tuple[int, int]  # files that pass
    reviews: tuple[int, int]  # files held for an officer
    a_day: tuple[float | None, float | None]  # interviews a working day; None where it is not known
    waits: tuple[Wait, Wait]
    rounded: tuple[str, ...]


@dataclass(frozen=True)
class Load:
    """All offices, and the whole queue (`office` empty; its waits are those of the offices as shown)."""

    offices: tuple[Office, ...]
    whole: Office
    why: str  # why capacity is not known; empty where it is


def load(counts: Mapping[str, np.ndarray], capacities: tuple[Capacity, Capacity], smallest: int) -> Load:
    """The load of the offices; `counts`: office -> (3, 3) files by old and new verdict.

    Offices with fewer than `smallest` files, and those where fewer than FEW files come to a pile or leave it, have that
    pile rounded to tens, and so have further ones until none can be had by subtraction from the whole.
    """
    names = sorted(counts)
    matrix = np.array([counts[name] for name in names]).reshape(-1, 3, 3)
    small = cover(matrix.sum(axis=(1, 2)), smallest)
    piles, rough = {}, {}
    for name, code in (("interviews", PASS), ("reviews", FAIL)):
        before, after, both = matrix[:, code].sum(axis=1), matrix[:, :, code].sum(axis=1), matrix[:, code, code]
        rough[name] = small | few(before - both) | few(after - both)
        piles[name] = np.where(rough[name], _tens(np.stack([before, after])), np.stack([before, after]))
    offices = []
    for place, name in enumerate(names):
        shown = {pile: (int(found[0, place]), int(found[1, place])) for pile, found in piles.items()}
        a_day = tuple(None if side.why else side.by_office.get(name, 0.0) for side in capacities)
        waits = tuple(wait(files, speed) for files, speed in zip(shown["interviews"], a_day, strict=True))
        rounded = tuple(pile for pile in piles if rough[pile][place])
        offices.append(Office(name, shown["interviews"], shown["reviews"], a_day, waits, rounded))  # type: ignore[arg-type]
    return Load(tuple(offices), _whole(offices, matrix.sum(axis=0), capacities), capacities[0].why or capacities[1].why)


def _tens(files: np.ndarray) -> np.ndarray:
    return (files + TENS // 2) // TENS * TENS


def _whole(offices: Sequence[Office], matrix: np.ndarray, capacities: tuple[Capacity, Capacity]) -> Office:
    a_day = tuple(None if side.why else sum(side.by_office.values()) for side in capacities)
    waits = tuple(
        Wait(None, None, None) if side.why else everywhere({each.office: each.interviews[place] for each in offices}, side.by_office)
        for place, side in enumerate(capacities)
    )  # fmt: skip
    piles = [(int(matrix[code].sum()), int(matrix[:, code].sum())) for code in (PASS, FAIL)]
    return Office("", piles[0], piles[1], a_day, waits, ())  # type: ignore[arg-type]
