"""The points table over whole columns: per criterion the least and the most that the known facts allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from pipeline.core.expressions import Values, constant
from pipeline.gates.book import MEASURE, TODAY
from pipeline.gates.records import Band, Cap, Criterion, Table


@dataclass(frozen=True)
class Together:
    """What the criteria of one cap give together before it: the total counts at most `cap.most` of it."""

    cap: Cap
    least: np.ndarray
    most: np.ndarray


@dataclass(frozen=True)
class Score:
    """Points per criterion: name -> float64 `(rows,)`. `least` equals `most` where every needed fact is known.

    The totals are after the caps, the points of the criteria before them; `capped` has one entry a cap of the day.
    """

    least: Mapping[str, np.ndarray]
    most: Mapping[str, np.ndarray]
    total_least: np.ndarray
    total_most: np.ndarray
    capped: Sequence[Together] = ()

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

    The first band whose condition is known to hold gives its points (with `add: all` every such band); where none
    holds there are no points. A band whose condition is unknown may hold, so the points lie between the least and the
    most of the bands still possible. A cap can only lower a total, and never turns the least above the most. Where
    `columns` hold a day of their own for each file under the name `today`, conditions read that one.
    """
    scope = {TODAY: constant(today), **columns}
    least: dict[str, np.ndarray] = {}
    most: dict[str, np.ndarray] = {}
    for name, criterion in table.criteria.items():
        least[name], most[name] = _criterion(criterion, scope, rows, today)
    return add_up(table, least, most, rows, today)


def add_up(
    table: Table, least: Mapping[str, np.ndarray], most: Mapping[str, np.ndarray], rows: int, today: date
) -> Score:
    """The totals of the points per criterion, after the caps of `table` in force on `today`."""
    zero = np.zeros(rows)
    total_least, total_most = sum(least.values(), zero), sum(most.values(), zero)
    capped = []
    for cap in table.capped(today):
        low, high = (sum((points[name] for name in cap.criteria), zero) for points in (least, most))
        total_least = total_least - np.maximum(low - cap.most, 0)
        total_most = total_most - np.maximum(high - cap.most, 0)
        capped.append(Together(cap, low, high))
    return Score(least, most, total_least, total_most, capped)


def _criterion(
    criterion: Criterion, scope: Mapping[str, Values], rows: int, today: date
) -> tuple[np.ndarray, np.ndarray]:
    if criterion.measure is not None:
        scope = {**scope, MEASURE: criterion.measure.evaluate(scope)}
    vague = None if criterion.unknown_when is None else ~criterion.unknown_when.evaluate(scope).false
    answers = []
    for band in criterion.bands:
        if band.covers(today):
            answer = band.when.evaluate(scope)
            possible, certain = ~answer.false, answer.true
            if vague is not None:
                possible, certain = possible | vague, certain & ~vague
            answers.append((band, possible, certain))
    return (_all if criterion.add == "all" else _first)(answers, rows)


Answers = Sequence[tuple[Band, np.ndarray, np.ndarray]]  # of each band: where it may hold, where it surely holds


def _all(answers: Answers, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Every band that holds adds its points, one that may hold adds them to one end of the interval."""
    low, high = np.zeros(rows), np.zeros(rows)
    for band, possible, certain in answers:
        low += np.where(certain, band.points, np.where(possible, min(band.points, 0), 0))
        high += np.where(certain, band.points, np.where(possible, max(band.points, 0), 0))
    return low, high


def _first(answers: Answers, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """The first band that holds gives its points."""
    low, high = np.full(rows, np.inf), np.full(rows, -np.inf)
    settled = np.zeros(rows, dtype=bool)  # rows on which a band is known to hold: later bands are out
    for band, may, certain in answers:
        possible = may & ~settled
        np.minimum(low, band.points, out=low, where=possible)
        np.maximum(high, band.points, out=high, where=possible)
        settled |= certain
    # Where no band is certain, perhaps none of them holds, which gives nothing.
    np.minimum(low, 0.0, out=low, where=~settled)
    np.maximum(high, 0.0, out=high, where=~settled)
    return low, high
