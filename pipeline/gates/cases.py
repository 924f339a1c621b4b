"""Runs the example cases that stand beside the gates: each is a sentence, a day, some facts and the answer expected."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.core import yaml
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme
from pipeline.gates import kinds, rulebook
from pipeline.gates.book import Gate, Rulebook
from pipeline.gates.evaluate import Verdicts, evaluate
from pipeline.gates.records import ANSWERS, Case


@dataclass(frozen=True)
class Example:
    """A case with the gate it belongs to and the place where it is written."""

    gate: Gate
    case: Case
    path: Path
    line: int

    @property
    def where(self) -> str:
        """File and line, then the sentence."""
        return f"{self.path}:{self.line}: {self.case.name}"


def load(programme: Programme, book: Rulebook) -> list[Example]:
    """Every case in `cases/*.yaml`, in order of file.

    Raises Problem with file and line for a case of no gate, an unknown field, an unknown fact or one of a wrong kind, or a
    code that the fact never has.
    """
    found, problems = survey(programme, book)
    for problem in problems:
        raise problem
    return found


def survey(programme: Programme, book: Rulebook, spoilt: Collection[str] = ()) -> tuple[list[Example], list[Problem]]:
    """As `load`, but what is wrong with one case does not hide the others. Gates in `spoilt` are passed over."""
    by_code = {gate.code: gate for gate in book.gates}
    found: list[Example] = []
    problems: list[Problem] = []
    for path in sorted((programme.folder / "cases").glob("*.yaml")):
        code = path.stem.partition("_")[0]
        if code not in by_code and code not in spoilt:
            problems.append(
                Problem(f"{path}:1: no gate has the code {code}; call the file as its gate's file is called.")
            )
            continue
        try:
            document = yaml.read(path)
        except Problem as problem:
            problems.append(problem)
            continue
        if not isinstance(document, list):
            problems.append(Problem(f"{path}:1: should be a list of cases with {', '.join(Case.model_fields)}."))
            continue
        for place, item in enumerate(document):
            line = yaml.line_of(document, (place,))
            try:
                case = _case(programme, book, path, line, item)
            except Problem as problem:
                problems.append(problem)
            else:
                found += [Example(by_code[code], case, path, line)] if code in by_code else []
    return found, problems


def _case(programme: Programme, book: Rulebook, path: Path, line: int, item: Any) -> Case:
    if not isinstance(item, dict):
        raise Problem(f"{path}:{line}: a case is a mapping of {', '.join(Case.model_fields)}.")
    case = yaml.build(path, item, Case)
    wrong = [
        f"{path}:{yaml.line_of(item, ('facts', fact))}: facts.{fact}: {why}."
        for fact, value in case.facts.items()
        if (why := _wrong(programme, book.kinds.get(fact), fact, value))
    ]
    if wrong:
        raise Problem(wrong[0], wrong)
    return case


def _wrong(programme: Programme, kind: str | None, fact: str, value: Any) -> str:
    """Why no file can have the value; empty where one can."""
    if kind is None:
        return "there is no such fact in programme.yaml"
    if value is None:
        return ""
    if kinds.of_value(value) != kind:
        return f"`{value}` is no {kind}"
    take = programme.facts[fact]
    column = programme.tables[take.source].columns[take.column]
    if take.take in ("count", "sum"):
        return f"`{value}` is below zero" if take.take == "count" and value < 0 else ""
    if column.codes and value not in column.codes:
        return f"it is never `{value}`; its codes are {', '.join(column.codes)}"
    if kind == "text" and column.pattern and not re.fullmatch(column.pattern, value):
        return f"`{value}` is not of the pattern {column.pattern}"
    return ""


def frame(book: Rulebook, files: Sequence[Mapping[str, Any]], facts: Sequence[str] | None = None) -> pd.DataFrame:
    """One row a file, one column a fact, of the dtypes that registers give; what is absent is missing.

    `facts` are those of all gates unless given.
    """
    return pd.DataFrame(
        {
            fact: pd.array([file.get(fact) for file in files], dtype=kinds.dtype(book.kinds[fact]))
            for fact in (book.facts if facts is None else facts)
        },
        index=range(len(files)),
    )


def disagreements(book: Rulebook, examples: Sequence[Example]) -> list[str]:
    """For each example what its gate answers instead of what the case expects; empty where they agree.

    All examples of a gate and a day are asked in one table.
    """
    asked: dict[tuple[str, date, bool], list[int]] = {}
    for place, example in enumerate(examples):
        scored = example.gate.scored or example.case.points is not None
        asked.setdefault((example.gate.code, example.case.on, scored), []).append(place)
    found = [""] * len(examples)
    for (_, day, scored), places in asked.items():
        gate = examples[places[0]].gate
        names = sorted({*gate.facts, *(book.points_facts if scored else ())})
        facts = frame(book, [examples[place].case.facts for place in places], names)
        verdicts = evaluate([gate], book.points if scored else None, facts, day)
        for row, place in enumerate(places):
            found[place] = _disagreement(examples[place], verdicts, row)
    return found


def check(programme: Programme) -> None:
    """Reads the rules and runs every case on them.

    Raises Problem with file and line for whatever `rulebook.load` and `load` refuse, and for the first case that
    contradicts its rule.
    """
    rules = rulebook.load(programme)
    told = [text for text in disagreements(rules, load(programme, rules)) if text]
    if told:
        each = [f"{text}; one of the two is wrong, mend it before anything is run." for text in told]
        raise Problem(each[0], each)


def _disagreement(example: Example, verdicts: Verdicts, row: int) -> str:
    case = example.case
    answer = ANSWERS[verdicts.answers[0, row]]
    if answer != case.expect:
        return f"{example.where}: {example.gate.code} answers {answer}, the case expects {case.expect}"
    exemption = ([*example.gate.rule.exempt, ""])[verdicts.exempted[0, row]]
    if exemption != case.exemption:
        return f"{example.where}: the exemption is `{exemption}`, the case expects `{case.exemption}`"
    if case.points is None:
        return ""
    wanted = case.points if isinstance(case.points, tuple) else (case.points,) * 2
    score = verdicts.score
    found = (score.total_least[row], score.total_most[row]) if score is not None else None
    return "" if found == wanted else f"{example.where}: the points are {found}, the case expects {wanted}"
