"""One picture a question as PNG, the same bytes for the same figures: steps for a number, bars for a category."""

from collections.abc import Callable, Sequence
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib import rc_context

from models import drawing
from models.drawing import INK, LINE, NEW, OLD, PAPER, SOFT
from pipeline.model.told import signed

DOWN, CROWD = "#9a5b13", "#c5ced4"
STYLE: Any = drawing.STYLE | {"font.size": 9.5}
DPI, WIDTH = 150, 4.2  # inches: as wide as a telephone shows it sharply
LETTERS = 24  # of a name, a line
Curves = Sequence[tuple[str, Sequence[float], float]]  # name, effects from the lowest interval to the highest, missing


def steps(
    edges: Sequence[float], curves: Curves, reach: tuple[float, float], limits: tuple[float, float],
    ticks: Sequence[float], tick: Callable[[float], str], missing: str, across: str, crowd: Sequence[int] = (),
) -> bytes:  # fmt: skip
    """Points by a number: one step curve, or two (the old one first, grey and broken), and a mark for no answer.

    `edges` end the intervals but the last, `reach` and `limits` are the ends of both axes, `ticks` stand on the number
    line and are written by `tick`; `crowd` counts training cases in equal parts of `reach`, drawn below.
    """
    with rc_context(STYLE):
        figure = drawing.figure(WIDTH, 2.75 if len(curves) > 1 else 2.5, DPI)
        below = None
        if any(crowd):
            grid = figure.add_gridspec(2, 1, height_ratios=(6, 1), hspace=0.02)
            axes, below = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
        else:
            axes = figure.add_subplot()
        low, high = reach
        room = 0.12 * (high - low)
        for place, (name, effects, gap) in enumerate(curves):
            last = place == len(curves) - 1
            style: dict[str, Any] = {
                "color": NEW if last else OLD,
                "linestyle": "-" if last else "--",
                "linewidth": 1.8,
            }
            x = np.array([low, *edges, high])
            axes.stairs(list(effects), x, baseline=None, label=name, **style)
            axes.plot(
                high + room * (1 if last else 0.6), gap, marker="D" if last else "d", color=style["color"], markersize=5
            )
        axes.axhline(0, color=SOFT, linewidth=0.8, zorder=0)
        axes.axvline(high + room * 0.25, color=LINE, linewidth=0.8)
        for part in (axes, below):
            if part is not None:
                part.set_xlim(low, high + 1.5 * room)
                part.set_xticks([*ticks, high + room], [*(tick(value) for value in ticks), missing])
        axes.set_ylim(*limits)
        axes.set_ylabel(across)
        axes.yaxis.set_major_formatter(lambda value, _: signed(value))
        drawing.plain(axes, "y")
        if below is not None:
            axes.tick_params(labelbottom=False)
            below.stairs(list(crowd), np.linspace(low, high, len(crowd) + 1), color=CROWD, fill=True)
            below.set_yticks([])
            drawing.plain(below, "")
        if len(curves) > 1:
            figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2, frameon=False)
        return drawing.png(figure)


def bars(
    names: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], limits: tuple[float, float], across: str
) -> bytes:
    """Points by answer, the first on top: one bar an answer, or two (the old one first, in grey)."""
    with rc_context(STYLE):
        lines = [fill(_short(name), LETTERS) for name in names]
        extra = max(line.count("\n") for line in lines)
        figure = drawing.figure(WIDTH, 0.9 + len(lines) * (0.26 + 0.13 * extra + 0.1 * (len(series) - 1)), DPI)
        axes = figure.add_subplot()
        places = np.arange(len(lines))
        thick = 0.62 / len(series)
        for number, (name, effects) in enumerate(series):
            last = number == len(series) - 1
            at = places + (number - (len(series) - 1) / 2) * thick
            values = np.array(effects)
            color: Any = np.where(values < 0, DOWN, NEW).tolist() if len(series) == 1 else NEW if last else OLD
            axes.barh(at, values, height=thick, color=color, label=name)
        axes.axvline(0, color=SOFT, linewidth=0.8)
        axes.set_yticks(places, lines)
        axes.set_ylim(len(lines) - 0.4, -0.6)
        axes.set_xlim(*limits)
        axes.xaxis.set_major_formatter(lambda value, _: signed(value))
        axes.set_xlabel(across, loc="right")
        drawing.plain(axes, "x")
        if len(series) > 1:
            figure.legend(loc="outside upper left", ncols=2, frameon=False)
        return drawing.png(figure)


def field(
    down: Sequence[str], right: Sequence[str], effects: np.ndarray, limit: float, across: tuple[str, str]
) -> bytes:
    """Points of a pair: a square for each answer to the first question (down) and to the second (right), with its number."""
    with rc_context(STYLE):
        rows, columns = effects.shape
        figure = drawing.figure(WIDTH, 1.6 + 0.24 * rows, DPI)
        axes = figure.add_subplot()
        axes.imshow(effects, cmap="BrBG", vmin=-limit, vmax=limit, aspect="auto")
        axes.set_yticks(range(rows), [_short(name) for name in down])
        axes.set_xticks(
            range(columns), [_short(name) for name in right], rotation=60, ha="right", rotation_mode="anchor"
        )
        axes.set_ylabel(fill(_short(across[0]), 26), fontsize=8)
        axes.set_xlabel(fill(_short(across[1]), 34), fontsize=8)
        if rows * columns <= 60:
            for row, column in np.ndindex(rows, columns):
                strong = abs(effects[row, column]) > 0.6 * limit
                axes.text(
                    column, row, signed(round(float(effects[row, column]))), ha="center", va="center", fontsize=7.5,
                    color=PAPER if strong else INK,
                )  # fmt: skip
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0, labelsize=7.5)
        return drawing.png(figure)


def _short(name: str) -> str:
    return name if len(name) <= 2 * LETTERS else name[: 2 * LETTERS - 1] + "…"
