"""Pictures as PNG, the same bytes for the same trials: how the search went, and where in the space good settings lie."""

from collections.abc import Sequence
from math import ceil
from textwrap import fill

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from models import drawing
from models.drawing import ALARM, INK, NEW, OLD, STYLE
from pipeline.core.params import Range

DPI = 130
NARROW = 5.0  # inches: below that two panels stand side by side, else three


def history(
    values: Sequence[float | None], present: float, higher: bool, said: tuple[str, str, str, str], ends: tuple[str, str], width: float
) -> bytes:  # fmt: skip
    """A dot a trial over its number, the best so far as steps, the present settings as a line.

    None: a trial that was ended early, a cross at the foot. `said` names dots, steps, line and crosses, `ends` the axes.
    """
    numbers = np.arange(1, len(values) + 1)
    known = np.array([np.nan if value is None else value for value in values])
    so_far = np.fmax.accumulate(known) if higher else np.fmin.accumulate(known)
    with rc_context(STYLE):
        figure, axes = drawing.axes(width, 3.4 if width > NARROW else 3.8, DPI)
        axes.plot(numbers, known, "o", color=OLD, markersize=4.5, label=said[0])
        axes.step(numbers, so_far, where="post", color=NEW, linewidth=1.6, label=said[1])
        axes.axhline(present, color=ALARM, linestyle="--", linewidth=1.2, label=said[2])
        ended = numbers[np.isnan(known)]
        axes.plot(ended, np.full(len(ended), 0.02), "x", color=INK, markersize=4, transform=axes.get_xaxis_transform(), label=said[3])  # fmt: skip
        axes.set_xlim(0.5, len(values) + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(ends[0], loc="right")
        axes.set_ylabel(ends[1])
        drawing.plain(axes, "y", ticks=True)
        figure.legend(loc="outside upper left", ncols=2, frameon=False)
        return drawing.png(figure)


Slice = tuple[str, Sequence[float], float, Range]  # name, each trial's value, the present one, where it was looked for


def slices(
    values: Sequence[float], best: int, knobs: Sequence[Slice], said: tuple[str, str, str], up: str, width: float
) -> bytes:
    """A panel a knob: each trial that was measured on every fold by the knob's value and what it reached (`values`).

    The trial at the place `best` is a large dot, the present value a dashed line; `said` names trials, best and
    present, `up` the axis.
    """
    across = min(len(knobs), 3 if width > NARROW else 2)
    down = ceil(len(knobs) / across)
    with rc_context(STYLE):
        figure = drawing.figure(width, 0.5 + 2.0 * down, DPI)
        panels = figure.subplots(down, across, sharey=True, squeeze=False)
        for place, (axes, knob) in enumerate(zip(panels.flat, knobs, strict=False)):
            _slice(axes, values, best, knob, said, int(9 * width / across))
            if place % across == 0:
                axes.set_ylabel(up)
        for axes in panels.flat[len(knobs) :]:
            axes.set_axis_off()
        figure.legend(*panels.flat[0].get_legend_handles_labels(), loc="outside upper left", ncols=3, frameon=False)
        return drawing.png(figure)


def _slice(
    axes: Axes, values: Sequence[float], best: int, knob: Slice, said: tuple[str, str, str], letters: int
) -> None:
    name, places, present, reach = knob
    if reach.log:
        axes.set_xscale("log")
    axes.plot(places, values, "o", color=OLD, markersize=4, label=said[0])
    axes.plot(places[best], values[best], "o", color=NEW, markersize=8, label=said[1])
    axes.axvline(present, color=ALARM, linestyle="--", linewidth=1.2, label=said[2])
    middle = (reach.low * reach.high) ** 0.5 if reach.log else (reach.low + reach.high) / 2
    ticks = [reach.low, middle, reach.high]
    axes.set_xticks(ticks, [f"{tick:.2g}" if tick < 100 else f"{tick:.0f}" for tick in ticks])
    axes.set_xlabel(fill(name, letters))
    axes.minorticks_off()
    drawing.plain(axes, "y", ticks=True)
