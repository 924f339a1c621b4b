"""Exact counts: every metric, attribute and group as whole numbers that add up over parts in any order."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

SAFE = 2**62
EVERYBODY = ""  # the attribute (and group) of the counts over the whole queue


@dataclass
class Cell:
    """Cases with a value (`n`), the sum of the values and of their squares, in steps of the metric."""

    n: int = 0
    total: int = 0
    squares: int = 0

    def add(self, n: int, total: int, squares: int) -> None:
        """Adds the counts of one part."""
        self.n += n
        self.total += total
        self.squares += squares


@dataclass
class Tally:
    """Counts over the parts seen so far.

    `rows[attribute][group]` is the number of cases of the queue in each group, `cells[metric][attribute][group]` what
    was observed on them. Python integers: no overflow, no rounding, so neither row order nor part size matters.
    """

    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    cells: dict[str, dict[str, dict[str, Cell]]] = field(default_factory=dict)
    cases: int = 0

    def expect(self, attribute: str, groups: list[str]) -> None:
        """Groups that must show up even if no case is in them."""
        known = self.rows.setdefault(attribute, {})
        for group in groups:
            known.setdefault(group, 0)

    def add(self, groups: pd.DataFrame, values: Mapping[str, np.ndarray], steps: Mapping[str, float]) -> None:
        """Counts one part: `groups` one row a case and one column an attribute, `values` one number a case (NaN: none)."""
        self.cases += len(groups)
        whole = {name: _whole(column, steps[name]) for name, column in values.items()}
        everybody = pd.Series(np.full(len(groups), EVERYBODY, dtype=object), name=EVERYBODY)
        for attribute, column in [(EVERYBODY, everybody), *groups.items()]:
            codes, names = pd.factorize(column)
            seen = self.rows.setdefault(str(attribute), {})
            for name, count in zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=True):
                seen[name] = seen.get(name, 0) + count
            for metric, (has, steps_of) in whole.items():
                self._add(self.cells.setdefault(metric, {}).setdefault(str(attribute), {}), codes, names, has, steps_of)

    @staticmethod
    def _add(into: dict[str, Cell], codes: np.ndarray, names: pd.Index, has: np.ndarray, values: np.ndarray) -> None:
        codes, values = codes[has], values[has]
        largest = max(int(np.abs(values).max(initial=1)), 1)
        block = max(SAFE // largest**2, 1)  # rows whose squares are sure to fit into 64 bits
        for name in names:
            into.setdefault(name, Cell())
        for start in range(0, len(codes), block):
            group, value = codes[start : start + block], values[start : start + block]
            n = np.bincount(group, minlength=len(names))
            total, squares = np.zeros(len(names), dtype="int64"), np.zeros(len(names), dtype="int64")
            np.add.at(total, group, value)
            np.add.at(squares, group, value**2)
            for name, *counts in zip(names, n.tolist(), total.tolist(), squares.tolist(), strict=True):
                into[name].add(*counts)


def _whole(values: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    """Which rows have a value, and the values as whole numbers of steps."""
    has = ~np.isnan(values)
    return has, np.rint(np.where(has, values, 0) / step).astype("int64")
