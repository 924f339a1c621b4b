"""`qonys policy ...`: check, test, explain, compare and release the law of a programme. Parse, call, exit code."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.core import files, params, stage
from pipeline.core import programme as programmes
from pipeline.core.errors import Problem
from pipeline.core.messages import LANGUAGES, Words
from pipeline.core.progress import Shown
from pipeline.core.programme import Programme

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich",
    help="The law of a programme: check it, test it, explain a file, compare two versions, release one.",
    epilog="Exit code: 0 done, 1 finished with findings that need a person, 2 could not run.",
)  # fmt: skip

Name = Annotated[str, typer.Option("--programme", "-p", help="Name of a programme, or a folder with a programme.yaml.")]
Lang = Annotated[str, typer.Option(help=f"Language of the text: {', '.join(LANGUAGES)}.")]
On = Annotated[str | None, typer.Option(help="Day, as 2026-06-30; default: the day of the exports.")]
Root = Annotated[Path, typer.Option(help="Project folder, where data/ and params.yaml are.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON instead of text.")]


def _examples(*lines: str) -> str:
    return "Examples:\n\n" + "\n\n".join(lines)


def _day(text: str | None, default: date) -> date:
    try:
        return date.fromisoformat(text) if text else default
    except ValueError:
        raise Problem(f"{text}: is not a day; write it as 2026-06-30.") from None


def _words(lang: str) -> Words:
    return Words(lang)


def _as_of(programme: Programme, root: Path) -> date:
    """The day of the last run, so that a file is explained as it stands on the list; else that of the exports."""
    record = stage.place(root.resolve(), programme, "out/run.json")
    made = json.loads(record.read_text(encoding="utf-8")).get("as_of") if record.exists() else None
    return _day(made, programme.as_of)


def _show(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=1))


@app.command(
    epilog=_examples("qonys policy check", "qonys policy check -p au_skilled", "qonys policy check --official")
)
def check(
    programme: Name = "kz_2026",
    official: Annotated[bool, typer.Option("--official", help="Take PROVISIONAL rows as errors.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the law without data: gaps and overlaps in time, rules that can never matter, rules that contradict each other.

    Every finding names its file and line. Exits with 1 where there is an error; warnings and notes are only printed.
    """
    from pipeline.policy.check import findings

    found = findings(programme, official=official)
    if as_json:
        _show([finding.document() for finding in found])
    else:
        for finding in found:
            typer.echo(str(finding))
        counts = {level: sum(finding.severity == level for finding in found) for level in ("error", "warning", "note")}
        typer.echo(f"{counts['error']} errors, {counts['warning']} warnings, {counts['note']} notes")
    if any(finding.severity == "error" for finding in found):
        raise typer.Exit(1)
