"""The statutory points of past cases: the table in force on the day of the run, the facts known on each case's own day."""

from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.core import facts, tables
from pipeline.core.expressions import Values, column
from pipeline.core.programme import Programme
from pipeline.gates import rulebook
from pipeline.gates.book import TODAY, Rulebook
from pipeline.gates.points import score


def table(programme: Programme, day: date) -> Rulebook | None:
    """The law of the programme if it has a points table with points in force on `day`."""
    law = rulebook.load(programme)
    return law if law.points is not None and law.points.highest(day) > 0 else None


def of_part(
    programme: Programme, law: Rulebook, accepted: Path, part: int, cases: pd.DataFrame, day: date
) -> np.ndarray:
    """Points (n,) that the known facts give for sure; `cases` has case_id and decision_day, all of one part.

    Past cases were decided before the table was in force, so it is the one of `day` that is asked; ages and terms count
    to the case's own decision day, and only what was known on it is looked at.
    """
    if law.points is None or cases.empty:
        return np.zeros(len(cases))
    wanted = {name: programme.facts[name] for name in law.points_facts}
    source = programme.cases.source
    own = facts.columns(programme, wanted, source)
    rows = tables.read_part(accepted / source, part, own).set_index(programme.case_id, drop=False)
    rows = rows.loc[cases["case_id"]].reset_index(drop=True)
    days = cases["decision_day"].to_numpy(dtype="datetime64[D]")
    found = facts.collect(programme, wanted, rows, days, partial(_read, programme, accepted, part, wanted))
    columns = {str(name): column(found[name]) for name in found.columns}
    columns[TODAY] = Values(days, np.ones(len(days), dtype=bool))
    return score(law.points, columns, len(days), day).total_least


def _read(programme: Programme, accepted: Path, part: int, wanted: dict, source: str) -> pd.DataFrame:  # type: ignore[type-arg]
    folder = accepted / source
    place = part if tables.count_parts(folder) > 1 else 0
    return tables.read_part(folder, place, facts.columns(programme, wanted, source))
