"""The tornado of the sensitivity report as PNG, the same bytes for the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib import rc_context
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from models import drawing
from models.drawing import INK, NEW, OLD, PAPER, SOFT, STYLE
from pipeline.policy.diff_pictures import DPI

TONES = {-1: OLD, 1: NEW}  # by the sign of the move
PITCH = {False: 0.46, True: 0.5}  # inches a row, narrow or not


@dataclass(frozen=True)
class Bar:
    """One move: files that are worse off for it (left) and better off (right), each (decided, undecided)."""

    sign: int
    left: tuple[int, int]
    right: tuple[int, int]


@dataclass(frozen=True)
class Texts:
    """What the picture says: `moves` names the two moves by sign, `sides` what lies left and right."""

    moves: dict[int, str]
    undecided: str
    sides: tuple[str, str]
    files: str


def tornado(rows: Sequence[tuple[str, Sequence[Bar]]], texts: Texts, width: float) -> bytes:
    """One row a number of the law, the first on top, its two moves one above the other; `width` in inches."""
    narrow = width < 6  # a name then stands above its bars, which leaves the width to them
    height, shift = (0.26, 0.16) if narrow else (0.36, 0.0)
    with rc_context(STYLE):
        figure, axes = drawing.axes(width, 1.2 + PITCH[narrow] * max(len(rows), 1), DPI)
        furthest = 1
        for place, (_, bars) in enumerate(rows):
            for bar in bars:
                at = place + shift + bar.sign * height / 2
                for way, (decided, undecided) in ((-1, bar.left), (1, bar.right)):
                    axes.barh(at, way * decided, height=height * 0.9, color=TONES[bar.sign])
                    axes.barh(
                        at, way * undecided, left=way * decided, height=height * 0.9, color=PAPER,
                        edgecolor=TONES[bar.sign], hatch="//////", linewidth=0.8,
                    )  # fmt: skip
                    furthest = max(furthest, decided + undecided)
        axes.axvline(0, color=INK, linewidth=1)
        names = [name for name, _ in rows]
        axes.set_yticks(range(len(rows)), [] if narrow else names)
        if narrow:
            for place, name in enumerate(names):
                axes.text(-1.08 * furthest, place - 0.14, name, ha="left", va="bottom", fontsize=8.5)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(-1.08 * furthest, 1.08 * furthest)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=[1, 2, 5, 10]))
        axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
        axes.set_xlabel(texts.files)
        for side, where in zip(texts.sides, (0, 1), strict=True):
            axes.set_title(side, loc="right" if where else "left", fontsize=8.5, color=SOFT)
        drawing.plain(axes, "x", ticks=True)
        handles = [Patch(color=TONES[sign], label=texts.moves[sign]) for sign in (-1, 1)]
        handles.append(Patch(facecolor=PAPER, edgecolor=SOFT, hatch="//////", label=texts.undecided))
        figure.legend(handles=handles, loc="outside upper left", ncols=2 if narrow else 3, frameon=False)
        return drawing.png(figure)
