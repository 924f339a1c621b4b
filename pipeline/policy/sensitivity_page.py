"""The sensitivity report as one page: what may be shown of it, and in which words."""

import textwrap
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from babel.dates import format_date

from pipeline.audit.cover import cover
from pipeline.audit.labels import Numbers
from pipeline.core import pages, versions
from pipeline.core.messages import Words
from pipeline.gates.book import on_day
from pipeline.gates.records import FAIL, NOT_APPLICABLE, PASS, UNKNOWN
from pipeline.policy.sensitivity import MOVES, Change, Sensitivity
from pipeline.policy.sensitivity_picture import Bar, Texts, tornado

SMALLEST = 5  # fewer files than this are not shown
SMALL, WITHHELD = -1, -2  # what stands in for a covered count: 1 to 4 files; more, but 1 to 4 could be had from it
WIDE, NARROW = 8.4, 4.2  # inches: on a screen, on a telephone
TILES = {"reach": PASS, "below": FAIL, "undecided": UNKNOWN, "outside": NOT_APPLICABLE}


def covered(found: Sensitivity) -> np.ndarray:
    """The counts as they may be shown, (changes, kinds): SMALL or WITHHELD stands where they may not.

    The bands of one criterion add up to about what the criterion gives, so a small band could be had by subtraction:
    among the bands of one criterion, move and kind at least two are covered, with at least SMALLEST files together.
    """
    counts = found.counts()
    shown = np.where((counts > 0) & (counts < SMALLEST), SMALL, counts)
    families: dict[tuple[Any, int], list[int]] = {}
    for place, change in enumerate(found.changes):
        if change.kind == "band":
            families.setdefault((change.at[1], change.sign), []).append(place)
    for places in families.values():
        for kind in range(len(MOVES)):
            hidden = cover(counts[places, kind].astype("float64"), SMALLEST)
            shown[np.array(places)[hidden & (counts[places, kind] >= SMALLEST)], kind] = WITHHELD
    return shown


def base(found: Sensitivity) -> np.ndarray:
    """How many files the gate lets through, holds, cannot decide and is not asked about, covered likewise."""
    hidden = cover(found.base.astype("float64"), SMALLEST)
    return np.where(hidden, np.where(found.base < SMALLEST, SMALL, WITHHELD), found.base)


def number(found: Sensitivity, change: Change) -> int | float | None:
    """The number that the change moves; None for a criterion, which has several, and an unknown threshold."""
    table = found.table
    if change.kind == "threshold":
        value = on_day(table.threshold, found.as_of)
        return value if isinstance(value, int | float) else None
    if change.kind == "cap":
        return table.caps[int(change.at[1])].most
    return table.criteria[str(change.at[1])].bands[int(change.at[3])].points if change.kind == "band" else None


def after(found: Sensitivity, change: Change) -> int | float | None:
    """What `number` becomes, unrounded."""
    before = number(found, change)
    return None if before is None else _plain(Fraction(before) * (1 + change.sign * found.share))


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def render(found: Sensitivity, words: Words) -> str:
    """The page as HTML: self-contained, no script, nothing loaded from anywhere."""
    return pages.render("policy_sensitivity.html", **Page(found, words).values())


class Page:
    """Gathers what the template shows, in one language."""

    def __init__(self, found: Sensitivity, words: Words) -> None:
        self.found, self.words, self.numbers = found, words, Numbers(words)
        self.shown = covered(found)
        self.share = self.numbers.percent(float(found.share))
        heads = [place for place, change in enumerate(found.changes) if change.kind != "band"]
        pairs = [heads[start : start + 2] for start in range(0, len(heads), 2)]  # both moves of one number
        self.order = sorted(pairs, key=lambda pair: -int(np.maximum(self.shown[pair], 0).sum()))

    def values(self) -> dict[str, Any]:
        """The template's variables."""
        found, words, table = self.found, self.words, self.found.table
        rows = sum(len(criterion.bands) for criterion in table.criteria.values()) + len(table.caps)
        return {
            "words": words, "lang": words.lang, "title": words.name(found.programme.title),
            "status": words(found.programme.status), "share": self.share, "files": self.numbers.whole(found.base.sum()),
            "provisional": self.numbers.whole(table.provisional), "rows": self.numbers.whole(rows), "all_official": not table.provisional,
            "as_of": format_date(found.as_of, "d MMMM y" if words.lang == "en" else "long", locale=words.lang),
            "gates": ", ".join(f"{gate.code} {words.name(gate.rule.title)}" for gate in found.gates),
            "tiles": [(name, self.count(base(found)[place])) for name, place in TILES.items()],
            "picture": [pages.inline(self.picture(width)) for width in (WIDE, NARROW)],
            "heads": [self.row(place) for pair in self.order for place in pair],
            "criteria": list(self.criteria()), "unknown_rounding": table.rounding == "UNKNOWN", "smallest": SMALLEST,
            "small": self.count(SMALL), "law": versions.law(found.programme), "code": versions.code(),
        }  # fmt: skip

    def count(self, number: int) -> str:
        """A count, or the words that stand in its place."""
        if number == SMALL:
            return f"1\u2013{SMALLEST - 1}"
        return self.words("withheld") if number == WITHHELD else self.numbers.whole(number)

    def name(self, change: Change) -> str:
        """What people call the number that moves."""
        table = self.found.table
        if change.kind == "threshold":
            return self.words("Threshold")
        if change.kind == "cap":
            return self.words("Cap: {title}", title=self.words.name(table.caps[int(change.at[1])].title))
        criterion = table.criteria[str(change.at[1])]
        return self.words.name(criterion.bands[int(change.at[3])].title if change.kind == "band" else criterion.title)

    def move(self, sign: int) -> str:
        """`+10%`."""
        return f"{'+' if sign > 0 else chr(0x2212)}{self.share}"

    def row(self, place: int) -> dict[str, Any]:
        """One change of a table: name, move, numbers, counts."""
        change = self.found.changes[place]
        before, then = number(self.found, change), after(self.found, change)
        numbers = "" if before is None or then is None else f"{self._number(before)} \u2192 {self._number(then)}"
        counts = [self.count(n) for n in self.shown[place]]
        return {
            "name": self.name(change), "move": self.move(change.sign), "numbers": numbers, "counts": counts,
            "first": change.sign < 0, "idle": not self.shown[place].any(),
        }  # fmt: skip

    def _number(self, value: float) -> str:
        whole, point, rest = self.numbers.decimal(value, 4).partition("." if self.words.lang == "en" else ",")
        return f"{whole}{point}{rest.rstrip('0')}" if rest.strip("0") else whole

    def criteria(self) -> Iterator[dict[str, Any]]:
        """Criterion by criterion its bands; none for a criterion with a single band, whose numbers stand above."""
        for name, criterion in self.found.table.criteria.items():
            places = [
                n for n, change in enumerate(self.found.changes) if change.kind == "band" and change.at[1] == name
            ]
            if len(places) > 2:
                yield {"title": self.words.name(criterion.title), "rows": [self.row(place) for place in places]}

    def picture(self, width: float) -> bytes:
        """The tornado; covered counts are not drawn."""
        words = self.words
        texts = Texts(
            moves={sign: self.move(sign) for sign in (-1, 1)}, undecided=words("become undecided"), files=words("files"),
            sides=(words("fall below the threshold"), words("reach the threshold")),
        )  # fmt: skip
        rows = [(self.name(self.found.changes[pair[0]]), self._bars(pair)) for pair in self.order]
        letters, lines = (34, 2) if width == WIDE else (48, 1)
        return tornado([(_wrapped(name, letters, lines), bars) for name, bars in rows], texts, width)

    def _bars(self, places: Sequence[int]) -> list[Bar]:
        bars = []
        for place in places:
            reach, below, reached, under = (max(int(n), 0) for n in self.shown[place])
            bars.append(Bar(self.found.changes[place].sign, left=(below, reached), right=(reach, under)))
        return bars


def _wrapped(text: str, letters: int, lines: int) -> str:
    """`text` in so many lines of so many letters; what does not fit is left to the table."""
    found = textwrap.wrap(text, letters)
    return "\n".join([*found[: lines - 1], f"{found[lines - 1]} \u2026"] if len(found) > lines else found)
