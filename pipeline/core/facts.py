"""Facts a case: one value from the rows known by a day, as a programme's YAML declares. May hold protected columns."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, partial
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
    return _collect(programme, wanted, cases, _known(programme, cases, day, read))


def _known(programme: Programme, cases: pd.DataFrame, day: np.ndarray, read: Reader) -> Reader:
    """Gives the rows of a source that were known on the day of a case, as `known_by` does; each source is joined once."""

    @cache
    def known(name: str) -> pd.DataFrame:
        return known_by(cases, read(name), link(programme, name), day, programme.tables[name].known_on)

    return known


def _collect(programme: Programme, wanted: Mapping[str, Take], cases: pd.DataFrame, known: Reader) -> pd.DataFrame:
    facts = {}
    for name, rule in wanted.items():
        if rule.source == programme.cases.source:
            facts[name] = cases[rule.column].reset_index(drop=True)
            continue
        rows = known(rule.source)
        if rule.where is not None:
            rows = rows[rule.where.evaluate({need: column(rows[need]) for need in rule.where.names}).true]
        facts[name] = take(rows, rule.column, rule.take, len(cases))
    return pd.DataFrame(facts, index=range(len(cases)))


def of_cases(
    programme: Programme, wanted: Mapping[str, Take], accepted: Path, part: int, case_id: pd.Series, day: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The facts of the cases `case_id`, all of them in part `part` of the accepted tables, as known on `day`; what is hidden.

    Both frames have one row a case and one column a fact. The second is bool: nobody can say whether the fact has a value
    (it is missing in the first, too). That is where a row that was set aside as unusable may bear on it (an unreadable
    offence must not look like none), or where an accepted row may or may not meet the fact's `where`. Only rows known by
    `day` count; one whose day cannot be read counts unless it happened later. A row that is known not to meet the `where`
    does not bear on the fact.
    """

    def read(name: str) -> pd.DataFrame:
        place = part if tables.count_parts(accepted / name) > 1 else 0
        return tables.read_part(
            accepted / name, place, columns(programme, wanted, name), _coded(programme, wanted, name)
        )

    rows = read(programme.cases.source).set_index(programme.case_id, drop=False).loc[case_id].reset_index(drop=True)
    days = np.full(len(rows), np.datetime64(day, "D"))
    known = _known(programme, rows, days, read)
    aside = _known(programme, rows, days, partial(_aside, programme, accepted.parent / SET_ASIDE, part))
    marks = _hidden(programme, wanted, len(rows), known, aside)
    return _collect(programme, wanted, rows, known).mask(marks), marks


def _hidden(programme: Programme, wanted: Mapping[str, Take], cases: int, known: Reader, aside: Reader) -> pd.DataFrame:
    marks = pd.DataFrame(False, index=range(cases), columns=list(wanted))
    for fact, rule in wanted.items():
        if rule.source == programme.cases.source:
            continue
        mine, where = aside(rule.source), rule.where
        bears = np.ones(len(mine), dtype=bool)
        if where is not None and where.names <= set(mine.columns):  # else nobody can tell: it bears
            bears = ~where.evaluate({need: column(mine[need]) for need in where.names}).false
        marks.loc[mine.loc[bears, CASE].unique(), fact] = True
        if where is not None and not all(_always(programme, rule.source, need) for need in where.names):
            rows = known(rule.source)
            met = where.evaluate({need: column(rows[need]) for need in where.names})
            marks.loc[rows.loc[~(met.true | met.false), CASE].unique(), fact] = True
    return marks


def _always(programme: Programme, source: str, name: str) -> bool:
    return programme.tables[source].columns[name].required


def _aside(programme: Programme, folder: Path, part: int, name: str) -> pd.DataFrame:
    """The rows of a source that were set aside; one whose day is unreadable was known from the day on which it happened."""
    source = programme.tables[name]
    rows = tables.read_part(folder / name, part if tables.count_parts(folder / name) > 1 else 0)
    if source.known_on is not None:
        known = rows[source.known_on]
        if source.happened_on is not None and source.happened_on in rows:
            known = known.fillna(rows[source.happened_on])
        rows[source.known_on] = known.fillna(pd.Timestamp("1900-01-01"))
    return rows


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
