"""`qonys tune`: parse, call, exit code."""

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipeline.core import params, stage
from pipeline.core import programme as programmes
from pipeline.core.errors import Problem
from pipeline.core.messages import LANGUAGES, Words
from pipeline.core.progress import Shown
from pipeline.tuning.stage import STAGE, run

EPILOG = "Examples:\n\n" + "\n\n".join(
    (
        "qonys tune",
        "qonys tune --programme perm_2016 --trials 100",
        "qonys tune --fresh --as-of 2026-06-30",
    )
)


def tune(
    programme: Annotated[
        str, typer.Option("--programme", "-p", help="Name of a programme, or a folder with a programme.yaml.")
    ] = "kz_2026",
    trials: Annotated[
        int | None, typer.Option(min=1, help="How many trials the study shall have in all; default: params.yaml.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw the trials of the study away and begin anew.")] = False,
    as_of: Annotated[
        str | None, typer.Option(help="Day on which the work is done, as 2026-06-30; default: the day of the exports.")
    ] = None,
    lang: Annotated[
        str | None, typer.Option(help=f"Language of the page: {', '.join(LANGUAGES)}; default: params.yaml.")
    ] = None,
    root: Annotated[Path, typer.Option(help="Project folder, where data/ and params.yaml are.")] = Path(),
) -> None:
    """Look for better settings of the training, on blocks of time inside the training window; write a page.

    Goes on where an earlier call ended or was stopped, with the same result. Changes no parameter: it says what to
    try and whether that is more than noise. Exit code: 0 done, 2 could not run.
    """
    described, knobs = programmes.load(programme), params.load(root)
    if not STAGE.applies(described):
        raise Problem(f"{described.programme}: has no outcome to learn from, so there is nothing to tune.")
    words = Words(lang or knobs.run.lang)
    if trials is not None:
        knobs = knobs.model_copy(update={"tune": knobs.tune.model_copy(update={"trials": trials})})
    with Shown(STAGE.title) as progress:
        report = stage.execute(
            replace(STAGE, run=partial(run, fresh=fresh)), described, root.resolve(), knobs,
            _day(as_of, described.as_of), words.lang, progress,
        )  # fmt: skip
    for line in report.lines:
        typer.echo(f"  {line}")


def _day(text: str | None, default: date) -> date:
    try:
        return date.fromisoformat(text) if text else default
    except ValueError:
        raise Problem(f"--as-of {text}: is not a day; write it as 2026-06-30.") from None
