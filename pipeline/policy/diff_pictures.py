"""Pictures of the dry run as PNG, the same bytes for the same figures: flows, groups, offices."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from models import drawing
from models.drawing import ALARM, INK, NEW, OLD, SOFT, STYLE

# Goes on, waits, held for an officer: told apart by place and name first, by colour and lightness second.
TONES = ("#1b6b57", "#c9a227", ALARM)
DPI = 160
LETTERS = 6  # of a name, an inch of the picture


@dataclass(frozen=True)
class Interval:
    """One row of the picture of groups, in percentage points; `strong`: the change is beyond what is tolerated."""

    name: str
    value: float
    low: float
    high: float
    strong: bool


def flows(matrix: np.ndarray, labels: Sequence[Sequence[str]], ends: Sequence[str], width: float) -> bytes:
    """Files by old (left) and new (right) verdict as bands; `matrix` (3, 3) in the order of the picture.

    `labels` are the texts beside the bars of the two sides, `ends` the names of the sides. Bands of few files are drawn
    at least so thick that they are seen.
    """
    with rc_context(STYLE):
        figure, axes = drawing.axes(width, 3.4, DPI)
        axes.set_axis_off()
        total = max(int(matrix.sum()), 1)
        gap, least = 0.09 * total, 0.012 * total
        drawn = np.where(matrix > 0, np.maximum(matrix, least), 0.0)
        left, right = _stacks(drawn.sum(axis=1), gap), _stacks(drawn.sum(axis=0), gap)
        pieces = []
        right_at = right.copy()
        for old in range(3):
            at = left[old]
            for new in range(3):
                thick = drawn[old, new]
                if thick:
                    pieces.append((old, new, at, right_at[new], thick))
                    at, right_at[new] = at - thick, right_at[new] - thick
        # What stays lies behind what flips.
        for old, new, start, end, thick in sorted(pieces, key=lambda piece: piece[0] != piece[1]):
            axes.add_patch(_band(start, end, thick, TONES[new], 0.28 if old == new else 0.9))
        for side, tops, sizes in ((0, left, drawn.sum(axis=1)), (1, right, drawn.sum(axis=0))):
            out = 2 * side - 1
            for place in range(3):
                axes.bar(
                    side, sizes[place], bottom=tops[place] - sizes[place], width=0.035, color=TONES[place], zorder=3
                )
                axes.text(
                    side + 0.03 * out, tops[place] - sizes[place] / 2, labels[side][place],
                    ha="left" if side else "right", va="center", linespacing=1.3,
                )  # fmt: skip
            axes.text(side, 0.08 * total, ends[side], ha="center", va="bottom", color=SOFT)
        room = 0.52 * 7.6 / width
        axes.set_xlim(-room, 1 + room)
        axes.set_ylim(min(left[2] - drawn[2].sum(), right[2] - drawn[:, 2].sum()) - 0.02 * total, 0.2 * total)
        return drawing.png(figure)


def _stacks(sizes: np.ndarray, gap: float) -> np.ndarray:
    """The tops of bars that hang below each other from 0."""
    return -np.concatenate([[0.0], np.cumsum(sizes + gap)[:-1]])


def _band(start: float, end: float, thick: float, color: str, alpha: float) -> PathPatch:
    points = [(0, start), (0.5, start), (0.5, end), (1, end), (1, end - thick), (0.5, end - thick), (0.5, start - thick), (0, start - thick), (0, start)]  # fmt: skip
    codes = [
        Outline.MOVETO, Outline.CURVE4, Outline.CURVE4, Outline.CURVE4, Outline.LINETO, Outline.CURVE4, Outline.CURVE4,
        Outline.CURVE4, Outline.CLOSEPOLY,
    ]  # fmt: skip
    return PathPatch(Outline(points, codes), facecolor=color, edgecolor="none", alpha=alpha)


def groups(rows: Sequence[Interval], tolerance: float, across: str, width: float) -> bytes:
    """A forest plot, the first row on top: change of the share that passes with its interval, in percentage points."""
    with rc_context(STYLE):
        names = [fill(row.name, int(LETTERS * width)) for row in rows]
        figure, axes = drawing.axes(width, 0.75 + (0.24 + 0.14 * _extra(names)) * len(rows), DPI)
        axes.axvspan(-tolerance, tolerance, color="#eef1f3", zorder=0)
        axes.axvline(0, color=SOFT, linewidth=0.8, zorder=1)
        for place, row in enumerate(rows):
            color = TONES[2] if row.strong else INK
            axes.plot([row.low, row.high], [place, place], color=color, linewidth=1.6, zorder=2)
            axes.plot(
                row.value,
                place,
                marker="^" if row.strong else "o",
                color=color,
                markersize=6 if row.strong else 4.5,
                zorder=3,
            )
        axes.set_yticks(range(len(rows)), names)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        _plain(axes, fill(across, int(7 * width)))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:+g}".replace("-", "\u2212") if value else "0")
        return drawing.png(figure)


def bars(
    names: Sequence[str], old: Sequence[float], new: Sequence[float], said: Sequence[str], across: str, width: float
) -> bytes:
    """Two bars a row, old above new, the first row on top; `said` are the two names of the legend."""
    with rc_context(STYLE):
        names = [fill(name, int(LETTERS * width)) for name in names]
        figure, axes = drawing.axes(width, 0.95 + (0.34 + 0.06 * _extra(names)) * len(names), DPI)
        places = np.arange(len(names))
        axes.barh(places - 0.19, old, height=0.34, color=OLD, label=said[0])
        axes.barh(places + 0.19, new, height=0.34, color=NEW, label=said[1])
        axes.set_yticks(places, names)
        axes.set_ylim(len(names) - 0.4, -0.6)
        _plain(axes, fill(across, int(7 * width)))
        axes.set_xlim(left=0)
        figure.legend(loc="outside upper left", ncols=2, frameon=False)
        return drawing.png(figure)


def _extra(names: Sequence[str]) -> int:
    """How many lines beyond the first the longest name has."""
    return max((name.count("\n") for name in names), default=0)


def _plain(axes: Axes, across: str) -> None:
    axes.set_xlabel(across, loc="right")
    drawing.plain(axes, "x", ticks=True)
