"""One reading in words: its verdict, its counts and how sure they are."""

from collections.abc import Mapping
from typing import Any

from pipeline.audit.labels import Numbers
from pipeline.audit.queue import Metric
from pipeline.audit.readings import FAIL, FEW, NONE, PASS
from pipeline.core.messages import Words

Row = Mapping[str, Any]


class Speaker:
    """Says what a reading (a row of `readings.build` with None for missing) tells, in one language."""

    def __init__(self, words: Words, numbers: Numbers, confidence: float) -> None:
        self.words = words
        self.numbers = numbers
        self.confidence = confidence

    def word(self, verdict: str) -> str:
        """The verdict in the language of the page."""
        words = self.words
        return {PASS: words("PASS"), FAIL: words("FAIL"), FEW: words("NOT ENOUGH DATA"), NONE: words("NOT MEASURABLE")}[
            verdict
        ]

    def means(self, verdict: str) -> str:
        """One sentence on what a verdict says."""
        return {
            PASS: self.words("The gap to everybody else is surely within what is tolerated."),
            FAIL: self.words("The gap is surely larger than tolerated: a person must look into it."),
            FEW: self.words("Too few cases to say either; silence is not a clean bill."),
            NONE: self.words("Nobody has the data yet, or there is no other group."),
        }[verdict]

    def better(self, metric: Metric) -> str:
        """Which side of the picture is good for the group."""
        return {
            "higher": self.words("Further right is better for the group."),
            "lower": self.words("Further left is better for the group."),
            "zero": self.words("Best is no gap."),
            "neither": self.words("Neither side is better by itself."),
        }[metric.better]

    def of(self, row: Row, metric: Metric) -> str:
        """`23 of 214`, or the number of cases a mean is taken over."""
        if row.get("rounded"):
            return self.words("rounded")
        cases = self.numbers.whole(row["denominator"])
        if metric.kind == "share":
            return self.words("{hits} of {cases}", hits=self.numbers.whole(row["numerator"]), cases=cases)
        return self.words("{cases} cases", cases=cases)

    def between(self, row: Row, metric: Metric) -> str:
        """The interval of the gap; the unit stands once."""
        low, high = self.numbers.bare(row["gap_low"], metric.unit), self.numbers.gap(row["gap_high"], metric.unit)
        return self.words("{low} to {high}", low=low, high=high)

    def headline(self, row: Row, metric: Metric) -> str:
        """A gap in one line."""
        if row["value"] is None:
            return self.words("The values are withheld.")
        if row.get("rounded"):
            return self.words("About {value}.", value=self.numbers.value(row["value"], metric.unit))
        value, rest = (self.numbers.value(row[name], metric.unit) for name in ("value", "rest_value"))
        return self.words(
            "{value}, all others {rest}: {gap}", value=value, rest=rest, gap=self.numbers.gap(row["gap"], metric.unit)
        )

    def sentences(self, row: Row, metric: Metric) -> list[str]:
        """The counts behind a verdict."""
        words = self.words
        found = [words(row["reason"])] if row["reason"] else []
        if row["suppressed"]:
            found.append(
                words("Counts and values are withheld so that nobody can be recognised, here or by subtraction.")
            )
        if row.get("rounded"):
            found.append(
                words("Counts are withheld and the value is rounded so that a small group beside this one cannot be had by subtraction.")
            )  # fmt: skip
        elif row["n"] is not None:
            found.append(words("{cases} cases of the queue are in this group.", cases=self.numbers.whole(row["n"])))
        if row["value"] is not None:
            found += self._level(row, metric, "", words("This group"))
        if row["rest_value"] is not None:
            found += self._level(row, metric, "rest_", words("All others"))
        if row["gap_low"] is not None:
            found += self._gap(row, metric)
        return found

    def _level(self, row: Row, metric: Metric, side: str, who: str) -> list[str]:
        if row[f"{side}low"] is None:
            return []
        value, low, high = (self.numbers.value(row[f"{side}{name}"], metric.unit) for name in ("value", "low", "high"))
        confidence = self.numbers.percent(self.confidence)
        return [
            self.words(
                "{who}: {value}, between {low} and {high} ({confidence} confidence).",
                who=who, value=value, low=low, high=high, confidence=confidence,
            )
        ]  # fmt: skip

    def _gap(self, row: Row, metric: Metric) -> list[str]:
        gap, low, high = (self.numbers.gap(row[name], metric.unit) for name in ("gap", "gap_low", "gap_high"))
        limit, found = (
            self.numbers.gap(row[name] or 0, metric.unit, signed=False)
            for name in ("tolerance", "minimum_detectable_gap")
        )
        confidence = self.numbers.percent(row["gap_confidence"])
        sentences = [
            self.words("Gap: {gap}, between {low} and {high} (at {confidence}, as many groups are compared).", gap=gap, low=low, high=high, confidence=confidence),
            self.words("Tolerated is a gap of up to {limit}.", limit=limit),
        ]  # fmt: skip
        if row["minimum_detectable_gap"] is not None:
            sentences.append(
                self.words(
                    "With this many cases, a true gap of {gap} would be called FAIL 4 times out of 5.", gap=found
                )
            )
        return sentences
