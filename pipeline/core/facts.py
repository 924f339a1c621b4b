"""Facts a case: one value from the rows known by a day, as a programme's YAML declares. May hold protected columns."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from features.asof import known_by, take
from pipeline.core.expressions import column
from pipeline.core.programme import Programme, Take

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


def link(programme: Programme, source: str) -> str:
    """The column that joins `source` to the cases: the case's id if it has it, else the person's."""
    columns = programme.tables[source].columns
    return programme.case_id if programme.case_id in columns else programme.person_id
