"""The dry run's tables by group, in words: shares before and after, intervals, who flips and where to."""

from collections.abc import Mapping
from typing import Any

from pipeline.audit import picture
from pipeline.audit.labels import Numbers, in_order
from pipeline.core.messages import Words
from pipeline.policy.diff import Diff, attribute_title, group_names
from pipeline.policy.diff_pictures import Interval
from pipeline.policy.shares import CANNOT_TELL, DIRECTIONS, FALLS, RISES, WITHIN, Row, Share

LARGEST = 18  # rows of the picture of groups
# How the audit's pictures draw a verdict: a triangle, a dot, an open dot.
DRAWN = {FALLS: "FAIL", RISES: "PASS", WITHIN: "PASS", CANNOT_TELL: "NOT ENOUGH DATA"}
SHAPES = {FALLS: "fail", RISES: "rise", WITHIN: "pass", CANNOT_TELL: "few"}


def sections(diff: Diff, words: Words) -> list[dict[str, Any]]:
    """One section an attribute, in the order of the programme: its picture and its table of flips."""
    speaker = _Speaker(diff, words)
    return [speaker.section(attribute) for attribute in diff.groups]


def most_changed(diff: Diff, words: Words) -> list[Interval]:
    """The groups whose share changes most, up to LARGEST, the largest fall first; none that is covered or unchanged."""
    found = []
    for attribute, rows in diff.groups.items():
        names = group_names(diff, attribute, words)
        title = attribute_title(diff, attribute, words)
        for row in rows:
            if row.gap and row.low is not None and row.high is not None:
                strong = row.verdict in (FALLS, RISES)
                found.append(
                    Interval(f"{title}: {names[row.group]}", 100 * row.gap, 100 * row.low, 100 * row.high, strong)
                )
    found.sort(key=lambda each: (-abs(each.value), each.name))
    return sorted(found[:LARGEST], key=lambda each: (each.value, each.name))


class _Speaker:
    """Says what rows tell, in one language."""

    def __init__(self, diff: Diff, words: Words) -> None:
        self.diff, self.words, self.numbers = diff, words, Numbers(words)
        self.said = {
            FALLS: words("falls by more than tolerated"),
            RISES: words("rises by more than tolerated"),
            WITHIN: words("changes little"),
            CANNOT_TELL: words("cannot tell"),
        }
        self.directions: Mapping[str, str] = {
            "held": words("newly held for an officer"), "ask": words("newly waiting for a paper or an answer"), "proceed": words("newly going on"),
        }  # fmt: skip

    def section(self, attribute: str) -> dict[str, Any]:
        """One attribute."""
        rows = {row.group: row for row in self.diff.groups[attribute]}
        names = group_names(self.diff, attribute, self.words)
        programme = self.diff.old.law.programme
        known = attribute in programme.groups
        order = in_order(programme, attribute, list(rows)) if known else sorted(rows)
        drawn = [row for row in rows.values() if row.low is not None]
        limit = self.diff.params.tolerance
        scale = picture.limit([(row.gap or 0.0, row.low or 0.0, row.high or 0.0) for row in drawn], limit)
        bare, verdicts = self.numbers.bare, {row.verdict for row in rows.values()}
        counts = [
            (SHAPES[name], self.said[name], sum(row.verdict == name and row.n != 0 for row in rows.values()))
            for name in SHAPES
        ]
        return {
            "id": f"by-{attribute}", "title": attribute_title(self.diff, attribute, self.words),
            "rows": [self._row(rows[key], names[key], scale) for key in order],
            "axis": picture.axis(scale, limit, (bare(-scale, "share"), bare(scale, "share")), (bare(-limit, "share"), bare(limit, "share"))),
            "counts": [each for each in counts if each[2]], "ways": [self.directions[name] for name in DIRECTIONS[::-1]],
            "open": FALLS in verdicts and bool(verdicts & {WITHIN, RISES}),  # the change does not treat all alike
        }  # fmt: skip

    def _row(self, row: Row, name: str, scale: float) -> dict[str, Any]:
        limit, numbers, words = self.diff.params.tolerance, self.numbers, self.words
        drawing = picture.empty(limit, scale)
        gap = between = ""
        if row.gap is not None:
            gap = numbers.gap(row.gap, "share")
        if row.gap is not None and row.low is not None and row.high is not None:
            drawing = picture.row((row.gap, row.low, row.high), limit, scale, DRAWN[row.verdict])
            low, high = numbers.bare(row.low, "share"), numbers.gap(row.high, "share")
            between = words("{low} to {high}", low=low, high=high)
        elif row.rounded:
            between = words("rounded")
        return {
            "group": name, "n": "" if row.n is None else numbers.whole(row.n), "nobody": row.n == 0, "covered": row.after is None and row.n != 0,
            "before": self._percent(row.before), "after": self._percent(row.after), "gap": gap, "between": between, "picture": drawing,
            "shape": SHAPES[row.verdict], "verdict": self.said[row.verdict], "ways": [self._way(row.towards[way]) for way in DIRECTIONS[::-1]],
        }  # fmt: skip

    def _percent(self, share: float | None) -> str:
        return "" if share is None else self.numbers.value(share, "share")

    def _way(self, share: Share | None) -> tuple[str, str]:
        """How many files flip this way: (files, share with its interval)."""
        if share is None:
            return "", ""
        low, high = self.numbers.decimal(100 * share.low, 1), self.numbers.value(share.high, "share")
        return self.numbers.whole(share.files), self.words(
            "{value} ({low} to {high})", value=self._percent(share.share), low=low, high=high
        )
