"""Stretches of days on which the law stays the same, and the days on which it says nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.core.law import Period
from pipeline.gates.book import Gate
from pipeline.gates.records import Table

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From the first to the last day, both included; without a last day it goes on."""

    first: date
    last: date | None


def spans(effective: Period, periods: Iterable[Period]) -> list[Span]:
    """`effective` cut where one of `periods` begins or has ended: within a span each of them holds throughout or never."""
    cuts = {effective.from_}
    for period in periods:
        cuts |= {period.from_} | ({period.to + DAY} if period.to is not None and period.to < date.max else set())
    starts = sorted(day for day in cuts if effective.covers(day))
    ends: list[date | None] = [day - DAY for day in starts[1:]]
    return [Span(first, last) for first, last in zip(starts, [*ends, effective.to], strict=True)]


def of_gate(gate: Gate, table: Table | None) -> list[Span]:
    """The spans of a gate: where its own values, those it borrows and the points it asks for stay the same."""
    periods: list[Period] = [item for items in gate.values.values() for item in items]
    if gate.scored and table is not None:
        periods += rows(table)
    return spans(gate.rule.effective, periods)


def rows(table: Table) -> list[Period]:
    """Every dated row of the points table but the threshold."""
    return [*table.caps, *(band for criterion in table.criteria.values() for band in criterion.bands)]


def uncovered(effective: Period, periods: Sequence[Period]) -> list[Span]:
    """The days of `effective` that none of `periods` covers, in order; the last span may go on."""
    found = []
    day: date | None = effective.from_
    for period in sorted(periods, key=lambda each: each.from_):
        if day is None or (effective.to is not None and period.from_ > effective.to):
            break
        if period.from_ > day:
            found.append(Span(day, period.from_ - DAY))
        day = None if period.to is None or period.to == date.max else max(day, period.to + DAY)
    if day is not None and (effective.to is None or day <= effective.to):
        found.append(Span(day, effective.to))
    return found
