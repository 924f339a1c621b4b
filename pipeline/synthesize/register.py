"""Writes the synthetic register: all exports chunk by chunk, and the truth beside them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.synthesize import chunk, export, forms, places, plans
from pipeline.synthesize.dirt import RECIPES, Planter
from pipeline.synthesize.export import Body, Export, Planted

FILE_NAMES = {"border_crossings": "border_crossings.csv.gz", "questionnaires": "questionnaires.ndjson"}
REFERENCE = ("offices", "officers", "shifts", "employers", "labour_demand")
REFERENCE_SEEDS = 3
TRUTH = pa.schema(
    [("application_id", pa.string()), ("probability", pa.float64()), ("settles", pa.bool_()), ("outcome", pa.string())]
)
PLANTED_COLUMNS = ["source", "line", "kind", "expected"]


def write(
    raw: Path,
    truth: Path,
    *,
    past: int,
    open_: int,
    years: int,
    dirt: float,
    seed: int,
    as_of: date,
    step: Callable[[float, str], None] = lambda done, text: None,
) -> dict[str, int]:
    """Writes every export into `raw` and probabilities.parquet and planted.csv into `truth`; lines written by source.

    `past` decided applications of the last `years` years and `open_` ones of the last weeks before `as_of`; `dirt` is
    the share of extra bad lines in each file. The same arguments give the same bytes. Memory stays at one chunk.
    """
    raw.mkdir(parents=True, exist_ok=True)
    truth.mkdir(parents=True, exist_ok=True)
    day = int(np.datetime64(as_of, "D").astype(int))
    parts = plans.plan(past, open_, years, day)
    seeds = np.random.SeedSequence(seed).spawn(REFERENCE_SEEDS + 1 + len(parts))
    reference = places.draw(seeds[:REFERENCE_SEEDS], as_of, years, past + open_, open_)
    writer = _Writer(raw, dirt, np.random.default_rng(seeds[REFERENCE_SEEDS]))
    for source in REFERENCE:
        writer.add(source, export.csv(reference.tables[source]), reference.tables[source].column_names)
    with pq.ParquetWriter(truth / "probabilities.parquet", TRUTH, compression="zstd") as truths:
        for done, (part, own_seed) in enumerate(zip(parts, seeds[REFERENCE_SEEDS + 1 :], strict=True)):
            step(done / len(parts), f"applications {part.applications[0]:,} to {part.applications[-1]:,}")
            made = chunk.build(part, own_seed, reference, day, dirt)
            for source, table in made.tables.items():
                writer.add(source, export.csv(table), table.column_names)
            writer.keep("agency_checks", made.late_checks, "late_answer")
            asked = made.questionnaires
            writer.unasked.extend(asked.unasked)
            body = export.ndjson(asked.table, forms.ANSWERS, asked.blocks_missing)
            writer.add("questionnaires", body, asked.table.column_names)
            writer.keep("questionnaires", np.flatnonzero(asked.blocks_missing), "missing_block")
            truths.write_table(made.truth)
    lines = writer.close()
    planted = pd.DataFrame(writer.planted, columns=PLANTED_COLUMNS).sort_values(["source", "line"], kind="stable")
    planted.to_csv(truth / "planted.csv", index=False, lineterminator="\n")
    step(1.0, "written")
    return lines


class _Writer:
    """All exports at once, with the list of what was planted."""

    def __init__(self, raw: Path, dirt: float, rng: np.random.Generator) -> None:
        self.planted: list[tuple[str, int, str, str]] = []
        self.unasked: list[str] = []  # spare keys for planted rows: some applications have no questionnaire
        self._raw, self._dirt, self._rng = raw, dirt, rng
        self._exports: dict[str, Export] = {}
        self._planters: dict[str, Planter] = {}
        self._lines: dict[str, tuple[int, np.ndarray]] = {}  # where the rows of the last chunk stand
        self._crossings: Body | None = None

    def add(self, source: str, body: Body, columns: list[str]) -> None:
        """Appends the rows of one chunk with planted lines among them."""
        if source not in self._exports:
            header = None if source == "questionnaires" else ",".join(columns)
            self._exports[source] = Export(self._raw / FILE_NAMES.get(source, f"{source}.csv"), header)
            if source in RECIPES:
                spare = self.unasked if source == "questionnaires" else None
                self._planters[source] = Planter(source, columns, spare)
        out = self._exports[source]
        lines: list[Planted] = []
        if source in self._planters and self._dirt > 0:
            lines = self._planters[source].plant(body, self._dirt, self._rng)
        self._lines[source] = (out.line, np.array([line.after for line in lines], dtype=int))
        self.planted += [(source, line, kind, "quarantined") for line, kind in out.add(body, lines)]
        if source == "border_crossings" and len(body.ends):
            self._crossings = body

    def keep(self, source: str, rows: np.ndarray, kind: str) -> None:
        """Lists `rows` of the chunk added last as planted but fit to keep."""
        before, planted_after = self._lines[source]
        lines = before + rows + np.searchsorted(planted_after, rows, side="left") + 1
        self.planted += [(source, int(line), kind, "kept") for line in lines]

    def close(self) -> dict[str, int]:
        """Cuts off the last line of border_crossings where dirt is asked for, and finishes every file."""
        if self._dirt > 0 and self._crossings is not None:
            text = self._planters["border_crossings"].cut(self._crossings)
            line = self._exports["border_crossings"].last(text)
            self.planted.append(("border_crossings", line, "cut_off", "quarantined"))
        for out in self._exports.values():
            out.close()
        return {source: out.line for source, out in sorted(self._exports.items())}
