"""Facts a case: one value from the rows known by a day, as a programme's YAML declares. May hold protected columns."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.asof import CASE, known_by, take
from pipeline.core import tables
from pipeline.core.expressions import column
from pipeline.core.programme import Programme, Take

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
        folder = accepted / name
        place = part if tables.count_parts(folder) > 1 else 0
        return tables.read_part(folder, place, columns(programme, wanted, name), _coded(programme, wanted, name))

    days = np.full(len(rows), np.datetime64(day, "D"))
    found = collect(programme, wanted, rows.reset_index(drop=True), days, read)
    return found.mask(hidden(programme, wanted, accepted, part, case_id, day))


def hidden(
    programme: Programme, wanted: Mapping[str, Take], accepted: Path, part: int, case_id: pd.Series, day: date
) -> pd.DataFrame:
    """Where a row that was set aside as unusable may bear on a fact: bool, one row a case, one column a fact.

    Such a fact is unknown: an unreadable offence must not look like none. Only rows known by `day` count, or whose day
    cannot be read; a row that is known not to meet the fact's `where` does not bear on it.
    """
    aside = accepted.parent / SET_ASIDE
    marks = pd.DataFrame(False, index=range(len(case_id)), columns=list(wanted))
    source = programme.cases.source
    keys = [programme.case_id] if programme.case_id == programme.person_id else [programme.case_id, programme.person_id]
    cases = tables.read_part(accepted / source, part, keys).set_index(programme.case_id, drop=False).loc[case_id]
    days = np.full(len(cases), np.datetime64(day, "D"))
    for name in sorted({rule.source for rule in wanted.values()} - {source}):
        folder = aside / name
        rows = tables.read_part(folder, part if tables.count_parts(folder) > 1 else 0)
        if rows.empty:
            continue
        known_on = programme.tables[name].known_on
        if known_on is not None:
            rows[known_on] = rows[known_on].fillna(pd.Timestamp(day))
        mine = known_by(cases.reset_index(drop=True), rows, link(programme, name), days, known_on)
        for fact, rule in wanted.items():
            if rule.source == name and len(mine):
                bears = np.ones(len(mine), dtype=bool)
                if rule.where is not None and rule.where.names <= set(mine.columns):  # else nobody can tell: it bears
                    bears = ~rule.where.evaluate({need: column(mine[need]) for need in rule.where.names}).false
                marks.loc[mine.loc[bears, CASE].unique(), fact] = True
    return marks


def bearing(programme: Programme, source: str) -> list[str]:
    """The columns of `source` that tell on whose facts one of its rows bears: links, day known, conditions of facts."""
    table = programme.tables[source]
    needed = {programme.case_id, programme.person_id, table.known_on}
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
