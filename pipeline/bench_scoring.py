"""The tables beside LightGBM's own predictors: the same booster, the same rows, one run, wall seconds."""

import os
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

import numpy as np

from pipeline.core import clock
from pipeline.core.errors import Problem

ROWS, EXPLAINED, LEARNT = 1_000_000, 10_000, 20_000
FORMS = ((300, 8), (500, 63))  # trees, leaves: as in params.yaml, and as large as LightGBM models often are
FEATURES = 31  # as many as kz_2026 reads
KINDS = ("small", "count", "wage", "category", "days")
CODES, GAPS, SEED = 20, 0.05, 20260213
CLOSE = 1e-9


def section(rows: int = ROWS, explained: int = EXPLAINED) -> str:
    """A Markdown section with the seconds of both ways and their ratios, for boosters of the `FORMS`.

    `pred_contrib` explains `explained` rows and is scaled to `rows`; everything else does all rows. LightGBM uses all
    cores, the tables one. Raises Problem where the two ways differ by more than 1e-9.
    """
    x = draw(rows, SEED + 1)
    lines = [
        "## Scoring and explaining from tables",
        "",
        f"{rows:,} made-up rows of {FEATURES} features, additive boosters, one run, wall seconds. LightGBM uses {os.cpu_count()} threads, the",
        f"tables one. `pred_contrib` explains {explained:,} rows and is scaled up. Both ways agree within {CLOSE} on every row.",
        "",
        "| trees x leaves | `predict` s | tables s | ratio | `pred_contrib` s | tables s | ratio | tables, rows/s scored | explained |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
        *(_row(x, explained, *form) for form in FORMS),
        "",
    ]
    return "\n".join(lines)


def draw(rows: int, seed: int) -> np.ndarray:
    """A made-up matrix (rows, `FEATURES`): small and large whole numbers, logarithms, codes, with gaps."""
    rng = np.random.default_rng(seed)
    makers: dict[str, Callable[[], Any]] = {
        "small": lambda: rng.integers(0, 41, rows),
        "count": lambda: rng.poisson(0.7, rows),
        "wage": lambda: rng.normal(12, 0.7, rows),
        "category": lambda: rng.integers(0, CODES, rows),
        "days": lambda: rng.gamma(2, 300, rows).round(),
    }
    x = np.empty((rows, FEATURES), dtype=np.float32)
    for place, kind in enumerate(islice(cycle(KINDS), FEATURES)):
        x[:, place] = makers[kind]()
        x[rng.random(rows) < GAPS, place] = CODES + 1 if kind == "category" else np.nan
    return x


def learn(trees: int, leaves: int) -> Any:
    """An additive booster of made-up cases, whose outcome hangs on every feature."""
    from models import train
    from models.calibrate import sigmoid
    from models.encode import Feature, Schema

    x = draw(LEARNT, SEED)
    rng = np.random.default_rng(SEED)
    line = np.zeros(LEARNT)
    for place in range(FEATURES):
        values = np.nan_to_num(x[:, place])
        line += rng.choice([-0.5, 0.5]) * np.sin((values - values.mean()) / values.std() + rng.normal())
    y = (rng.random(LEARNT) < sigmoid(line)).astype(int)
    codes = [str(code) for code in range(CODES)]
    kinds = islice(cycle(KINDS), FEATURES)
    features = [
        Feature(name=f"{kind}_{place}", kind="category", meaning="", categories=codes)
        if kind == "category"
        else Feature(name=f"{kind}_{place}", kind="number", meaning="")
        for place, kind in enumerate(kinds)
    ]
    knobs = train.Knobs(
        trees=trees, leaves=leaves, learning_rate=0.05, min_rows_per_leaf=40, l2=1.0, additive=True, pairs=[],
        seed=SEED, threads=os.cpu_count() or 1,
    )  # fmt: skip
    return train.fit(x, y, Schema(features=features), knobs)


def _row(x: np.ndarray, explained: int, trees: int, leaves: int) -> str:
    from models.compile import compile_booster
    from models.tables import Lookup

    booster = learn(trees, leaves)
    lookup = Lookup(compile_booster(booster))
    threads = os.cpu_count() or 1
    few = x[:explained]
    predict, raw = _timed(lambda: booster.predict(x, raw_score=True, num_threads=threads))
    score, margin = _timed(lambda: lookup.margin(x))
    contrib, shap = _timed(lambda: booster.predict(few, pred_contrib=True, num_threads=threads))
    explain, effects = _timed(lambda: lookup.effects(x))
    apart = max(np.abs(margin - raw).max(), np.abs(effects[:explained] - shap[:, :-1]).max())
    if not apart <= CLOSE:
        raise Problem(f"the tables of {trees} trees differ from the booster by {apart:.1e}; compare models/compile.py.")
    contrib *= len(x) / len(few)
    return (
        f"| {trees} x {leaves} | {predict:.2f} | {score:.2f} | {predict / score:.1f} | {contrib:.1f} | {explain:.2f} "
        f"| {contrib / explain:.0f} | {len(x) / score:,.0f} | {len(x) / explain:,.0f} |"
    )


def _timed(work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    """The better of two times, in seconds, and what came out."""
    times = []
    for _ in range(2):
        started = clock.seconds()
        found = work()
        times.append(clock.seconds() - started)
    return min(times), found
