"""What a metric sees (the queue) and what it says about itself (the metric record)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.core.discovery import modules
from pipeline.core.errors import Problem

PACKAGE = "pipeline.audit.metrics"
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Queue:
    """A part of the queue, one row a case.

    `rows` has the columns case_id, list (ranked, held, incomplete), selected (bool), score, lodged_on, decided_on,
    starts_at (of the interview), label (1, 0 or missing) and one column a gate (PASS, FAIL, UNKNOWN,
    NOT_APPLICABLE); dates are datetime64. A value that nobody knows is missing.
    """

    rows: pd.DataFrame
    gates: tuple[str, ...]
    as_of: date
    interviews: bool

    def share(self, hits: pd.Series, among: pd.Series | None = None) -> np.ndarray:
        """1 for `hits`, 0 for the others, NaN for rows that are not `among` those the share is taken of."""
        values = hits.to_numpy(dtype="float64", na_value=np.nan)
        return values if among is None else np.where(among.to_numpy(dtype=bool), values, np.nan)

    def days(self, start: pd.Series, end: pd.Series) -> np.ndarray:
        """Whole days from `start` to `end`, NaN where one of them is missing."""
        first, last = (dates.to_numpy().astype("datetime64[D]") for dates in (start, end))
        return (last - first) / DAY  # NaT divided by a day is NaN


@dataclass(frozen=True)
class Metric:
    """What a metric is, in words a person can use.

    `step` is the smallest difference that is kept of a value: sums are exact whole numbers of steps, so the order of
    the rows and the size of the parts cannot change a bit. `tolerance` says what the tolerated gap is a share of:
    `absolute` (of 1) or `relative` (of the mean of the others).
    """

    place: int  # order on the page
    title: str
    meaning: str  # numerator and denominator in one sentence
    kind: Literal["share", "mean"]
    unit: Literal["share", "score", "days"]
    better: Literal["higher", "lower", "zero", "neither"]  # which direction is good for the applicant
    nothing: str  # why it could not be measured, where no case has a value
    part: Literal["lists", "gates", "waiting", "outcomes"] = "lists"
    tolerance: Literal["absolute", "relative"] = "absolute"
    step: float = 1.0


Measure = Callable[[Queue], Mapping[str, np.ndarray]]


def metrics() -> dict[str, tuple[Metric, Measure]]:
    """Every metric of the folder by its file's name, in the order of the page.

    Raises Problem where a file of the folder has no METRIC or no measure().
    """
    found: dict[str, tuple[Metric, Measure]] = {}
    for module in modules(PACKAGE):
        name = module.__name__.rpartition(".")[2]
        found[name] = _read(name, module)
    return dict(sorted(found.items(), key=lambda item: (item[1][0].place, item[0])))


def _read(name: str, module: ModuleType) -> tuple[Metric, Measure]:
    metric, measure = getattr(module, "METRIC", None), getattr(module, "measure", None)
    if not isinstance(metric, Metric) or not callable(measure):
        raise Problem(
            f"pipeline/audit/metrics/{name}.py: give it a METRIC and a measure(queue), as its neighbours have."
        )
    return metric, measure


def observe(queue: Queue, found: Mapping[str, tuple[Metric, Measure]]) -> dict[str, np.ndarray]:
    """All readings of all metrics on `queue`: full name (`metric` or `metric.variant`) -> one value a case."""
    values = {}
    for name, (_, measure) in found.items():
        for variant, column in measure(queue).items():
            values[f"{name}.{variant}" if variant else name] = np.asarray(column, dtype="float64")
    return values
