"""The model card: `docs/model.md`, written from what the last run left behind. Every figure in it is read, none is typed."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.ladder import RUNGS
from models.scorer import Scorer
from pipeline.core import stage, versions
from pipeline.core.errors import Problem
from pipeline.core.params import Params
from pipeline.core.programme import Programme, learns
from pipeline.model import points, published

NEEDED = {"metrics": "out/metrics.json", "run": "out/run.json"}
BACKTEST = "out/backtest/backtest.json"
DIRECTIONS = {1: "never down", 0: "free", -1: "never up"}
Figures = Mapping[str, Any]


HEAD = """# The models in force: their cards

Written from the results of the last run by `qonys model card {asked} --out docs/model.md`; no figure in it was typed.
How a model is made, and what each figure means: [modelling.md](modelling.md). The model orders work; it never refuses anybody.
"""


def document(cards: Sequence[str], names: Sequence[str]) -> str:
    """The cards of the programmes `names` as one page."""
    return "\n".join([HEAD.format(asked=" ".join(f"-p {name}" for name in names)), *cards])


def card(programme: Programme, root: Path, knobs: Params) -> str:
    """The card of the model of the last run under `root`, in Markdown, from a second-level heading on.

    Raises Problem where the programme learns nothing, the run is missing, or its measures are of another model.
    """
    if not learns(programme):
        raise Problem(f"{programme.programme}: has no outcome to learn from, so there is no model to describe.")
    read = {name: _read(stage.place(root, programme, where), root) for name, where in NEEDED.items()}
    folder = stage.place(root, programme, "model")
    version = versions.of(folder.iterdir(), folder)
    metrics, run = read["metrics"], read["run"]
    if metrics.get("model") != version:
        raise Problem(f"{programme.programme}: the measures are not those of this model; run `qonys evaluate` again.")
    scorer = Scorer(folder)
    climbed = stage.place(root, programme, BACKTEST)
    sections = [
        f"## {programme.programme}: {programme.title['en']}\n\n**{programme.status}.**\n",
        _identity(programme, scorer, run, version),
        _labels(metrics),
        _quality(metrics),
        _ladder(_read(climbed, root)) if climbed.exists() else "",
        _selective(metrics["selective"]),
        _doubt(metrics["doubt"]),
        _questions(scorer, knobs),
    ]
    return "\n".join(section for section in sections if section)


def _read(path: Path, root: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise Problem(f"{path.relative_to(root)}: missing; run the road first (`qonys run`).") from None


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def span(found: Figures, name: str, digits: int = 3) -> str:
    """A figure with its interval, or that it cannot be told."""
    value, low, high = (found.get(key) for key in (name, f"{name}_low", f"{name}_high"))
    if value is None:
        return "cannot tell"
    bounds = "no interval" if low is None or high is None else f"{low:.{digits}f} to {high:.{digits}f}"
    return f"{value:.{digits}f} ({bounds})"


def _identity(programme: Programme, scorer: Scorer, run: Figures, version: str) -> str:
    training, chosen = scorer.training, scorer.training["params"]["train"]
    form = "additive: one table a question" if chosen["additive"] else "unconstrained trees, no tables"
    if chosen["additive"] and chosen["pairs"]:
        form += ", and one a declared pair: " + "; ".join(" with ".join(pair) for pair in chosen["pairs"])
    settings = ", ".join(
        f"{name} {value}" for name, value in sorted(chosen.items()) if name not in ("additive", "pairs", "source")
    )
    rows = [
        ("version", f"`{version}` of the model, `{run['versions']['law']}` of the law"),
        ("what it predicts", programme.outcome.meaning),
        ("as of", training["as_of"]),
        ("form", form),
        ("settings", f"{settings}; seed {training['params']['run']['seed']}; LightGBM {training['lightgbm']}"),
        ("learnt from", f"{training['cases']['train']:,} cases lodged before {training['train_until']}"),
        ("calibrated on", f"{training['cases']['calibrate']:,} later ones, {scorer.calibration.method}"),
    ]
    return "### Which model\n\n" + table(("", ""), rows)


def _labels(metrics: Figures) -> str:
    counts, labels = metrics["counts"], metrics["labels"]
    told = [f"{counts['observed']:,} observed", f"{counts['censored']:,} too young or still running"]
    told += [f"{count:,} {name}" for name, count in sorted(counts["excluded"].items())]
    lines = [f"Cases: {', '.join(told)}, {counts['open']:,} open."]
    if labels["deciders"]:
        lines.append(
            f"{labels['deciders']:,} officers decided the observed ones, under {len(labels['law_versions'])} versions of the "
            f"rules; {labels['corrected']:,} labels correct an earlier outcome and count {labels['corrected_weight']:g} times."
        )
    basis = labels["basis"]
    if len(basis["observed"]) > 1:
        kinds = sorted({name for found in basis.values() for name in found})
        rows = [(kind, *(f"{basis[status].get(kind, 0):,}" for status in basis)) for kind in kinds]
        lines.append("\n" + table(("the latest row is a", *basis), rows))
    return "### Labels\n\n" + "\n".join(lines) + "\n"


def _quality(metrics: Figures) -> str:
    n, ones = metrics["n_test"], metrics["positives_test"]
    rows = [("AUC", span(metrics, "auc"))]
    rows += [(f"AUC of {name.replace('_', ' ')}", span(found, "auc")) for name, found in metrics["baselines"].items()]
    rows += [
        ("average precision", span(metrics, "average_precision")),
        ("Brier score", span(metrics, "brier", 4)),
        ("log loss", span(metrics, "log_loss", 4)),
        ("expected calibration error", span(metrics, "ece", 4)),
    ]
    top = metrics["top"]
    precision = top["precision"]
    if precision["best"] == precision["worst"]:
        reach = f"{precision['mean']:.3f}"
    else:
        reach = f"{precision['worst']:.3f} to {precision['best']:.3f}, by the order of equal scores"
    rows.append((f"precision in the first {top['share']:.0%}", reach))
    head = (
        f"On {n:,} cases lodged from {metrics['split']['calibrate_until']} on, {ones:,} positive and {n - ones:,} negative, "
        f"that neither the trees nor the calibration have seen. Intervals: {metrics['auc_interval']}; {metrics['other_intervals']}."
    )
    return f"### How good\n\n{head}\n\n" + table(("measure", "value (interval)"), rows)


def _ladder(found: Figures) -> str:
    cadence = found["cadence"]
    lines = [
        f"Rolling origin, every {cadence['every_months']} months: training windows end with the outcomes known on the retrain "
        f"day, {cadence['embargo_days']} days of embargo, tested on the files lodged next. Rule: {found['rule']}."
    ]
    for name, window in found["windows"].items():
        lines.append(f"\n**{name.capitalize()} window**: {_pooled(window)}")
    return "### The ladder\n\n" + "\n".join(lines) + "\n"


def _pooled(window: Figures) -> str:
    if not window["rungs"]:
        return "cannot tell; no split has enough matured outcomes of both kinds.\n"
    cost = window["cost_of_transparency"]
    rows = [
        (name.replace("_", " "), span(rung, "auc"), f"{rung['average_precision']:.3f}",
         *(f"{rung[key]:.4f}" if key in rung else "" for key in ("brier", "ece")))
        for name, rung in sorted(window["rungs"].items(), key=lambda found: RUNGS.index(found[0]))
    ]  # fmt: skip
    return (
        f"{window['cases']:,} cases, retrain days: {window['splits']}; picked by the rule: {window['picked'].replace('_', ' ')}. "
        f"Transparency costs {cost['auc']:+.4f} of AUC ({cost['low']:+.4f} to {cost['high']:+.4f}; unconstrained minus additive).\n\n"
        + table(("rung", "AUC (95 %)", "average precision", "Brier score", "calibration error"), rows)
    )


def _selective(found: Figures) -> str:
    seen, whole = found["observed"], found["all_files"]
    rows = [
        ("observed outcomes", f"{seen['n']:,}", span(seen, "auc"), span(seen, "positive_share")),
        ("all files, worst to best", f"{whole['n']:,}", _bounds(whole["auc"]), _bounds(whole["positive_share"])),
    ]
    arm = found["arm"]
    if arm:
        seen = arm["observed"]
        rows += [
            ("random review arm, observed", f"{seen['n']:,}", span(seen, "auc"), span(seen, "positive_share")),
            (
                "random review arm, worst to best", f"{arm['all_files']['n']:,}", _bounds(arm["all_files"]["auc"]),
                _bounds(arm["all_files"]["positive_share"]),
            ),
        ]  # fmt: skip
    codes = ", ".join(f"{count:,} {name}" for name, count in sorted(found["never_observed"].items()))
    lines = f"Never observed: {whole['never_observed']:,} ({codes}). " if codes else ""
    return f"### What missing outcomes leave open\n\n{lines}{found['verdict']}\n\n" + table(
        ("", "files", "AUC", "share positive"), rows
    )


def _bounds(found: Figures | None) -> str:
    return "cannot tell" if found is None else f"{found['low']:.3f} to {found['high']:.3f}"


def _doubt(found: Figures) -> str:
    hits = found["found"]
    level = "" if found["level"] is None else f" Nominal level of a case's interval: {found['level']:.0%}."
    rows = []
    for name, words in (("all", "all"), ("outside", "outside the band"), ("inside", "inside the band")):
        part = found[name]
        rows.append((words, f"{part['n']:,}", span(part, "auc"), span(part, "brier", 4), span(part, "log_loss", 4)))
    more = [
        f"{attribute} {group} ({row['share']:.0%} of {row['n']:,}; {row['gap_low']:+.0%} to {row['gap_high']:+.0%} against all others)"
        for attribute, groups in found["groups"].items()
        for group, row in groups["shown"].items()
        if row["gap_low"] is not None and row["gap_low"] > 0
    ]
    told = "Surely in the band more often than all others: " + "; ".join(more) if more else (
        "No group shown is surely in the band more often than all others"
    )  # fmt: skip
    return (
        f"### Not sure: a person first\n\n{hits['hits']:,} of {hits['n']:,} test cases lie in the band ({hits['share']:.1%}; "
        f"asked for {found['share_asked']:.1%}).{level} {told}.\n\n"
        + table(("", "cases", "AUC", "Brier score", "log loss"), rows)
    )


def _questions(scorer: Scorer, knobs: Params) -> str:
    if scorer.tables is None:
        return "### What it asks\n\nThis model has no tables.\n"
    whole = points.card(scorer.tables, scorer.calibration, knobs.model.points_to_double_odds)
    rows = []
    for question in published.publish(scorer, whole, None, knobs.audit.smallest_cell).questions:
        values = [row.points for row in question.rows]
        rows.append(
            (max(values) - min(values), " × ".join(feature.meaning for feature in question.features),
             f"{min(values):+d} to {max(values):+d}", ", ".join(DIRECTIONS[feature.monotone] for feature in question.features))
        )  # fmt: skip
    rows.sort(key=lambda row: (-row[0], row[1]))
    return (
        f"### What it asks\n\n{len(rows)} questions, widest first; {knobs.model.points_to_double_odds} points double the odds. "
        "The whole of each table: `qonys model table`.\n\n"
        + table(("question", "points", "declared direction"), [row[1:] for row in rows])
    )
