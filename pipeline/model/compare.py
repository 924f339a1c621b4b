"""Two models side by side, question by question: what is new, what is gone, and how far each curve moved."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from models.encode import Feature
from models.scorer import Scorer
from models.tables import Axis, Table
from pipeline.core.errors import Problem
from pipeline.model.published import MISSING, NUMBER, OTHER, UNCONSTRAINED, VALUE, Span

NEW, GONE, CHANGED = "new", "gone", "changed"
SAME = 1e-9  # points: below it two effects are the same number written by two sums


@dataclass(frozen=True)
class Step:
    """Answers that both models treat alike within themselves, and what each adds for them, in points before rounding."""

    spans: tuple[Span, ...]
    old: float
    new: float
    share: float | None  # of the training cases


@dataclass(frozen=True)
class Change:
    """One question whose effect differs; `mean` is the mean size of the difference over training cases, in points.

    `mean` and shares are None for a question that the training cases do not answer. `widest` is the step that
    contributes most to the mean (the largest difference where there are no shares).
    """

    features: tuple[Feature, ...]
    kind: Literal["new", "gone", "changed"]
    steps: tuple[Step, ...]
    mean: float | None
    widest: Step


@dataclass(frozen=True)
class Diff:
    """From `old` to `new` (SHA-256 of the models); `constants` are where everybody begins, in points before rounding."""

    old: str
    new: str
    constants: tuple[float, float]
    added: tuple[Feature, ...]
    removed: tuple[Feature, ...]
    changes: tuple[Change, ...]

    @property
    def empty(self) -> bool:
        """Whether both models are the same tables."""
        still = abs(self.constants[0] - self.constants[1]) < SAME
        return still and not (self.added or self.removed or self.changes)


def diff(old: Scorer, new: Scorer, frame: pd.DataFrame, per_doubling: int) -> Diff:
    """Compares the tables of two models, largest mean change first.

    `frame` holds the training cases' features (rows, columns by name); points of each model include its own
    calibration, so both sides are in the same unit. Raises Problem where a model has no tables.
    """
    if old.tables is None or new.tables is None:
        raise Problem(UNCONSTRAINED)
    unit = per_doubling / math.log(2)
    sides = [
        {_key(table, scorer): (table, unit * scorer.calibration.slope) for table in scorer.tables.tables}
        for scorer in (old, new)
        if scorer.tables is not None
    ]
    known = [{feature.name: feature for feature in scorer.schema.features} for scorer in (old, new)]
    kinds = [{(name, feature.kind) for name, feature in side.items()} for side in known]
    changes = []
    for key in sorted(sides[0].keys() | sides[1].keys(), key=sorted):
        here = next(side[key][0] for side in reversed(sides) if key in side)  # its order of a pair's features
        change = _change(here.features, key, sides, known, frame)
        if change is not None:
            changes.append(change)
    changes.sort(key=lambda change: (-(change.mean or 0.0), [feature.name for feature in change.features]))
    constants = [
        unit * (scorer.calibration.slope * scorer.tables.constant + scorer.calibration.intercept)
        for scorer in (old, new)
        if scorer.tables is not None
    ]
    return Diff(
        old.sha256, new.sha256, (constants[0], constants[1]),
        tuple(feature for name, feature in known[1].items() if (name, feature.kind) not in kinds[0]),
        tuple(feature for name, feature in known[0].items() if (name, feature.kind) not in kinds[1]),
        tuple(changes),
    )  # fmt: skip


Key = frozenset[tuple[str, str]]


def _key(table: Table, scorer: Scorer) -> Key:
    """Names with kinds: a number that became a category is another question."""
    kinds = {feature.name: feature.kind for feature in scorer.schema.features}
    return frozenset((name, kinds[name]) for name in table.features)


def _change(
    names: Sequence[str], key: Key, sides: Sequence[dict[Key, tuple[Table, float]]],
    known: Sequence[dict[str, Feature]], frame: pd.DataFrame,
) -> Change | None:  # fmt: skip
    tables = [side.get(key) for side in sides]
    asked = [all(name in side and (name, side[name].kind) in key for name in names) for side in known]
    features = tuple(known[1 if asked[1] else 0][name] for name in names)
    axes = [
        _Union(
            [None if found is None else _axis(found[0], name) for found in tables], [side.get(name) for side in known]
        )
        for name in names
    ]
    effects = []
    for which, found in enumerate(tables):
        if found is None:
            effects.append(np.zeros(tuple(len(axis.spans) for axis in axes)))
            continue
        table, scale = found
        values = scale * np.array(table.effects)
        if table.features != list(names):
            values = values.T
        effects.append(values[np.ix_(*(axis.cells[which] for axis in axes))])
    if np.all(np.abs(effects[1] - effects[0]) < SAME):
        return None
    shares = _shares(axes, names, frame)
    size = np.abs(effects[1] - effects[0])
    places = list(np.ndindex(size.shape))
    steps = tuple(
        Step(
            tuple(axis.spans[at] for axis, at in zip(axes, place, strict=True)),
            float(effects[0][place]), float(effects[1][place]), None if shares is None else float(shares[place]),
        )
        for place in places
    )  # fmt: skip
    weighted = size if shares is None else size * shares
    widest = steps[int(np.argmax(weighted if weighted.any() else size))]
    kind = CHANGED if all(asked) else NEW if asked[1] else GONE
    return Change(features, kind, steps, None if shares is None else float(weighted.sum()), widest)  # type: ignore[arg-type]


def _axis(table: Table, name: str) -> Axis:
    return next(axis for axis in table.axes if axis.feature == name)


def _shares(axes: "Sequence[_Union]", names: Sequence[str], frame: pd.DataFrame) -> np.ndarray | None:
    if not len(frame) or not set(names) <= set(frame.columns):
        return None
    shape = tuple(len(axis.spans) for axis in axes)
    places = tuple(axis.place(frame[name]) for axis, name in zip(axes, names, strict=True))
    counts = np.bincount(np.ravel_multi_index(places, shape), minlength=int(np.prod(shape)))
    return counts.reshape(shape) / len(frame)


class _Union:
    """One feature, cut wherever either model cuts it: `spans`, and for each model the cell of every span."""

    def __init__(self, axes: Sequence[Axis | None], features: Sequence[Feature | None]) -> None:
        self.cells: list[np.ndarray] = []
        self._number = any(axis is not None and axis.codes is None for axis in axes)
        if self._number:
            self._edges = sorted({edge for axis in axes if axis is not None for edge in axis.up_to or []})
            bounds = [None, *self._edges, None]
            self.spans = [Span(NUMBER, bounds[i], bounds[i + 1]) for i in range(len(bounds) - 1)] + [Span(MISSING)]
            inside = np.array([*self._edges, np.inf, np.nan])
            for axis in axes:
                self.cells.append(np.zeros(0, int) if axis is None else axis.steps()[0].searchsorted(inside))
            return
        stated = [feature.categories for feature in reversed(features) if feature is not None]
        self._values = list(dict.fromkeys(value for values in stated for value in values))
        self.spans = [*(Span(VALUE, value=value) for value in self._values), Span(OTHER), Span(MISSING)]
        for axis, feature in zip(axes, features, strict=True):
            if axis is None or feature is None:
                self.cells.append(np.zeros(0, int))
                continue
            code = {value: place for place, value in enumerate(feature.categories)}
            codes = [code.get(value, feature.other) for value in self._values] + [feature.other, feature.missing]
            edges, cells = axis.steps()
            self.cells.append(cells[edges.searchsorted(np.array(codes, dtype=np.float64))])

    def place(self, values: pd.Series) -> np.ndarray:
        """Which span each raw value falls into."""
        if self._number:
            numbers = values.to_numpy(dtype=np.float32, na_value=np.nan).astype(np.float64)
            return np.array([*self._edges, np.inf]).searchsorted(numbers)
        found = pd.Index(self._values, dtype="str").get_indexer(pd.Index(values.astype("str")))
        found = np.where(found < 0, len(self._values), found)
        return np.where(values.isna().to_numpy(), len(self._values) + 1, found)
