"""The model's tables as rows that a person can read: which answer, what it adds, how many training cases gave it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

import numpy as np

from models.encode import Feature
from models.scorer import Scorer
from models.tables import Axis, Table
from pipeline.core.errors import Problem
from pipeline.model.points import Card

Kind = Literal["number", "value", "other", "missing"]
NUMBER: Final = "number"
VALUE: Final = "value"
OTHER: Final = "other"
MISSING: Final = "missing"
BINS = 30  # of a question's histogram
UNCONSTRAINED = "This model is not additive, so it has no tables to publish; set `train.additive: true` in params.yaml and train again."


@dataclass(frozen=True)
class Span:
    """The answers of one row, for one feature: numbers above `above` up to and including `up_to`, or one value.

    None is no bound. `other` is any value without a row of its own, `missing` no answer at all.
    """

    kind: Kind
    above: float | None = None
    up_to: float | None = None
    value: str = ""


@dataclass(frozen=True)
class Row:
    """One row: a span for each feature of the table, what it adds to the raw score (log-odds) and in whole points.

    `cases`: training cases in it; None where the training cases are not at hand.
    """

    spans: tuple[Span, ...]
    effect: float
    points: int
    cases: int | None


@dataclass(frozen=True)
class Question:
    """One table: its features (one, or a declared pair), its rows, and for a number how training cases are spread.

    `whole`: every training case has a whole number. `zero`: a missing answer is read as 0, because no training case
    lacked one. `histogram`: training cases in `BINS` equal parts of `reach`; small counts are left at 0.
    """

    features: tuple[Feature, ...]
    rows: tuple[Row, ...]
    whole: tuple[bool, ...]
    zero: bool
    reach: tuple[float, float] | None
    histogram: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its features."""
        return tuple(feature.name for feature in self.features)

    @property
    def weight(self) -> float:
        """Mean size of its effect over training cases (over rows where these are not at hand), in log-odds."""
        sizes = np.abs([row.effect for row in self.rows])
        weights = [row.cases or 0 for row in self.rows] if cases_of(self.rows) else None
        return float(np.average(sizes, weights=weights))


@dataclass(frozen=True)
class Published:
    """The whole model: `constant` plus one row of every question is the raw score. `silent` features move nobody."""

    constant: float
    card: Card
    questions: tuple[Question, ...]
    silent: tuple[Feature, ...]
    cases: int | None


def publish(scorer: Scorer, card: Card, x: np.ndarray | None, smallest: int) -> Published:
    """The tables of `scorer` as rows, in the order in which the scorer adds them.

    `x` (n, features) is the encoded training matrix, for the shares; counts below `smallest` are left out of histograms.
    Raises Problem for a model without tables.
    """
    if scorer.tables is None:
        raise Problem(UNCONSTRAINED)
    by_name = {feature.name: (place, feature) for place, feature in enumerate(scorer.schema.features)}
    questions = []
    for exact, whole in zip(scorer.tables.tables, card.tables.tables, strict=True):
        chosen = [by_name[name] for name in exact.features]
        columns = None if x is None else [x[:, place].astype(np.float64) for place, _ in chosen]
        questions.append(_question(exact, whole, tuple(feature for _, feature in chosen), columns, smallest))
    asked = {name for question in questions for name in question.names}
    return Published(
        constant=scorer.tables.constant, card=card, questions=tuple(questions),
        silent=tuple(feature for feature in scorer.schema.features if feature.name not in asked),
        cases=None if x is None else len(x),
    )  # fmt: skip


def _question(
    exact: Table, points: Table, features: tuple[Feature, ...], columns: list[np.ndarray] | None, smallest: int
) -> Question:
    sides = [spans(axis, feature) for axis, feature in zip(exact.axes, features, strict=True)]
    effects, whole = np.array(exact.effects), np.array(points.effects)
    counts: np.ndarray | None = None
    if columns is not None:
        places = [place_of(axis, column) for axis, column in zip(exact.axes, columns, strict=True)]
        shape = tuple(len(side) for side in sides)
        counts = np.bincount(np.ravel_multi_index(tuple(places), shape), minlength=int(np.prod(shape))).reshape(shape)
    rows = []
    for place in product(*(range(len(side)) for side in sides)):
        chosen = [side[at] for side, at in zip(sides, place, strict=True)]
        cell = tuple(at for _, at in chosen)
        found = None if counts is None else int(counts[place])
        rows.append(Row(tuple(span for span, _ in chosen), float(effects[cell]), int(whole[cell]), found))
    reach = _reach(exact.axes[0]) if len(features) == 1 else None
    histogram: tuple[int, ...] = ()
    if reach and columns is not None:
        known = columns[0][~np.isnan(columns[0])]
        drawn = np.histogram(known, BINS, reach)[0]
        histogram = tuple(np.where(drawn < smallest, 0, drawn).tolist())
    return Question(
        features, tuple(rows), tuple(_whole(columns, side) for side in range(len(features))),
        any(axis.missing_as_zero for axis in exact.axes), reach, histogram,
    )  # fmt: skip


def spans(axis: Axis, feature: Feature) -> list[tuple[Span, int]]:
    """The rows of one axis, each with the cell of the table it stands for; values of one cell have a row each."""
    if axis.codes is None:
        bounds = [None, *(axis.up_to or []), None]
        found = [(Span(NUMBER, bounds[place], bounds[place + 1]), place) for place in range(len(bounds) - 1)]
        return [*found, (Span(MISSING), axis.size - 1)]
    edges, cells = axis.steps()
    at = cells[edges.searchsorted(np.arange(feature.missing + 1, dtype=np.float64))]
    named = [*(Span(VALUE, value=value) for value in feature.categories), Span(OTHER), Span(MISSING)]
    return [(span, int(cell)) for span, cell in zip(named, at, strict=True)]


def place_of(axis: Axis, column: np.ndarray) -> np.ndarray:
    """Which row of `spans(axis, ...)` each encoded value (n,) falls into."""
    if axis.codes is None:
        return axis.steps()[0].searchsorted(column)
    return column.astype(np.int64)


def _whole(columns: Sequence[np.ndarray] | None, side: int) -> bool:
    if columns is None:
        return False
    known = columns[side][~np.isnan(columns[side])]
    return bool(len(known)) and bool(np.all(known == np.rint(known)))


def _reach(axis: Axis) -> tuple[float, float] | None:
    """The part of the number line that is drawn: from a little below the first edge to a little above the last."""
    if not axis.up_to:
        return None
    low, high = axis.up_to[0], axis.up_to[-1]
    room = 0.12 * (high - low) or max(1.0, abs(low) / 2)
    return low - room, high + room


def merged(question: Question) -> list[tuple[Row, ...]]:
    """Rows that give the same whole points as one: neighbouring intervals, or categories wherever they stand.

    A missing answer keeps a row of its own, and so does every row of a pair. Categories: most points first.
    """
    if len(question.features) > 1:
        return [(row,) for row in question.rows]
    runs: list[list[Row]] = []
    for row in question.rows:
        alike = runs[-1:] if row.spans[0].kind == NUMBER else runs
        home = next((run for run in alike if run[0].points == row.points), None)
        if home is None or row.spans[0].kind == MISSING:
            runs.append([row])
        else:
            home.append(row)
    if question.features[0].kind == "category":
        runs.sort(key=lambda run: (run[0].spans[0].kind == MISSING, -run[0].points))
    return [tuple(run) for run in runs]


def cases_of(rows: Sequence[Row]) -> int | None:
    """Training cases in all `rows`; None where they are not at hand."""
    counts = [row.cases for row in rows if row.cases is not None]
    return sum(counts) if len(counts) == len(rows) else None
