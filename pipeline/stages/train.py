"""Learns the model from matured outcomes: oldest cases for the trees, later ones for the calibration."""

from typing import Any

import numpy as np

from features import sets
from pipeline.core import versions
from pipeline.core.programme import learns
from pipeline.core.stage import Context, Report, Stage
from pipeline.stages import _parts


def run(ctx: Context) -> Report:
    """Writes the folder `model`: trees, schema, calibration, and how it came about."""
    from models import calibrate, compile, matrix, scorer, split, train

    folder = ctx.write("model")
    knobs, shared = ctx.param("train"), ctx.param("run")
    ctx.progress.step(0.0, "counting categories")
    described = sets.describe(ctx.programme.features)
    schema = matrix.learn_schema(lambda: _parts.read(ctx), described, split.TRAIN, knobs.top_categories)
    ctx.progress.step(0.2, "gathering matured cases")
    learn, later = (matrix.gather(lambda: _parts.read(ctx), schema, name) for name in (split.TRAIN, split.CALIBRATE))
    split.require_both(learn.y, split.TRAIN, later.lodged_on.min() if len(later.y) else None)
    split.require_both(later.y, split.CALIBRATE)
    ctx.progress.step(0.4, f"learning from {len(learn.y):,} cases")
    chosen = knobs.model_dump(exclude={"top_categories"})
    booster = train.fit(
        learn.x, learn.y, schema, train.Knobs(**chosen, seed=shared.seed, threads=shared.threads), learn.weight
    )
    ctx.progress.step(0.9, f"calibrating on {len(later.y):,} later cases")
    curve = calibrate.fit(np.asarray(booster.predict(later.x, raw_score=True, num_threads=shared.threads)), later.y)
    tables = compile.compile_booster(booster, knobs.pairs) if knobs.additive else None
    scorer.save(folder, booster, schema, curve, _training(ctx, learn, later), tables)
    version = versions.of(folder.iterdir(), folder)
    return Report(
        figures={
            "versions": {"model": version},
            "n_train": len(learn.y),
            "positives_train": int(learn.y.sum()),
            "n_calibrate": len(later.y),
            "positives_calibrate": int(later.y.sum()),
            "features": len(schema.features),
            "trees": booster.num_trees(),
        },
        lines=[
            f"model {version}: {booster.num_trees()} trees on {len(schema.features)} features, "
            f"learnt from {len(learn.y):,} cases, calibrated on {len(later.y):,} later ones"
        ],
        findings=[
            "On the calibration window the score runs against the outcomes; its level was calibrated, its slope was not."
        ]
        if curve.fallback
        else [],
    )


def _training(ctx: Context, learn: Any, later: Any) -> dict[str, Any]:
    """How the model came about, for whoever opens the folder."""
    from importlib.metadata import version

    return {
        "programme": ctx.programme.programme,
        "status": ctx.programme.status,
        "label": ctx.programme.outcome.meaning,
        "as_of": ctx.as_of.isoformat(),
        "train_until": str(later.lodged_on.min())[:10],
        "cases": {"train": len(learn.y), "calibrate": len(later.y)},
        "positives": {"train": int(learn.y.sum()), "calibrate": int(later.y.sum())},
        "params": {"run": {"seed": ctx.param("run").seed, "threads": ctx.param("run").threads}, "train": ctx.param("train").model_dump()},
        "lightgbm": version("lightgbm"),
    }  # fmt: skip


STAGE = Stage(
    name="train",
    title="Train the model on matured outcomes",
    reads=("interim/cases", "interim/features"),
    writes=("model",),
    params=("run", "train"),
    run=run,
    applies=learns,
)
