"""The model as lookup tables: one a feature, one a declared pair. They score and explain by themselves, with numpy only."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, FiniteFloat, model_validator

BLOCK = 4096  # rows looked up at once: their columns, places and sums stay in the processor's cache


class Axis(BaseModel):
    """What a table looks at: one feature, cut into cells; the last cell is for a missing value.

    A number has `up_to` (strictly increasing): cell i holds values above `up_to[i - 1]` up to and including
    `up_to[i]`, the last but one everything above. A category has `codes`: cell i holds the code `codes[i]`, cut down to
    a whole number, and the last cell any other value, too. `missing_as_zero`: no training case lacked the value, so
    LightGBM reads a missing one as 0, and the last cell repeats that of 0.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    feature: str
    up_to: list[FiniteFloat] | None = None
    codes: list[int] | None = None
    missing_as_zero: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> "Axis":
        if (self.up_to is None) == (self.codes is None):
            raise ValueError(f"`{self.feature}` needs either `up_to` (a number) or `codes` (a category)")
        if any(low >= high for low, high in pairwise(self.up_to or self.codes or [])):
            raise ValueError(f"`{self.feature}`: values do not increase")
        if self.codes and self.codes[0] < 0:
            raise ValueError(f"`{self.feature}`: a code is negative")
        return self

    @property
    def size(self) -> int:
        """How many cells there are, with the one for a missing value."""
        return len(self.codes) + 1 if self.codes is not None else len(self.up_to or []) + 2

    def steps(self) -> tuple[np.ndarray, np.ndarray]:
        """`(edges, cells)`: a value's place among `edges` (how many lie below it; NaN lies above all) names its cell."""
        if self.codes is None:
            return np.array([*(self.up_to or []), np.inf]), np.arange(self.size)
        # code c holds c <= x < c + 1, code 0 also -1 < x < 0: LightGBM cuts a value down to a whole number
        top = self.codes[-1] + 1 if self.codes else 0
        edges = np.array([-1.0, *np.nextafter(np.arange(1.0, top + 1), -np.inf), np.inf])
        cells = np.full(len(edges) + 1, len(self.codes))
        cells[np.array(self.codes, dtype=np.int64) + 1] = np.arange(len(self.codes))
        return edges, cells


class Table(BaseModel):
    """Effects in log-odds by cell: a list along the one axis, or a list of lists along the first and the second."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    axes: list[Axis]
    effects: list[FiniteFloat] | list[list[FiniteFloat]]

    @model_validator(mode="after")
    def _shape_fits(self) -> "Table":
        shape = tuple(axis.size for axis in self.axes)
        widths = {(len(row),) if isinstance(row, list) else () for row in self.effects}
        if {(len(self.effects), *width) for width in widths} != {shape} or len(set(self.features)) < len(shape):
            raise ValueError(f"the table of {' and '.join(self.features)} does not fit its axes")
        return self

    @property
    def features(self) -> list[str]:
        """Names of the features it looks at: one or two."""
        return [axis.feature for axis in self.axes]


class Tables(BaseModel):
    """The whole model: a raw score is `constant` plus one cell of every table.

    A cell is measured from the average of the training cases, so `constant` is the average raw score. `features` are
    the columns of the matrix that is looked up; `model` is the SHA-256 of the model file compiled.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    model: str = ""
    constant: FiniteFloat
    features: list[str]
    tables: list[Table]

    @model_validator(mode="after")
    def _belong_together(self) -> "Tables":
        named = [frozenset(table.features) for table in self.tables]
        if strange := sorted({name for names in named for name in names} - set(self.features)):
            raise ValueError(f"{', '.join(strange)} is not among the features")
        if len(set(named)) < len(named):
            raise ValueError("a table stands twice")
        return self

    @property
    def missing_as_zero(self) -> list[str]:
        """Features whose value no training case lacked: a missing one is read as 0."""
        found = {axis.feature for table in self.tables for axis in table.axes if axis.missing_as_zero}
        return [name for name in self.features if name in found]


class Lookup:
    """Scores and effects of whole matrices, read off `tables`.

    A matrix is (n, features), float32 or float64, columns in the order of `tables.features`; any value is allowed.
    Each row is looked up for itself, so neither the order nor the number of rows changes a bit.
    """

    def __init__(self, tables: Tables) -> None:
        self.constant = tables.constant
        self._width = len(tables.features)
        place = {name: number for number, name in enumerate(tables.features)}
        self._parts: list[tuple[list[int], list[np.ndarray], np.ndarray]] = []
        for table in tables.tables:
            steps = [axis.steps() for axis in table.axes]
            cells = np.array(table.effects)[np.ix_(*(cells for _, cells in steps))]
            self._parts.append(([place[name] for name in table.features], [edges for edges, _ in steps], cells))
        # x <= edge holds for a float32 x just where x <= (the largest float32 up to the edge) does
        self._small = [(places, [_down(edge) for edge in edges], cells) for places, edges, cells in self._parts]

    def margin(self, x: np.ndarray) -> np.ndarray:
        """Raw scores (n,), in log-odds before calibration."""
        found = np.full(len(x), self.constant)
        for start, block, parts in self._blocks(x):
            total = found[start : start + BLOCK]
            for places, edges, cells in parts:
                total += _cells(block, places, edges, cells)
        return found

    def effects(self, x: np.ndarray) -> np.ndarray:
        """Effects (n, features), in log-odds; a row of them plus `constant` is its raw score.

        A feature's effect is the cell of its own table; the cell of a pair counts half for each of its two features
        (the Shapley value). A feature without a table has no effect.
        """
        found = np.zeros((len(x), self._width))
        for start, block, parts in self._blocks(x):
            sums = np.zeros(block.shape)
            for places, edges, cells in parts:
                cell = _cells(block, places, edges, cells)
                for place in places:
                    sums[place] += cell / len(places)
            found[start : start + BLOCK] = sums.T
        return found

    def _blocks(self, x: np.ndarray) -> Iterator[tuple[int, np.ndarray, list[Any]]]:
        if x.ndim != 2 or x.shape[1] != self._width:
            raise ValueError(f"The model reads a matrix of {self._width} features, not one of shape {x.shape}.")
        small = x.dtype == np.float32
        for start in range(0, len(x), BLOCK):
            block = np.ascontiguousarray(x[start : start + BLOCK].T, dtype=np.float32 if small else np.float64)
            yield start, block, self._small if small else self._parts


def _cells(block: np.ndarray, places: list[int], edges: list[np.ndarray], cells: np.ndarray) -> np.ndarray:
    index = edges[0].searchsorted(block[places[0]])
    if len(places) == 2:
        index = index * cells.shape[1] + edges[1].searchsorted(block[places[1]])
    return cells.take(index)


def _down(edges: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore", under="ignore"):
        near = edges.astype(np.float32)
    return np.where(near > edges, np.nextafter(near, np.float32(-np.inf)), near)
