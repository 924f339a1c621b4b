"""The files of one intake, part by part, with the facts that either law asks for and the groups they are counted in."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.audit import groups
from pipeline.core import facts, stage, tables
from pipeline.core.errors import Problem
from pipeline.core.programme import Group, Programme, Source, Take
from pipeline.policy.law import Law
from pipeline.validate import typed

OFFICE = "office"  # a column of interim/cases, too


@dataclass(frozen=True)
class Intake:
    """The queue that the last run left in `data/interim`; facts are looked up as known on its day `as_of`."""

    programme: Programme
    cases: Path
    accepted: Path
    as_of: date

    @property
    def parts(self) -> int:
        """How many parts it has."""
        return tables.count_parts(self.cases)

    @property
    def office(self) -> str:
        """The attribute that is the office: an audited group, or one of its own name beside them."""
        column = f"{self.programme.cases.source}.{self.programme.offices.column}"
        return next((name for name, rule in self.groups.items() if rule.from_ == column and not rule.bands), OFFICE)

    @property
    def attributes(self) -> tuple[str, ...]:
        """What files are counted by: the audited groups, and the office if none of them is it."""
        return tuple(dict.fromkeys([*self.groups, self.office]))

    @property
    def groups(self) -> Mapping[str, Group]:
        """The audited groups of the programme."""
        return self.programme.groups


def find(programme: Programme, root: Path) -> Intake:
    """The intake of the last run of `programme` under `root`; raises Problem where there is none."""
    cases, accepted = (stage.place(root, programme, name) for name in ("interim/cases", "interim/tables"))
    record = stage.place(root, programme, "out/run.json")
    again = f"run `qonys ingest` and `qonys features` for {programme.programme} first"
    for path in (cases, accepted, record):
        if not path.exists():
            raise Problem(f"{path.relative_to(root)}: missing; {again}.")
    made = json.loads(record.read_text(encoding="utf-8")).get("stages", {}).get("features", {})
    if "as_of" not in made:
        raise Problem(f"{record.relative_to(root)}: does not say for which day the intake was made; {again}.")
    return Intake(programme, cases, accepted, date.fromisoformat(made["as_of"]))


def check(intake: Intake, law: Law, wanted: Mapping[str, Take]) -> None:
    """Raises Problem, naming the fact, where the ingested tables cannot give a fact that `law` asks for."""
    ours, theirs = intake.programme, law.programme
    if (theirs.cases.source, theirs.case_id) != (ours.cases.source, ours.case_id):
        raise Problem(
            f"{law.label}: its cases are `{theirs.cases.source}.{theirs.case_id}`, those of the intake "
            f"`{ours.cases.source}.{ours.case_id}`; compare two laws of one programme."
        )
    for name, take in wanted.items():
        source = theirs.tables[take.source]
        folders = {intake.accepted: facts.columns(theirs, {name: take}, take.source)}
        if take.source != theirs.cases.source:  # rows that were set aside make the facts unknown on which they may bear
            tells = {facts.link(theirs, take.source), source.known_on, *(take.where.names if take.where else ())}
            folders[intake.accepted.parent / facts.SET_ASIDE] = [each for each in source.columns if each in tells]
        for folder, needed in folders.items():
            missing = _missing(source, needed, _schema(folder / take.source))
            if missing:
                raise Problem(
                    f"{law.label}: the fact `{name}` needs {missing} in {folder.name}/{take.source} of the intake; describe "
                    f"the source in {ours.folder} as this law does and run `qonys ingest` and `qonys features` again."
                )


def _missing(source: Source, needed: Sequence[str], there: pa.Schema) -> str:
    """The first of the columns `needed` that is not there, or not as `source` describes it; empty where all are."""
    described = typed.schema(source)
    for column in needed:
        if column not in there.names:
            return f"`{column}`, which is not"
        if _family(there.field(column).type) != _family(described.field(column).type):
            return f"`{column}` as {source.columns[column].kind}, which is of another kind"
    return ""


def _schema(folder: Path) -> pa.Schema:
    path = tables.part_path(folder, 0)
    return pq.read_schema(path) if path.exists() else pa.schema([])


def _family(kind: pa.DataType) -> str:
    """`timestamp`, `string`, ... whatever the unit or the width."""
    return str(kind).partition("[")[0].removeprefix("large_")


@dataclass(frozen=True)
class Part:
    """Some files of the intake: their ids, the facts of each law and their groups, row by row the same files.

    `old_hidden` and `new_hidden` mark the facts on which a row that was set aside may bear.
    """

    case_id: pd.Series
    old: pd.DataFrame
    new: pd.DataFrame
    old_hidden: pd.DataFrame
    new_hidden: pd.DataFrame
    groups: pd.DataFrame


def read(intake: Intake, number: int, old: tuple[Law, Mapping[str, Take]], new: tuple[Law, Mapping[str, Take]]) -> Part:
    """Part `number` of the queue; `old` and `new` are each law with the facts it asks for."""
    cases = tables.read_part(intake.cases, number, ["case_id", "office", "queue"])
    cases = cases[cases.pop("queue").to_numpy(dtype=bool)].reset_index(drop=True)
    case_id = cases["case_id"]

    def look(programme: Programme, wanted: Mapping[str, Take]) -> tuple[pd.DataFrame, pd.DataFrame]:
        return facts.of_cases(programme, wanted, intake.accepted, number, case_id, intake.as_of)

    (law, wanted), (other, asked) = old, new
    first, hidden = look(law.programme, wanted)
    same = {name for name, take in asked.items() if _alike(law, other, wanted.get(name), take)}
    rest, veiled = look(other.programme, {name: take for name, take in asked.items() if name not in same})
    second, covered = (
        pd.DataFrame({name: (mine if name in same else own)[name] for name in asked}, index=mine.index)
        for mine, own in ((first, rest), (hidden, veiled))
    )
    found = _groups(intake, number, case_id)
    if intake.office not in intake.groups:
        found[intake.office] = cases["office"].astype("str")
    return Part(case_id, first, second, hidden, covered, found)


def _groups(intake: Intake, number: int, case_id: pd.Series) -> pd.DataFrame:
    """The groups of the files as the audit has them: from the accepted rows known on the day of the intake."""
    programme, wanted = intake.programme, intake.groups

    def read_source(name: str) -> pd.DataFrame:
        folder = intake.accepted / name
        part = number if tables.count_parts(folder) > 1 else 0
        return tables.read_part(folder, part, facts.columns(programme, wanted, name))

    rows = read_source(programme.cases.source).set_index(programme.case_id, drop=False).loc[case_id]
    day = np.full(len(rows), np.datetime64(intake.as_of, "D"))
    found = facts.collect(programme, wanted, rows.reset_index(drop=True), day, read_source)
    return groups.assign(wanted, found, day)


def _alike(law: Law, other: Law, one: Take | None, two: Take) -> bool:
    """Whether both laws take the fact in one way from one kind of row, so that it need not be looked up twice."""
    if one is None:
        return False
    ways = []
    for programme, take in ((law.programme, one), (other.programme, two)):
        source, where = programme.tables[take.source], take.where
        told = None if where is None else (where.text, {name: source.columns[name].required for name in where.names})
        days = source.known_on, source.happened_on
        ways.append((take.from_, take.take, told, days, facts.link(programme, take.source)))
    return ways[0] == ways[1]
