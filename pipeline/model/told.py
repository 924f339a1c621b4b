"""Rows of the published table in plain words: what an answer is, in one of three languages."""

import math
from collections.abc import Sequence

import numpy as np

from models.encode import Feature
from pipeline.audit.labels import MINUS, Numbers
from pipeline.core.messages import Words
from pipeline.model.published import MISSING, NUMBER, OTHER, Span
from pipeline.rank.reasons import LOG, SHARE, YES_NO

LISTED = 6  # values of one row that are named; the others are counted
DIGITS = 6


class Teller:
    """Speaks one language about one model."""

    def __init__(self, words: Words) -> None:
        self.words, self.numbers = words, Numbers(words)

    def title(self, features: Sequence[Feature]) -> str:
        """The question: what is asked, with its unit where the meaning does not name it already."""
        return " × ".join(self._title(feature) for feature in features)

    def _title(self, feature: Feature) -> str:
        meaning, unit = self.words(feature.meaning), feature.unit.removeprefix(LOG)
        hidden = not unit or unit == YES_NO or unit.startswith(SHARE)
        if hidden or set(unit.split()[:1]) <= set(feature.meaning.casefold().split()):
            return meaning
        return f"{meaning} ({self.words(unit)})"

    def answers(self, runs: Sequence[Sequence[Span]], feature: Feature, whole: bool) -> list[str]:
        """Each run of neighbouring spans in words; edges get as many digits as tell them apart."""
        bounds = [(run[0].above, run[-1].up_to) for run in runs if run[0].kind == NUMBER]
        edges = sorted({shown(edge, feature) for pair in bounds for edge in pair if edge is not None})
        digits = _digits(edges)
        return [self._answer(run, feature, whole, digits) for run in runs]

    def _answer(self, run: Sequence[Span], feature: Feature, whole: bool, digits: int) -> str:
        if run[0].kind == NUMBER:
            return self._interval(run[0].above, run[-1].up_to, feature, whole, digits)
        names = [self.value(span) for span in run]
        if len(names) <= LISTED + 1:
            return "; ".join(names)
        return self.words("{names} and {count} more", names="; ".join(names[:LISTED]), count=len(names) - LISTED)

    def value(self, span: Span) -> str:
        """A category, any other value, or no answer."""
        if span.kind == MISSING:
            return self.words("not stated")
        if span.kind == OTHER:
            return self.words("any other value")
        return self.words(span.value.replace("_", " "))  # the code's translation, or the register's own text

    def _interval(self, above: float | None, up_to: float | None, feature: Feature, whole: bool, digits: int) -> str:
        words = self.words
        if above is None and up_to is None:
            return words("any number")
        if whole and not feature.unit.startswith((LOG, SHARE)):
            low = None if above is None else math.floor(above) + 1
            high = None if up_to is None else math.floor(up_to)
            if low is None or high is None or low <= high:
                return self._whole(low, high, feature)
        low_text = None if above is None else self.edge(above, feature, digits)
        high_text = None if up_to is None else self.edge(up_to, feature, digits)
        if low_text is None:
            return words("{high} or less", high=high_text)
        if high_text is None:
            return words("more than {low}", low=low_text)
        return words("more than {low}, up to {high}", low=low_text, high=high_text)

    def _whole(self, low: int | None, high: int | None, feature: Feature) -> str:
        words = self.words
        if feature.unit == YES_NO and (low, high) in ((None, 0), (1, None)):
            return words("no") if low is None else words("yes")
        if low is None or high is None:
            end = self.numbers.whole(high if low is None else low)  # type: ignore[arg-type]
            return words("{high} or less", high=end) if low is None else words("{low} or more", low=end)
        if low == high:
            return self.numbers.whole(low)
        return words("{low} to {high}", low=self.numbers.whole(low), high=self.numbers.whole(high))

    def edge(self, edge: float, feature: Feature, digits: int) -> str:
        """An edge as a reader wants it: amounts instead of their logarithm, shares in per cent."""
        text = self.numbers.decimal(shown(edge, feature), digits)
        return self.words("{number}%", number=text) if feature.unit.startswith(SHARE) else text

    def points(self, points: float) -> str:
        """Whole points with their sign."""
        return self.numbers.decimal(points, 0, signed=True)

    def effects(self, effects: Sequence[float]) -> str:
        """One effect in log-odds, or from the smallest to the largest."""
        low, high = min(effects), max(effects)
        texts = [self.numbers.decimal(effect, 3, signed=True) for effect in (low, high)]
        return texts[0] if texts[0] == texts[1] else self.words("{low} to {high}", low=texts[0], high=texts[1])

    def share(self, cases: int | None, total: int | None, smallest: int) -> str:
        """A share of the training cases; a small number of people is not told exactly."""
        if cases is None or not total:
            return ""
        if 0 < cases < smallest:
            return "< " + self.numbers.value(smallest / total, "share")
        return self.numbers.value(cases / total, "share")


def shown(edge: float, feature: Feature) -> float:
    """`edge` in the unit that is shown: amounts instead of their logarithm, per cent instead of shares."""
    if feature.unit.startswith(LOG):
        return math.expm1(edge)
    return 100 * edge if feature.unit.startswith(SHARE) else edge


def _digits(edges: Sequence[float]) -> int:
    """The fewest digits with which rounding moves no edge by more than a quarter of the way to the next one."""
    gaps = (
        np.diff(np.array(edges))
        if len(edges) > 1
        else np.array([max(abs(edge) for edge in edges) / 10 if edges else 1.0])
    )
    for digits in range(DIGITS):
        if all(abs(round(edge, digits) - edge) <= gaps.min() / 4 for edge in edges):
            return digits
    return DIGITS


def signed(number: float) -> str:
    """A whole number with its sign, for an axis."""
    return f"{number:+g}".replace("-", MINUS) if number else "0"
