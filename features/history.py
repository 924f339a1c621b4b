"""What had happened earlier to cases with the same value, an employer say: counted as of each case's day, never later.

Everything is whole days and sorted counts, so neither the order of rows nor their dealing out over parts changes a bit.
Memory: a million cases with as many outcomes took 120 MiB while they were sorted, 54 MiB afterwards.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from features import spelling
from features.asof import as_days
from features.columns import HISTORY, Recipe
from features.registry import DECISION_DAY

Spelt = tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]]  # column, fold, same_as: what makes two values one


class History:
    """What is known of the values of declared columns; built from all parts (`add`, `close`), then asked part by part.

    `declare` are the programme's declared features, `lodged_on` is the case table's day of lodging.
    """

    def __init__(self, declare: Mapping[str, Recipe], lodged_on: str) -> None:
        self._lodged_on = lodged_on
        spelt = {_spelt(recipe) for recipe in declare.values() if recipe.recipe in HISTORY}
        self._lodged = {one: _Tally() for one in spelt}
        self._outcomes = {one: _Tally() for one in spelt}
        self._all = _Tally()
        self.columns = sorted({column for column, *_ in spelt})

    def add(self, cases: pd.DataFrame, spells: pd.DataFrame) -> None:
        """Adds some cases (their day of lodging and `columns`) and what became of them.

        `spells` has one row for each time over which an outcome stood: `case` (row of `cases`, from 0), `since` and `until`
        (dates: known from the one until the day before the other; no `until`: to this day) and `positive` (boolean).
        """
        lodged, case = as_days(cases[self._lodged_on]), spells["case"].to_numpy()
        since, until = as_days(spells["since"]), as_days(spells["until"])
        sign = np.where(spells["positive"].to_numpy(dtype=bool), 1, 0)
        changed, case = np.concatenate([since, until]), np.concatenate([case, case])
        known = np.repeat([1, -1], len(since))
        positive = known * np.concatenate([sign, sign])
        self._all.add(np.zeros(len(case), dtype="uint64"), changed, known, positive)
        for spelt, outcomes in self._outcomes.items():
            keys, told = _keys(spelt, cases)
            self._lodged[spelt].add(keys[told], lodged[told])
            kept = told[case]
            outcomes.add(keys[case[kept]], changed[kept], known[kept], positive[kept])

    def close(self) -> None:
        """Sorts what was added; from now on it can be asked."""
        for tally in (self._all, *self._lodged.values(), *self._outcomes.values()):
            tally.close()

    def count(self, recipe: Recipe, cases: pd.DataFrame) -> pd.Series:
        """How many cases with the same value were lodged on an earlier day, for each of `cases`; missing without a value."""
        keys, told = _keys(_spelt(recipe), cases)
        (found,) = self._lodged[_spelt(recipe)].before(keys, as_days(cases[self._lodged_on]))
        return pd.Series(np.where(told, found, np.nan))

    def share(self, recipe: Recipe, cases: pd.DataFrame) -> pd.Series:
        """Share of positive outcomes with the same value among those known before each case's decision day.

        Shrunk to the share p of all outcomes known by then, as `(positive + m p) / (known + m)` with m the recipe's
        `smoothing` (Micci-Barreca 2001, weight n / (n + m)), and taken in the order of time, so that neither a case's own
        outcome nor a later one takes part (as the ordered statistics of Prokhorenkova et al. 2018). Missing without a
        value, and as long as no outcome at all was known.
        """
        keys, told = _keys(_spelt(recipe), cases)
        day = as_days(cases[DECISION_DAY])
        known, positive = self._outcomes[_spelt(recipe)].before(keys, day)
        all_known, all_positive = self._all.before(np.zeros(len(keys), dtype="uint64"), day)
        some = all_known > 0
        overall = all_positive / np.where(some, all_known, 1)
        share = (positive + recipe.smoothing * overall) / (known + recipe.smoothing)
        return pd.Series(np.where(told & some, share, np.nan))


class _Tally:
    """Sums, for a key, of what happened to it before a day."""

    def __init__(self) -> None:
        self._rows: list[tuple[np.ndarray, ...]] = []

    def add(self, keys: np.ndarray, days: np.ndarray, *counts: np.ndarray) -> None:
        """Rows of equal length; without `counts` each counts once, and a row without a day (NaT) never happened."""
        dated = ~np.isnat(days)
        rows = (keys[dated], days[dated].astype("int64"), *(count[dated].astype("int8") for count in counts))
        self._rows.append(rows)

    def close(self) -> None:
        keys, days, *counts = (np.concatenate(column) for column in zip(*self._rows, strict=True))
        self._rows = []
        self._keys = np.unique(keys)
        self._first = days.min(initial=0)
        self._span = days.max(initial=0) - self._first + 2
        place = np.searchsorted(self._keys, keys) * self._span + (days - self._first)  # the key's number, then the day
        order = np.argsort(place, kind="stable")
        self._place = place[order]
        self._sums = [np.concatenate([[0], np.cumsum(count[order], dtype="int64")]) for count in counts]

    def before(self, keys: np.ndarray, days: np.ndarray) -> tuple[np.ndarray, ...]:
        """Sums of each of the counts (or the number of rows, without counts) for `keys` before `days`, each (n,)."""
        number = np.searchsorted(self._keys, keys)
        there = number < np.searchsorted(self._keys, keys, side="right")  # a key nobody ever had: nothing happened
        start = number * self._span
        low, high = (
            np.searchsorted(self._place, start + add)
            for add in (0, np.clip(days.astype("int64") - self._first, 0, self._span - 1))
        )
        sums = [total[high] - total[low] for total in self._sums] or [high - low]
        return tuple(np.where(there, found, 0) for found in sums)


def _spelt(recipe: Recipe) -> Spelt:
    return recipe.column, tuple(sorted(recipe.fold)), tuple(sorted(recipe.same_as.items()))


def _keys(spelt: Spelt, cases: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """A 64-bit key for the value of each of `cases` in its one spelling, and which of them have a value."""
    column, steps, same_as = spelt
    values = spelling.fold(cases[column], steps, dict(same_as))
    told = values.notna().to_numpy(dtype=bool)
    return pd.util.hash_array(values.fillna("").to_numpy(dtype=object), categorize=True), told
