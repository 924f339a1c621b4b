"""Scores the cases to rank and gives each its reasons, part by part."""

import pandas as pd

from pipeline.core import tables, versions
from pipeline.core.programme import learns
from pipeline.core.stage import Context, Report, Stage
from pipeline.stages import _parts


def run(ctx: Context) -> Report:
    """Writes `interim/scores`: `case_id`, `score`, `raw`, and `reason_i`, `effect_i`, `value_i` of each queued case."""
    from models.scorer import Scorer

    scorer = Scorer(ctx.read("model"), threads=ctx.param("run").threads)
    reasons, folder, parts = ctx.param("rank").reasons, ctx.write("interim/scores"), _parts.count(ctx)
    scored = unsure = 0
    for part, (cases, features) in enumerate(_parts.read(ctx)):
        queue = cases["queue"].to_numpy(dtype=bool)
        frame = features.loc[queue].drop(columns="case_id").reset_index(drop=True)

        def moved(share: float, part: int = part, rows: int = len(frame)) -> None:
            ctx.progress.step(
                (part + share) / parts, f"{round(share * rows):,} of {rows:,} cases of part {part + 1} of {parts}"
            )

        raw, probability = scorer.score(frame)
        found = pd.DataFrame(
            {"case_id": features.loc[queue, "case_id"].reset_index(drop=True), "score": probability, "raw": raw}
        )
        table = pd.concat([found, scorer.reasons(frame, reasons, moved)], axis=1)
        tables.write_frame(table, tables.part_path(folder, part))
        scored += len(table)
        unsure += int(scorer.cannot_say(frame).sum())
    lines = [f"{scored:,} cases scored, each with up to {reasons} reasons"]
    if unsure:
        lines.append(f"{unsure:,} of them lack what no training case lacked: their score says little, a person first")
    version = versions.of(ctx.read("model").iterdir(), ctx.read("model"))
    return Report(
        figures={"versions": {"model": version}, "rows": scored, "cannot_say": unsure},
        lines=lines,
        findings=[] if scored else ["There is no case to score: nothing was lodged that still waits for a decision."],
    )


STAGE = Stage(
    name="score",
    title="Score the cases that wait and give reasons",
    reads=("interim/cases", "interim/features", "model"),
    writes=("interim/scores",),
    params=("run", "rank"),
    run=run,
    applies=learns,
)
