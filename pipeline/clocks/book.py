"""Reads the clocks of a programme and checks them before any data are touched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from pipeline.clocks.records import Clock, ClocksFile, DayOff, Length
from pipeline.core import calendar, facts, yaml
from pipeline.core.calendar import WorkingCalendar
from pipeline.core.errors import Problem
from pipeline.core.law import NO_VALUE, Dated
from pipeline.core.programme import Programme, Take

NAME = "clocks.yaml"
HOLDS = "holds"  # the source that tells on which days a file was held
EVENT, HELD, RESUMED = "event", "held", "resumed"
TODAY, STARTS_ON = "today", "starts_on"  # names that conditions may use beside facts


@dataclass(frozen=True)
class Book:
    """All clocks of one programme, in the order of the file, and the working days they are counted on."""

    clocks: Mapping[str, Clock]
    lengths: Mapping[str, Sequence[Length]]  # of every clock, those that a gate holds included
    values: Mapping[str, Sequence[Dated]]  # lists of the law that conditions use
    day_off: DayOff
    facts: tuple[str, ...]  # facts of the programme that conditions name, sorted
    held: bool  # whether the programme has a register of holds, and held days do not count
    calendar: WorkingCalendar

    @property
    def registered(self) -> tuple[str, ...]:
        """The clocks whose start a register records, in the order of the file."""
        return tuple(name for name, clock in self.clocks.items() if clock.starts is not None)

    @property
    def binding(self) -> tuple[str, ...]:
        """The clocks that make a file's deadline, the earliest of them."""
        return tuple(name for name, clock in self.clocks.items() if clock.binds)

    def wanted(self, programme: Programme) -> dict[str, Take]:
        """How every day and fact that the registered clocks need is taken; days are called `<clock> starts` and `ends`."""
        found = {fact: programme.facts[fact] for fact in self.facts}
        found |= {key(name, part): take for name in self.registered for part, take in self.clocks[name].takes.items()}
        if self.held:  # only to learn whether a row about a hold was set aside
            found[HOLDS] = Take.model_validate({"from": f"{HOLDS}.{programme.tables[HOLDS].key}", "take": "count"})
        return found

    def length_on(self, name: str, day: date) -> Length | None:
        """The length of the clock `name` that is in force on `day`; None where the law gives none for that day."""
        return next((length for length in self.lengths[name] if length.covers(day)), None)

    def gaps(self, day: date) -> list[str]:
        """Clocks that a register starts and for which no length is in force on `day`, one sentence each."""
        return [
            f"clocks.yaml: `{name}` has no length in force on {day}; files that start it then have no last day."
            for name in self.registered
            if self.length_on(name, day) is None
        ]


def key(clock: str, part: str) -> str:
    """The column of a clock's day among the facts (a fact's name has no space)."""
    return f"{clock} {part}"


def load(programme: Programme) -> Book | None:
    """The clocks in `clocks.yaml` of the programme's folder; None where there is no such file.

    Raises Problem with file and line for a typo, a missing translation or source, a column, fact or gate's value that
    does not exist, a start that is no date, two lengths for one day, or a register of holds that cannot be read as one.
    """
    path = programme.folder / NAME
    if not path.exists():
        return None
    document = yaml.read(path)
    if not isinstance(document, dict):
        raise Problem(f"{path}:1: should be a mapping of {', '.join(ClocksFile.model_fields)}.")
    record = yaml.build(path, document, ClocksFile)
    checker = _Checker(programme, path, document)
    lists = {name: checker.list_of(name, address) for name, address in record.values_of.items()}
    lengths = {name: checker.lengths(name, clock) for name, clock in record.clocks.items()}
    known = {*programme.facts, *lists, TODAY, STARTS_ON}
    for name, clock in record.clocks.items():
        for part, take in clock.takes.items():
            checker.take(("clocks", name, part), take)
        for part, condition in clock.conditions.items():
            for used in sorted(condition.names - known):
                raise checker.problem(("clocks", name, part), f"there is no fact or list `{used}`")
    used_in = [condition for clock in record.clocks.values() if clock.starts for condition in clock.conditions.values()]
    needed = {fact for condition in used_in for fact in condition.names if fact in programme.facts}
    held = checker.holds() and record.held_days.value == "not_counted"
    days = calendar.load(programme.folder / "calendar.yaml")
    return Book(record.clocks, lengths, lists, record.ends_on_day_off, tuple(sorted(needed)), held, days)


class _Checker:
    def __init__(self, programme: Programme, path: Path, document: Any) -> None:
        self.programme, self.path, self.document = programme, path, document

    def problem(self, steps: tuple[Any, ...], text: str) -> Problem:
        where = ".".join(str(step) for step in steps)
        return Problem(f"{self.path}:{yaml.line_of(self.document, steps)}: {where}: {text}.")

    def take(self, steps: tuple[Any, ...], take: Take) -> None:
        """A day is taken from a date column that exists."""
        source = self.programme.tables.get(take.source)
        needed = {take.column, *(take.where.names if take.where else ())}
        if source is None or not needed <= source.columns.keys():
            raise self.problem(steps, f"takes `{take.from_}` by columns that no source has")
        if take.take in ("count", "sum") or source.columns[take.column].kind != "date":
            raise self.problem(steps, f"`{take.from_}` taken as `{take.take}` is no date")

    def lengths(self, name: str, clock: Clock) -> list[Length]:
        if clock.length_of is None:
            found = clock.length
        else:
            steps = ("clocks", name, "length_of", "value")
            unit, found = clock.length_of.unit, []
            for item in self._borrowed(steps, clock.length_of.value):
                if item.value != NO_VALUE and (not isinstance(item.value, int) or isinstance(item.value, bool)):
                    raise self.problem(steps, f"`{item.value}` is no whole number of {unit}")
                of_law = item.model_dump(by_alias=True) | {"status": item.status or NO_VALUE}
                found.append(Length.model_validate(of_law | {"unit": NO_VALUE if item.value == NO_VALUE else unit}))
        for first, second in combinations(range(len(found)), 2):
            if found[first].meets(found[second]):
                day = max(found[first].from_, found[second].from_)
                raise self.problem(
                    ("clocks", name, "length", second), f"there are two lengths for {day}; end one first"
                )
        return found

    def list_of(self, name: str, address: str) -> list[Dated]:
        steps = ("values_of", name)
        if name in self.programme.facts or name in (TODAY, STARTS_ON):
            raise self.problem(steps, f"`{name}` is already the name of a fact; choose another")
        items = self._borrowed(steps, address)
        if not all(isinstance(item.value, list) or item.value == NO_VALUE for item in items):
            raise self.problem(steps, f"`{address}` is no list")
        return items

    def _borrowed(self, steps: tuple[Any, ...], address: str) -> list[Dated]:
        """The dated values that the file of a gate holds: a number of the law stands in one place."""
        code, _, value = address.partition(".")
        for path in sorted((self.programme.folder / "gates").glob(f"{code}_*.yaml")):
            document = yaml.read(path)
            items = document.get("values", {}).get(value) if isinstance(document, dict) else None
            if isinstance(items, list) and all(isinstance(item, dict) for item in items):
                return [yaml.build(path, item, Dated) for item in items]
        raise self.problem(steps, f"there is no value `{address}` in the folder gates/")

    def holds(self) -> bool:
        """Whether the programme has a register of holds."""
        source = self.programme.tables.get(HOLDS)
        if source is None:
            return False
        where = f"{self.programme.folder / 'sources' / HOLDS}.yaml"
        if facts.link(self.programme, HOLDS) not in source.columns or source.happened_on is None:
            raise Problem(
                f"{where}:1: holds need the number of the case or person, and the column `happened_on` names."
            )
        event = source.columns.get(EVENT)
        if event is None or not {HELD, RESUMED} <= set(event.codes):
            raise Problem(f"{where}:1: holds need a column `{EVENT}` with the codes {HELD} and {RESUMED}.")
        return True
