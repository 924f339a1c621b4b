"""One frame of all counts: each group's own, everybody else's, and what of it must be covered."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit.cover import coarse, cover
from pipeline.audit.queue import Measure, Metric
from pipeline.audit.tally import Cell, Tally
from pipeline.core.params import Audit

SIDES = ("own", "rest")


def frame(
    tally: Tally, found: Mapping[str, tuple[Metric, Measure]], attributes: list[str], params: Audit
) -> pd.DataFrame:
    """One row a metric, attribute and group.

    Columns: metric (full name), base (the metric's file), attribute, group, n (cases of the queue), for `own` and
    `rest` the number of values, their total and sample variance in the metric's unit, and how the row may be used:
    rows_covered, suppressed and step (see `cover`), tested, comparisons, measured, alone.
    """
    blocks: dict[str, list[Any]] = {}
    for base, (metric, _) in found.items():
        for name in variants(tally, base):
            for attribute in attributes:
                for column, values in _family(tally, (base, name), metric, attribute, params.smallest_cell).items():
                    blocks.setdefault(column, []).append(values)
    return pd.DataFrame({column: np.concatenate(parts) for column, parts in blocks.items()})


def variants(tally: Tally, base: str) -> list[str]:
    """The full names under which `base` was observed (`gate_fail.G01`, ...), or itself where it never was."""
    return sorted(name for name in tally.cells if name.partition(".")[0] == base) or [base]


def _family(
    tally: Tally, names: tuple[str, str], metric: Metric, attribute: str, smallest: int
) -> dict[str, np.ndarray]:
    """The groups of one metric (its file's and its full name in `names`) and attribute, sorted by name, as columns."""
    base, name = names
    groups = sorted(tally.rows.get(attribute, {}))
    seen = tally.cells.get(name, {}).get(attribute, {})
    own = [seen.get(group, Cell()) for group in groups]
    whole = Cell(sum(cell.n for cell in own), sum(cell.total for cell in own), sum(cell.squares for cell in own))
    rest = [Cell(whole.n - cell.n, whole.total - cell.total, whole.squares - cell.squares) for cell in own]
    rows = np.array([tally.rows[attribute][group] for group in groups], dtype="float64")
    columns = {"group": np.array(groups, dtype=object), "n": rows}
    for side, cells in zip(SIDES, (own, rest), strict=True):
        columns |= dict(
            zip((f"{side}_n", f"{side}_total", f"{side}_variance"), _numbers(cells, metric.step), strict=True)
        )
    enough = (columns["own_n"] >= smallest) & (columns["rest_n"] >= smallest)
    present = int((columns["own_n"] > 0).sum())
    rows_covered = cover(rows, smallest)
    same = {
        "metric": name, "base": base, "attribute": attribute, "kind": metric.kind, "unit": metric.unit, "better": metric.better,
        "nothing": metric.nothing, "relative": metric.tolerance == "relative", "measured": whole.n > 0, "alone": present == 1,
        # Two groups are one comparison seen from both sides.
        "comparisons": 1 if present == 2 else int(enough.sum()),
    }  # fmt: skip
    columns |= {
        "rows_covered": rows_covered,
        "suppressed": (suppressed := rows_covered | cover(columns["own_n"], smallest)),
        "step": coarse(columns["own_n"], suppressed, smallest),
        "tested": enough,
    }
    for column, value in same.items():
        columns[column] = np.full(len(groups), value, dtype=object if isinstance(value, str) else type(value))
    return columns


def _numbers(cells: list[Cell], step: float) -> Iterator[np.ndarray]:
    """Number of values, total and sample variance; the variance is computed in whole numbers, so nothing cancels."""
    yield np.array([cell.n for cell in cells], dtype="float64")
    yield np.array([cell.total for cell in cells], dtype="float64") * step
    yield np.array(
        [
            (cell.n * cell.squares - cell.total**2) / (cell.n * (cell.n - 1)) * step**2 if cell.n > 1 else np.nan
            for cell in cells
        ],
        dtype="float64",
    )
