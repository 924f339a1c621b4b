"""What the band `not sure: a person first` does on the test window: to accuracy, and to groups of people."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit import intervals
from pipeline.audit.cover import cover
from pipeline.core import tables
from pipeline.core.stage import Context
from pipeline.stages import _groups

BINS = 20  # of the picture
PICTURE = "doubt.png"


def effect(ctx: Context, scorer: Any, test: Any, folder: Path) -> dict[str, Any]:
    """The figures of the band on the cases `test` (`matrix.Rows`); draws `doubt.png` into `folder`.

    `found` is the share in the band, `all`, `outside` and `inside` the accuracy of the score over those cases, `groups`
    each group's share in the band. Raises Problem or ValueError where a table of the groups is missing.
    """
    assessed = scorer.assess(test.x)
    doubt = assessed["doubt"].to_numpy(dtype=bool)
    groups = _table(ctx, _of_cases(ctx, test.case_id), doubt)
    low, high = intervals.wilson(np.array(doubt.sum()), np.array(len(doubt)), 1 - ctx.param("audit").confidence)
    figures = {
        "share_asked": ctx.param("doubt").share,
        "level": scorer.doubt.level if scorer.doubt is not None else None,
        "width": scorer.doubt.width if scorer.doubt is not None else None,
        "found": {
            "n": len(doubt), "hits": int(doubt.sum()), "share": float(doubt.mean()), "low": float(low), "high": float(high),
        },
        "why": {str(why): int(n) for why, n in assessed.loc[doubt, "why_doubt"].value_counts().sort_index().items()},
        "all": _accuracy(test.y, assessed),
        "outside": _accuracy(test.y[~doubt], assessed[~doubt]),
        "inside": _accuracy(test.y[doubt], assessed[doubt]),
        "groups": _shown(groups),
    }  # fmt: skip
    _draw(ctx, assessed, test.y, groups, figures, folder / PICTURE)
    return figures


def _accuracy(y: np.ndarray, assessed: pd.DataFrame) -> dict[str, Any]:
    from models import measure

    told = {"n": len(y), "positives": int(y.sum())}
    if not len(y):
        return {**told, "reason": "no case lies here, so nothing can be said"}
    return {
        **told,
        **measure.auc(y, assessed["raw"].to_numpy()),
        **measure.losses(y, assessed["score"].to_numpy()),
    }


def _of_cases(ctx: Context, case_id: np.ndarray) -> pd.DataFrame:
    """The groups of the cases `case_id` (n,), rows in that order, one column an attribute."""
    frames = []
    for part in range(tables.count_parts(ctx.read("interim/cases"))):
        ids = tables.read_part(ctx.read("interim/cases"), part, ["case_id"])["case_id"]
        ids = ids[ids.isin(case_id)]
        frames.append(_groups.read(ctx, ids, part).set_axis(ids, axis=0))
    return pd.concat(frames).loc[case_id]


def _table(ctx: Context, keys: pd.DataFrame, doubt: np.ndarray) -> pd.DataFrame:
    """One row a group: its cases `n` and those in the band `hits`, `share`, `gap` to that of all others, intervals.

    Shares have Wilson's interval at `audit.confidence`, gaps Newcombe's at the levels of Holm's steps over all groups
    shown, as in the audit: looking at many groups must not find one by chance. `covered` groups have fewer than
    `audit.smallest_cell` cases, or keep such a one from being had by subtraction.
    """
    knobs, frames = ctx.param("audit"), []
    for attribute, column in keys.items():
        counts = pd.DataFrame({"n": 1, "hits": doubt.astype(int)}).groupby(column.to_numpy(dtype=object)).sum()
        frames.append(
            counts.rename_axis("group").reset_index().assign(
                attribute=str(attribute), covered=cover(counts["n"].to_numpy(), knobs.smallest_cell)
            )
        )  # fmt: skip
    if not frames:
        return pd.DataFrame(columns=["attribute", "group", "covered"])
    table = pd.concat(frames, ignore_index=True)
    error, told = 1 - knobs.confidence, ~table["covered"].to_numpy() & (table["n"] < len(doubt)).to_numpy()
    hits, n = (table[name].to_numpy()[told] for name in ("hits", "n"))
    rest_hits, rest = doubt.sum() - hits, len(doubt) - n
    clear = intervals.newcombe_error(hits, n, rest_hits, rest, knobs.tolerance)
    levels = intervals.holm(clear, error, int(told.sum()))
    table["share"] = table["hits"] / table["n"]
    table["low"], table["high"] = intervals.wilson(table["hits"].to_numpy(), table["n"].to_numpy(), error)
    table.loc[told, "gap"] = hits / n - rest_hits / rest
    table.loc[told, "gap_low"], table.loc[told, "gap_high"] = intervals.newcombe(hits, n, rest_hits, rest, levels)
    return table


def _shown(groups: pd.DataFrame) -> dict[str, Any]:
    """The table as attribute -> `shown` (group -> its figures) and `covered` (names)."""
    columns = ["n", "hits", "share", "low", "high", "gap", "gap_low", "gap_high"]
    return {
        str(attribute): {
            "shown": rows[~rows["covered"]].set_index("group")[columns].to_dict(orient="index"),
            "covered": rows.loc[rows["covered"], "group"].tolist(),
        }
        for attribute, rows in groups.groupby("attribute", sort=False)
    }


def _draw(
    ctx: Context, assessed: pd.DataFrame, y: np.ndarray, groups: pd.DataFrame, figures: dict[str, Any], path: Path
) -> None:
    """Files in order of their score, in `BINS` bins, beside the groups that are in the band most often."""
    from models import plots

    order = np.argsort(assessed["score"].to_numpy(), kind="stable")
    bins = np.empty(len(order), dtype=int)
    bins[order] = np.arange(len(order)) * min(BINS, len(order)) // len(order)
    seen = (
        assessed.assign(y=y).groupby(bins).agg({"score": "mean", "low": "mean", "high": "mean", "y": ["sum", "size"]})
    )
    seen.columns = ["score", "low", "high", "hits", "n"]
    bounds = intervals.wilson(seen["hits"].to_numpy(), seen["n"].to_numpy(), 1 - ctx.param("audit").confidence)
    seen = seen.assign(observed=seen["hits"] / seen["n"], observed_low=bounds[0], observed_high=bounds[1])
    shown = groups[~groups["covered"].astype(bool)]
    words = ctx.programme.status.split(";")[0]
    plots.doubt(
        seen, shown, figures["found"]["share"], ctx.param("audit").tolerance,
        f"{ctx.programme.programme}: test window, n = {len(y):,} ({words})", path,
    )  # fmt: skip


def lines(figures: dict[str, Any]) -> list[str]:
    """The band in two lines."""
    found = figures["found"]

    def told(name: str) -> str:
        value = figures[name].get("auc")
        return "cannot tell" if value is None else f"{value:.3f}"

    why = "".join(f", {n:,} {name.replace('_', ' ')}" for name, n in figures["why"].items())
    return [
        f"not sure, a person first: {found['hits']:,} of {found['n']:,} later cases ({found['share']:.1%}; asked "
        f"{figures['share_asked']:.1%}){why}",
        f"  AUC of all {told('all')}, outside the band {told('outside')}, inside it {told('inside')}",
    ]


def concerns(figures: dict[str, Any], tolerance: float) -> list[str]:
    """Groups that surely are in the band more often than all others, by more than `tolerance`."""
    return [
        f"{attribute} {name}: {row['share']:.0%} of {row['n']:,} files go to a person first because the model is not sure, "
        f"surely {row['gap_low']:.0%} or more above all others; look into what it lacks about them."
        for attribute, found in figures["groups"].items()
        for name, row in found["shown"].items()
        if row["gap_low"] is not None and row["gap_low"] > tolerance  # None: the group is everybody
    ]
