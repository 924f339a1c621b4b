"""What the ladder costs: four splits of every rung on a register of 200,000 applications, from the tables to the page."""

import os
import subprocess
import sys
from pathlib import Path

from pipeline.core import clock, params
from pipeline.core.errors import Problem

APPLICATIONS, SPLITS, YEARS = 200_000, 4, 8
OPEN_SHARE = 11  # one open application for every ten past ones, as in the default register
# The nearest peer on a register of that size: 12 fits over 4 splits, with the memory of its database.
PEER_SECONDS, PEER_MIB = 310, 1.7 * 1024
MAKE = ("synthesize", "ingest", "features")


def section(work: Path, applications: int = APPLICATIONS) -> str:
    """A Markdown section with seconds and peak memory of `qonys backtest`; the register stays in `work`.

    The program runs as a process of its own, so that its memory is its own. Raises Problem where it fails.
    """
    past = applications - applications // OPEN_SHARE
    sizes: dict[str, object] = {"open": applications // OPEN_SHARE, "past": past, "years": YEARS}
    params.turned(Path(), work, {"synthesize": sizes, "backtest": {"splits": SPLITS}})
    for stage in MAKE:
        _run(stage, work, "--findings-ok")
    wall, cpu, peak = _run("backtest", work)
    return "\n".join(
        [
            "## The ladder on past days",
            "",
            f"{SPLITS} retrain days, expanding and sliding windows, {applications:,} applications (SYNTHETIC register of {YEARS} years): {8 * SPLITS} fits,",
            f"Platt's curve for each, statutory points, measures, pictures and page; one process on {os.cpu_count()} shared cores, libraries and",
            "reading included. The peer's 12 fits over 4 splits on as many applications: 310 s and 1.7 GB with its database.",
            "",
            "| | `qonys backtest` | peer | ratio |",
            "|---|---:|---:|---:|",
            f"| wall s | {wall:.0f} | {PEER_SECONDS} | {PEER_SECONDS / wall:.1f} |",
            f"| CPU s | {cpu:.0f} | | |",
            f"| peak MiB | {peak:.0f} | {PEER_MIB:.0f} | {PEER_MIB / peak:.1f} |",
            "",
        ]
    )


def _run(command: str, root: Path, *options: str) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MiB of one command in a process of its own."""
    started = clock.seconds()
    process = subprocess.Popen([sys.executable, "-m", "pipeline.cli", command, "--root", str(root), *options])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for
    if process.returncode not in (0, 1):
        raise Problem(f"`qonys {command}` failed in {root}; the sentence above says why.")
    return clock.seconds() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
