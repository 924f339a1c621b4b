"""Facts a case: one value from the rows known by a day, as a programme's YAML declares. May hold protected columns."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.asof import CASE, known_by, take
from pipeline.core import tables
from pipeline.core.expressions import column
from pipeline.core.programme import Programme, Source, Take

SET_ASIDE = "set_aside"  # beside the folder of accepted tables: rows set aside, by source
Reader = Callable[[str], pd.DataFrame]


def collect(
    programme: Programme, wanted: Mapping[str, Take], cases: pd.DataFrame, day: np.ndarray, read: Reader
) -> pd.DataFrame:
    """One row a case (in the order of `cases`), one column a fact; missing where nothing was known by `day`.

    `cases` holds the case table's columns, `day` (datetime64[D], one a case) the day on which facts are looked up,
    `read(source)` gives a source's rows for the same persons.
    """
    facts = {}
    joined: dict[str, pd.DataFrame] = {}
    for name, rule in wanted.items():
        if rule.source == programme.cases.source:
            facts[name] = cases[rule.column].reset_index(drop=True)
            continue
        if rule.source not in joined:
            source = programme.tables[rule.source]
            joined[rule.source] = known_by(cases, read(rule.source), link(programme, rule.source), day, source.known_on)
        rows = joined[rule.source]
        if rule.where is not None:
            rows = rows[rule.where.evaluate({need: column(rows[need]) for need in rule.where.names}).true]
        facts[name] = take(rows, rule.column, rule.take, len(cases))
    return pd.DataFrame(facts, index=range(len(cases)))


def of_cases(
    programme: Programme, wanted: Mapping[str, Take], accepted: Path, part: int, case_id: pd.Series, day: date
) -> pd.DataFrame:
    """The facts of the cases `case_id`, all of them in part `part` of the accepted tables, as known on `day`."""
    source = programme.cases.source
    rows = tables.read_part(
        accepted / source, part, columns(programme, wanted, source), _coded(programme, wanted, source)
    )
    rows = rows.set_index(programme.case_id, drop=False).loc[case_id]

    def read(name: str) -> pd.DataFrame:
        return _accepted(programme, accepted, part, name, wanted)

    days = np.full(len(rows), np.datetime64(day, "D"))
    found = collect(programme, wanted, rows.reset_index(drop=True), days, read)
    return found.mask(hidden(programme, wanted, accepted, part, case_id, day))


def _accepted(programme: Programme, accepted: Path, part: int, source: str, wanted: Mapping[str, Take]) -> pd.DataFrame:
    folder = accepted / source
    place = part if tables.count_parts(folder) > 1 else 0
    return tables.read_part(folder, place, columns(programme, wanted, source), _coded(programme, wanted, source))


def hidden(
    programme: Programme, wanted: Mapping[str, Take], accepted: Path, part: int, case_id: pd.Series, day: date
) -> pd.DataFrame:
    """Where nobody can say whether a fact has a value: bool, one row a case, one column a fact.

    That is where a row that was set aside as unusable may bear on it (an unreadable offence must not look like none), or
    where an accepted row may or may not meet the fact's `where`. Only rows known by `day` count; one whose day cannot be
    read counts unless it happened later. A row that is known not to meet the `where` does not bear on the fact.
    """
    aside = accepted.parent / SET_ASIDE
    marks = pd.DataFrame(False, index=range(len(case_id)), columns=list(wanted))
    source = programme.cases.source
    keys = [programme.case_id] if programme.case_id == programme.person_id else [programme.case_id, programme.person_id]
    cases = tables.read_part(accepted / source, part, keys).set_index(programme.case_id, drop=False).loc[case_id]
    cases, days = cases.reset_index(drop=True), np.full(len(cases), np.datetime64(day, "D"))
    for name in sorted({rule.source for rule in wanted.values()} - {source}):
        rules = {fact: rule for fact, rule in wanted.items() if rule.source == name}
        mine = _known_aside(programme.tables[name], aside / name, part, cases, days, link(programme, name))
        for fact, rule in rules.items():
            bears = np.ones(len(mine), dtype=bool)
            if rule.where is not None and rule.where.names <= set(mine.columns):  # else nobody can tell: it bears
                bears = ~rule.where.evaluate({need: column(mine[need]) for need in rule.where.names}).false
            marks.loc[mine.loc[bears, CASE].unique(), fact] = True
        for fact, rule in rules.items():
            if rule.where is not None and not all(_always(programme, name, need) for need in rule.where.names):
                there = _accepted(programme, accepted, part, name, {fact: rule})
                rows = known_by(cases, there, link(programme, name), days, programme.tables[name].known_on)
                met = rule.where.evaluate({need: column(rows[need]) for need in rule.where.names})
                marks.loc[rows.loc[~(met.true | met.false), CASE].unique(), fact] = True
    return marks


def _always(programme: Programme, source: str, name: str) -> bool:
    return programme.tables[source].columns[name].required


def _known_aside(
    source: Source, folder: Path, part: int, cases: pd.DataFrame, days: np.ndarray, join: str
) -> pd.DataFrame:
    """The rows of `source` that were set aside and may have been known on the day of a case, as `known_by` gives them."""
    rows = tables.read_part(folder, part if tables.count_parts(folder) > 1 else 0)
    if source.known_on is None:
        return known_by(cases, rows, join, days, None)
    known = rows[source.known_on]
    if source.happened_on is not None and source.happened_on in rows:
        known = known.fillna(rows[source.happened_on])  # known at the earliest on the day on which it happened
    rows[source.known_on] = known.fillna(pd.Timestamp("1900-01-01"))
    return known_by(cases, rows, join, days, source.known_on)


def bearing(programme: Programme, source: str) -> list[str]:
    """The columns of `source` that tell on whose facts one of its rows bears: links, day known, conditions of facts."""
    table = programme.tables[source]
    needed = {programme.case_id, programme.person_id, table.known_on, table.happened_on}
    needed |= {
        name for rule in programme.facts.values() if rule.source == source and rule.where for name in rule.where.names
    }
    return [name for name in table.columns if name in needed]


def _coded(programme: Programme, wanted: Mapping[str, Take], source: str) -> list[str]:
    """The texts among the facts' columns and conditions: codes and names, of which there are few."""
    table = programme.tables[source]
    used = {
        name
        for rule in wanted.values()
        if rule.source == source
        for name in (rule.column, *(rule.where.names if rule.where else ()))
    }
    links = {table.key, programme.case_id, programme.person_id}
    return sorted(name for name in used - links if table.columns[name].kind in ("code", "text"))


def columns(programme: Programme, wanted: Mapping[str, Take], source: str) -> list[str]:
    """The columns of `source` that the facts need: its key, its link to the cases, the day a row became known."""
    table = programme.tables[source]
    needed = {table.key, link(programme, source)}
    if source == programme.cases.source:
        needed |= {programme.case_id, programme.person_id}
    if table.known_on is not None:
        needed.add(table.known_on)
    for rule in wanted.values():
        if rule.source == source:
            needed |= {rule.column, *(rule.where.names if rule.where is not None else ())}
    return [name for name in table.columns if name in needed]


def link(programme: Programme, source: str) -> str:
    """The column that joins `source` to the cases: the case's id if it has it, else the person's."""
    columns = programme.tables[source].columns
    return programme.case_id if programme.case_id in columns else programme.person_id
