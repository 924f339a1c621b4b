"""Scores the cases to rank and gives each its reasons, part by part."""

import pandas as pd

from pipeline.core import tables, versions
from pipeline.core.programme import learns
from pipeline.core.stage import Context, Report, Stage
from pipeline.stages import _parts


def run(ctx: Context) -> Report:
    """Writes `interim/scores`: of each queued case `case_id`, what `Scorer.assess` and `Scorer.reasons` say."""
    from models.doubt import CANNOT_SAY, WIDE
    from models.scorer import Scorer

    scorer = Scorer(ctx.read("model"), threads=ctx.param("run").threads)
    knobs, folder, parts = ctx.param("rank"), ctx.write("interim/scores"), _parts.count(ctx)
    scored, asked = 0, {WIDE: 0, CANNOT_SAY: 0}
    for part, (cases, features) in enumerate(_parts.read(ctx)):
        queue = cases["queue"].to_numpy(dtype=bool)
        frame = features.loc[queue].drop(columns="case_id").reset_index(drop=True)

        def moved(share: float, part: int = part, rows: int = len(frame)) -> None:
            ctx.progress.step(
                (part + share) / parts, f"{round(share * rows):,} of {rows:,} cases of part {part + 1} of {parts}"
            )

        ids = features.loc[queue, "case_id"].reset_index(drop=True)
        found = scorer.assess(scorer.encode(frame))
        table = pd.concat([ids, found, scorer.reasons(frame, knobs.reasons, moved, knobs.least_change)], axis=1)
        tables.write_frame(table, tables.part_path(folder, part))
        scored += len(table)
        asked = {why: count + int((found["why_doubt"] == why).sum()) for why, count in asked.items()}
    lines = [f"{scored:,} cases scored, each with up to {knobs.reasons} reasons"]
    if scorer.doubt is None:
        lines.append("an unconstrained model gives no intervals, so none of them is held for its width")
    if asked[WIDE]:
        lines.append(f"{asked[WIDE]:,} of them have a wide interval: not sure, a person first")
    if asked[CANNOT_SAY]:
        lines.append(
            f"{asked[CANNOT_SAY]:,} of them lack what no training case lacked or hold a category that none had: "
            "the model cannot say, a person first"
        )
    version = versions.of(ctx.read("model").iterdir(), ctx.read("model"))
    return Report(
        figures={"versions": {"model": version}, "rows": scored, **asked},
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
