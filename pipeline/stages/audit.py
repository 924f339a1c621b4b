"""Stage `audit`: what came of the queue, by group. It reads all of the road and feeds nobody."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit import groups, law, queue, tally
from pipeline.core import tables, versions
from pipeline.core.messages import Words
from pipeline.core.programme import learns
from pipeline.core.stage import Context, Report, Stage
from pipeline.stages import _groups

GATE_COLUMNS = ("case_id", "points", "verdict")  # of the gates table; all others are gates


def run(ctx: Context) -> Report:
    """Counts part by part, then writes `readings.json`, `verdict.json` (of the model) and `report.html` into `out/audit`."""
    from pipeline.audit import document, page, readings, verdict

    programme, params = ctx.programme, ctx.param("audit")
    found = queue.metrics()
    steps = {name: metric.step for name, (metric, _) in found.items()}
    counts = tally.Tally()
    for attribute, rule in programme.groups.items():
        counts.expect(attribute, groups.declared(programme, rule))
    ranking = _ranking(ctx.read("interim/ranking.parquet"), ctx.read("interim/plan.parquet"), params.top_share)
    parts = tables.count_parts(ctx.read("interim/cases"))
    for part in range(parts):
        ctx.progress.step(0.9 * part / parts, f"part {part + 1} of {parts}")
        seen = _queue(ctx, ranking, part)
        values = queue.observe(seen, found)
        counts.add(
            _groups.read(ctx, seen.rows["case_id"], part),
            values,
            {name: steps[name.partition(".")[0]] for name in values},
        )
    ctx.progress.step(0.9, "writing the report")
    frame = readings.build(counts, found, params)
    overall = readings.overall(counts, found, params)
    audited = page.Audited(
        programme=programme, as_of=ctx.as_of, params=params, metrics=found, readings=frame, overall=overall,
        cases=counts.cases, gates=law.gates(programme), versions={"law": versions.law(programme), "code": versions.code()},
    )  # fmt: skip
    folder = ctx.write("out/audit")
    folder.mkdir(parents=True, exist_ok=True)
    record = document.document(programme, ctx.as_of, params, counts, readings=frame, overall=overall)
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "readings.json").write_text(text + "\n", encoding="utf-8")
    model = ctx.read("model")
    said = json.dumps(
        verdict.of(frame, versions.of(model.iterdir(), model)), ensure_ascii=False, indent=1, sort_keys=True
    )
    (folder / "verdict.json").write_text(said + "\n", encoding="utf-8")
    (folder / "report.html").write_text(page.render(audited, Words(ctx.lang)), encoding="utf-8")
    return _report(record["verdicts"], len(frame), counts.cases, record["verdicts"][readings.FAIL])


def _ranking(ranked: Path, planned: Path, top_share: float) -> pd.DataFrame:
    """The whole queue as ranked, by case: its list, whether near the top, and the interview's start if there is one."""
    ranking = pd.read_parquet(ranked, columns=["case_id", "list", "rank"]).set_index("case_id")
    on_list = ranking["list"] == "ranked"
    top = int(np.ceil(round(top_share * int(on_list.sum()), 9)))  # 0.2 * 15 is 3.0000000000000004 in floats
    ranking["selected"] = on_list & (ranking["rank"].fillna(top + 1) <= top).astype(bool)
    plan = pd.read_parquet(planned, columns=["case_id", "starts_at"]).set_index("case_id")
    starts = plan["starts_at"].astype("datetime64[s]")
    ranking["starts_at"] = starts[starts.notna()].reindex(ranking.index)
    return ranking.drop(columns="rank")


def _queue(ctx: Context, ranking: pd.DataFrame, part: int) -> queue.Queue:
    """The queue's cases of one part with all that metrics look at."""
    cases = tables.read_part(ctx.read("interim/cases"), part, ["case_id", "lodged_on", "decided_on", "label", "queue"])
    cases = cases[cases.pop("queue").to_numpy(dtype=bool)].reset_index(drop=True)
    verdicts = tables.read_part(ctx.read("interim/gates"), part).set_index("case_id").reindex(cases["case_id"])
    gates = tuple(sorted(name for name in verdicts.columns if name not in GATE_COLUMNS))
    scores = tables.read_part(ctx.read("interim/scores"), part, ["case_id", "score"]).set_index("case_id")
    rows = (
        cases.join(ranking, on="case_id").join(scores, on="case_id").join(verdicts[list(gates)].reset_index(drop=True))
    )
    rows["selected"] = rows["selected"].eq(True).fillna(False).astype(bool)
    return queue.Queue(rows, gates, ctx.as_of, ctx.programme.interviews)


def _report(verdicts: dict[str, int], total: int, cases: int, failed: int) -> Report:
    figures: dict[str, Any] = {"rows": cases, "readings": total, "verdicts": verdicts}
    lines = [f"{total:,} readings of {cases:,} cases: " + ", ".join(f"{name} {n:,}" for name, n in verdicts.items())]
    concerns = (
        [f"{failed} gaps between groups are larger than tolerated; look into them in audit/report.html."]
        if failed
        else []
    )
    return Report(figures, lines, concerns=concerns)


STAGE = Stage(
    name="audit",
    title="Audit the queue by group",
    reads=(
        "interim/ranking.parquet",
        "interim/plan.parquet",
        "interim/gates",
        "interim/cases",
        "interim/tables",
        "interim/scores",
        "model",
    ),
    writes=("out/audit",),
    params=("run", "audit"),
    run=run,
    applies=learns,
)
