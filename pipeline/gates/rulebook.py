"""Reads the gates and the points table of a programme and checks them before any data are touched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from pipeline.core import files, yaml
from pipeline.core.errors import Problem
from pipeline.core.expressions import Expression
from pipeline.core.programme import Programme
from pipeline.gates import kinds
from pipeline.gates.book import MEASURE, TODAY, TOTALS, Gate, Rulebook, kind_of
from pipeline.gates.records import NO_VALUE, Dated, Rule, Table

VERSION = 12  # hex digits


@dataclass(frozen=True)
class _File:
    """A file that was read: where it is, its document with line marks."""

    path: Path
    document: Any

    def problem(self, steps: tuple[Any, ...], text: str) -> Problem:
        line = yaml.line_of(self.document, steps)
        where = ".".join(str(step) for step in steps)
        return Problem(f"{self.path}:{line}: {where}: {text}.")


def load(programme: Programme) -> Rulebook:
    """The gates in `gates/*.yaml` and the table in `points.yaml` of the programme's folder.

    Raises Problem with file and line for a typo, a missing translation, an unknown fact, values of different kinds,
    a code that a fact never has, a period that ends before it begins, two values for one day, or a code used twice.
    """
    known = {name: kinds.of_fact(programme, take) for name, take in programme.facts.items()}
    codes = {name: programme.tables[take.source].columns[take.column].codes for name, take in programme.facts.items()}
    checker = _Checker(known, codes)
    table = checker.table(programme.folder / "points.yaml")
    rules: dict[str, tuple[Rule, _File]] = {}
    for path in sorted((programme.folder / "gates").glob("*.yaml")):
        document = yaml.read(path)
        if not isinstance(document, dict):
            raise Problem(f"{path}:1: should be a mapping of {', '.join(Rule.model_fields)}.")
        file = _File(path, document)
        rule = yaml.build(path, document, Rule)
        if not path.stem.startswith(f"{rule.code}_"):
            raise file.problem(("code",), f"the file should be called {rule.code}_<name>.yaml")
        if rule.code in rules:
            raise file.problem(("code",), f"`{rule.code}` is already the code of {rules[rule.code][1].path.name}")
        rules[rule.code] = (rule, file)
    points_facts = _names(table.criteria.values(), known) if table else ()
    gates = tuple(checker.gate(*rules[code], rules, table, programme.folder) for code in sorted(rules))
    return Rulebook(gates, table, known, points_facts)


def _names(parts: Iterable[Any], known: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        sorted({name for part in parts for rule in part.conditions.values() for name in rule.names if name in known})
    )


class _Checker:
    def __init__(self, known: Mapping[str, str], codes: Mapping[str, Sequence[str]]) -> None:
        self.known, self.codes = known, dict(codes)

    def table(self, path: Path) -> Table | None:
        if not path.exists():
            return None
        file = _File(path, yaml.read(path))
        table = yaml.load(path, Table)
        self._dated(file, ("threshold",), table.threshold)
        for name, criterion in table.criteria.items():
            kind = {**self.known, TODAY: "date"}
            for steps, condition in criterion.conditions.items():
                where = ("criteria", name, *steps)
                if steps == (MEASURE,):
                    kind[MEASURE] = self._kind(file, where, condition, kind, {})
                    self.codes[MEASURE] = self.codes.get(condition.text, [])
                else:
                    self._condition(file, where, condition, kind, {})
            for first, second in combinations(range(len(criterion.bands)), 2):
                one, other = criterion.bands[first], criterion.bands[second]
                if one.when.text == other.when.text and one.meets(other):
                    raise file.problem(
                        ("criteria", name, "bands", second), f"`{one.when.text}` has points twice for one day"
                    )
        days = {period.from_ for criterion in table.criteria.values() for period in criterion.bands}
        for day in sorted(days):
            most = sum(
                max((band.points for band in each.bands if band.covers(day)), default=0)
                for each in table.criteria.values()
            )
            if most != table.maximum:
                raise file.problem(
                    ("maximum",), f"the bands in force on {day} add up to at most {most}, not {table.maximum}"
                )
        return table

    def gate(
        self, rule: Rule, file: _File, rules: Mapping[str, tuple[Rule, _File]], table: Table | None, root: Path
    ) -> Gate:
        values: dict[str, Sequence[Dated]] = dict(rule.values)
        used = {file.path}
        for name, address in rule.values_of.items():
            if name in rule.values:
                raise file.problem(("values_of", name), f"`{name}` also stands under `values`; keep one")
            borrowed = self._borrowed(address, rules, table, root)
            if borrowed is None:
                raise file.problem(
                    ("values_of", name),
                    f"there is no value `{address}`; write <code of a gate>.<value> or points.threshold",
                )
            values[name] = borrowed[0]
            used.add(borrowed[1])
        for name, items in rule.values.items():
            self._dated(file, ("values", name), items)
        for name in values:
            if name in self.known or name in (TODAY, *TOTALS):
                raise file.problem(("values", name), f"`{name}` is already the name of a fact; choose another")
        kind = {**self.known, TODAY: "date", **(dict.fromkeys(TOTALS, "number") if table else {})}
        kind |= {name: kind_of(items) for name, items in values.items()}
        lists = {
            name: [text for item in items if isinstance(item.value, list) for text in item.value]
            for name, items in values.items()
        }
        for steps, condition in rule.conditions.items():
            self._condition(file, steps, condition, kind, lists)
        names = {name for condition in rule.conditions.values() for name in condition.names}
        for name in values:
            if name not in names:
                section = "values" if name in rule.values else "values_of"
                raise file.problem((section, name), f"no condition of {rule.code} uses `{name}`; use it or take it out")
        scored = bool(names & set(TOTALS))
        if scored:
            used.add(root / "points.yaml")
        return Gate(rule, values, _names([rule], self.known), scored, files.digest(used, root)[:VERSION])

    @staticmethod
    def _borrowed(
        address: str, rules: Mapping[str, tuple[Rule, _File]], table: Table | None, root: Path
    ) -> tuple[Sequence[Dated], Path] | None:
        """The dated values that stand at `address`, and the file that holds them; None where nothing does."""
        owner, _, value = address.partition(".")
        if owner == "points" and value == "threshold" and table is not None:
            return table.threshold, root / "points.yaml"
        if owner in rules and value in rules[owner][0].values:
            return rules[owner][0].values[value], rules[owner][1].path
        return None

    @staticmethod
    def _dated(file: _File, steps: tuple[Any, ...], items: Sequence[Dated]) -> None:
        for first, second in combinations(range(len(items)), 2):
            if items[first].meets(items[second]):
                day = max(items[first].from_, items[second].from_)
                raise file.problem((*steps, second), f"there are two values for {day}; end one before the other begins")
        found = {kinds.of_value(item.value) for item in items if item.value != NO_VALUE}
        if len(found) > 1:
            raise file.problem(steps, f"the values are of different kinds ({', '.join(sorted(found))})")

    def _condition(
        self,
        file: _File,
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
        file: _File,
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
