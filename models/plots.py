"""Pictures of the measures as PNG, the same bytes for the same figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models import drawing

INK, PALE, WARM = "#1b4965", "#9aa5b1", "#c8553d"


def _page(title: str, across: str, up: str) -> tuple[Figure, Axes]:
    figure, axes = drawing.axes(6.4, 4.8, 110)
    axes.set_title(title, loc="left")
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(color="#e4e7eb", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def calibration(table: Mapping[str, np.ndarray], title: str, path: Path) -> None:
    """Predicted against observed share, with Wilson's intervals; `table` as in `measure.calibration_table`."""
    figure, axes = _page(title, "predicted share", "observed share (bars: 95 % interval)")
    low = float(min(table["predicted"].min(), table["observed_low"].min()))
    high = float(max(table["predicted"].max(), table["observed_high"].max()))
    axes.plot([low, high], [low, high], color=PALE, linestyle="--", label="perfect calibration")
    reach = [table["observed"] - table["observed_low"], table["observed_high"] - table["observed"]]
    axes.errorbar(
        table["predicted"], table["observed"], yerr=np.clip(reach, 0, None), fmt="o", color=INK, capsize=3, label="bins"
    )
    axes.legend(frameon=False, loc="upper left")
    path.write_bytes(drawing.png(figure))


def roc(curves: Mapping[str, Mapping[str, np.ndarray]], title: str, path: Path) -> None:
    """ROC curves by name; each as in `measure.roc`. The first is drawn strongest."""
    figure, axes = _page(title, "share of negatives reached", "share of positives reached")
    axes.plot([0, 1], [0, 1], color=PALE, linestyle="--")
    for place, (name, curve) in enumerate(curves.items()):
        color, width = ((INK, 2.0), (WARM, 1.2), (PALE, 1.2))[min(place, 2)]
        axes.plot(curve["false_positive_rate"], curve["true_positive_rate"], color=color, linewidth=width, label=name)
    axes.legend(frameon=False, loc="lower right")
    path.write_bytes(drawing.png(figure))


def scores(y: np.ndarray, probability: np.ndarray, title: str, path: Path) -> None:
    """How calibrated probabilities spread over the two outcomes, each as shares of its own cases."""
    figure, axes = _page(title, "calibrated probability", "share of the cases with this outcome")
    ends = np.linspace(float(probability.min()), float(probability.max()) + 1e-9, 31).tolist()
    for value, name, color in ((1, "positive outcome", INK), (0, "negative outcome", WARM)):
        chosen = probability[y == value]
        if len(chosen):
            axes.hist(
                chosen, bins=ends, weights=np.full(len(chosen), 1 / len(chosen)), histtype="step", color=color, linewidth=1.8,
                label=f"{name} (n = {len(chosen):,})",
            )  # fmt: skip
    axes.legend(frameon=False, loc="upper left")
    path.write_bytes(drawing.png(figure))


def doubt(
    bins: pd.DataFrame, groups: pd.DataFrame, share: float, tolerance: float, title: str, path: Path, most: int = 24
) -> None:
    """How wide the intervals are beside what was observed, and the `most` groups that are in doubt most often.

    `bins` by score: `score`, `low`, `high`, `observed`, `observed_low`, `observed_high` (NaN bounds where the model gives
    none). `groups`: `attribute`, `group`, `n`, `share`, `low`, `high`, `gap_low`; those surely more than `tolerance` above
    all others are drawn warm. `share` is that of all files.
    """
    figure = drawing.figure(11.0, 5.6, 110)
    figure.suptitle(title, x=0.01, ha="left")
    left, right = figure.subplots(1, 2, width_ratios=[1.15, 1])
    for axes in (left, right):
        axes.grid(color="#e4e7eb", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    left.fill_between(
        bins["score"], bins["low"], bins["high"], color=PALE, alpha=0.45, label="interval of a file, mean"
    )
    left.plot(bins["score"], bins["score"], color=INK, label="calibrated probability")
    reach = [bins["observed"] - bins["observed_low"], bins["observed_high"] - bins["observed"]]
    left.errorbar(
        bins["score"], bins["observed"], yerr=np.clip(reach, 0, None), fmt="o", color=WARM, markersize=4, capsize=2,
        label="observed share (bars: interval)",
    )  # fmt: skip
    left.set_xlabel("calibrated probability, mean of the bin")
    left.set_ylabel("probability, observed share")
    left.legend(frameon=False, loc="lower right")
    drawn = groups.sort_values(["share", "n"], kind="stable").tail(most)
    for place, row in enumerate(drawn.to_dict(orient="records")):
        color = WARM if row["gap_low"] > tolerance else INK
        right.plot([row["low"], row["high"]], [place, place], color=color, linewidth=1.4)
        right.plot([row["share"]], [place], "o", color=color, markersize=4)
    right.axvline(share, color=PALE, linestyle="--", label="all files")
    names = [f"{row.attribute} {row.group} ({row.n:,})" for row in drawn.itertuples()]
    right.set_yticks(range(len(drawn)), names, fontsize=7.5)
    right.set_xlim(left=0)
    right.set_xlabel("share sent to a person first (bars: interval)")
    right.set_title(f"{len(drawn)} of {len(groups)} groups, number of files in brackets", fontsize=9, loc="left")
    right.legend(frameon=False, loc="lower right")
    path.write_bytes(drawing.png(figure))


def selective(found: Mapping[str, Any], title: str, path: Path) -> None:
    """Figures on observed outcomes (points with 95 % intervals) beside the bounds over all files, and the same for the
    random review arm where there is one; `found` as in `selective.figures`, with `arm` or None.
    """
    figure, axes = _page(title, "AUC or share", "")
    axes.grid(False, axis="y")
    sides = [("all files", found, INK), ("random review arm", found["arm"], WARM)]
    sides = [(name, side, color) for name, side, color in sides if side]
    rows = [
        (f"{label}\n{name}", side["observed"], side["all_files"][key], key, color)
        for key, label in (
            ("auc", "AUC"), ("positive_share", "share positive"),
            ("precision", f"precision, top {found['all_files']['top_share']:.0%}"),
        )
        for name, side, color in sides
    ]  # fmt: skip
    for place, (_, seen, bounds, key, color) in enumerate(rows):
        if bounds is not None and bounds["low"] is not None:
            axes.plot(
                [bounds["low"], bounds["high"]],
                [place, place],
                color=color,
                linewidth=9,
                alpha=0.25,
                solid_capstyle="butt",
            )
        if seen[key] is not None:
            axes.plot([seen[key]], [place], "o", color=color)
        if seen.get(f"{key}_low") is not None:
            axes.plot([seen[f"{key}_low"], seen[f"{key}_high"]], [place, place], color=color, linewidth=1.8)
    axes.plot([], [], color=PALE, linewidth=9, alpha=0.5, label="all that the missing outcomes could make of it")
    axes.plot([], [], "o-", color=PALE, label="observed outcomes, 95 % interval")
    axes.set_yticks(range(len(rows)), [row[0] for row in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.4, -0.12))
    path.write_bytes(drawing.png(figure))
