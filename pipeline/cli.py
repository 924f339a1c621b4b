"""`qonys ...`: parse, call, exit code. 0 done, 1 finished with findings, 2 could not run."""

import pipeline.core.quiet  # noqa: F401, I001  (first: it turns telemetry off before any library is imported)

import subprocess
import sys
import traceback
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline import road
from pipeline.backtest import cli as laddering
from pipeline.core import params as parameters
from pipeline.core import programme as programmes
from pipeline.core import stage as stages
from pipeline.core.errors import Problem
from pipeline.core.messages import LANGUAGES
from pipeline.core.progress import Shown
from pipeline.core.programme import Programme
from pipeline.drift import cli as watching
from pipeline.gates import rulebook
from pipeline.life import cli as living
from pipeline.model.cli import app as model
from pipeline.policy.cli import app as policy
from pipeline.tuning import cli as tuning

WHOLE, STEPS, LAW = "The whole road", "The road, stage by stage", "The law"
LOOK, KEEP = "Look", "Keep the project sound"
app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich", add_completion=False,
    help="Pre-screening of residence-permit applications: from raw exports to a ranked list, an interview plan and an "
    "audit. The model orders work; it never refuses anybody.",
    epilog="Exit code: 0 done, 1 finished with findings that need a person, 2 could not run.",
)  # fmt: skip

Name = Annotated[str, typer.Option("--programme", "-p", help="Name of a programme, or a folder with a programme.yaml.")]
AsOf = Annotated[
    str | None, typer.Option(help="Day on which the work is done, as 2026-06-30; default: the day of the exports.")
]
Lang = Annotated[
    str | None, typer.Option(help=f"Language of lists and pages: {', '.join(LANGUAGES)}; default: params.yaml.")
]
Raw = Annotated[str | None, typer.Option(help="Folder of the exports, if not the programme's own.")]
Root = Annotated[Path, typer.Option(help="Project folder, where data/ and params.yaml are.")]
FindingsOk = Annotated[
    bool, typer.Option("--findings-ok", help="Exit with 0 even with findings or concerns (DVC uses it).")
]
ConcernsOk = Annotated[
    bool,
    typer.Option("--concerns-ok", help="Exit with 0 where only the results raise a concern (`qonys run` uses it)."),
]


def _programme(name: str, raw: str | None) -> Programme:
    found = programmes.load(name)
    return found.model_copy(update={"raw": str(Path(raw).resolve())}) if raw else found


def _check(described: Programme, knobs: parameters.Params) -> None:
    """Everything that can be found out before data are read."""
    road.check(described)
    if knobs.gates.official:
        rulebook.load(described).refuse_provisional()


def _day(text: str | None, default: date) -> date:
    try:
        return date.fromisoformat(text) if text else default
    except ValueError:
        raise Problem(f"--as-of {text}: is not a day; write it as 2026-06-30.") from None


def _examples(*lines: str) -> str:
    return "Examples:\n\n" + "\n\n".join(lines)


def _examples_of(stage: stages.Stage, other: Programme) -> list[str]:
    found = [f"qonys {stage.name}"]
    if stage.applies(other):
        found.append(f"qonys {stage.name} --programme {other.programme}")
    return [*found, f"qonys {stage.name} --as-of 2026-06-30"] if stage.dated else found


def _add(stage: stages.Stage, other: Programme) -> None:
    def command(
        programme: Name = "kz_2026", as_of: AsOf = None, lang: Lang = None, raw: Raw = None, root: Root = Path(),
        findings_ok: FindingsOk = False, concerns_ok: ConcernsOk = False,
    ) -> None:  # fmt: skip
        described = _programme(programme, raw)
        if not stage.applies(described):
            raise Problem(f"`{stage.name}` does not apply to the programme {described.programme}.")
        knobs = parameters.load(root)
        if "raw" in stage.reads:  # every stage checks what it uses itself; before data are read, all of them do
            _check(described, knobs)
        if lang is not None and lang not in LANGUAGES:
            raise Problem(f"--lang {lang}: there is no such language; there are {', '.join(LANGUAGES)}.")
        with Shown(stage.title) as progress:
            report = stages.execute(
                stage, described, root.resolve(), knobs, _day(as_of, described.as_of), lang or knobs.run.lang, progress
            )
        for line in report.lines:
            typer.echo(f"  {line}")
        for finding in report.findings:
            typer.echo(f"  finding: {finding}")
        for concern in report.concerns:
            typer.echo(f"  concern: {concern}")
        if not findings_ok and (report.findings or (report.concerns and not concerns_ok)):
            raise typer.Exit(1)

    app.command(
        stage.name, help=stage.title + ".", rich_help_panel=STEPS,
        epilog=_examples(*_examples_of(stage, other)),
    )(command)  # fmt: skip


@app.command(rich_help_panel=WHOLE, epilog=_examples(
    "qonys run", "qonys run --programme perm_2016", "qonys run --programme my/folder --raw exports/2026-06-30 --lang kk"))  # fmt: skip
def run(
    programme: Name = "kz_2026", as_of: AsOf = None, lang: Lang = None, raw: Raw = None, root: Root = Path()
) -> None:
    """Walk the whole road for one programme, always anew, one stage after the other.

    A synthetic programme first makes its register (not with --raw). `make run` does the same through DVC, which
    leaves out what has not changed. Exits with 1 where the exports gave findings; concerns about the results (a gap
    between groups, say) are printed and, stage by stage, end `qonys audit` or `qonys evaluate` with 1.
    """
    described = _programme(programme, raw)
    _day(as_of, described.as_of)
    _check(described, parameters.load(root))
    options = ["--programme", programme, "--root", str(root), "--concerns-ok"]
    for option, value in (("--as-of", as_of), ("--lang", lang), ("--raw", raw)):
        options += [option, value] if value else []
    findings = False
    for stage in road.of(described):
        if raw and "raw" in stage.writes:
            continue
        done = subprocess.run([sys.executable, "-m", "pipeline.cli", stage.name, *options], check=False)
        if done.returncode not in (0, 1):
            raise typer.Exit(2)
        findings |= done.returncode == 1
    summary(programme=programme, root=root)
    raise typer.Exit(1 if findings else 0)


@app.command(rich_help_panel=LOOK, epilog=_examples("qonys summary", "qonys summary --programme perm_2016"))
def summary(programme: Name = "kz_2026", root: Root = Path()) -> None:
    """Say where the results of the last run are and what they hold."""
    from pipeline.summary import lines

    for line in lines(programmes.load(programme), root):
        typer.echo(line)


@app.command("programmes", rich_help_panel=LOOK, epilog=_examples("qonys programmes"))
def list_programmes() -> None:
    """List the programmes that come with the project."""
    for name in programmes.names():
        described = programmes.load(name)
        typer.echo(f"{name}: {described.title['en']} ({described.status})")


@app.command("compare-truth", rich_help_panel=LOOK, epilog=_examples("qonys compare-truth"))
def compare_truth(programme: Name = "kz_2026", root: Root = Path()) -> None:
    """Compare the model with the best possible one, on a synthetic register whose true probabilities are known."""
    from pipeline.oracle import compare

    for line in compare(programmes.load(programme), root):
        typer.echo(line)


@app.command(
    "bench", rich_help_panel=KEEP, epilog=_examples("qonys bench", "qonys bench --rows 100000 --out docs/bench.md")
)
def bench(
    rows: Annotated[
        list[int] | None,
        typer.Option(help="Applications in the register; may be given again. Default: 100000, 1000000."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the table here as well.")] = None,
    work: Annotated[Path, typer.Option(help="Folder for the registers and their results.")] = Path("data/bench"),
) -> None:
    """Measure every stage at several sizes, beside a plain read of the same files and LightGBM's own predict."""
    from pipeline.bench import table

    text = table(rows or [100_000, 1_000_000], work)
    typer.echo(text)
    if out:
        from pipeline.core.files import write_text

        write_text(out, text)


@app.command("dvc-yaml", rich_help_panel=KEEP, epilog=_examples("qonys dvc-yaml", "qonys dvc-yaml --check"))
def dvc_yaml(
    check: Annotated[bool, typer.Option(help="Only compare; exit with 1 where dvc.yaml differs.")] = False,
    root: Root = Path(),
) -> None:
    """Write dvc.yaml from the stage records."""
    from pipeline.core.files import write_text
    from pipeline.dvc import text

    path, wanted = root / "dvc.yaml", text()
    if check:
        if not path.exists() or path.read_text(encoding="utf-8") != wanted:
            typer.echo("dvc.yaml differs from the stage records: run `make dvc`.")
            raise typer.Exit(1)
        return
    write_text(path, wanted)


_other = programmes.load("perm_2016")
for _stage in road.stages():
    _add(_stage, _other)
app.command(rich_help_panel=LOOK, epilog=watching.EPILOG)(watching.drift)
app.command(rich_help_panel=LOOK, epilog=laddering.EPILOG)(laddering.backtest)
for _command, _epilog in living.COMMANDS:
    app.command(rich_help_panel="The life of a model", epilog=_epilog)(_command)
app.add_typer(policy, name="policy", rich_help_panel=LAW)
app.command(rich_help_panel="The model", epilog=tuning.EPILOG)(tuning.tune)
app.add_typer(model, name="model", rich_help_panel="The model")


def main() -> None:
    """Runs the command line; every failure is one sentence and exit code 2."""
    try:
        app()
    except Problem as problem:
        _fail(str(problem))
    except ValueError as error:
        # features/ and models/ stand below pipeline/ and speak in ValueErrors; elsewhere one is our own mistake.
        last = traceback.extract_tb(error.__traceback__)[-1].filename
        if Path(last).parent.name not in ("features", "models"):
            _crash()
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("stopped; earlier results are as they were.")
    except Exception:
        _crash()


def _fail(sentence: str) -> None:
    Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(f"qonys: {sentence}")
    sys.exit(2)


def _crash() -> None:
    traceback.print_exc()
    _fail("stopped by a mistake in the program itself (above); earlier results are as they were.")


if __name__ == "__main__":
    main()
