"""Pictures as PNG, the same bytes for the same figures: bars of PSI, two distributions, calibration, volume by office."""

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from models import drawing
from models.drawing import ALARM, INK, LINE, NEW, OLD, PAPER, STYLE

DPI = 130
LETTERS = 6  # of a name, an inch of the picture


def _plain(axes: Axes, across: str, grid: str) -> None:
    axes.set_xlabel(across, loc="right")
    drawing.plain(axes, grid)


def stability(
    names: Sequence[str], psi: Sequence[float], noise: Sequence[float], rings: Sequence[bool], limit: float,
    said: tuple[str, str], width: float,
) -> bytes:  # fmt: skip
    """PSI a row, the first on top, beside what chance reaches (a tick) and the limit (a line); `said` names these two.

    A bar that rings is hatched, too: colour alone carries no meaning.
    """
    with rc_context(STYLE):
        lines = [fill(name, int(LETTERS * width)) for name in names]
        # Rows are equally high, so the longest name sets the height of all.
        figure, axes = drawing.axes(
            width, 0.9 + len(lines) * (0.15 + 0.15 * (1 + max(name.count("\n") for name in lines))), DPI
        )
        places = np.arange(len(lines))
        bars = axes.barh(places, psi, height=0.6, color=[ALARM if ring else NEW for ring in rings])
        for bar, ring in zip(bars, rings, strict=True):
            if ring:
                bar.set(hatch="///", edgecolor=PAPER, linewidth=0)
        halo = withStroke(linewidth=4, foreground=PAPER)  # else the mark is lost on a dark bar
        axes.plot(noise, places, "|", color=INK, markersize=9, label=said[0], path_effects=[halo])
        axes.axvline(limit, color=ALARM, linestyle="--", linewidth=1.2, label=said[1])
        axes.set_yticks(places, lines)
        axes.set_ylim(len(lines) - 0.4, -0.6)
        axes.set_xlim(0, max(1.15 * limit, 1.05 * max(psi, default=0)))
        _plain(axes, "PSI", "x")
        figure.legend(loc="outside upper left", ncols=2, frameon=False)
        return drawing.png(figure)


def distribution(
    names: Sequence[str],
    before: Sequence[float],
    now: Sequence[float],
    said: tuple[str, str],
    across: str,
    width: float,
) -> bytes:
    """Shares by bin of both sides, in per cent; `said` names the sides, `across` the axis."""
    with rc_context(STYLE):
        lines = [fill(name, int(LETTERS * width)) for name in names]
        figure, axes = drawing.axes(width, 0.95 + sum(0.22 + 0.13 * (name.count("\n") + 1) for name in lines), DPI)
        places = np.arange(len(lines))
        axes.barh(places - 0.2, 100 * np.array(before), height=0.36, color=OLD, label=said[0])
        axes.barh(places + 0.2, 100 * np.array(now), height=0.36, color=NEW, label=said[1])
        axes.set_yticks(places, lines)
        axes.set_ylim(len(lines) - 0.4, -0.6)
        _plain(axes, fill(across, int(7 * width)), "x")
        figure.legend(loc="outside upper left", ncols=2, frameon=False)
        return drawing.png(figure)


def calibration(expected: Sequence[float], observed: Sequence[float], said: tuple[str, str], width: float) -> bytes:
    """Observed against expected share of positives by group of scores, in per cent; `said` names the axes."""
    with rc_context(STYLE):
        figure, axes = drawing.axes(width, min(width, 4.2), DPI)
        axes.plot([0, 100], [0, 100], color=LINE, linewidth=1.2)
        axes.plot(100 * np.array(expected), 100 * np.array(observed), "o-", color=NEW, markersize=5)
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 100)
        axes.set_ylabel(said[1])
        _plain(axes, said[0], "y")
        return drawing.png(figure)


def volume(
    names: Sequence[str], observed: Sequence[float], ranges: Sequence[tuple[float, float]], rings: Sequence[bool],
    said: tuple[str, str], across: str, width: float,
) -> bytes:  # fmt: skip
    """A dot an office on the range chance allows, the first on top; an office that rings has a large square."""
    with rc_context(STYLE):
        lines = [fill(name, int(LETTERS * width)) for name in names]
        figure, axes = drawing.axes(width, 0.95 + sum(0.16 + 0.15 * (name.count("\n") + 1) for name in lines), DPI)
        places = np.arange(len(lines))
        low, high = np.array(ranges, dtype=float).reshape(-1, 2).T
        axes.barh(places, high - low, left=low, height=0.55, color=OLD, alpha=0.55, label=said[0])
        ring = np.array(rings, dtype=bool)
        dots = np.array(observed, dtype=float)
        axes.plot(dots[~ring], places[~ring], "o", color=NEW, markersize=5, label=said[1])
        axes.plot(dots[ring], places[ring], "s", color=ALARM, markersize=8)
        axes.set_yticks(places, lines)
        axes.set_ylim(len(lines) - 0.4, -0.6)
        axes.set_xlim(left=0)
        _plain(axes, fill(across, int(7 * width)), "x")
        figure.legend(loc="outside upper left", ncols=2, frameon=False)
        return drawing.png(figure)
