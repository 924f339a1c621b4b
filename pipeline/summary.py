"""Where the results of a run are, in a few lines."""

import json
from pathlib import Path
from typing import Any

from pipeline import road
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme
from pipeline.core.stage import place


def lines(programme: Programme, root: Path) -> list[str]:
    """What to tell after a run of `programme` in the project folder `root`; raises Problem where there was none."""
    path = place(root, programme, "out/run.json")
    if not path.exists():
        raise Problem(f"{path}: no run yet; start one with `qonys run --programme {programme.programme}`.")
    record = json.loads(path.read_text(encoding="utf-8"))
    sources = record.get("sources", {}).values()
    read, accepted, quarantined = (
        sum(source[key] for source in sources) for key in ("read", "accepted", "quarantined")
    )
    walked = [record["stages"][stage.name] for stage in road.of(programme) if stage.name in record["stages"]]
    seconds = sum(stage["seconds"] for stage in walked)
    peak = max((stage["peak_mib"] for stage in walked), default=0)
    found = [
        "",
        f"{programme.title['en']}, as of {record['as_of']}",
        f"{programme.status}",
        f"rows: {read:,} read = {accepted:,} accepted + {quarantined:,} quarantined; {seconds:.0f} s, peak {peak:,.0f} MiB",
    ]
    metrics = place(root, programme, "out/metrics.json")
    if metrics.exists():
        measured = json.loads(metrics.read_text(encoding="utf-8"))
        if measured.get("auc") is not None:
            found.append(
                f"AUC on the time-later test: {measured['auc']:.3f} ({measured['auc_low']:.3f} to {measured['auc_high']:.3f})"
            )
    found += _gates(record["stages"].get("gates", {}))
    if programme.label is None:
        found.append("no model in this programme: rules and points only, nothing is ranked or planned")
    places = [
        ("ranked list", "out/ranked_list.xlsx"),
        ("lists by office", "out/lists/index.html"),
        ("interview plan", "out/interview_plan.csv"),
        ("audit report", "out/audit/report.html"),
        ("data docs", "out/data_docs/index.html"),
        ("quarantine", "out/quarantine.csv"),
        ("record of the run", "out/run.json"),
    ]
    found += [
        f"{words:>18}  {place(root, programme, name)}"
        for words, name in places
        if place(root, programme, name).exists()
    ]
    if programme.label is not None:
        found.append(
            f"{'models in MLflow':>18}  .venv/bin/mlflow ui --backend-store-uri sqlite:///data/mlflow/mlflow.db --workers 1"
        )
    return found


def _gates(figures: dict[str, Any]) -> list[str]:
    """How the files fared at the gates, and whether their points are known; nothing where there are no gates."""
    if not figures.get("gates"):
        return []
    verdicts = figures["verdicts"]
    told = f"gates: {verdicts['PASS']:,} files pass, {verdicts['FAIL']:,} are held, {verdicts['UNKNOWN']:,} wait"
    if "points" in figures:
        told += f"; points known exactly for {figures['points']['known']:,}"
    return [told]
