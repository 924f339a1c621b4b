"""Writes the backtest: the page, the same as JSON for programs, the splits as CSV, and the pictures."""

import csv
import json
import math
from io import StringIO
from pathlib import Path
from typing import Any

from models.measure import rounded
from models.rolling import WINDOWS
from pipeline.backtest import page
from pipeline.backtest.run import CAPACITY, TOP, Measured, Run
from pipeline.backtest.verdict import BOUNDS, Gap, Verdict
from pipeline.core import files, stage
from pipeline.core.messages import Words

PLACE = "out/backtest"
PAGE, RECORD, TABLE = "index.html", "backtest.json", "splits.csv"
RULE = (
    "the simplest fitted rung whose pooled AUC is within one standard error of the best; the error is that of the difference "
    "on the same cases"
)
INTERVALS = "95 %, DeLong's covariance over all splits, cases of one matter counted as one; of the test cases only"


def document(run: Run, verdicts: dict[str, Verdict | None]) -> dict[str, Any]:
    """The backtest as plain values; the same tables and knobs give the same ones."""
    register = run.register
    return {
        "programme": register.programme.programme, "status": register.programme.status, "as_of": register.as_of.isoformat(),
        "cadence": register.cadence.model_dump(), "train": run.knobs.train.model_dump(), "seed": run.knobs.run.seed,
        "top_share": run.knobs.evaluate.top_share, "rule": RULE, "intervals": INTERVALS,
        "interviews_a_week": None if register.slots is None else dict(zip(register.offices, register.slots.tolist(), strict=True)),
        "without": [] if register.points is not None else ["statutory_points"],
        "windows": {window: _verdict(verdicts[window]) for window in WINDOWS},
        "splits": [_split(split) for split in run.splits],
    }  # fmt: skip


def _verdict(found: Verdict | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "splits": found.splits, "cases": found.cases, "positives": found.positives, "rungs": found.rungs,
        "cost_of_transparency": _gap(found.cost), "picked": found.picked, "best": found.best, "behind": _gap(found.behind),
    }  # fmt: skip


def _gap(gap: Gap) -> dict[str, float]:
    return {"auc": gap.auc, "low": gap.low, "high": gap.high, "error": gap.error}


def _split(split: Measured) -> dict[str, Any]:
    cut = split.split
    return {
        "retrain_day": cut.start.isoformat(), "test_ends_before": cut.end.isoformat(), "window": cut.window,
        "learn": len(cut.learn), "calibrate": len(cut.calibrate), "test": len(cut.test), "positives_test": int(split.y.sum()),
        "left_out": cut.left_out, "cannot_say": split.why, "pairs": split.pairs, "interview_reach": split.reach, "rungs": split.rungs,
    }  # fmt: skip


def table(run: Run) -> str:
    """One line a split and rung, as CSV."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    cuts = [name for name in (CAPACITY, TOP) if name == TOP or run.register.slots is not None]
    plain = ["auc", "auc_low", "auc_high", "average_precision", "brier", "ece"]
    at = [(cut, name, end) for cut in cuts for name in ("precision", "recall") for end in BOUNDS]
    writer.writerow(
        ["retrain_day", "test_ends_before", "window", "rung", "learn", "calibrate", "test", *plain]
        + [f"{name}_at_{cut}_{end}" for cut, name, end in at] + [f"regret_at_{cut}" for cut in cuts]
    )  # fmt: skip
    for split in run.splits:
        cut_ = split.split
        head = [cut_.start, cut_.end, cut_.window]
        sizes = [len(cut_.learn), len(cut_.calibrate), len(cut_.test)]
        for rung, figures in split.rungs.items():
            values = [figures.get(name) for name in plain] + [figures[cut][name][end] for cut, name, end in at]
            values += [figures[cut].get("regret") for cut in cuts]
            writer.writerow([*head, rung, *sizes, *(_short(value) for value in values)])
    return stream.getvalue()


def _short(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.6g}"


def write(run: Run, verdicts: dict[str, Verdict | None], root: Path, lang: str) -> Path:
    """Writes `data/out/<programme>/backtest/` under `root`, whole or not at all; gives that folder."""
    target = stage.place(root, run.register.programme, PLACE)
    text, pictures = page.render(run, verdicts, Words(lang))
    record = json.dumps(_rounded(document(run, verdicts)), ensure_ascii=False, indent=1, sort_keys=True)
    with files.folder(target) as staged:
        (staged / PAGE).write_text(text, encoding="utf-8")
        (staged / RECORD).write_text(record + "\n", encoding="utf-8")
        (staged / TABLE).write_text(table(run), encoding="utf-8")
        for name, png in pictures.items():
            (staged / name).write_bytes(png)
    return target


def _rounded(value: Any) -> Any:
    """`measure.rounded`, in lists, too."""
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else rounded(value)
