"""Looks for better knobs inside the training window, trial by trial, and says what they would bring; changes nothing."""

from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from features import sets
from pipeline.core.programme import learns
from pipeline.core.stage import Context, Report, Stage
from pipeline.stages import _parts
from pipeline.stages.evaluate import BOOK

if TYPE_CHECKING:
    from models.tune import Fold
    from pipeline.tuning.study import Settings, Trial

STUDIES = "data/tuning"
SEARCH = 0.95  # share of the work that trials are


def run(ctx: Context, fresh: bool = False) -> Report:
    """Goes on with the study of the programme (`fresh`: begins a new one) and writes the folder `out/tuning`."""
    from models import tune
    from models.tracking_trials import Trials
    from pipeline.tuning import page, study
    from pipeline.tuning.result import Result

    knobs, name = ctx.param("tune"), ctx.programme.programme
    path = ctx.root / STUDIES / f"{name}.db"
    with study.alone(path):
        ctx.progress.step(0.0, "gathering blocks of time")
        described = sets.describe(ctx.programme.features)
        folds = tune.folds(lambda: _parts.read(ctx), described, knobs.folds, ctx.param("train").top_categories)
        key = tune.digest(folds, _settled(ctx))
        found = study.opened(path, key, knobs.measure, fresh)
        book = Trials(ctx.root / BOOK, f"{name}-tuning", key)
        known = study.trials(found)
        for trial in known:  # a kill may have come between study and book
            _log(ctx, book, trial)
        if known:
            ctx.progress.say(f"  {len(known)} trials are there already")
        for trial in study.search(found, knobs, ctx.param("run").seed, partial(_measured, ctx, folds)):
            known.append(trial)
            _log(ctx, book, trial)
            _tell(ctx, known)
    ctx.progress.step(SEARCH, "measuring the present settings")
    present = {name: getattr(ctx.param("train"), name) for name in knobs.space}
    values = list(_measured(ctx, folds, present))
    result = Result(
        ctx.programme, knobs, ctx.param("train"), folds, known,
        study.Trial(0, present, {name: [value[name] for value in values] for name in tune.HIGHER}, pruned=False),
    )  # fmt: skip
    page.write(result, ctx.write("out/tuning"), ctx.lang)
    gain = result.gain
    figures = {
        "trials": len(known),
        "pruned": sum(trial.pruned for trial in known),
        "study": key,
        "best": result.best.settings,
        "gain": {"measure": knobs.measure, "mean": gain.mean, "low": gain.low, "high": gain.high, "folds": gain.folds},
    }
    return Report(figures=figures, lines=result.lines())


def _settled(ctx: Context) -> dict[str, Any]:
    """What the trials hang on beside the folds: seed, measure, space, the knobs that stay, versions."""
    knobs, learning = ctx.param("tune"), ctx.param("train").model_dump()
    return {
        "seed": ctx.param("run").seed,
        "measure": knobs.measure,
        "space": {name: reach.model_dump() for name, reach in sorted(knobs.space.items())},
        "train": {name: value for name, value in learning.items() if name not in knobs.space},
        "versions": [version("optuna"), version("lightgbm")],
    }


def _measured(ctx: Context, folds: "list[Fold]", settings: "Settings") -> Iterator[dict[str, float]]:
    """Each fold's values with `settings` in the place of the present ones."""
    from models import train, tune

    chosen = ctx.param("train").model_dump(exclude={"top_categories"}) | settings
    shared = ctx.param("run")
    yield from tune.measure(folds, train.Knobs(**chosen, seed=shared.seed, threads=shared.threads))


def _log(ctx: Context, book: Any, trial: "Trial") -> None:
    tags = {"programme": ctx.programme.programme, "status": ctx.programme.status, "as_of": ctx.as_of.isoformat()}
    params = {f"train.{name}": value for name, value in trial.settings.items()}
    book.add(trial.number, params=params, folds=trial.folds, pruned=trial.pruned, tags=tags)


def _tell(ctx: Context, known: "list[Trial]") -> None:
    """Moves the bar; a new best is a line that stays."""
    from pipeline.tuning import study

    knobs = ctx.param("tune")
    best = study.best(known, knobs.measure)
    said = f"trial {len(known)} of {knobs.trials}, best {knobs.measure} {best.mean(knobs.measure):.4f}"
    ctx.progress.step(SEARCH * len(known) / knobs.trials, said)
    if best is known[-1]:
        ctx.progress.say(f"  {said}: {study.spelt(best.settings)}")


STAGE = Stage(
    name="tune",
    title="Look for better settings of the training",
    reads=("interim/cases", "interim/features"),
    writes=("out/tuning",),
    params=("run", "train", "tune"),
    run=run,
    applies=learns,
)
