"""`qonys drift`: parse, call, exit code."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.core import params
from pipeline.core import programme as programmes
from pipeline.core.errors import Problem
from pipeline.core.messages import LANGUAGES, Words

if TYPE_CHECKING:
    from pipeline.drift.watch import Watch

EPILOG = "Examples:\n\n" + "\n\n".join(
    (
        "qonys drift",
        "qonys drift --from 2026-03-01 --to 2026-03-31",
        "qonys drift --months 36 --to 2026-04-30",
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
    months: Annotated[
        int | None,
        typer.Option(
            min=1, help="So many whole months up to --to, each by itself; says how many checks ring, no page."
        ),
    ] = None,
    lang: Annotated[
        str | None, typer.Option(help=f"Language of the page: {', '.join(LANGUAGES)}; default: params.yaml.")
    ] = None,
    root: Annotated[Path, typer.Option(help="Project folder, where data/ and params.yaml are.")] = Path(),
) -> None:
    """Say whether a new intake still looks like the cases the model learnt from; write a page with pictures.

    With --months it walks month by month instead: how often checks ring where nobody planted anything.

    Exit code: 0 no check rings (or nothing can be said yet), 1 something rings, 2 could not run.
    """
    from pipeline.drift import report, window
    from pipeline.drift.checks import CANNOT, RING
    from pipeline.drift.months import walk
    from pipeline.drift.told import Teller
    from pipeline.drift.watch import watch

    home = root.resolve()
    knobs = params.load(home)
    words = Words(lang or knobs.run.lang)
    described = programmes.load(programme)
    start, end = _day("--from", first), _day("--to", last)
    if months is not None:
        if start is not None:
            raise Problem("--months counts back from --to; leave out --from.")
        _walked(walk(described, home, months, end, knobs.drift), words)
        return
    found = watch(window.load(described, home, start, end), knobs.drift)
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


def _walked(watches: "Iterator[Watch]", words: Words) -> None:
    """Says month by month what rings, then the share of all checks that could say anything."""
    from pipeline.audit.labels import Numbers
    from pipeline.drift.checks import CANNOT, RING
    from pipeline.drift.told import Teller

    rang = said = count = 0
    for count, found in enumerate(watches, 1):  # noqa: B007
        teller, rings = Teller(found, words), found.having(RING)
        able = len(found.checks) - len(found.having(CANNOT))
        cases = teller.numbers.whole(len(found.intake.current.score))
        typer.echo("  " + words("{month}: {rings} of {checks} checks ring, {cases} cases", month=f"{found.intake.current.first:%Y-%m}", rings=len(rings), checks=able, cases=cases))  # fmt: skip
        for check in rings:
            typer.echo(f"    {teller.kind(check.name)} · {teller.subject(check)}")
        rang, said = rang + len(rings), said + able
    numbers = Numbers(words)
    share = numbers.value(rang / said, "share") if said else words("CANNOT SAY")
    typer.echo("  " + words("{months} months: {rings} of {checks} checks ring, {share}", months=count, rings=numbers.whole(rang), checks=numbers.whole(said), share=share))  # fmt: skip
    if rang:
        raise typer.Exit(1)


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Problem(f"{option} {text}: is not a day; write it as 2026-03-01.") from None
