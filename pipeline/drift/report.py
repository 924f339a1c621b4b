"""Writes the watch: the page, the same as JSON for programs, and the pictures."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.core import files, stage
from pipeline.core.messages import Words
from pipeline.drift import page
from pipeline.drift.checks import CANNOT, QUIET, RING
from pipeline.drift.watch import Watch

PLACE = "out/drift"
PAGE, RECORD = "index.html", "drift.json"
DIGITS = 10  # of a figure in the record


def document(watch: Watch) -> dict[str, Any]:
    """The watch as plain values: counts by verdict, both sides, limits, and every check."""
    intake = watch.intake
    sides = {
        name: {"from": side.first.isoformat(), "to": side.last.isoformat(), "cases": len(side.score)}
        for name, side in (("reference", intake.reference), ("current", intake.current))
    }
    found: dict[str, Any] = _rounded(
        {
            "programme": intake.programme.programme, "status": intake.programme.status, "as_of": intake.as_of.isoformat(),
            "model": intake.model, **sides, "unripe": intake.unripe, "limits": watch.knobs.model_dump(),
            "verdicts": {verdict: len(watch.having(verdict)) for verdict in (RING, QUIET, CANNOT)},
            "checks": [asdict(check) for check in watch.checks],
        }
    )  # fmt: skip
    return found


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def write(watch: Watch, root: Path, lang: str) -> Path:
    """Writes `data/out/<programme>/drift/` under `root`, whole or not at all; gives that folder."""
    target = stage.place(root, watch.intake.programme, PLACE)
    text, pictures = page.render(watch, Words(lang))
    record = json.dumps(document(watch), ensure_ascii=False, indent=1, sort_keys=True)
    with files.folder(target) as staged:
        (staged / PAGE).write_text(text, encoding="utf-8")
        (staged / RECORD).write_text(record + "\n", encoding="utf-8")
        for name, png in pictures.items():
            (staged / name).write_bytes(png)
    return target
