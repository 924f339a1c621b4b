"""Reads the gates and the points table of a programme and checks them before any data are touched."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from pipeline.core import files, yaml
from pipeline.core.errors import Problem
from pipeline.core.expressions import Expression, Values, constant
from pipeline.core.law import NO_VALUE, Dated
from pipeline.core.programme import Programme
from pipeline.core.yaml import Record
from pipeline.gates import kinds
from pipeline.gates.book import MEASURE, TODAY, TOTALS, Gate, Rulebook, kind_of, on_day
from pipeline.gates.records import Rule, Table

VERSION = 12  # hex digits
POINTS = "points"  # what the points table is called among gates


@dataclass(frozen=True)
class File:
    """A file that was read: where it is, its document with line marks."""

    path: Path
    document: Any

    def line(self, *steps: Any) -> int:
        """The 1-based line on which `steps` stand."""
        return yaml.line_of(self.document, steps)

    def problem(self, steps: tuple[Any, ...], text: str) -> Problem:
        """`text`, with the place in front."""
        where = ".".join(str(step) for step in steps)
        return Problem(f"{self.path}:{self.line(*steps)}: {where}: {text}.")


@dataclass(frozen=True)
class Survey:
    """Everything the rules of a programme hold, and everything that is wrong with them.

    `book` has the gates that are in order, `files` the files of those and of the points table (`points`) by code,
    `spoilt` the codes of the others as their file names tell them.
    """

    book: Rulebook
    files: Mapping[str, File]
    problems: Sequence[Problem]
    spoilt: frozenset[str]


def load(programme: Programme) -> Rulebook:
    """The gates in `gates/*.yaml` and the table in `points.yaml` of the programme's folder.

    Raises Problem with file and line for a typo, a missing translation, an unknown fact, values of different kinds,
    a code that a fact never has, a period that ends before it begins, two values for one day, a value that is no number
    or below zero, a division by zero, or a code used twice.
    """
    found = survey(programme)
    for problem in found.problems:
        raise problem
    return found.book


def survey(programme: Programme) -> Survey:
    """As `load`, but what is wrong in one file does not hide the others."""
    known = {name: kinds.of_fact(programme, take) for name, take in programme.facts.items()}
    codes = {name: programme.tables[take.source].columns[take.column].codes for name, take in programme.facts.items()}
    checker = _Checker(known, codes)
    problems: list[Problem] = list(_facts(programme))
    files: dict[str, File] = {}
    spoilt: set[str] = set()
    table = None
    path = programme.folder / "points.yaml"
    if path.exists():
        try:
            table, file = _read(path, Table)
            wrong = list(checker.table(file, table))
        except Problem as problem:
            wrong = [problem]
        if wrong:
            problems += wrong
            spoilt.add(POINTS)
            table = None
        else:
            files[POINTS] = file
    rules: dict[str, tuple[Rule, File]] = {}
    for path in sorted((programme.folder / "gates").glob("*.yaml")):
        try:
            rule, file = _read(path, Rule)
            if not path.stem.startswith(f"{rule.code}_"):
                raise file.problem(("code",), f"the file should be called {rule.code}_<name>.yaml")
            if rule.code in rules:
                raise file.problem(("code",), f"`{rule.code}` is already the code of {rules[rule.code][1].path.name}")
            rules[rule.code] = (rule, file)
        except Problem as problem:
            problems.append(problem)
            spoilt.add(path.stem.partition("_")[0])
    gates = []
    for code in sorted(rules):
        rule, file = rules[code]
        names = {name for condition in rule.conditions.values() for name in condition.names}
        lent = {address.partition(".")[0] for address in rule.values_of.values()}
        if lent & spoilt or (POINTS in spoilt and names & set(TOTALS)):
            spoilt.add(code)  # cannot be judged before what it borrows is mended
            continue
        checked = checker.gate(rule, file, rules, table, programme.folder)
        if isinstance(checked, Gate):
            gates.append(checked)
            files[code] = file
        else:
            problems += checked
            spoilt.add(code)
    points_facts = _names(table.criteria.values(), known) if table else ()
    return Survey(Rulebook(tuple(gates), table, known, points_facts), files, problems, frozenset(spoilt))


def _facts(programme: Programme) -> Iterator[Problem]:
    """Facts whose `where` no row can meet: they would be missing for everybody."""
    for name, take in programme.facts.items():
        if take.where is not None:
            columns = programme.tables[take.source].columns
            kind = {column: kinds.of_column(each) for column, each in columns.items()}
            codes = {column: each.codes for column, each in columns.items()}
            try:
                found = kinds.check(take.where, kind, codes, {})
                why = "" if found == "boolean" else f"`{take.where.text}` is a {found}, not a condition"
            except kinds.Mismatch as error:
                why = str(error)
            if why:
                path = programme.folder / "programme.yaml"
                yield File(path, yaml.read(path)).problem(("facts", name, "where"), why)


def _read(path: Path, record: type[Record]) -> tuple[Record, File]:
    document = yaml.read(path)
    if not isinstance(document, dict):
        raise Problem(f"{path}:1: should be a mapping of {', '.join(record.model_fields)}.")
    return yaml.build(path, document, record), File(path, document)


def _names(parts: Iterable[Any], known: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        sorted({name for part in parts for rule in part.conditions.values() for name in rule.names if name in known})
    )


class _Checker:
    def __init__(self, known: Mapping[str, str], codes: Mapping[str, Sequence[str]]) -> None:
        self.known, self.codes = known, dict(codes)

    def table(self, file: File, table: Table) -> Iterator[Problem]:
        """Everything that is wrong with the points table."""
        try:
            self._dated(file, ("threshold",), table.threshold)
        except Problem as problem:
            yield problem
        sums = True  # whether the caps let anything be added up
        try:
            self._caps(file, table)
        except Problem as problem:
            sums = False
            yield problem
        for name, criterion in table.criteria.items():
            kind = {**self.known, TODAY: "date"}
            for steps, condition in criterion.conditions.items():
                where = ("criteria", name, *steps)
                try:
                    if steps == (MEASURE,):
                        kind[MEASURE] = self._kind(file, where, condition, kind, {})
                        self.codes[MEASURE] = self.codes.get(condition.text, [])
                    else:
                        self._condition(file, where, condition, kind, {})
                    self._division(file, where, condition, {})
                except Problem as problem:
                    yield problem
                    if steps == (MEASURE,):
                        break  # what the bands make of a spoilt measure says nothing
            for first, second in combinations(range(len(criterion.bands)), 2):
                one, other = criterion.bands[first], criterion.bands[second]
                if one.when.text == other.when.text and one.meets(other):
                    yield file.problem(
                        ("criteria", name, "bands", second), f"`{one.when.text}` has points twice for one day"
                    )
        bands = [band for criterion in table.criteria.values() for band in criterion.bands]
        for day in sorted({period.from_ for period in [*bands, *table.caps]}) if sums else ():
            if table.highest(day) != table.maximum:
                yield file.problem(
                    ("maximum",),
                    f"the bands in force on {day} add up to at most {table.highest(day)}, not {table.maximum}",
                )
                break

    @staticmethod
    def _caps(file: File, table: Table) -> None:
        for place, cap in enumerate(table.caps):
            unknown = sorted(set(cap.criteria) - set(table.criteria))
            if unknown:
                raise file.problem(("caps", place, "criteria"), f"there is no criterion `{unknown[0]}`")
            if len(set(cap.criteria)) < len(cap.criteria):
                raise file.problem(("caps", place, "criteria"), "a criterion stands twice; name each once")
            if sum(table.criteria[name].highest(cap.from_) for name in cap.criteria) <= cap.most:
                raise file.problem(
                    ("caps", place, "most"), f"its criteria give at most {cap.most} on {cap.from_}; it caps nothing"
                )
            for other in table.caps[:place]:
                both = sorted(set(cap.criteria) & set(other.criteria))
                if both and cap.meets(other):
                    raise file.problem(("caps", place), f"`{both[0]}` is in two caps at once; end one or merge them")

    def gate(
        self, rule: Rule, file: File, rules: Mapping[str, tuple[Rule, File]], table: Table | None, root: Path
    ) -> Gate | list[Problem]:
        """The gate, or everything that is wrong with it."""
        values: dict[str, Sequence[Dated]] = dict(rule.values)
        used = {file.path}
        problems = []
        for name, address in rule.values_of.items():
            borrowed = self._borrowed(address, rules, table, root)
            if name in rule.values:
                problems.append(file.problem(("values_of", name), f"`{name}` also stands under `values`; keep one"))
            elif borrowed is None:
                problems.append(
                    file.problem(
                        ("values_of", name),
                        f"there is no value `{address}`; write <code of a gate>.<value> or points.threshold",
                    )
                )
            else:
                values[name] = borrowed[0]
                used.add(borrowed[1])
        if problems:  # what the conditions make of values that are not there says nothing
            return problems
        problems = list(self._faults(rule, file, values, table))
        if problems:
            return problems
        scored = any(condition.names & set(TOTALS) for condition in rule.conditions.values())
        if scored:
            used.add(root / "points.yaml")
        return Gate(rule, values, _names([rule], self.known), scored, files.digest(used, root)[:VERSION])

    def _faults(
        self, rule: Rule, file: File, values: Mapping[str, Sequence[Dated]], table: Table | None
    ) -> Iterator[Problem]:
        bad = set()  # what conditions make of these says nothing
        for name, items in rule.values.items():
            try:
                self._dated(file, ("values", name), items)
            except Problem as problem:
                bad.add(name)
                yield problem
        for name in values:
            if name in self.known or name in (TODAY, *TOTALS):
                yield file.problem(("values", name), f"`{name}` is already the name of a fact; choose another")
        for name in rule.value_titles:
            if name not in values:
                yield file.problem(("value_titles", name), f"{rule.code} has no value `{name}`")
        kind = {**self.known, TODAY: "date", **(dict.fromkeys(TOTALS, "number") if table else {})}
        kind |= {name: kind_of(items) for name, items in values.items()}
        lists = {
            name: [text for item in items if isinstance(item.value, list) for text in item.value]
            for name, items in values.items()
        }
        for steps, condition in rule.conditions.items():
            if condition.names & bad:
                continue
            try:
                self._condition(file, steps, condition, kind, lists)
                self._division(file, steps, condition, values)
            except Problem as problem:
                yield problem
        names = {name for condition in rule.conditions.values() for name in condition.names}
        for name in values:
            if name not in names:
                section = "values" if name in rule.values else "values_of"
                yield file.problem((section, name), f"no condition of {rule.code} uses `{name}`; use it or take it out")

    @staticmethod
    def _borrowed(
        address: str, rules: Mapping[str, tuple[Rule, File]], table: Table | None, root: Path
    ) -> tuple[Sequence[Dated], Path] | None:
        """The dated values that stand at `address`, and the file that holds them; None where nothing does."""
        owner, _, value = address.partition(".")
        if owner == "points" and value == "threshold" and table is not None:
            return table.threshold, root / "points.yaml"
        if owner in rules and value in rules[owner][0].values:
            return rules[owner][0].values[value], rules[owner][1].path
        return None

    @staticmethod
    def _dated(file: File, steps: tuple[Any, ...], items: Sequence[Dated]) -> None:
        for first, second in combinations(range(len(items)), 2):
            if items[first].meets(items[second]):
                day = max(items[first].from_, items[second].from_)
                raise file.problem((*steps, second), f"there are two values for {day}; end one before the other begins")
        for place, item in enumerate(items):
            if kinds.of_value(item.value) == "number" and not math.isfinite(item.value):  # type: ignore[arg-type]
                raise file.problem((*steps, place, "value"), f"`{item.value}` is no number that anything can reach")
            if kinds.of_value(item.value) == "number" and item.value < 0:  # type: ignore[operator]
                raise file.problem(
                    (*steps, place, "value"), f"`{item.value}` is below zero; an amount, a count or a term never is"
                )
        found = {kinds.of_value(item.value) for item in items if item.value != NO_VALUE}
        if len(found) > 1:
            raise file.problem(steps, f"the values are of different kinds ({', '.join(sorted(found))})")

    def _condition(
        self,
        file: File,
        steps: tuple[Any, ...],
        condition: Expression,
        kind: Mapping[str, str],
        lists: Mapping[str, Sequence[str]],
    ) -> None:
        found = self._kind(file, steps, condition, kind, lists)
        if found != "boolean":
            raise file.problem(steps, f"`{condition.text}` is a {found}, not a condition that holds or does not")

    def _kind(
        self,
        file: File,
        steps: tuple[Any, ...],
        condition: Expression,
        kind: Mapping[str, str],
        lists: Mapping[str, Sequence[str]],
    ) -> str:
        for name in sorted(condition.names):
            if name not in kind:
                raise file.problem(
                    steps,
                    f"there is no fact or value `{name}`; declare it under `facts` in programme.yaml or under `values` here",
                )
        try:
            return kinds.check(condition, kind, self.codes, lists)
        except kinds.Mismatch as error:
            raise file.problem(steps, str(error)) from None

    @staticmethod
    def _division(
        file: File, steps: tuple[Any, ...], condition: Expression, values: Mapping[str, Sequence[Dated]]
    ) -> None:
        """Raises Problem for a division by something that the law alone makes zero on some day."""
        days = sorted({item.from_ for name in condition.names & set(values) for item in values[name]})
        for divisor in kinds.divisors(condition):
            if not divisor.names <= set(values):
                continue
            for day in days or [date.min]:
                given = {name: on_day(values[name], day) for name in divisor.names}
                if None in given.values():
                    continue
                found: Values = divisor.evaluate({name: constant(value) for name, value in given.items()})
                if found.data == 0:
                    on = f" on {day}" if divisor.names else ""
                    raise file.problem(steps, f"`{condition.text}` divides by `{divisor.text}`, which is zero{on}")
