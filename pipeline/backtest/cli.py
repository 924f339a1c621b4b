"""`qonys backtest`: parse, call, exit code."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.core import params
from pipeline.core import programme as programmes
from pipeline.core.messages import LANGUAGES, Words
from pipeline.core.progress import Shown

EPILOG = "Examples:\n\n" + "\n\n".join(
    ("qonys backtest", "qonys backtest --programme perm_2016", "qonys backtest --lang kk")
)


def backtest(
    programme: Annotated[
        str, typer.Option("--programme", "-p", help="Name of a programme, or a folder with a programme.yaml.")
    ] = "kz_2026",
    lang: Annotated[
        str | None, typer.Option(help=f"Language of the page: {', '.join(LANGUAGES)}; default: params.yaml.")
    ] = None,
    root: Annotated[Path, typer.Option(help="Project folder, where data/ and params.yaml are.")] = Path(),
) -> None:
    """Train every rung of the ladder again on past days and test it on the files lodged next; write a page.

    From oldest first to unconstrained trees, with expanding and sliding windows: what transparency costs, and which
    model the declared rule picks. Exit code: 0 done, 1 nothing can be said, 2 could not run.
    """
    import pyarrow as pa

    from models.rolling import EXPANDING, WINDOWS
    from pipeline.backtest import register, report
    from pipeline.backtest.run import walk
    from pipeline.backtest.told import Teller
    from pipeline.backtest.verdict import verdict

    home = root.resolve()
    knobs = params.load(home)
    words = Words(lang or knobs.run.lang)
    described = programmes.load(programme)
    # One thread and the system's allocator read slower by a second, and give back what each part of the tables took.
    pa.set_memory_pool(pa.system_memory_pool())
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    with Shown("Backtest of the ladder") as progress:
        read = register.load(described, home, knobs, lambda share, text: progress.step(0.2 * share, text))
        walked = walk(read, knobs, lambda share, text: progress.step(0.2 + 0.75 * share, text))
        verdicts = {window: verdict(walked, window) for window in WINDOWS}
        progress.step(0.95, "writing the page")
        target = report.write(walked, verdicts, home, words.lang)
    for line in Teller(walked, words).lines(verdicts[EXPANDING]):
        typer.echo(f"  {line}")
    typer.echo(f"  {(target / report.PAGE).relative_to(home)}")
    if verdicts[EXPANDING] is None:
        raise typer.Exit(1)
