"""Measures the model on the latest matured cases, beside two baselines, and writes it into the experiment book."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core import registry, versions
from pipeline.core.errors import Problem
from pipeline.core.programme import learns
from pipeline.core.stage import Context, Report, Stage
from pipeline.stages import _labels, _parts

BOOK = "data/mlflow"
SERVED = "pipeline.life.served"  # what answers for the registered model; it stands above the stages, so only its name is known
POINTS = 500  # of a ROC curve, in its table


def run(ctx: Context) -> Report:
    """Writes `out/metrics.json` and `interim/evaluation` (tables and pictures), and logs both to MLflow."""
    from models import baselines, matrix, measure, plots, split
    from models.scorer import Scorer
    from pipeline.stages import _doubt

    shared, knobs = ctx.param("run"), ctx.param("evaluate")
    scorer = Scorer(ctx.read("model"), threads=shared.threads)
    ctx.progress.step(0.0, "gathering the test window")
    learn, later, test = (matrix.gather(lambda: _parts.read(ctx), scorer.schema, name) for name in split.WINDOWS)
    if not len(test.y):
        raise Problem(
            "No matured case lies in the test window, so nothing can be measured; run the stage `features` again."
        )
    raw = scorer.margin(test.x)
    probability = scorer.calibration.apply(raw)
    ctx.progress.step(0.3, "fitting the logistic regression to compare with")
    rivals = {"oldest_first": baselines.oldest_first(test.lodged_on)}
    split.require_both(learn.y, split.TRAIN)
    rivals["logistic_regression"] = baselines.logistic_regression(learn.x, learn.y, scorer.schema).decision_function(
        test.x
    )
    ctx.progress.step(0.6, f"measuring on {len(test.y):,} later cases")
    metrics = measure.rounded(
        {
            **measure.auc(test.y, raw),
            "auc_interval": "95 % DeLong",
            **measure.probabilities(test.y, probability, knobs.bins, knobs.replicates, shared.seed),
            "other_intervals": f"95 % bootstrap of cases, {knobs.replicates} replicates",
            "top": measure.top(test.y, raw, knobs.top_share),
            "n_test": len(test.y),
            "positives_test": int(test.y.sum()),
            "n_train": len(learn.y),
            "n_calibrate": len(later.y),
            "baselines": {name: measure.auc(test.y, score) for name, score in rivals.items()},
            "counts": _counts(ctx),
            "labels": _labels.provenance(ctx),
            "selective": _labels.selective(ctx, scorer, test.lodged_on.min()),
            "split": {"train_until": _first(later.lodged_on), "calibrate_until": _first(test.lodged_on)},
            "label": ctx.programme.outcome.meaning,
            "as_of": ctx.as_of.isoformat(),
        }
    )
    version = metrics["model"] = versions.of(ctx.read("model").iterdir(), ctx.read("model"))
    out, folder = ctx.write("out/metrics.json"), ctx.write("interim/evaluation")
    folder.mkdir(parents=True)
    doubt = metrics["doubt"] = measure.rounded(_doubt.effect(ctx, scorer, test, folder))
    out.write_text(json.dumps(metrics, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    ctx.progress.step(0.8, "drawing")
    _draw(ctx, folder, y=test.y, raw=raw, probability=probability, rivals=rivals)
    plots.selective(
        metrics["selective"], f"{ctx.programme.programme}: what missing outcomes leave open", folder / "selective.png"
    )
    ctx.progress.step(0.85, "writing into MLflow")
    logged = _log(ctx, version=version, metrics=metrics, out=out, folder=folder)
    figures = {"versions": {"model": version}, "auc": metrics["auc"], "n_test": len(test.y), "mlflow": logged}
    return Report(
        figures=figures,
        lines=[*_lines(metrics), *_doubt.lines(doubt)],
        concerns=[*_concerns(metrics), *_doubt.concerns(doubt, ctx.param("audit").tolerance)],
    )


def _first(days: np.ndarray) -> str | None:
    return str(days.min())[:10] if len(days) else None


def _counts(ctx: Context) -> dict[str, Any]:
    from models import labels

    return labels.count(pd.concat([cases["status"] for cases, _ in _parts.read(ctx)], ignore_index=True))


def _draw(
    ctx: Context,
    folder: Path,
    *,
    y: np.ndarray,
    raw: np.ndarray,
    probability: np.ndarray,
    rivals: dict[str, np.ndarray],
) -> None:
    from models import measure, plots

    curves = {
        "model": measure.roc(y, raw),
        **{name.replace("_", " "): measure.roc(y, score) for name, score in rivals.items()},
    }
    table = measure.calibration_table(y, probability, ctx.param("evaluate").bins)
    title = f"{ctx.programme.programme}: test window, n = {len(y):,}"
    plots.calibration(table, title, folder / "calibration.png")
    plots.roc(curves, title, folder / "roc.png")
    plots.scores(y, probability, title, folder / "scores.png")
    pd.DataFrame(table).round(6).to_csv(folder / "calibration.csv", index=False, lineterminator="\n")
    long = [_thinned(pd.DataFrame(curve)).assign(score=name) for name, curve in curves.items()]
    pd.concat(long).round(6).to_csv(folder / "roc.csv", index=False, lineterminator="\n")


def _thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """At most `POINTS` rows, evenly over the curve: enough for any picture of it."""
    return curve.iloc[np.unique(np.linspace(0, len(curve) - 1, POINTS).round().astype(int))]


def _log(ctx: Context, *, version: str, metrics: dict[str, Any], out: Path, folder: Path) -> dict[str, Any]:
    from models import tracking

    figures = {name: value for name, value in metrics.items() if isinstance(value, int | float)}
    for name, found in metrics["baselines"].items():
        figures |= {f"{name}_{key}": value for key, value in found.items() if isinstance(value, float)}
    sections = ("run", "split", "train", "doubt", "evaluate")
    return tracking.record(
        ctx.root / BOOK,
        ctx.programme.programme,
        model=ctx.read("model"),
        programme=ctx.programme.folder,
        served=SERVED,
        digest=registry.seal(registry.digests(ctx.read("model")), versions.law(ctx.programme)),
        params={f"{name}.{key}": value for name in sections for key, value in ctx.param(name).model_dump().items()},
        metrics=figures,
        tags={
            "programme": ctx.programme.programme,
            "status": ctx.programme.status,
            "as_of": ctx.as_of.isoformat(),
            "learnt_until": str(metrics["split"]["calibrate_until"]),
            "model": version,
            "law": versions.law(ctx.programme),
            "code": versions.code(),
        },
        files={"": out, "evaluation": folder, "model_folder": ctx.read("model")},
    )


def _lines(metrics: dict[str, Any]) -> list[str]:
    def shown(found: dict[str, Any]) -> str:
        if found["auc"] is None:
            return f"AUC not known ({found['auc_reason']})"
        bounds = "no interval" if found["auc_low"] is None else f"{found['auc_low']:.3f} to {found['auc_high']:.3f}"
        return f"AUC {found['auc']:.3f} ({bounds})"

    n, ones = metrics["n_test"], metrics["positives_test"]
    lines = [
        f"{shown(metrics)} on {n:,} later cases, {ones:,} positive and {n - ones:,} negative; 95 % DeLong intervals"
    ]
    lines += [f"  {name.replace('_', ' ')}: {shown(found)}" for name, found in metrics["baselines"].items()]
    lines.append(f"Brier {metrics['brier']:.4f}, expected calibration error {metrics['ece']:.4f}")
    return [*lines, *_labels.lines(metrics["labels"], metrics["selective"])]


def _concerns(metrics: dict[str, Any]) -> list[str]:
    if metrics["auc"] is None:
        return [f"The model could not be measured on later cases: {metrics['auc_reason']}."]
    if metrics["auc_low"] is None or metrics["auc_low"] <= 0.5:
        return [
            "It is not shown that the model orders later cases better than chance: do not rank by it before a person has looked."
        ]
    high = metrics["auc_high"]
    better = [name.replace("_", " ") for name, found in metrics["baselines"].items() if found["auc"] > high]
    return [f"On later cases the model orders worse than {name}." for name in better]


STAGE = Stage(
    name="evaluate",
    title="Measure the model on later cases",
    reads=("interim/cases", "interim/features", "interim/tables", "model"),
    writes=("out/metrics.json", "interim/evaluation"),
    params=("run", "split", "train", "doubt", "evaluate", "audit"),
    run=run,
    applies=learns,
)
