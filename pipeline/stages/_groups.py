"""The audit groups of some cases of one part, for the stages that look at groups."""

import numpy as np
import pandas as pd

from pipeline.audit import groups
from pipeline.core import facts, tables
from pipeline.core.programme import Programme
from pipeline.core.stage import Context


def read(ctx: Context, case_id: pd.Series, part: int) -> pd.DataFrame:
    """The groups of the cases `case_id` of `part` as known on the as-of day: one row a case, one column an attribute."""
    programme, inputs = ctx.programme, ctx.read("interim/tables")
    source = inputs / programme.cases.source
    rows = tables.read_part(source, part, _columns(programme)).set_index(programme.case_id, drop=False)
    rows = rows.loc[case_id].reset_index(drop=True)
    day = np.full(len(rows), np.datetime64(ctx.as_of, "D"))

    def of(name: str) -> pd.DataFrame:
        return tables.read_part(inputs / name, part if tables.count_parts(inputs / name) > 1 else 0)

    return groups.assign(programme.groups, facts.collect(programme, programme.groups, rows, day, of), day)


def _columns(programme: Programme) -> list[str]:
    """The case table's columns that groups and joins need."""
    source = programme.cases.source
    taken = [rule.column for rule in programme.groups.values() if rule.source == source]
    return list(dict.fromkeys([programme.case_id, programme.person_id, *taken]))
