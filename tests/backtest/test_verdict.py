"""All splits together: figures by hand, and the cost of transparency as a paired difference."""

from datetime import date

import numpy as np
import pytest

from models import measure
from models.ladder import ADDITIVE, FITTED, FREE
from models.rolling import EXPANDING, Split
from pipeline.backtest import verdict
from pipeline.backtest.run import Measured, Run


def test_pooled_figures_weigh_by_cases_and_seats(walked, verdicts):
    found, able = verdicts[EXPANDING], walked.able(EXPANDING)
    assert found.cases == sum(len(split.y) for split in able) and found.splits == len(able) == 2
    for name, figures in found.rungs.items():
        sizes = np.array([len(split.y) for split in able])
        ap = np.array([split.rungs[name]["average_precision"] for split in able])
        assert figures["average_precision"] == pytest.approx(sizes @ ap / sizes.sum())
        seats = np.array([split.rungs[name]["top"]["cases"] for split in able])
        hits = seats * np.array([split.rungs[name]["top"]["precision"]["mean"] for split in able])
        assert figures["top"]["precision"]["mean"] == pytest.approx(hits.sum() / seats.sum())
        assert figures["auc_low"] < figures["auc"] < figures["auc_high"]
    assert found.cost.auc == pytest.approx(found.rungs[FREE]["auc"] - found.rungs[ADDITIVE]["auc"])
    assert found.picked in FITTED and found.behind.auc <= found.behind.error


def made(free_adds, seed=4, rows=400):
    """One split on which the unconstrained rung sees `free_adds` times more of the outcome."""
    rng = np.random.default_rng(seed)
    y = (rng.random(rows) < 0.6).astype(np.int8)
    shared = rng.normal(size=rows) + y
    scores = {**dict.fromkeys(FITTED, shared), FREE: shared + free_adds * (y + rng.normal(size=rows) * 0.2)}
    cut = Split(date(2024, 1, 1), date(2024, 4, 1), EXPANDING, np.arange(0), np.arange(0), np.arange(rows))
    top = measure.top(y, shared, 0.2)
    rungs = {name: {"average_precision": 0.5, "brier": 0.2, "ece": 0.1, "top": top} for name in FITTED}
    influence = {name: measure.influence(y, score) for name, score in scores.items()}
    return Measured(cut, None, rungs, influence, y, np.arange(rows))


def test_a_real_cost_has_an_interval_above_zero(read, home):
    dear = verdict.verdict(Run(read, None, [made(3.0), made(3.0, 5)]), EXPANDING)  # type: ignore[arg-type]
    assert dear.cost.low > 0 and dear.picked == dear.best == FREE
    free = verdict.verdict(Run(read, None, [made(0.0)]), EXPANDING)  # type: ignore[arg-type]
    assert free.cost.auc == free.cost.error == 0 and free.picked == FITTED[0]


def test_no_split_no_verdict(read):
    silent = Measured(made(0.0).split, {"part": "test", "positives": 0, "negatives": 0})
    assert verdict.verdict(Run(read, None, [silent]), EXPANDING) is None  # type: ignore[arg-type]


def test_costs_by_split_agree_with_each_split(walked):
    able = walked.able(EXPANDING)
    for gap, split in zip(verdict.costs(able), able, strict=True):
        assert gap.auc == pytest.approx(split.rungs[FREE]["auc"] - split.rungs[ADDITIVE]["auc"])
        assert gap.low < gap.auc < gap.high
