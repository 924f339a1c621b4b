"""What the splits say together: each rung's figures, what transparency costs, and which rung the rule picks."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from models import ladder
from models.ladder import ADDITIVE, FITTED, FREE
from models.measure import LEVEL
from pipeline.backtest.run import CAPACITY, TOP, Measured, Run

REACH = NormalDist().inv_cdf((1 + LEVEL) / 2)
BOUNDS = ("best", "mean", "worst")


@dataclass(frozen=True)
class Gap:
    """A difference of two AUCs on the same cases, with its standard error and interval."""

    auc: float
    error: float

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.auc - REACH * self.error

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.auc + REACH * self.error


@dataclass(frozen=True)
class Verdict:
    """One window, all its splits together. `rungs`: figures by rung, in the ladder's order.

    `cost` of transparency is unconstrained minus additive. `behind` is the best rung minus the picked one.
    """

    window: str
    splits: int
    cases: int
    positives: int
    rungs: dict[str, dict[str, Any]]
    cost: Gap
    picked: str
    best: str
    behind: Gap


def verdict(run: Run, window: str) -> Verdict | None:
    """The verdict of a window; None where no split of it can say anything."""
    able = run.able(window)
    if not able:
        return None
    pooled = ladder.pool([split.influence for split in able], [split.y for split in able], [split.matter for split in able])  # fmt: skip
    picked, best = ladder.choose(pooled)
    rungs = {rung: _rung(pooled, able, rung) for rung in pooled.auc}
    cases = sum(len(split.y) for split in able)
    positives = sum(int(split.y.sum()) for split in able)
    return Verdict(
        window, len(able), cases, positives, rungs, gap(pooled, FREE, ADDITIVE), picked, best, gap(pooled, best, picked)
    )


def gap(pooled: ladder.Pooled, rung: str, other: str) -> Gap:
    """How much higher the AUC of `rung` is than that of `other`."""
    return Gap(pooled.auc[rung] - pooled.auc[other], pooled.error(rung, other))


def costs(able: Sequence[Measured]) -> list[Gap]:
    """The cost of transparency split by split."""
    return [
        gap(ladder.pool([split.influence], [split.y], [split.matter]), FREE, ADDITIVE) for split in able
    ]  # fmt: skip


def _rung(pooled: ladder.Pooled, able: Sequence[Measured], rung: str) -> dict[str, Any]:
    mine = [split.rungs[rung] for split in able]
    cases = [len(split.y) for split in able]
    own = Gap(pooled.auc[rung], pooled.error(rung))
    found: dict[str, Any] = {
        "auc": own.auc, "auc_low": max(0.0, own.low), "auc_high": min(1.0, own.high), "auc_error": own.error,
        "average_precision": _mean([figures["average_precision"] for figures in mine], cases),
    }  # fmt: skip
    if rung in FITTED:
        found |= {name: _mean([figures[name] for figures in mine], cases) for name in ("brier", "ece")}
    for cut in (name for name in (CAPACITY, TOP) if name in mine[0]):
        seats = [figures[cut]["cases"] for figures in mine]
        ones = [int(split.y.sum()) for split in able]
        found[cut] = {
            "cases": sum(seats),
            **{
                name: {end: _mean([figures[cut][name][end] for figures in mine], weights) for end in BOUNDS}
                for name, weights in (("precision", seats), ("recall", ones))
            },
        }
        if "regret" in mine[0][cut]:
            found[cut]["regret"] = _mean([figures[cut]["regret"] for figures in mine], seats)
    return found


def _mean(values: Sequence[float | None], weights: Sequence[int]) -> float | None:
    """The weighted mean of the known values; None where there is no weight."""
    known = [(value, weight) for value, weight in zip(values, weights, strict=True) if value is not None]
    total = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / total if total else None
