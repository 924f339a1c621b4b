"""What all pictures share: colours, a figure that needs no screen, a plain frame, and PNG of the same bytes each time."""

from io import BytesIO
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK, SOFT, LINE, PAPER = "#1d2a33", "#566570", "#d9e0e4", "#ffffff"  # as in pipeline/templates/base.css
OLD, NEW, ALARM = "#9aa5b1", "#0b6e78", "#a8330f"
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "text.color": INK,
    "axes.labelcolor": SOFT,
}  # for `rc_context`


def figure(width: float, height: float, dpi: int) -> Figure:
    """An empty figure of `width` by `height` inches, which belongs to no window and to no global state."""
    made = Figure(figsize=(width, height), dpi=dpi, layout="constrained", facecolor=PAPER)
    FigureCanvasAgg(made)
    return made


def axes(width: float, height: float, dpi: int) -> tuple[Figure, Axes]:
    """Such a figure with one pair of axes."""
    made = figure(width, height, dpi)
    return made, made.add_subplot()


def png(drawn: Figure) -> bytes:
    """The figure as PNG; it names no program and no day, so the same figure gives the same bytes."""
    stream = BytesIO()
    drawn.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def plain(frame: Axes, grid: str, ticks: bool = False) -> None:
    """A frame of one line, at the bottom (with `ticks` or without), and a grid behind what is drawn.

    The grid lines stand at the marks of the axis `grid`: "x", "y", or "" for none.
    """
    if grid:
        frame.grid(axis="x" if grid == "x" else "y", color=LINE, linewidth=0.7)
    frame.set_axisbelow(True)
    frame.spines[["top", "right", "left"]].set_visible(False)
    frame.spines["bottom"].set_color(LINE)
    frame.tick_params(left=False, bottom=ticks, colors=SOFT, labelcolor=INK)
