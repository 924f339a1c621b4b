"""`qonys model ...`: read the model. Parse, call, exit code."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.core import params
from pipeline.core import programme as programmes
from pipeline.core.messages import LANGUAGES, Words

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich",
    help="The model: print all of it, in whole points too, say what changed since an earlier version, write its card.",
    epilog="Exit code: 0 done, 2 could not run.",
)  # fmt: skip

EPILOG = "Examples:\n\n" + "\n\n".join(
    (
        "qonys model table",
        "qonys model table --programme perm_2016 --lang ru",
        "qonys model table --against models/2026-03/kz_2026",
    )
)


@app.callback()
def room() -> None:
    """The model: print all of it, in whole points too, and say what changed since an earlier version."""


@app.command(epilog=EPILOG)
def table(
    programme: Annotated[
        str, typer.Option("--programme", "-p", help="Name of a programme, or a folder with a programme.yaml.")
    ] = "kz_2026",
    lang: Annotated[
        str | None, typer.Option(help=f"Language of the page: {', '.join(LANGUAGES)}; default: params.yaml.")
    ] = None,
    root: Annotated[Path, typer.Option(help="Project folder, where data/ and params.yaml are.")] = Path(),
    against: Annotated[Path | None, typer.Option(help="Folder of an earlier model, to say what changed.")] = None,
) -> None:
    """Print the whole model: a page with one chart and one small table a question, and the same as CSV and JSON.

    The whole points are measured on the later cases of the split: what rounding costs in order and in calibration.
    """
    from pipeline.model import report, sheet

    home = root.resolve()
    knobs = params.load(home)
    words = Words(lang or knobs.run.lang)
    made = sheet.make(programmes.load(programme), home, knobs, against)
    target = report.write(made, home, words.lang)
    typer.echo(f"  model {made.version}: {len(made.published.questions)} questions with an effect")
    loss = made.loss
    if loss is None or loss["auc_loss_low"] is None:
        typer.echo("  whole points: their loss cannot be said, the test window lacks cases of both outcomes")
    else:
        typer.echo(
            f"  whole points ({made.published.card.per_doubling} double the odds): AUC {loss['points']['auc']:.4f} instead of "
            f"{loss['exact']['auc']:.4f}, loss {loss['auc_loss']:.4f} ({loss['auc_loss_low']:.4f} to {loss['auc_loss_high']:.4f}); "
            f"calibration error {loss['points']['ece']:.4f} instead of {loss['exact']['ece']:.4f}"
        )
    if made.diff is not None:
        count = len(made.diff.changes)
        typer.echo(
            f"  against {made.before}: " + ("nothing changed" if made.diff.empty else f"{count} questions changed")
        )
    typer.echo(f"  {target.relative_to(home)}: begin with index.html")


@app.command(
    epilog="Examples:\n\n"
    + "\n\n".join(("qonys model card", "qonys model card -p kz_2026 -p perm_2016 --out docs/model.md"))
)
def card(
    programme: Annotated[
        list[str] | None, typer.Option("--programme", "-p", help="A programme; may be given again. Default: kz_2026.")
    ] = None,
    root: Annotated[Path, typer.Option(help="Project folder, where data/ and params.yaml are.")] = Path(),
    out: Annotated[Path | None, typer.Option(help="Write the card here instead of printing it.")] = None,
) -> None:
    """Write the model card from the last run: what it learnt from, how good it is, what nobody can tell, what it asks."""
    from pipeline.core import files
    from pipeline.model import card as cards

    home, names = root.resolve(), programme or ["kz_2026"]
    text = cards.document([cards.card(programmes.load(name), home, params.load(home)) for name in names], names)
    if out is None:
        typer.echo(text)
        return
    files.write_text(out, text)
    typer.echo(f"  {out}")
