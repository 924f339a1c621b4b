"""A small queue that every test of the audit can change: 8 cases, two gates, interviews."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.audit import queue as queues
from pipeline.audit.tally import Tally
from pipeline.core import params, programme, tables
from pipeline.core.stage import execute
from pipeline.stages.audit import STAGE

TOP = Path(__file__).resolve().parents[2]


def _days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts))).astype("datetime64[s]")


@pytest.fixture
def queue() -> Callable[..., queues.Queue]:
    """Makes the queue; columns given by name replace its own, `gates=()` leaves the gates out."""

    def make(gates: tuple[str, ...] = ("G01", "G02"), interviews: bool = True, **columns: object) -> queues.Queue:
        rows = pd.DataFrame(
            {
                "case_id": [f"A{number}" for number in range(8)],
                "list": ["ranked"] * 4 + ["held"] * 2 + ["incomplete"] * 2,
                "selected": [True, True, False, False, False, False, False, False],
                "score": [0.9, 0.8, 0.5, 0.4, 0.7, 0.2, 0.6, 0.1],
                "lodged_on": _days(*["2026-06-01"] * 4, *["2026-06-10"] * 4),
                "decided_on": _days(*[None] * 7, "2026-06-15"),
                "starts_at": _days("2026-07-01", "2026-07-05", "2026-07-11", *[None] * 5),
                "label": pd.array([1, 0, 1, None, 0, 1, 0, 1], dtype="Int8"),
                "G01": ["PASS", "PASS", "NOT_APPLICABLE", "PASS", "FAIL", "FAIL", "UNKNOWN", "PASS"],
                "G02": ["PASS"] * 4 + ["FAIL", "PASS", "PASS", "UNKNOWN"],
            }
        ).assign(**columns)
        return queues.Queue(rows, gates, date(2026, 6, 30), interviews)

    return make


@pytest.fixture
def count() -> Callable[..., Tally]:
    """Counts shares: `count(sex={"f": (hits, cases), ...})`, one metric `selection`."""

    def make(metric: str = "selection", **attributes: dict[str, tuple[int, int]]) -> Tally:
        tally = Tally()
        groups, values = {}, np.array([])
        for attribute, cells in attributes.items():
            groups[attribute] = [name for name, (_, cases) in cells.items() for _ in range(cases)]
            values = np.concatenate([np.repeat([1.0, 0.0], [hits, cases - hits]) for hits, cases in cells.values()])
        tally.add(pd.DataFrame(groups), {metric: values}, {metric: 1.0})
        return tally

    return make


@pytest.fixture
def knobs() -> params.Audit:
    return params.Audit(confidence=0.95, smallest_cell=30, tolerance=0.05, top_share=0.2)


class Quiet:
    def say(self, text: str) -> None:
        pass

    def step(self, done: float, text: str) -> None:
        pass


@pytest.fixture
def run_audit() -> Callable[..., Path]:
    """Runs the stage in `root` on what `fake` put there; gives the folder it wrote."""

    def run(root: Path, name: str, lang: str = "en") -> Path:
        loaded = programme.load(name)
        model = root / "data/artifacts" / name
        model.mkdir(parents=True, exist_ok=True)
        (model / "training.json").write_text("{}")
        execute(STAGE, loaded, root, params.load(TOP), loaded.as_of, lang, Quiet())
        return root / "data/out" / name / "audit"

    return run


@pytest.fixture
def put() -> Callable[..., None]:
    """Writes interim tables: sources, cases, gates and scores in parts, the ranking and the plan whole."""

    def write(root: Path, name: str, frames: dict[str, pd.DataFrame], part: np.ndarray) -> None:
        base = root / "data/interim" / name
        for table, frame in frames.items():
            if table in ("ranking", "plan"):
                tables.write_frame(frame, base / f"{table}.parquet")
                continue
            for number in range(int(part.max()) + 1):
                rows = frame[part == number].reset_index(drop=True)
                tables.write_frame(rows, tables.part_path(base / table, number))

    return write
