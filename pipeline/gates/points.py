"""The points table over whole columns: per criterion the least and the most that the known facts allow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from pipeline.core.expressions import Values, constant
from pipeline.gates.book import MEASURE, TODAY
from pipeline.gates.records import Criterion, Table


@dataclass(frozen=True)
class Score:
    """Points per criterion: name -> float64 `(rows,)`. `least` equals `most` where every needed fact is known."""

    least: Mapping[str, np.ndarray]
    most: Mapping[str, np.ndarray]
    total_least: np.ndarray
    total_most: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """Rows whose total is known exactly."""
        return self.total_least == self.total_most

    @property
    def total(self) -> np.ndarray:
        """The total, NaN while it is known only as an interval."""
        return np.where(self.known, self.total_least, np.nan)


def score(table: Table, columns: Mapping[str, Values], rows: int, today: date) -> Score:
    """Adds up the bands of `table` in force on `today` for `rows` files.

    The first band whose condition is known to hold gives its points; where none holds there are no points. A band
    whose condition is unknown may hold, so the points lie between the least and the most of the bands still possible.
    """
    scope = {**columns, TODAY: constant(today)}
    least: dict[str, np.ndarray] = {}
    most: dict[str, np.ndarray] = {}
    for name, criterion in table.criteria.items():
        least[name], most[name] = _criterion(criterion, scope, rows, today)
    zero = np.zeros(rows)
    return Score(least, most, sum(least.values(), zero), sum(most.values(), zero))


def _criterion(
    criterion: Criterion, scope: Mapping[str, Values], rows: int, today: date
) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.full(rows, np.inf), np.full(rows, -np.inf)
    settled = np.zeros(rows, dtype=bool)  # rows on which a band is known to hold: later bands are out
    if criterion.measure is not None:
        scope = {**scope, MEASURE: criterion.measure.evaluate(scope)}
    vague = None if criterion.unknown_when is None else ~criterion.unknown_when.evaluate(scope).false
    for band in criterion.bands:
        if not band.covers(today):
            continue
        answer = band.when.evaluate(scope)
        possible, certain = ~answer.false, answer.true
        if vague is not None:
            possible, certain = possible | vague, certain & ~vague
        possible = possible & ~settled
        np.minimum(low, band.points, out=low, where=possible)
        np.maximum(high, band.points, out=high, where=possible)
        settled |= certain
    # Where no band is certain, perhaps none of them holds, which gives nothing.
    np.minimum(low, 0.0, out=low, where=~settled)
    np.maximum(high, 0.0, out=high, where=~settled)
    return low, high
