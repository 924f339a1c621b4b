"""Learns the model from matured outcomes: oldest cases for the trees, later ones for calibration and doubt."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np

from features import sets
from pipeline.core import registry, versions
from pipeline.core.programme import learns
from pipeline.core.stage import Context, Report, Stage
from pipeline.stages import _parts


def run(ctx: Context) -> Report:
    """Writes the folder `model`: trees, tables, schema, calibration, members for doubt, and how it came about."""
    from models import calibrate, compile, matrix, scorer, split, train

    folder = ctx.write("model")
    if ctx.param("life").source == "champion":
        return _promoted(ctx, folder)
    knobs, shared = ctx.param("train"), ctx.param("run")
    ctx.progress.step(0.0, "counting categories")
    described = sets.describe(ctx.programme.features)
    schema = matrix.learn_schema(lambda: _parts.read(ctx), described, split.TRAIN, knobs.top_categories)
    ctx.progress.step(0.2, "gathering matured cases")
    learn, later = (matrix.gather(lambda: _parts.read(ctx), schema, name) for name in (split.TRAIN, split.CALIBRATE))
    split.require_both(learn.y, split.TRAIN, later.lodged_on.min() if len(later.y) else None)
    split.require_both(later.y, split.CALIBRATE)
    ctx.progress.step(0.4, f"learning from {len(learn.y):,} cases")
    chosen = train.Knobs(**knobs.model_dump(exclude={"top_categories"}), seed=shared.seed, threads=shared.threads)
    booster = train.fit(learn.x, learn.y, schema, chosen, learn.weight)
    ctx.progress.step(0.5, f"calibrating on {len(later.y):,} later cases")
    margin = np.asarray(booster.predict(later.x, raw_score=True, num_threads=shared.threads))
    curve = calibrate.fit(margin, later.y, later.weight)
    tables = compile.compile_booster(booster, knobs.pairs) if knobs.additive else None
    doubt = _doubt(ctx, learn, later, schema, chosen, curve, margin) if knobs.additive else None
    scorer.save(folder, booster, schema, curve, _training(ctx, learn, later), tables, doubt)
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
            "members": len(doubt.members) if doubt else 0,
        },
        lines=[
            f"model {version}: {booster.num_trees()} trees on {len(schema.features)} features, "
            f"learnt from {len(learn.y):,} cases, calibrated on {len(later.y):,} later ones",
            f"calibration: {curve.told()}; 95 % intervals",
            f"doubt: {len(doubt.members)} members; a person first where the {100 * doubt.level:g} % interval is wider than {doubt.width:.3f}"
            if doubt
            else "doubt: an unconstrained model has no tables, so it gives no intervals (`train.additive: false`)",
        ],
        findings=[
            "On the calibration window the score runs against the outcomes; its level was calibrated, its slope was not."
        ]
        if curve.fallback
        else [],
    )


def _doubt(ctx: Context, learn: Any, later: Any, schema: Any, chosen: Any, curve: Any, margin: np.ndarray) -> Any:
    """Members without one block of time each, with progress, and the width from which a person looks first."""
    from models import doubt

    knobs = ctx.param("doubt")

    def told(done: int) -> None:
        ctx.progress.step(0.5 + 0.45 * done / knobs.members, f"doubt: member {done} of {knobs.members}")

    found = doubt.members(learn, schema, chosen, knobs.members, told)
    return doubt.learn(found, curve, later.x, margin, knobs.level, knobs.share)


def _promoted(ctx: Context, folder: Path) -> Report:
    """Takes the model that two people promoted, byte for byte, instead of learning one."""
    record, model = registry.champion(ctx.root, ctx.programme.programme)
    ctx.read("registry/champion.json")
    shutil.copytree(model, folder)
    version = versions.of(folder.iterdir(), folder)
    told = f"model {version}: the champion, version {record.content.version}, as it was promoted; nothing was learnt"
    return Report(figures={"versions": {"model": version}, "champion": record.content.version}, lines=[told])


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
        "params": {"run": {"seed": ctx.param("run").seed, "threads": ctx.param("run").threads}, "train": ctx.param("train").model_dump(), "doubt": ctx.param("doubt").model_dump()},
        "lightgbm": version("lightgbm"),
    }  # fmt: skip


STAGE = Stage(
    name="train",
    title="Train the model on matured outcomes",
    reads=("interim/cases", "interim/features", "registry/champion.json"),
    writes=("model",),
    params=("run", "train", "doubt", "life"),
    run=run,
    applies=learns,
)
