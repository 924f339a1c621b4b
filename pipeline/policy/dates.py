"""Days on which the law's own files say nothing: gaps before and between values, open ends, periods that never count."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.clocks.book import Book
from pipeline.core.law import NO_VALUE, Dated, Period
from pipeline.gates.book import Gate, Rulebook
from pipeline.gates.records import Table
from pipeline.gates.rulebook import POINTS, File
from pipeline.policy import spans
from pipeline.policy.findings import Finding
from pipeline.policy.spans import DAY, Span

Steps = Sequence[Any]


def findings(book: Rulebook, where: Mapping[str, File], horizon: date | None) -> Iterator[Finding]:
    """What the dates of every gate and of the points table leave open. Ends after `horizon` are not spoken of."""
    for gate in book.gates:
        yield from _gate(gate, book.points, where[gate.code], horizon)
    if book.points is not None:
        yield from _table(book.points, where[POINTS], horizon)


def _gate(gate: Gate, table: Table | None, file: File, horizon: date | None) -> Iterator[Finding]:
    rule = gate.rule
    for name, items in gate.values.items():
        own = name in rule.values
        steps = ("values" if own else "values_of", name)
        yield from _uncovered(f"`{name}`", rule.code, rule.effective, items, file, steps, own, horizon)
        if own:
            yield from _unused(f"`{name}`", rule.code, rule.effective, items, file, steps)
            yield from _told(f"`{name}`", items, file, steps)
    if gate.scored and table is not None:
        said = f"{rule.code} asks for points"
        yield from _outside(said, "the points table", rule.effective, table.effective, file, horizon)


def _table(table: Table, file: File, horizon: date | None) -> Iterator[Finding]:
    of = "the points table"
    yield from _uncovered("the threshold", of, table.effective, table.threshold, file, ("threshold",), True, horizon)
    yield from _told("the threshold", table.threshold, file, ("threshold",))
    for name, criterion in table.criteria.items():
        steps = ("criteria", name, "bands")
        yield from _uncovered(f"criterion {name}", of, table.effective, criterion.bands, file, steps, True, horizon)
        yield from _unused(f"a band of {name}", of, table.effective, criterion.bands, file, steps)
    yield from _unused("a cap", of, table.effective, table.caps, file, ("caps",))


def _uncovered(
    what: str, of: str, effective: Period, items: Sequence[Period], file: File, steps: Steps, own: bool,
    horizon: date | None,
) -> Iterator[Finding]:  # fmt: skip
    """Gaps before or between `items` are errors; that nothing is written yet for the days after them is a warning."""
    for span in spans.uncovered(effective, items):
        if horizon is not None and span.first > horizon:
            continue
        ended = span.last == effective.to and any(item.from_ < span.first for item in items)
        next_one = next(
            (place for place, item in enumerate(items) if span.last and item.from_ == span.last + DAY), None
        )
        last_one = max(range(len(items)), key=lambda place: items[place].from_)
        place = last_one if ended or next_one is None else next_one
        line = file.line(*steps, place) if own else file.line(*steps)
        if ended:
            said = f"{what} ends on {span.first - DAY}, and {of} goes on: from {span.first} there is none."
            yield Finding(file.path, line, "open end", "warning", said)
        else:
            said = f"{what} has nothing {_days(span)}, while {of} is in force; write UNKNOWN where nobody could tell."
            yield Finding(file.path, line, "gap", "error", said)


def _outside(
    what: str, other: str, effective: Period, covering: Period, file: File, horizon: date | None
) -> Iterator[Finding]:
    for span in spans.uncovered(effective, [covering]):
        if horizon is None or span.first <= horizon:
            said = f"{what} {_days(span)}, when {other} is not in force."
            yield Finding(file.path, file.line("effective"), "gap", "error", said)


def _unused(
    what: str, of: str, effective: Period, items: Sequence[Period], file: File, steps: Steps
) -> Iterator[Finding]:
    for place, item in enumerate(items):
        if not item.meets(effective):
            said = f"{what} {_days(Span(item.from_, item.to))} never counts: {of} is not in force then."
            yield Finding(file.path, file.line(*steps, place), "unused period", "warning", said)


def _told(what: str, items: Sequence[Dated], file: File, steps: Steps) -> Iterator[Finding]:
    for place, item in enumerate(items):
        line = file.line(*steps, place)
        if item.value == NO_VALUE:
            said = f"{what} is UNKNOWN {_days(Span(item.from_, item.to))}."
            yield Finding(file.path, line, "unknown value", "note", said)
        elif item.status is None:
            said = (
                f"{what} from {item.from_} has no status; say how sure its source is (CONFIRMED, SINGLE, DERIVED ...)."
            )
            yield Finding(file.path, line, "no status", "warning", said)


def _days(span: Span) -> str:
    if span.last is None:
        return f"from {span.first} on"
    return f"on {span.first}" if span.first == span.last else f"from {span.first} to {span.last}"


def clocks(book: Book, file: File, horizon: date | None) -> Iterator[Finding]:
    """What the lengths of the clocks leave open."""
    for name, clock in book.clocks.items():
        if clock.length:
            running = Period.model_validate({"from": min(length.from_ for length in clock.length)})
            steps = ("clocks", name, "length")
            yield from _uncovered(
                f"the length of `{name}`", "the clock", running, clock.length, file, steps, True, horizon
            )
            for place, length in enumerate(clock.length):
                if length.value == NO_VALUE:
                    said = f"the length of `{name}` is UNKNOWN {_days(Span(length.from_, length.to))}."
                    yield Finding(file.path, file.line(*steps, place), "unknown value", "note", said)
