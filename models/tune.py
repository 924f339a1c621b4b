"""Choosing knobs inside the training window: blocks of time, each measured by a model of the blocks before it."""

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from models import matrix, train
from models.encode import Schema
from models.matrix import Parts, Rows
from models.split import TRAIN
from models.train import Knobs

LEVEL = 0.95
HIGHER = {"log_loss": False, "auc": True}  # measures by which to choose, and whether more of one is better


@dataclass(frozen=True)
class Fold:
    """`learn`: cases lodged before `since`; `check`: those lodged from `since` on and before `until` (None: the end).

    `check` holds no case of a matter that `learn` knows: `left_out` such cases are not measured. The `schema` names
    the categories of `learn` alone, so one that comes up later is as unknown as it will be to the model.
    """

    since: np.datetime64
    until: np.datetime64 | None
    schema: Schema
    learn: Rows
    check: Rows
    left_out: int


def starts(dates: np.ndarray, count: int) -> list[np.datetime64]:
    """The first days of `count` blocks with about equally many cases, in the later half of all; a day is never parted.

    The first half is only learnt from: what suits a model of a few cases need not suit one of the whole window.
    `dates` (n,) are lodging days. Raises ValueError where they lie on too few days.
    """
    ordered = np.sort(np.asarray(dates))
    found = [ordered[(count + place) * len(ordered) // (2 * count)] for place in range(count)] if len(ordered) else []
    if len(set(found)) < count or found[0] == ordered[0]:
        raise ValueError(
            f"The training window holds {len(ordered):,} matured outcomes on {len(np.unique(ordered)):,} lodging days, "
            f"too few for {count} folds by time; lower `tune.folds` in params.yaml or wait for more outcomes."
        )
    return found


def folds(parts: Parts, described: list[dict[str, Any]], count: int, keep: int) -> list[Fold]:
    """`count` folds of the window `train`, by day of lodging, each learning from all that lies before it.

    Nothing of the calibration and test windows is read. `described` and `keep` (categories) as in `learn_schema`.
    Raises ValueError for a programme without features, too few days, and one outcome only in any part of a fold.
    """
    if not described:
        raise ValueError("The programme names no feature, so there is nothing to tune; list some under `features`.")
    days = np.concatenate(
        [cases.loc[cases["split"] == TRAIN, "lodged_on"].to_numpy("datetime64[s]") for cases, _ in parts()]
    )
    first = starts(days, count)
    return [
        _fold(parts, described, keep, place, since, until)
        for place, (since, until) in enumerate(zip(first, [*first[1:], None], strict=True), start=1)
    ]


def _fold(
    parts: Parts, described: list[dict[str, Any]], keep: int, place: int, since: np.datetime64, until: np.datetime64 | None
) -> Fold:  # fmt: skip
    def before(cases: Any) -> np.ndarray:
        return np.asarray((cases["split"] == TRAIN) & (cases["lodged_on"] < since), dtype=bool)

    def within(cases: Any) -> np.ndarray:
        late = (cases["split"] == TRAIN) & (cases["lodged_on"] >= since)
        return np.asarray(late if until is None else late & (cases["lodged_on"] < until), dtype=bool)

    schema = matrix.learn_schema(parts, described, before, keep)
    learn, check = matrix.gather(parts, schema, before), matrix.gather(parts, schema, within)
    new = ~np.isin(check.same, learn.same)
    left_out = len(new) - int(new.sum())
    check = Rows(**{name: values[new] for name, values in vars(check).items()})
    for rows, what in ((learn, f"before {str(since)[:10]}"), (check, f"from {str(since)[:10]} on")):
        ones = int(rows.y.sum())
        if ones in (0, len(rows.y)):
            only = "no" if not len(rows.y) else "only positive" if ones else "only negative"
            raise ValueError(
                f"Fold {place} of the training window holds {only} outcomes among its {len(rows.y):,} cases lodged "
                f"{what}, so settings cannot be compared; lower `tune.folds` in params.yaml or use a later as-of date."
            )
    return Fold(since, until, schema, learn, check, left_out)


def measure(folds: Iterable[Fold], knobs: Knobs) -> Iterator[dict[str, float]]:
    """For each fold what a model with `knobs` reaches on its later cases: `log_loss` and `auc`, by the labels' weights.

    One at a time, so that the caller may stop. The probabilities are the model's own, before any calibration.
    """
    from sklearn.metrics import roc_auc_score

    for fold in folds:
        booster = train.fit(fold.learn.x, fold.learn.y, fold.schema, knobs, fold.learn.weight)
        p = np.asarray(booster.predict(fold.check.x, num_threads=knobs.threads))
        y, weight = fold.check.y, fold.check.weight
        losses = -np.log(np.clip(np.where(y == 1, p, 1 - p), 1e-15, None))
        yield {
            "log_loss": float(weight @ losses / weight.sum()),
            "auc": float(roc_auc_score(y, p, sample_weight=weight)),
        }


@dataclass(frozen=True)
class Gain:
    """By how much the mean over folds is better (`mean` > 0), with its 95 % interval from `low` to `high`."""

    mean: float
    low: float
    high: float
    folds: int

    @property
    def sure(self) -> bool:
        """Whether it is more than the folds differ among themselves."""
        return self.low > 0

    @property
    def lost(self) -> bool:
        """Whether it is worse by more than the folds differ among themselves."""
        return self.high < 0


def gain(new: Iterable[float], old: Iterable[float], higher: bool) -> Gain:
    """How much better `new` is than `old` on the same folds; `higher`: whether more is better.

    Student's interval of the mean of paired differences. Folds share learning cases, so it is somewhat too narrow
    (Bengio and Grandvalet 2004); and where `new` was chosen as the best of many it flatters itself.
    """
    apart = (np.array(list(new), dtype=float) - np.array(list(old), dtype=float)) * (1 if higher else -1)
    mean = float(apart.mean())
    reach = float(stats.t.ppf((1 + LEVEL) / 2, len(apart) - 1)) * float(apart.std(ddof=1)) / math.sqrt(len(apart))
    return Gain(mean, mean - reach, mean + reach, len(apart))


def digest(folds: Iterable[Fold], settled: Mapping[str, object]) -> str:
    """SHA-256 (64 hex digits) of everything the value of a setting hangs on: the folds' rows and what is `settled`."""
    total = hashlib.sha256(repr(sorted(settled.items())).encode())
    for fold in folds:
        total.update(fold.schema.model_dump_json().encode())
        for rows in (fold.learn, fold.check):
            total.update("\0".join(rows.case_id).encode())
            for values in (rows.x, rows.y, rows.weight):
                total.update(np.ascontiguousarray(values).tobytes())
    return total.hexdigest()
