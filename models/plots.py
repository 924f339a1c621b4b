"""Pictures of the measures as PNG, the same bytes for the same figures."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK, PALE, WARM = "#1b4965", "#9aa5b1", "#c8553d"


def _page(title: str, across: str, up: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.4, 4.8), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(title, loc="left")
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(color="#e4e7eb", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, format="png", metadata={"Software": None})


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
    _save(figure, path)


def roc(curves: Mapping[str, Mapping[str, np.ndarray]], title: str, path: Path) -> None:
    """ROC curves by name; each as in `measure.roc`. The first is drawn strongest."""
    figure, axes = _page(title, "share of negatives reached", "share of positives reached")
    axes.plot([0, 1], [0, 1], color=PALE, linestyle="--")
    for place, (name, curve) in enumerate(curves.items()):
        color, width = ((INK, 2.0), (WARM, 1.2), (PALE, 1.2))[min(place, 2)]
        axes.plot(curve["false_positive_rate"], curve["true_positive_rate"], color=color, linewidth=width, label=name)
    axes.legend(frameon=False, loc="lower right")
    _save(figure, path)


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
    _save(figure, path)
