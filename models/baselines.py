"""What a model has to beat: the order of the queue, and a plain logistic regression."""

from typing import Any

import numpy as np

from models.encode import Schema

STEPS = 500  # of the solver at most


def oldest_first(lodged_on: np.ndarray) -> np.ndarray:
    """The score of a plain queue: days since 1970 counted backwards, so that the oldest case (n,) comes first."""
    return -lodged_on.astype("datetime64[D]").astype(np.int64).astype(np.float64)


class Logistic:
    """A logistic regression on encoded matrices (n, features), with an L2 penalty of weight 1.

    Numbers: median for missing, a flag for missing, scaled; categories: one column a code. The columns are a sparse
    matrix, so that memory grows with the features of a case and not with the codes of a register.
    It is measured and thrown away, never stored.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, schema: Schema, weight: np.ndarray | None = None) -> None:
        from sklearn.linear_model import LogisticRegression

        self._categories = [(place, schema.features[place].missing + 1) for place in schema.categorical]
        self._numbers = [place for place in range(len(schema.features)) if place not in set(schema.categorical)]
        numbers = x[:, self._numbers].astype(np.float64)
        empty = np.isnan(numbers).all(axis=0)
        numbers[:, empty] = 0.0  # no value at all: there is nothing to take the median of
        self._middle = np.nanmedian(numbers, axis=0) if len(x) else np.zeros(len(self._numbers))
        np.copyto(numbers, self._middle, where=np.isnan(numbers))
        self._mean, spread = numbers.mean(axis=0), numbers.std(axis=0)
        self._spread = np.where(spread > 0, spread, 1.0)
        del numbers
        self._model: Any = LogisticRegression(max_iter=STEPS).fit(self._columns(x), y, sample_weight=weight)

    def decision_function(self, x: np.ndarray) -> np.ndarray:
        """Log-odds (n,) of the rows of `x`."""
        return np.asarray(self._model.decision_function(self._columns(x)))

    def _columns(self, x: np.ndarray) -> Any:
        """The sparse matrix of `x`: every row has as many cells as the others, written down one after the other."""
        from scipy import sparse

        count = len(self._numbers)
        width = 2 * count + len(self._categories)
        cells, columns = np.empty((len(x), width)), np.empty((len(x), width), dtype=np.int32)
        numbers = cells[:, :count]
        numbers[:] = x[:, self._numbers]
        missing = cells[:, count : 2 * count]
        missing[:] = np.isnan(numbers)
        np.copyto(numbers, self._middle, where=missing.astype(bool))
        numbers -= self._mean
        numbers /= self._spread
        columns[:, : 2 * count] = np.arange(2 * count, dtype=np.int32)
        start = 2 * count
        for cell, (place, size) in enumerate(self._categories, start=2 * count):
            cells[:, cell] = 1.0
            columns[:, cell] = start + x[:, place].astype(np.int32)
            start += size
        ends = np.arange(0, width * len(x) + 1, width, dtype=np.int32)
        return sparse.csr_array((cells.ravel(), columns.ravel(), ends), shape=(len(x), start))


def logistic_regression(x: np.ndarray, y: np.ndarray, schema: Schema, weight: np.ndarray | None = None) -> Logistic:
    """A regression fitted on the encoded matrix `x` (n, features) and labels `y` (0/1), each counted `weight` times."""
    return Logistic(x, y, schema, weight)
