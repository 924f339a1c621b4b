"""The benchmark table: every stage at several sizes, beside the floor that this machine sets in the same run."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipeline import bench_backtest, bench_gates, bench_scoring, road
from pipeline.core import clock, params
from pipeline.core import programme as programmes
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme
from pipeline.core.stage import place

PROGRAMME = "kz_2026"
OPEN_SHARE = 11  # one open application for every ten past ones, as in the default register


def table(sizes: list[int], work: Path) -> str:
    """Runs the road at each size (number of applications) and returns the table as Markdown.

    Registers and results stay in `work/<size>/`. Raises Problem where a stage fails.
    """
    described = programmes.load(PROGRAMME)
    columns = [_measure(described, size, work / str(size)) for size in sizes]
    ladder = bench_backtest.section(work / "ladder")  # before this process grows: a child's peak counts its parent's
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`; every figure of one column comes from one run on one machine. These machines are noisy:",
        "quote the ratios. SYNTHETIC register; `applications` counts past and open ones, one open for every ten past.",
        "",
        f"Machine: {_machine()}.",
        "",
        "| | " + " | ".join(f"{size:,} applications" for size in sizes) + " |",
        "|---|" + "---:|" * len(sizes),
    ]
    for row in columns[0]:
        lines.append(f"| {row} | " + " | ".join(column.get(row, "-") for column in columns) + " |")
    lines += [
        "",
        "Seconds are those of the stage itself as it stands in `run.json`; a second or two of each is loading libraries.",
        "`plain read` is pyarrow reading all exports into memory with its default threads and inferred types, checking nothing.",
        "`Booster.predict` scores the same open files from a ready matrix; the stage reads, encodes, scores, explains and writes.",
        "",
        bench_gates.section(),
        bench_scoring.section(),
        ladder,
    ]
    return "\n".join(lines)


def _measure(programme: Programme, size: int, root: Path) -> dict[str, str]:
    params.turned(Path(), root, {"synthesize": {"open": size // OPEN_SHARE, "past": size - size // OPEN_SHARE}})
    command = [sys.executable, "-m", "pipeline.cli", "run", "--programme", PROGRAMME, "--root", str(root)]
    if subprocess.run(command, check=False).returncode == 2:
        raise Problem(f"the road failed at {size:,} applications; the sentence above says why.")
    record = json.loads(place(root, programme, "out/run.json").read_text(encoding="utf-8"))
    rows = {name: source["read"] for name, source in record["sources"].items()}
    read = sum(rows.values())
    found = {"rows in all exports": f"{read:,}"}
    for stage in road.of(programme):
        figures = record["stages"][stage.name]
        handled = {
            "rank": size // OPEN_SHARE,
            "gates": size // OPEN_SHARE,
            "score": size // OPEN_SHARE,
            "ingest": read,
        }.get(stage.name, size)
        found[f"{stage.name}: s"] = f"{figures['seconds']:.1f}"
        found[f"{stage.name}: rows/s"] = f"{handled / figures['seconds']:,.0f}"
        found[f"{stage.name}: peak MiB"] = f"{figures['peak_mib']:,.0f}"
    ingest = record["stages"]["ingest"]
    found["of ingest, in Great Expectations: s"] = f"{ingest['seconds_in_great_expectations']:.1f}"
    plain = _plain_read(programme, place(root, programme, "raw"))
    found["plain read of all exports: s"] = f"{plain:.1f}"
    found["ingest / plain read"] = f"{ingest['seconds'] / plain:.1f}"
    predict = _predict(programme, root)
    found["Booster.predict on the open files: s"] = f"{predict:.2f}"
    found["score / Booster.predict"] = f"{record['stages']['score']['seconds'] / predict:.1f}"
    return found


def _plain_read(programme: Programme, raw: Path) -> float:
    import pyarrow.csv
    import pyarrow.json

    started = clock.seconds()
    for source in programme.tables.values():
        if source.format == "ndjson":
            # one line of dirt would stop the plain reader, so it is given the lines that parse
            _whole_lines(raw / source.file)
            continue
        skip = pyarrow.csv.ParseOptions(invalid_row_handler=lambda row: "skip")
        pyarrow.csv.read_csv(raw / source.file, parse_options=skip)
    return clock.seconds() - started


def _whole_lines(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.json

    try:
        return pyarrow.json.read_json(path)
    except pa.ArrowInvalid:
        lines = [line for line in path.read_bytes().split(b"\n") if line.startswith(b"{") and line.endswith(b"}}")]
        try:
            return pyarrow.json.read_json(pa.BufferReader(b"\n".join(lines)))
        except pa.ArrowInvalid:
            return None  # a wrong type in a column: the time until then is what counts


def _predict(programme: Programme, root: Path) -> float:
    import lightgbm
    import pandas as pd

    from models.scorer import Scorer
    from pipeline.core import tables

    scorer = Scorer(place(root, programme, "model"))
    queue = [
        features[cases["queue"].to_numpy()]
        for cases, features in zip(
            tables.read_parts(place(root, programme, "interim/cases")),
            tables.read_parts(place(root, programme, "interim/features")),
            strict=True,
        )
    ]
    matrix = scorer.encode(pd.concat(queue, ignore_index=True).drop(columns="case_id"))
    booster = lightgbm.Booster(model_file=str(place(root, programme, "model") / "model.txt"))
    booster.predict(matrix[:10])
    started = clock.seconds()
    booster.predict(matrix, raw_score=True, num_threads=os.cpu_count() or 1)
    return clock.seconds() - started


def _machine() -> str:
    name = platform.processor() or platform.machine()
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        models = [
            line.split(":", 1)[1].strip() for line in cpu.read_text().splitlines() if line.startswith("model name")
        ]
        name = models[0] if models else name
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({name}), {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
