"""Walks up the ladder on every retrain day, with both windows, and measures each rung on the files lodged next."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models import baselines, calibrate, labels, ladder, matrix, measure, rolling, train
from models.encode import encode
from models.ladder import FITTED, OLDEST, POINTS
from models.rolling import EXPANDING, SLIDING, Split
from pipeline import oracle
from pipeline.backtest import capacity
from pipeline.backtest.register import Register
from pipeline.core.params import Backtest, Params

Step = Callable[[float, str], None]
CAPACITY, TOP = "capacity", "top"  # where a list is cut: by the offices' interviews, by a share of the cases
Influence = tuple[float, np.ndarray]


@dataclass(frozen=True)
class Measured:
    """One split and the figures of its rungs; `why` says why there are none.

    `influence` (`measure.influence`) of each rung, `y` and `matter` are of the tested cases. `reach`: the share of them
    that the offices can interview, None without interviews.
    """

    split: Split
    why: dict[str, Any] | None = None
    rungs: dict[str, dict[str, Any]] = field(default_factory=dict)
    influence: dict[str, Influence] = field(default_factory=dict)
    y: np.ndarray = field(default_factory=lambda: np.empty(0))
    matter: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    pairs: list[list[str]] = field(default_factory=list)
    reach: float | None = None


@dataclass(frozen=True)
class Run:
    """Every split, oldest first, those with an expanding window before those with a sliding one."""

    register: Register
    knobs: Params
    splits: list[Measured]

    def able(self, window: str) -> list[Measured]:
        """The splits of a window that something can be said of."""
        return [split for split in self.splits if split.split.window == window and split.why is None]


def walk(register: Register, knobs: Params, step: Step) -> Run:
    """Measures every rung on every split; what the programme says of the cadence goes first."""
    cadence = register.cadence
    days = rolling.retrain_days(register.first, register.last, cadence.every_months, cadence.splits)
    found: dict[str, list[Measured]] = {EXPANDING: [], SLIDING: []}
    for place, period in enumerate(days):
        step(place / len(days), f"retrain day {period[0]}")
        known = labels.label(register.cases[["case_id", "lodged_on"]], register.outcomes, register.rule, period[0])
        for window, months in ((EXPANDING, None), (SLIDING, cadence.window_months)):
            split = _cut(register, known, period, cadence, knobs, months)
            before = found[EXPANDING][-1] if window == SLIDING else None
            if before is not None and np.array_equal(before.split.train, split.train):
                # the register is no older than the window: the same cases teach, so the same figures hold
                found[window].append(_as_sliding(before, split))
            else:
                found[window].append(_measure(register, split, known, knobs, cadence))
    return Run(register, knobs, [*found[EXPANDING], *found[SLIDING]])


def _cut(
    register: Register, known: pd.DataFrame, period: tuple[date, date], cadence: Backtest, knobs: Params, months: int | None
) -> Split:  # fmt: skip
    share = knobs.split.train / (knobs.split.train + knobs.split.calibrate)
    return rolling.cut(
        register.cases,
        known,
        register.cases,
        period,
        embargo_days=cadence.embargo_days,
        share=share,
        window_months=months,
    )


def _as_sliding(same: Measured, split: Split) -> Measured:
    return Measured(split, same.why, same.rungs, same.influence, same.y, same.matter, same.pairs, same.reach)


def _measure(register: Register, split: Split, known: pd.DataFrame, knobs: Params, cadence: Backtest) -> Measured:
    weight = known["weight"].to_numpy(dtype=np.float64)
    told, final = (frame["label"].to_numpy(dtype=np.float64, na_value=np.nan) for frame in (known, register.cases))
    why = rolling.lacking(split, told, final, cadence.smallest)
    if why is not None:
        return Measured(split, why)
    climbed = _climb(register, split, known, knobs, cadence)
    y = final[split.test].astype(np.int8)
    scores = {OLDEST: baselines.oldest_first(register.cases["lodged_on"].to_numpy()[split.test])}
    if register.points is not None:
        scores[POINTS] = register.points[split.test]
    scores |= climbed.test
    cuts = _cuts(register, split, knobs)
    rungs = {}
    for name, score in scores.items():
        rungs[name] = {**measure.auc(y, score), **_seen(register, split, y, score, cuts)}
        if name in FITTED:
            curve = calibrate.fit(climbed.calibrate[name], told[split.calibrate], weight[split.calibrate])
            rungs[name] |= measure.probabilities(y, curve.apply(score), knobs.evaluate.bins, 0, 0)
        else:
            rungs[name]["average_precision"] = measure.average_precision(y, score)
    return Measured(
        split, None, rungs, {name: measure.influence(y, score) for name, score in scores.items()}, y,
        register.matter[split.test], climbed.pairs, None if register.slots is None else float(cuts[CAPACITY].sum() / len(y)),
    )  # fmt: skip


def _climb(register: Register, split: Split, known: pd.DataFrame, knobs: Params, cadence: Backtest) -> ladder.Climbed:
    cases, features, train_ = known[["status", "label", "weight"]], register.features, knobs.train

    def learns(cases: pd.DataFrame) -> np.ndarray:
        rows = np.zeros(len(cases), dtype=bool)
        rows[split.learn] = True
        return rows

    schema = matrix.learn_schema(lambda: iter([(cases, features)]), register.described, learns, train_.top_categories)
    learn, later, test = (encode(features.iloc[rows], schema) for rows in (split.learn, split.calibrate, split.test))
    label, weight = (
        cases[name].to_numpy(dtype=np.float64, na_value=np.nan)[split.learn] for name in ("label", "weight")
    )
    chosen = train_.model_dump(exclude={"top_categories"})
    return ladder.climb(
        ladder.Window(learn, label.astype(np.int8), weight), later, test, schema,
        train.Knobs(**chosen, seed=knobs.run.seed, threads=knobs.run.threads), pairs=cadence.pairs, leaves=cadence.leaves,
    )  # fmt: skip


def _cuts(register: Register, split: Split, knobs: Params) -> dict[str, np.ndarray]:
    """Seats by office at each cut."""
    size = len(register.offices)
    tested = np.bincount(register.office[split.test], minlength=size)
    days = register.lodged["lodged_on"].to_numpy()
    inside = (days >= np.datetime64(split.start)) & (days < np.datetime64(split.end))
    lodged = np.bincount(register.lodged["office"].to_numpy()[inside], minlength=size)
    weeks = (split.end - split.start).days / 7
    share = knobs.evaluate.top_share
    found = {TOP: capacity.seats(None, lodged, tested, weeks, share)}
    if register.slots is not None:
        found[CAPACITY] = capacity.seats(register.slots, lodged, tested, weeks, share)
    return found


def _seen(
    register: Register, split: Split, y: np.ndarray, score: np.ndarray, cuts: dict[str, np.ndarray]
) -> dict[str, Any]:
    """Precision, recall and regret of the cases that the offices would see, at each cut."""
    office = register.office[split.test]
    found = {}
    for name, seats in cuts.items():
        found[name] = measure.top_of_each(y, score, office, seats)
        if register.truth is not None:
            found[name]["regret"] = oracle.regret(register.truth[split.test], score, office, seats)
    return found
