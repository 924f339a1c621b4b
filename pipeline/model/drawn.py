"""From a question, or a change of one, to its picture: which kind of chart, which ends, which marks on the axis."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from models.encode import Feature
from pipeline.model import pictures
from pipeline.model.compare import Change
from pipeline.model.published import MISSING, NUMBER, Question, Row, Span
from pipeline.model.told import Teller
from pipeline.rank.reasons import LOG, SHARE, YES_NO

BARS = 12  # answers drawn at most; the table has all of them
TICKS = 5


def limits(points: Sequence[float]) -> tuple[float, float]:
    """One axis for all charts, so that they can be compared: a little beyond the least and the most."""
    low, high = min([*points, 0.0]), max([*points, 0.0])
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


def question(found: Question, scale: float, ends: tuple[float, float], teller: Teller) -> bytes:
    """The chart of one question, in points before rounding."""
    across = teller.words("points")
    points = [scale * row.effect for row in found.rows]
    if len(found.features) > 1:
        return _pair(found, points, ends, teller)
    feature = found.features[0]
    numbers = [row.spans[0] for row in found.rows if row.spans[0].kind == NUMBER]
    if numbers and feature.unit != YES_NO and found.reach:
        return pictures.steps(
            [span.up_to for span in numbers if span.up_to is not None], [("", points[: len(numbers)], points[-1])], found.reach, ends,
            _ticks(found.reach, feature, found.whole[0]), lambda value: _tick(value, feature, teller), teller.words("not stated"), across, found.histogram,
        )  # fmt: skip
    chosen = _chosen(found.rows, points)
    names = teller.answers([[found.rows[at].spans[0]] for at in chosen], feature, True)
    return pictures.bars(names, [("", [points[at] for at in chosen])], ends, across)


def change(found: Change, ends: tuple[float, float], teller: Teller) -> bytes:
    """Both curves of one question in one chart; nothing for a pair, whose table says it."""
    if len(found.features) > 1:
        return b""
    words, feature = teller.words, found.features[0]
    old, new = [step.old for step in found.steps], [step.new for step in found.steps]
    numbers = [step.spans[0] for step in found.steps if step.spans[0].kind == NUMBER]
    said = (words("before"), words("after"))
    edges = [span.up_to for span in numbers if span.up_to is not None]
    if edges and feature.unit != YES_NO:
        room = 0.12 * (edges[-1] - edges[0]) or max(1.0, abs(edges[0]) / 2)
        reach = edges[0] - room, edges[-1] + room
        return pictures.steps(
            edges, [(name, side[: len(numbers)], side[-1]) for name, side in zip(said, (old, new), strict=True)], reach, ends,
            _ticks(reach, feature, whole_steps(found)), lambda value: _tick(value, feature, teller), words("not stated"), words("points"),
        )  # fmt: skip
    moved = sorted(range(len(old)), key=lambda at: -abs(new[at] - old[at]) * (found.steps[at].share or 1e-9))[:BARS]
    chosen = sorted(moved)
    names = teller.answers([[found.steps[at].spans[0]] for at in chosen], feature, True)
    series = [(name, [side[at] for at in chosen]) for name, side in zip(said, (old, new), strict=True)]
    return pictures.bars(names, series, ends, words("points"))


def whole_steps(found: Change) -> bool:
    """Whether every edge lies where one between two whole numbers does (x.5, or 0)."""
    edges = [span.up_to for step in found.steps for span in step.spans if span.up_to is not None]
    return all(abs(2 * edge - round(2 * edge)) < 1e-6 and (abs(edge) < 1e-6 or round(2 * edge) % 2) for edge in edges)


def _chosen(rows: Sequence[Row], points: Sequence[float]) -> list[int]:
    """Which rows are drawn: those of most training cases, most points first, a missing answer last."""
    often = sorted(range(len(rows)), key=lambda at: -(rows[at].cases or 0))[:BARS]
    return sorted(often, key=lambda at: (rows[at].spans[0].kind == MISSING, -points[at]))


def _pair(found: Question, points: Sequence[float], ends: tuple[float, float], teller: Teller) -> bytes:
    sides: list[list[Span]] = [list(dict.fromkeys(row.spans[place] for row in found.rows)) for place in range(2)]
    names = [
        teller.answers([[span] for span in side], feature, whole)
        for side, feature, whole in zip(sides, found.features, found.whole, strict=True)
    ]
    effects = np.array(points).reshape(len(sides[0]), len(sides[1]))
    titles = [teller.title([feature]) for feature in found.features]
    return pictures.field(names[0], names[1], effects, max(abs(end) for end in ends), (titles[0], titles[1]))


def _ticks(reach: tuple[float, float], feature: Feature, whole: bool) -> list[float]:
    """A few round numbers in the unit that is shown (whole ones where all are), away from the mark of a missing answer."""
    low, high = reach
    last = low + 0.82 * (high - low)
    if not feature.unit.startswith(LOG):
        return [
            float(value) for value in MaxNLocator(TICKS, integer=whole).tick_values(low, high) if low <= value <= last
        ]
    round_ones = [head * 10.0**power for power in range(10) for head in (1, 2, 5)]
    found = [math.log1p(value) for value in [0.0, *round_ones] if low <= math.log1p(value) <= last]
    return found[:: max(1, math.ceil(len(found) / (TICKS - 1)))]


def _tick(value: float, feature: Feature, teller: Teller) -> str:
    numbers = teller.numbers
    if feature.unit.startswith(LOG):
        return numbers.whole(math.expm1(value))
    if feature.unit.startswith(SHARE):
        return teller.words("{number}%", number=numbers.whole(100 * value))
    return numbers.decimal(value, 0 if value == round(value) else 1)
