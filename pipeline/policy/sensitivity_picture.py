"""The tornado of the sensitivity report as PNG, the same bytes for the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from pipeline.policy.diff_pictures import DPI, INK, LINE, NEW, OLD, PAPER, SOFT, STYLE

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
    with rc_context(dict[Any, Any](STYLE)):
        figure = Figure(
            figsize=(width, 1.2 + PITCH[narrow] * max(len(rows), 1)), dpi=DPI, layout="constrained", facecolor=PAPER
        )
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
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
        axes.grid(axis="x", color=LINE, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.spines["bottom"].set_color(LINE)
        axes.tick_params(left=False, colors=SOFT, labelcolor=INK)
        handles = [Patch(color=TONES[sign], label=texts.moves[sign]) for sign in (-1, 1)]
        handles.append(Patch(facecolor=PAPER, edgecolor=SOFT, hatch="//////", label=texts.undecided))
        figure.legend(handles=handles, loc="outside upper left", ncols=2 if narrow else 3, frameon=False)
        stream = BytesIO()
        figure.savefig(stream, format="png", metadata={"Software": None})
        return stream.getvalue()
