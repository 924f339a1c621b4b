"""What a gate answers and what the points table gives, as formulas over every possible file (`pipeline.gates.evaluate`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import z3

from pipeline.core.expressions import Expression
from pipeline.gates.book import MEASURE, TODAY, TOTALS, Gate, kind_of, on_day
from pipeline.gates.records import Band, Criterion, Table
from pipeline.policy.possible import Files
from pipeline.policy.solver import NO, YES, Term
from pipeline.policy.spans import Span

_STANDS_IN = {"text": z3.IntVal(-1), "boolean": NO, "number": z3.RealVal(0), "date": z3.IntVal(1), "list of text": []}
UNSETTLED = Term(NO, NO)


@dataclass(frozen=True)
class Day:
    """The day in question: one day, or any day of a span on which the law stays the same."""

    first: date
    term: Term
    during: z3.BoolRef = YES


def on(day: date) -> Day:
    """One day."""
    return Day(day, Term(z3.IntVal(day.toordinal())))


def within(span: Span) -> Day:
    """Any day of `span`."""
    today = z3.Int(TODAY)
    last = (span.last or date.max).toordinal()
    return Day(span.first, Term(today), z3.And(today >= span.first.toordinal(), today <= last))


@dataclass(frozen=True)
class Reading:
    """A gate in force on a day. Formulas: `out` not asked of the file, `holds` and `broken` as the evaluator has them."""

    gate: Gate
    day: Day
    scope: Mapping[str, Term]
    conditions: Mapping[tuple[str, ...], Term]
    settled: bool  # whether every value of the law is known on the day

    @cached_property
    def applies(self) -> Term:
        """`applies_when`; without one the gate applies to everybody."""
        return self.conditions.get(("applies_when",), Term(YES))

    @cached_property
    def met(self) -> Term:
        """`pass_when`."""
        return self.conditions["pass_when",]

    @cached_property
    def vague(self) -> Term:
        """`unknown_when`; without one it never holds."""
        return self.conditions.get(("unknown_when",), Term(NO))

    @cached_property
    def exemptions(self) -> dict[str, Term]:
        """The exemptions by name, in the order written."""
        return {name: self.conditions["exempt", name, "when"] for name in self.gate.rule.exempt}

    @cached_property
    def out(self) -> z3.BoolRef:
        """The gate is not asked of the file: NOT_APPLICABLE."""
        return z3.Or(self.applies.false, *(each.true for each in self.exemptions.values()))

    @cached_property
    def holds(self) -> z3.BoolRef:
        """The file passes wherever the gate is asked."""
        return z3.And(self.met.true, self.vague.false)

    @cached_property
    def broken(self) -> z3.BoolRef:
        """The file fails."""
        sure = [self.met.false, self.vague.false, self.applies.true, *(each.false for each in self.exemptions.values())]
        return z3.And(sure)

    @cached_property
    def passes(self) -> z3.BoolRef:
        """PASS."""
        return z3.And(self.holds, z3.Not(self.out))


def read(files: Files, gate: Gate, table: Table | None, day: Day) -> Reading:
    """`gate` on `day`, on which it is in force."""
    scope = {**files.facts, TODAY: day.term}
    settled = True
    unknown_lists = set()
    for name, items in gate.values.items():
        value = on_day(items, day.first)
        if value is None:
            settled = False
            kind = kind_of(items)
            unknown_lists |= {name} if kind.startswith("list") else set()
            scope[name] = Term(_STANDS_IN[kind], NO)
        else:
            scope[name] = files.solver.value(value)
    if gate.scored and table is not None:
        scope |= dict(zip(TOTALS, totals(files, table, day), strict=True))

    def ask(condition: Expression) -> Term:
        return UNSETTLED if condition.names & unknown_lists else files.solver.translate(condition, scope)

    conditions = {steps: ask(condition) for steps, condition in gate.rule.conditions.items()}
    return Reading(gate, day, scope, conditions, settled)


@dataclass(frozen=True)
class Row:
    """A band in force on the day: its place in the file, whether its condition holds, where it may and surely does count."""

    place: int
    band: Band
    when: Term
    possible: z3.BoolRef
    certain: z3.BoolRef


def rows(files: Files, criterion: Criterion, day: Day) -> tuple[list[Row], Term]:
    """The bands of a criterion that are in force on the day, and its `unknown_when`."""
    scope = {**files.facts, TODAY: day.term}
    if criterion.measure is not None:
        scope[MEASURE] = files.solver.translate(criterion.measure, scope)
    vague = Term(NO) if criterion.unknown_when is None else files.solver.translate(criterion.unknown_when, scope)
    found = []
    for place, band in enumerate(criterion.bands):
        if band.covers(day.first):
            when = files.solver.translate(band.when, scope)
            possible = z3.Or(z3.Not(when.false), z3.Not(vague.false))
            found.append(Row(place, band, when, possible, z3.And(when.true, vague.false)))
    return found, vague


def totals(files: Files, table: Table, day: Day) -> tuple[Term, Term]:
    """The least and the most points of a file."""
    both = {name: _interval(criterion, rows(files, criterion, day)[0]) for name, criterion in table.criteria.items()}
    found = []
    for end in (0, 1):
        total: Any = z3.Sum([z3.IntVal(0), *(interval[end] for interval in both.values())])
        for cap in table.capped(day.first):
            together = z3.Sum([both[name][end] for name in cap.criteria])
            total = total - z3.If(together > cap.most, together - cap.most, 0)
        found.append(Term(z3.ToReal(total)))
    return found[0], found[1]


def _interval(criterion: Criterion, bands: Sequence[Row]) -> tuple[Any, Any]:
    low: Any = z3.IntVal(0)  # where no band is certain, perhaps none of them holds
    high: Any = z3.IntVal(0)
    if criterion.add == "all":
        for row in bands:
            points = row.band.points
            low = low + z3.If(row.certain, points, z3.If(row.possible, min(points, 0), 0))
            high = high + z3.If(row.certain, points, z3.If(row.possible, max(points, 0), 0))
        return low, high
    for row in reversed(bands):  # the first certain band ends the search
        points = z3.IntVal(row.band.points)
        lower = z3.If(row.possible, z3.If(points < low, points, low), low)
        higher = z3.If(row.possible, z3.If(points > high, points, high), high)
        low, high = z3.If(row.certain, points, lower), z3.If(row.certain, points, higher)
    return low, high
