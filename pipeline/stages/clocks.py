"""Stage `clocks`: the law's terms for every file in the queue: when each started, its last day, where it stands."""

from collections import Counter
from datetime import date
from typing import Any

import numpy as np

from pipeline.clocks import book, lookup, state
from pipeline.clocks.book import Book
from pipeline.core import tables
from pipeline.core.errors import Problem
from pipeline.core.law import NO_VALUE
from pipeline.core.programme import Programme
from pipeline.core.stage import Context, Report, Stage
from pipeline.gates import kinds


def run(ctx: Context) -> Report:
    """Reads the accepted rows and the cases part by part; writes one row a file and clock in parts of the same numbers."""
    law = book.load(ctx.programme)
    cases, accepted, folder = ctx.read("interim/cases"), ctx.read("interim/tables"), ctx.write("interim/clocks")
    ctx.read("interim/set_aside")  # read beside the accepted tables by `facts`
    counted: dict[str, Counter[str]] = {name: Counter() for name in law.registered} if law else {}
    parts = tables.count_parts(cases)
    for part in range(parts):
        ctx.progress.step(part / parts, f"part {part + 1} of {parts}")
        queue = tables.read_part(cases, part, ["case_id", "queue"])
        case_id = queue.loc[queue["queue"].to_numpy(dtype=bool), "case_id"].reset_index(drop=True)
        found = lookup.of_cases(ctx.programme, law, accepted, part, case_id, ctx.as_of) if law else _none(ctx.as_of)
        tables.write_frame(found.table(case_id), tables.part_path(folder, part))
        for name, counts in found.counts().items():
            counted[name].update(counts)
    if law is None:
        return Report(figures={"states": {}}, lines=["no clocks in this programme"])
    return _report(law, counted, ctx.as_of)


def _none(day: date) -> state.Standing:
    days = np.empty((0, 0), dtype="datetime64[D]")
    return state.Standing((), np.empty((0, 0), dtype=np.int8), days, days, days, day)


def _report(law: Book, counted: dict[str, Counter[str]], day: date) -> Report:
    figures: dict[str, Any] = {name: {each: counts[each] for each in state.STATES} for name, counts in counted.items()}
    lines = [_line(law.clocks[name].title["en"], counts) for name, counts in counted.items() if _late(counts)]
    unknown = [name for name in law.clocks if _unknown(law, name, day)]
    if unknown:
        lines.append(f"UNKNOWN in every source, so not counted: {', '.join(unknown)}")
    return Report(figures={"states": figures}, lines=lines, findings=law.gaps(day))


def _late(counts: Counter[str]) -> int:
    return counts["overdue"] + counts["late"] + counts["held"]


def _line(title: str, counts: Counter[str]) -> str:
    told = [
        f"{counts[name]:,} {said}"
        for name, said in (("overdue", "overdue"), ("late", "met late"), ("held", "held"), ("running", "running"))
        if counts[name]
    ]
    return f"{title}: {', '.join(told)}"


def _unknown(law: Book, name: str, day: date) -> bool:
    length = law.length_on(name, day)
    return length is not None and length.value == NO_VALUE


def check(programme: Programme) -> None:
    """Raises Problem for anything in `clocks.yaml` that could not be used, a condition that compares unlike things included."""
    law = book.load(programme)
    if law is None:
        return
    known = {name: kinds.of_fact(programme, take) for name, take in programme.facts.items()}
    known |= {book.TODAY: "date", book.STARTS_ON: "date"}
    codes = {name: programme.tables[take.source].columns[take.column].codes for name, take in programme.facts.items()}
    lists = {
        name: [text for item in items if isinstance(item.value, list) for text in item.value]
        for name, items in law.values.items()
    }
    known |= dict.fromkeys(lists, "list of text")
    for name, clock in law.clocks.items():
        for part, condition in clock.conditions.items():
            try:
                found = kinds.check(condition, known, codes, lists)
            except kinds.Mismatch as error:
                raise _problem(programme, name, part, str(error)) from None
            if found != "boolean":
                raise _problem(programme, name, part, f"`{condition.text}` is a {found}, not a condition")


def _problem(programme: Programme, name: str, part: str, text: str) -> Problem:
    from pipeline.core import yaml

    path = programme.folder / book.NAME
    line = yaml.line_of(yaml.read(path), ("clocks", name, part))
    return Problem(f"{path}:{line}: clocks.{name}.{part}: {text}.")


STAGE = Stage(
    name="clocks",
    title="Count the clocks of the law",
    reads=("interim/tables", "interim/set_aside", "interim/cases"),
    writes=("interim/clocks",),
    params=(),
    run=run,
    check=check,
)
