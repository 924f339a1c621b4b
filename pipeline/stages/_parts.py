"""Cases and their features, part by part, for the stages that learn and score."""

from collections.abc import Iterator

import pandas as pd

from pipeline.core import tables
from pipeline.core.errors import Problem
from pipeline.core.stage import Context

COLUMNS = ("case_id", "lodged_on", "decided_on", "status", "label", "weight", "same", "arm", "split", "queue")


def count(ctx: Context) -> int:
    """How many parts there are."""
    return tables.count_parts(ctx.read("interim/cases"))


def read(ctx: Context) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """`(cases, features)` of each part, in the same row order; features start with `case_id`."""
    for part in range(count(ctx)):
        cases = tables.read_part(ctx.read("interim/cases"), part, COLUMNS)
        features = tables.read_part(ctx.read("interim/features"), part)
        if not cases["case_id"].equals(features["case_id"]):
            raise Problem(f"interim/cases and interim/features differ in part {part}; run the stage `features` again.")
        yield cases, features
