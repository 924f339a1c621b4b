"""Pictures as PNG, the same bytes for the same figures: AUC over time, cost of transparency, precision of the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes

from models import drawing
from models.drawing import ALARM, INK, LINE, NEW, OLD, SOFT, STYLE

DPI = 130
LETTERS = 6  # of a name, an inch of the picture
WIDE = 6.0  # inches from which pictures stand side by side
# a rung has a colour, a mark and a stroke of its own: colour alone carries no meaning
LOOKS = (
    (OLD, "x", ":"), (SOFT, "+", ":"), ("#b07a1e", "D", "--"), (NEW, "o", "-"), ("#5a4a9c", "^", "-"), (ALARM, "s", "--"),
)  # fmt: skip
Interval = tuple[float, float, float]  # value, low, high


@dataclass(frozen=True)
class Line:
    """One rung over time: place on the ladder, name, and on each retrain day its interval (None: cannot say)."""

    place: int
    name: str
    values: Sequence[Interval | None]


def over_time(panels: Sequence[tuple[str, Sequence[str], Sequence[Line]]], up: str, width: float) -> bytes:
    """AUC with its interval by retrain day, a panel a window (title, days, lines); the panels share their scale."""
    with rc_context(STYLE):
        beside = width >= WIDE
        rows, columns = (1, len(panels)) if beside else (len(panels), 1)
        figure = drawing.figure(width, 4.0 if beside else 2.9 * len(panels) + 1.0, DPI)
        frames = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel()
        for frame, (title, days, lines) in zip(frames, panels, strict=True):
            frame.set_title(fill(title, int(7.5 * width / columns)), loc="left", fontsize=9, color=SOFT)
            for number, line in enumerate(lines):
                _line(frame, line, (number - (len(lines) - 1) / 2) * 0.09)
            frame.axhline(0.5, color=LINE, linewidth=1)
            frame.set_xticks(range(len(days)), days, rotation=45, ha="right", fontsize=8)
            drawing.plain(frame, "y")
        frames[0].set_ylabel(up)
        handles, names = frames[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper left", ncols=3 if beside else 2, frameon=False)
        return drawing.png(figure)


def _line(frame: Axes, line: Line, aside: float) -> None:
    color, mark, stroke = LOOKS[line.place]
    known = [(day, *found) for day, found in enumerate(line.values) if found is not None]
    day, value, low, high = np.array(known, dtype=float).reshape(-1, 4).T
    frame.vlines(day + aside, low, high, color=color, linewidth=1, alpha=0.55)
    frame.plot(
        day + aside, value, color=color, marker=mark, linestyle=stroke, markersize=5, linewidth=1.3, label=line.name
    )


def costs(names: Sequence[str], gaps: Sequence[Interval], across: str, width: float) -> bytes:
    """A difference a row with its interval, the first on top and the last, all together, strongest; a line at none."""
    with rc_context(STYLE):
        lines = [fill(name, int(LETTERS * width)) for name in names]
        figure, axes = drawing.axes(width, 0.9 + sum(0.18 + 0.14 * (name.count("\n") + 1) for name in lines), DPI)
        axes.axvline(0, color=SOFT, linewidth=1.2, linestyle="--")
        for place, (value, low, high) in enumerate(gaps):
            last = place == len(gaps) - 1
            axes.hlines(place, low, high, color=INK if last else NEW, linewidth=3 if last else 1.6)
            axes.plot([value], [place], "s" if last else "o", color=INK if last else NEW, markersize=8 if last else 5)
        axes.set_yticks(range(len(lines)), lines)
        axes.set_ylim(len(lines) - 0.4, -0.6)
        drawing.plain(axes, "x", ticks=True)
        axes.set_xlabel(fill(across, int(7 * width)), loc="right")
        return drawing.png(figure)


def precision(
    names: Sequence[str], values: Sequence[Interval], everyone: float, said: tuple[str, str], across: str, width: float
) -> bytes:  # fmt: skip
    """The share of positives among those seen, a rung a row, from worst to best order of ties; a line where order is chance.

    `said` names the mark and the line.
    """
    with rc_context(STYLE):
        lines = [fill(name, int(LETTERS * width)) for name in names]
        figure, axes = drawing.axes(width, 1.0 + sum(0.2 + 0.14 * (name.count("\n") + 1) for name in lines), DPI)
        mean, low, high = 100 * np.array(values, dtype=float).reshape(-1, 3).T
        places = np.arange(len(lines))
        axes.hlines(places, low, high, color=NEW, linewidth=3)
        axes.plot(mean, places, "o", color=NEW, markersize=6, label=said[0])
        axes.axvline(100 * everyone, color=ALARM, linestyle="--", linewidth=1.2, label=said[1])
        axes.set_yticks(places, lines)
        axes.set_ylim(len(lines) - 0.4, -0.6)
        drawing.plain(axes, "x", ticks=True)
        axes.set_xlabel(fill(across, int(7 * width)), loc="right")
        figure.legend(loc="outside upper left", ncols=2 if width >= WIDE else 1, frameon=False)
        return drawing.png(figure)
