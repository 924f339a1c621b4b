"""The picture of a comparison: each later case's score by the one model and by the other; the same bytes each time."""

import numpy as np
from matplotlib import rc_context

from models import drawing
from models.drawing import ALARM, LINE, NEW, STYLE
from pipeline.core.messages import Words

DPI = 160
DRAWN = 3000  # points at most, evenly over the cases as they stand


def scores(
    y: np.ndarray, sides: tuple[np.ndarray, np.ndarray], names: tuple[str, str], words: Words, width: float
) -> bytes:
    """Points (first model, second model) of probabilities, by outcome `y` (n,); on the line nothing changed."""
    kept = np.unique(np.linspace(0, len(y) - 1, min(DRAWN, len(y))).round().astype(int))
    with rc_context(STYLE):
        figure, axes = drawing.axes(width, min(width, 4.6), DPI)
        low = float(min(side[kept].min() for side in sides))
        axes.plot([low, 1], [low, 1], color=LINE, linewidth=1.2, zorder=1)
        for outcome, colour, mark, name in (
            (1, NEW, "o", words("positive outcome")),
            (0, ALARM, "x", words("negative outcome")),
        ):
            at = kept[y[kept] == outcome]
            axes.scatter(
                sides[0][at], sides[1][at], s=12 if mark == "x" else 8, c=colour, marker=mark, linewidths=0.8,
                alpha=0.7, label=name, zorder=2 + (mark == "x"),
            )  # fmt: skip
        drawing.plain(axes, "y", ticks=True)
        axes.set_xlabel(words("Score by the {model}", model=names[0]))
        axes.set_ylabel(words("Score by the {model}", model=names[1]))
        axes.legend(frameon=False, loc="upper left")
        return drawing.png(figure)
