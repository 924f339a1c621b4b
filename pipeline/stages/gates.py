"""Stage `gates`: the hard rules of the law for every file in the queue, with a trace of what was looked at."""

import json
from collections import Counter
from collections.abc import Mapping

import pandas as pd

from pipeline.core import facts, files, tables
from pipeline.core.messages import Words
from pipeline.core.programme import Take
from pipeline.core.stage import Context, Report, Stage
from pipeline.gates import rulebook, trace
from pipeline.gates.book import Rulebook
from pipeline.gates.cases import check
from pipeline.gates.evaluate import Verdicts, evaluate
from pipeline.gates.records import ANSWERS
from pipeline.gates.trace import LAW


def run(ctx: Context) -> Report:
    """Reads the accepted rows and the cases part by part; writes verdicts and trace in parts of the same numbers."""
    law = rulebook.load(ctx.programme)
    if ctx.param("gates").official:
        law.refuse_provisional()
    wanted = law.wanted(ctx.programme)
    cases, accepted = ctx.read("interim/cases"), ctx.read("interim/tables")
    ctx.read("interim/set_aside")  # read beside the accepted tables by `facts`
    verdict_folder, trace_folder = ctx.write("interim/gates"), ctx.write("interim/trace")
    parts = tables.count_parts(cases)
    per_gate: dict[str, Counter[str]] = {gate.code: Counter() for gate in law.gates}
    overall: Counter[str] = Counter()
    points: Counter[str] = Counter()
    for part in range(parts):
        ctx.progress.step(part / parts, f"part {part + 1} of {parts}")
        queue = tables.read_part(cases, part, ["case_id", "queue"])
        queue = queue.loc[queue["queue"].to_numpy(dtype=bool), ["case_id"]].reset_index(drop=True)
        found, hidden = facts.of_cases(ctx.programme, wanted, accepted, part, queue["case_id"], ctx.as_of)
        verdicts = evaluate(law.gates, law.points, found, ctx.as_of, hidden)
        answered = verdicts.table(queue["case_id"]).assign(set_aside=_sources(wanted, hidden))
        tables.write_frame(answered, tables.part_path(verdict_folder, part))
        tables.write_table(verdicts.trace(queue["case_id"]), tables.part_path(trace_folder, part))
        for code, counts in verdicts.counts().items():
            per_gate[code].update(counts)
        overall.update(ANSWERS[answer] for answer in verdicts.overall)
        points.update(_points(verdicts))
    files.write_text(trace_folder / LAW, json.dumps(trace.law(law, ctx.as_of), ensure_ascii=False, indent=1) + "\n")
    return _report(ctx, law, per_gate, overall, points)


def _sources(wanted: Mapping[str, Take], hidden: pd.DataFrame) -> pd.Series:
    """The sources with a row of the file that was set aside, separated by spaces."""
    found = pd.Series("", index=hidden.index, dtype="str")
    for source in sorted({rule.source for rule in wanted.values()}):
        mine = hidden[[fact for fact, rule in wanted.items() if rule.source == source]].any(axis=1)
        found[mine] = found[mine] + " " + source
    return found.str.strip()


def _points(verdicts: Verdicts) -> dict[str, int]:
    if verdicts.score is None:
        return {}
    return {"known": int(verdicts.score.known.sum()), "interval": int((~verdicts.score.known).sum())}


def _report(
    ctx: Context, law: Rulebook, per_gate: dict[str, Counter[str]], overall: Counter[str], points: Counter[str]
) -> Report:
    words = Words(ctx.lang)
    figures = {
        "files": overall.total(),
        "verdicts": {name: overall[name] for name in ANSWERS[:3]},
        "gates": {code: {name: counts[name] for name in ANSWERS} for code, counts in per_gate.items()},
    }
    lines = [
        words(
            "Gates: {passed} files pass, {held} are held for an officer, {incomplete} wait for a paper or an answer.",
            passed=f"{overall['PASS']:,}", held=f"{overall['FAIL']:,}", incomplete=f"{overall['UNKNOWN']:,}",
        )
    ]  # fmt: skip
    if law.points is not None:
        figures["points"] = {
            "known": points["known"],
            "interval": points["interval"],
            "provisional_rows": law.points.provisional,
        }
        if law.points.provisional:
            lines.append(words("Points are PROVISIONAL: the official weights are not public."))
    return Report(figures=figures, lines=lines, findings=law.gaps(ctx.as_of))


STAGE = Stage(
    name="gates",
    title="Apply the gates of the law",
    reads=("interim/tables", "interim/set_aside", "interim/cases"),
    writes=("interim/gates", "interim/trace"),
    params=("gates",),
    run=run,
    check=check,
)
