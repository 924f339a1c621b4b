"""Static checks of the law's own files, without any data (`qonys policy check`)."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.clocks.book import NAME
from pipeline.core import yaml
from pipeline.core.errors import Problem
from pipeline.gates.records import Table
from pipeline.gates.rulebook import POINTS, File, Survey
from pipeline.policy import bands, conflicts, dates, examples, formulas, spans, structure, wording
from pipeline.policy.findings import Finding, ordered
from pipeline.policy.possible import Files
from pipeline.policy.reach import Reach
from pipeline.policy.structure import Read

PROVISIONAL = "PROVISIONAL"


def findings(programme_folder_or_name: str, official: bool = False, horizon: date | None = None) -> list[Finding]:
    """Everything that is wrong or open in the files of a programme, by file and line.

    `official` takes PROVISIONAL rows as errors; an end of the law after `horizon` is not spoken of. Raises Problem where
    there is no such programme.
    """
    read = structure.read(programme_folder_or_name)
    if not isinstance(read, Read):
        return ordered(read)
    files = _files(read)
    texts = [finding for file in files.values() for finding in wording.texts(file)]
    placed = {(finding.path, finding.line) for finding in texts if finding.severity == "error"}
    # A missing translation or source also stops the reader; it is told once.
    unread = [
        finding for finding in read.findings
        if (finding.path, finding.line) not in placed
        or not re.search(r"translation|source: is missing|\.(kk|ru|en): ", finding.sentence)
    ]  # fmt: skip
    return ordered([*unread, *texts, *_rules(read, files, horizon), *_proved(read), *_rows(read.law, official)])


def _files(read: Read) -> dict[Path, File]:
    """Every file of the folder that can be read and holds law; sources and cases hold none."""
    found = {file.path: file for file in read.law.files.values()}
    for path in read.programme.files():
        if path not in found and "sources" not in path.relative_to(read.programme.folder).parts:
            try:
                found[path] = File(path, yaml.read(path))
            except Problem:
                continue  # told by whoever needs it
    return found


def _rules(read: Read, files: Mapping[Path, File], horizon: date | None) -> Iterator[Finding]:
    programme, law, book = read.programme, read.law, read.law.book
    home = files[programme.folder / "programme.yaml"]
    parsed = {home.path, *(file.path for file in law.files.values())}
    yield from wording.names(programme, book, home)
    yield from wording.unused(programme, book, [file for path, file in files.items() if path not in parsed], home)
    yield from dates.findings(book, law.files, horizon)
    if read.clocks is not None:
        yield from dates.clocks(read.clocks, files[programme.folder / NAME], horizon)
    for gate in book.gates:
        yield from wording.values(gate, law.files[gate.code])
    yield from _proved(read)
    unread = {finding.path.stem.partition("_")[0] for finding in read.findings if finding.path.parent.name == "cases"}
    yield from examples.told(programme, book, law.files, read.examples, unread).findings


def _proved(read: Read) -> Iterator[Finding]:
    law, book = read.law, read.law.book
    files = Files(read.programme, book)
    for gate in book.gates:
        days = [formulas.within(span) for span in spans.of_gate(gate, book.points)]
        yield from Reach(
            files, [formulas.read(files, gate, book.points, day) for day in days], law.files[gate.code]
        ).findings()
    if book.points is not None:
        yield from bands.findings(files, book, book.points, law.files[POINTS])
    yield from conflicts.findings(files, book, law.files)


def _rows(law: Survey, official: bool) -> Iterator[Finding]:
    """Rows that are not official."""
    table = law.book.points
    if official:
        for gate in law.book.gates:
            for name, items in gate.rule.values.items():
                for place, item in enumerate(items):
                    if item.status == PROVISIONAL:
                        yield _provisional(law.files[gate.code], ("values", name, place), f"`{name}` of {gate.code}")
        if table is not None:
            yield from _unofficial(table, law.files[POINTS])
    elif table is not None and table.provisional:
        file = law.files[POINTS]
        said = f"{table.provisional} rows of the points table are PROVISIONAL; the points decide nothing officially."
        yield Finding(file.path, file.line("criteria"), "provisional", "note", said)


def _unofficial(table: Table, file: File) -> Iterator[Finding]:
    for place, item in enumerate(table.threshold):
        if item.status == PROVISIONAL:
            yield _provisional(file, ("threshold", place), "the threshold")
    for place, cap in enumerate(table.caps):
        if cap.status == PROVISIONAL:
            yield _provisional(file, ("caps", place), "a cap")
    for name, criterion in table.criteria.items():
        for place, band in enumerate(criterion.bands):
            if band.status == PROVISIONAL:
                yield _provisional(file, ("criteria", name, "bands", place), f"{name}: the band `{band.when.text}`")


def _provisional(file: File, steps: tuple[Any, ...], what: str) -> Finding:
    said = f"{what} is PROVISIONAL; official mode needs the official row with its source."
    return Finding(file.path, file.line(*steps), "provisional", "error", said)
