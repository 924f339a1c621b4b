"""The hard rules of one programme, read and checked, ready to be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipeline.core.errors import Problem
from pipeline.core.law import NO_VALUE, Dated
from pipeline.core.programme import Programme, Take
from pipeline.gates import kinds
from pipeline.gates.records import Rule, Table

TODAY = "today"
TOTALS = ("points_least", "points_most")  # the points total is known only as an interval while facts are missing
MEASURE = "measure"  # what the bands of a criterion cut


@dataclass(frozen=True)
class Gate:
    """A rule with its dated values found, ready to be asked. `version` changes with every byte of its files."""

    rule: Rule
    values: Mapping[str, Sequence[Dated]]
    facts: tuple[str, ...]  # facts of the programme that its conditions name, sorted
    scored: bool  # whether it asks for the points total
    version: str

    @property
    def code(self) -> str:
        """Short name, also the name of the column in `interim/gates`."""
        return self.rule.code


@dataclass(frozen=True)
class Rulebook:
    """All hard rules of one programme, in order of code. A programme without gates has an empty one."""

    gates: tuple[Gate, ...] = ()
    points: Table | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)  # kind of every fact the programme declares
    points_facts: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that a gate or a criterion needs, sorted."""
        return tuple(sorted({*self.points_facts, *(fact for gate in self.gates for fact in gate.facts)}))

    def wanted(self, programme: Programme) -> dict[str, Take]:
        """How each needed fact is taken from the registers."""
        return {fact: programme.facts[fact] for fact in self.facts}

    def refuse_provisional(self) -> None:
        """Raises Problem while one row of the points table is PROVISIONAL: what official mode demands."""
        if self.points is not None and self.points.provisional:
            raise Problem(
                f"points.yaml: {self.points.provisional} rows are PROVISIONAL, so nothing can be run as official; put the "
                f"official points with their source in their place, or set `gates.official` in params.yaml to false."
            )

    def gaps(self, day: date) -> list[str]:
        """What the law does not say on `day`: gates not in force, values that are unknown. One sentence each."""
        found = []
        for gate in self.gates:
            if not gate.rule.effective.covers(day):
                found.append(f"{gate.code} is not in force on {day}; it was asked of nobody.")
                continue
            for name, items in gate.values.items():
                if on_day(items, day) is None:
                    found.append(f"{gate.code}: `{name}` is unknown on {day}; the gate may not be able to answer.")
        return found


def on_day(items: Sequence[Dated], day: date) -> Any:
    """The value in force on `day`; None where there is none or it is written as UNKNOWN."""
    for item in items:
        if item.covers(day) and item.value != NO_VALUE:
            return item.value
    return None


def kind_of(items: Sequence[Dated]) -> str:
    """The kind of a dated value; a number where every entry is UNKNOWN."""
    return next((kinds.of_value(item.value) for item in items if item.value != NO_VALUE), "number")
