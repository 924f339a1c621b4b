"""Bands of the points table that no file can reach, and measures that no band covers, proved over every possible file."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import z3

from pipeline.core.expressions import column, constant
from pipeline.gates import cases
from pipeline.gates.book import MEASURE, TODAY, Rulebook
from pipeline.gates.records import Criterion, Table
from pipeline.gates.rulebook import File
from pipeline.policy import formulas, spans
from pipeline.policy.findings import Finding
from pipeline.policy.formulas import Day, Row
from pipeline.policy.possible import Files
from pipeline.policy.solver import Term


def findings(files: Files, book: Rulebook, table: Table, file: File) -> Iterator[Finding]:
    """What is wrong with the bands of every criterion."""
    for name, criterion in table.criteria.items():
        days = [formulas.within(span) for span in spans.spans(table.effective, criterion.bands)]
        read = [(day, *formulas.rows(files, criterion, day)) for day in days]
        yield from _unreachable(files, name, criterion, read, file)
        if criterion.add == "first":
            yield from _hole(files, book, name, criterion, read, file)


Read = Sequence[tuple[Day, Sequence[Row], Term]]


def _unreachable(files: Files, name: str, criterion: Criterion, read: Read, file: File) -> Iterator[Finding]:
    for place, band in enumerate(criterion.bands):
        mine = [(day, rows, row) for day, rows, _ in read for row in rows if row.place == place]
        if not mine:
            continue  # in force on no day of the table: told as a period that is never used
        impossible = files.solver.impossible
        if all(impossible(day.during, row.when.true) for day, _, row in mine):
            why = "no file can meet it"
        elif all(impossible(day.during, row.certain) for day, _, row in mine):
            why = "wherever it holds, `unknown_when` leaves the criterion unknown"
        elif criterion.add == "first" and all(
            impossible(day.during, row.certain, *(z3.Not(other.certain) for other in rows if other.place < place))
            for day, rows, row in mine
        ):
            why = "the bands before it take every file that meets it"
        else:
            continue
        said = f"{name}: the band `{band.when.text}` ({band.points} points) is never reached: {why}."
        yield Finding(file.path, file.line("criteria", name, "bands", place), "unreachable band", "error", said)


def _hole(files: Files, book: Rulebook, name: str, criterion: Criterion, read: Read, file: File) -> Iterator[Finding]:
    """A file with every fact known that no band takes; tried with the evaluator, as the formulas may allow too much."""
    used = sorted({fact for condition in criterion.conditions.values() for fact in condition.names} & set(files.facts))
    known = [files.facts[fact].known for fact in used]
    for day, rows, vague in read:
        if not rows:
            continue  # no band at all is a gap in time
        model = files.solver.model(day.during, *known, vague.false, *(row.when.false for row in rows))
        if not isinstance(model, z3.ModelRef):
            continue
        today = date.fromordinal(model.evaluate(day.term.data, model_completion=True).as_long())
        facts = files.described(model, used)
        if _taken(book, criterion, facts, today):
            continue
        told = ", ".join(f"{fact} {value}" for fact, value in facts.items())
        said = f"{name}: on {today} no band covers a file with {told}; it gets no points."
        yield Finding(file.path, file.line("criteria", name), "hole", "warning", said)
        return


def _taken(book: Rulebook, criterion: Criterion, facts: dict[str, Any], today: date) -> bool:
    """Whether a band holds or may hold for the file."""
    found = cases.frame(book, [facts])
    scope = {str(fact): column(found[fact]) for fact in found.columns} | {TODAY: constant(today)}
    if criterion.measure is not None:
        scope[MEASURE] = criterion.measure.evaluate(scope)
    return not all(band.when.evaluate(scope).false.all() for band in criterion.bands if band.covers(today))
