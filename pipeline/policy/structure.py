"""Everything that keeps a programme from being read, file by file: one spoilt file does not hide the others."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.clocks import book as clocks
from pipeline.core import programme as programmes
from pipeline.core import yaml
from pipeline.core.errors import Problem
from pipeline.core.programme import Group, Programme, Source, Take
from pipeline.core.yaml import Strict
from pipeline.gates import cases, rulebook
from pipeline.gates.cases import Example
from pipeline.gates.records import Case, Rule, Table
from pipeline.gates.rulebook import Survey
from pipeline.policy.findings import Finding, of_problem


@dataclass(frozen=True)
class Read:
    """What could be read of a programme, and why the rest could not."""

    programme: Programme
    law: Survey
    examples: Sequence[Example]
    clocks: clocks.Book | None
    findings: Sequence[Finding]


def read(name: str) -> Read | list[Finding]:
    """The programme `name` (or of that folder) with its rules and cases; only findings where it cannot be read at all.

    Raises Problem where there is no such programme.
    """
    try:
        programme = programmes.load(name)
    except Problem as problem:
        folder = programmes.HOME / name if (programmes.HOME / name / "programme.yaml").exists() else Path(name)
        if not (folder / "programme.yaml").exists():
            raise
        alone = _alone(folder)
        # The reader of the whole names only the first fact that no source provides, and not its line.
        exact = any(finding.kind == "no source" for finding in alone)
        whole = [
            each for each in of_problem(problem, folder / "programme.yaml") if not (exact and each.kind == "no source")
        ]
        return [*whole, *alone]
    law = rulebook.survey(programme)
    examples, problems = cases.survey(programme, law.book, law.spoilt)
    found = [finding for each in (*law.problems, *problems) for finding in of_problem(each, programme.folder)]
    terms = None
    path = programme.folder / clocks.NAME
    if not law.spoilt:  # clocks borrow values of gates
        terms, told = _tried(lambda: clocks.load(programme), path)
        found += told
    return Read(programme, law, examples, terms, found)


def _alone(folder: Path) -> list[Finding]:
    """What is wrong with each file by itself, where the programme that joins them cannot be read."""
    found: list[Finding] = []
    tables: dict[str, Source] = {}
    for path in sorted((folder / "sources").glob("*.yaml")):
        table, told = _tried(lambda path=path: yaml.load(path, Source, name=path.stem), path)  # type: ignore[misc]
        found += told
        tables |= {path.stem: table} if table is not None else {}
    if not found:
        found += _facts(folder / "programme.yaml", tables)
    records: list[tuple[str, type[Strict]]] = [("gates/*.yaml", Rule), ("points.yaml", Table)]
    for pattern, record in records:
        for path in sorted(folder.glob(pattern)):
            found += _tried(lambda path=path, record=record: yaml.load(path, record), path)[1]  # type: ignore[misc]
    for path in sorted((folder / "cases").glob("*.yaml")):
        document, told = _tried(lambda path=path: yaml.read(path), path)  # type: ignore[misc]
        found += told
        for item in document if isinstance(document, list) else []:
            if isinstance(item, dict):
                found += _tried(lambda path=path, item=item: yaml.build(path, item, Case), path)[1]  # type: ignore[misc]
    return found


def _facts(path: Path, tables: Mapping[str, Source]) -> Iterator[Finding]:
    """Facts and groups that no source provides, each on its own line."""
    document, _ = _tried(lambda: yaml.read(path), path)
    sections: list[tuple[str, type[Take]]] = [("facts", Take), ("groups", Group)]
    for section, record in sections:
        takes = document.get(section) if isinstance(document, dict) else None
        for name, written in takes.items() if isinstance(takes, dict) else ():
            take, _ = _tried(lambda written=written, record=record: yaml.build(path, written, record), path)  # type: ignore[misc]
            if take is None:
                continue  # told by the reader of the whole
            needed = {take.column, *(take.where.names if take.where else ())}
            missing = sorted(needed - set(tables[take.source].columns)) if take.source in tables else sorted(needed)
            if missing:
                columns = ", ".join(f"`{take.source}.{each}`" for each in missing)
                said = f"{section}.{name}: takes {columns}, which no source has."
                yield Finding(path, yaml.line_of(document, (section, name)), "no source", "error", said)


def _tried(read: Callable[[], Any], path: Path) -> tuple[Any, list[Finding]]:
    try:
        return read(), []
    except Problem as problem:
        return None, of_problem(problem, path)
