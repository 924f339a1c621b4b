"""`qonys drift`: parse, call, exit code."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pipeline.core import params
from pipeline.core import programme as programmes
from pipeline.core.errors import Problem
from pipeline.core.messages import LANGUAGES, Words

EPILOG = "Examples:\n\n" + "\n\n".join(
    (
        "qonys drift",
        "qonys drift --from 2026-03-01 --to 2026-03-31",
        "qonys drift --programme perm_2016 --lang kk || echo 'somebody should look'",
    )
)


def drift(
    programme: Annotated[
        str, typer.Option("--programme", "-p", help="Name of a programme, or a folder with a programme.yaml.")
    ] = "kz_2026",
    first: Annotated[
        str | None, typer.Option("--from", help="First day of lodging, as 2026-03-01; default: the queue as it stands.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day of lodging; default: the day of the run.")] = None,
    lang: Annotated[
        str | None, typer.Option(help=f"Language of the page: {', '.join(LANGUAGES)}; default: params.yaml.")
    ] = None,
    root: Annotated[Path, typer.Option(help="Project folder, where data/ and params.yaml are.")] = Path(),
) -> None:
    """Say whether a new intake still looks like the cases the model learnt from; write a page with pictures.

    Exit code: 0 no check rings (or nothing can be said yet), 1 something rings, 2 could not run.
    """
    from pipeline.drift import report, window
    from pipeline.drift.checks import CANNOT, RING
    from pipeline.drift.told import Teller
    from pipeline.drift.watch import watch

    home = root.resolve()
    knobs = params.load(home)
    words = Words(lang or knobs.run.lang)
    described = programmes.load(programme)
    found = watch(window.load(described, home, _day("--from", first), _day("--to", last)), knobs.drift)
    target, teller = report.write(found, home, words.lang), Teller(found, words)
    typer.echo(f"  {teller.headline()}")
    for check in found.having(RING):
        typer.echo(f"  {teller.kind(check.name)} · {teller.subject(check)}: {teller.sentence(check)}")
    silent = len(found.having(CANNOT))
    if silent:
        typer.echo(f"  {teller.verdict(CANNOT)}: {silent}")
    typer.echo(f"  {(target / report.PAGE).relative_to(home)}")
    if found.having(RING):
        raise typer.Exit(1)


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Problem(f"{option} {text}: is not a day; write it as 2026-03-01.") from None
