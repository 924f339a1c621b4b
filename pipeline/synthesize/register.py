"""Writes the synthetic register: all exports chunk by chunk, and the truth beside them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from pipeline.synthesize import chunk as chunks
from pipeline.synthesize import export, figures, places
from pipeline.synthesize.chunk import Plan
from pipeline.synthesize.dirt import RECIPES, Planter
from pipeline.synthesize.export import Body, Export, Planted

FILES_A_CHUNK = 50_000
FILE_NAMES = {"border_crossings": "border_crossings.csv.gz", "questionnaires": "questionnaires.ndjson"}
REFERENCE = ("offices", "officers", "shifts", "employers", "labour_demand")
EVENTS = ("persons", "applications", "language_tests", "questionnaires", "agency_checks", "documents", "border_crossings",
          "offences", "employment", "outcomes")  # fmt: skip
REFERENCE_SEEDS = 3
PLANTED_COLUMNS = ["source", "line", "kind", "expected"]


def write(
    raw: Path, truth: Path, past: int, open_: int, years: int, dirt: float, seed: int, as_of: date,
    step: Callable[[float, str], None] = lambda done, text: None,
) -> dict[str, int]:  # fmt: skip
    """Writes every export into `raw` and probabilities.parquet and planted.csv into `truth`; lines written by source.

    `past` decided applications of the last `years` years and `open_` ones of the last weeks before `as_of`; `dirt` is
    the share of extra bad lines in each file. The same arguments give the same bytes. Memory stays at one chunk.
    """
    raw.mkdir(parents=True, exist_ok=True)
    truth.mkdir(parents=True, exist_ok=True)
    day = int(np.datetime64(as_of, "D").astype(int))
    plans = plan(past, open_, years, day)
    seeds = np.random.SeedSequence(seed).spawn(REFERENCE_SEEDS + 1 + len(plans))
    reference = places.draw(seeds[:REFERENCE_SEEDS], as_of, years, past + open_, open_)
    writer = _Writer(raw, dirt, np.random.default_rng(seeds[REFERENCE_SEEDS]), past, open_)
    for source in REFERENCE:
        writer.add(source, export.csv(reference.tables[source]), reference.tables[source].column_names)
    truths = None
    for done, (one, own_seed) in enumerate(zip(plans, seeds[REFERENCE_SEEDS + 1 :], strict=True)):
        step(done / len(plans), f"files {one.application} to {one.application + one.files + one.earlier - 1}")
        made = chunks.build(one, own_seed, reference, day, dirt)
        for source in EVENTS:
            table = made.tables[source]
            if source == "questionnaires":
                writer.unasked.extend(made.unasked)
                body = export.ndjson(table, chunks.ANSWERS, made.blocks_missing)
                writer.add(source, body, table.column_names, np.flatnonzero(made.blocks_missing), "missing_block")
            else:
                writer.add(source, export.csv(table), table.column_names, *made.kept.get(source, ()))
        truths = truths or pq.ParquetWriter(truth / "probabilities.parquet", made.truth.schema, compression="zstd")
        truths.write_table(made.truth)
    if truths is not None:
        truths.close()
    lines = writer.close()
    planted = pd.DataFrame(writer.planted, columns=PLANTED_COLUMNS).sort_values(["source", "line"], kind="stable")
    planted.to_csv(truth / "planted.csv", index=False, lineterminator="\n")
    step(1.0, "written")
    return lines


def plan(past: int, open_: int, years: int, as_of: int) -> list[Plan]:
    """The chunks of a register: past files first, then open ones; depends on nothing but the arguments.

    The people of the open files have earlier files too; those are counted among the `past` ones.
    """
    before = as_of - round(years * 365.25)
    end = as_of - chunks.PAST_GAP
    counts: list[tuple[bool, int, int]] = []  # open?, files, earlier ones
    earlier_of_open = min(round(open_ * figures.REAPPLIED.value), past)
    for size in _sizes(past - earlier_of_open):
        earlier = round(size * figures.REAPPLIED.value)
        counts.append((False, size - earlier, earlier))
    left = earlier_of_open
    for number, size in enumerate(_sizes(open_)):
        earlier = min(left, round(size * figures.REAPPLIED.value)) if (number + 1) * FILES_A_CHUNK < open_ else left
        left -= earlier
        counts.append((True, size, earlier))
    plans = []
    person = application = 1
    for index, (is_open, files, earlier) in enumerate(counts):
        window = (as_of - chunks.OPEN_DAYS, as_of - 1) if is_open else (before, end)
        plans.append(Plan(index, len(counts), is_open, files, earlier, person, application, *window, before))
        person += files
        application += files + earlier
    return plans


def _sizes(count: int) -> list[int]:
    return [min(FILES_A_CHUNK, count - start) for start in range(0, count, FILES_A_CHUNK)]


class _Writer:
    """All exports at once, with the list of what was planted."""

    def __init__(self, raw: Path, dirt: float, rng: np.random.Generator, past: int, open_: int) -> None:
        self.planted: list[tuple[str, int, str, str]] = []
        self._raw, self._dirt, self._rng = raw, dirt, rng
        self._exports: dict[str, Export] = {}
        self._planters: dict[str, Planter] = {}
        self._last: Body | None = None
        # Open files have no outcome: their numbers are the spare keys of planted outcomes.
        self._open = [f"A{number:08d}" for number in range(past + open_, past, -1)]
        self.unasked: list[str] = []

    def add(self, source: str, body: Body, columns: list[str], kept: np.ndarray | None = None, kind: str = "") -> None:
        """Appends the rows of one chunk with planted lines among them; `kept` rows are planted but fit to keep."""
        if source not in self._exports:
            header = None if source == "questionnaires" else ",".join(columns)
            self._exports[source] = Export(self._raw / FILE_NAMES.get(source, f"{source}.csv"), header)
            if source in RECIPES:
                spare = {"outcomes": self._open, "questionnaires": self.unasked}.get(source)
                self._planters[source] = Planter(source, columns, spare)
        out = self._exports[source]
        lines: list[Planted] = []
        if source in self._planters and self._dirt > 0:
            lines = self._planters[source].plant(body, self._dirt, self._rng)
        if kept is not None and len(kept):
            before = np.searchsorted(np.array([line.after for line in lines]), kept, side="left")
            self.planted += [
                (source, out.line + int(row) + int(shift) + 1, kind, "kept")
                for row, shift in zip(kept, before, strict=True)
            ]
        self.planted += [(source, line, planted, "quarantined") for line, planted in out.add(body, lines)]
        if source == "border_crossings":
            self._last = body

    def close(self) -> dict[str, int]:
        """Cuts off the last line of border_crossings where dirt is asked for, and finishes every file."""
        if self._dirt > 0 and self._last is not None:
            text = self._planters["border_crossings"].cut(self._last)
            line = self._exports["border_crossings"].last(text)
            self.planted.append(("border_crossings", line, "cut_off", "quarantined"))
        for out in self._exports.values():
            out.close()
        return {source: out.line for source, out in sorted(self._exports.items())}
