"""The audit as one page: what a person sees of the readings, as plain values for the template."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.audit import labels, picture
from pipeline.audit.law import Gate
from pipeline.audit.queue import Measure, Metric
from pipeline.audit.readings import FAIL, FEW, NONE, PASS, VERDICTS
from pipeline.core.messages import Words
from pipeline.core.params import Audit
from pipeline.core.programme import Programme

SHOWN = 12  # groups above the fold of one picture
FIRST = 10  # gaps at the head of the page
OPEN = "selection"  # the picture that is open from the start
PARTS = ("lists", "waiting", "outcomes", "gates")
SHAPES = {PASS: "pass", FAIL: "fail", FEW: "few", NONE: "none"}


@dataclass(frozen=True)
class Audited:
    """All that the page tells of. `readings` is the frame of `readings.build`, `overall` the records of the queue."""

    programme: Programme
    as_of: date
    params: Audit
    metrics: Mapping[str, tuple[Metric, Measure]]
    readings: pd.DataFrame
    overall: list[dict[str, Any]]
    cases: int
    gates: Mapping[str, Gate]
    versions: Mapping[str, str]  # law, model, data, code: whichever are known


def render(audited: Audited, words: Words) -> str:
    """The page as HTML: self-contained, no script, nothing loaded from anywhere."""
    environment = Environment(
        loader=PackageLoader("pipeline", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("audit.html").render(_view(audited, words)) + "\n"


def _view(audited: Audited, words: Words) -> dict[str, Any]:
    programme, readings = audited.programme, audited.readings
    writer = _Writer(audited, words)
    counts = readings["verdict"].value_counts()
    measured = readings[readings["verdict"] != NONE]
    sections = [writer.section(attribute) for attribute in programme.groups]
    first = writer.first()
    return {
        "words": words, "lang": words.lang, "shapes": SHAPES, "numbers": writer.numbers,
        "title": words.name(programme.title), "status": programme.status, "name": programme.programme,
        "as_of": format_date(audited.as_of, "d MMMM y" if words.lang == "en" else "long", locale=words.lang),
        "queue": writer.numbers.whole(audited.cases),
        "verdicts": [
            {"shape": SHAPES[name], "word": writer.word(name), "count": writer.numbers.whole(int(counts.get(name, 0))), "means": writer.means(name)}
            for name in VERDICTS
        ],
        "readings": writer.numbers.whole(len(readings)), "tested": writer.numbers.whole(len(measured)),
        "first": first[:FIRST], "more": first[FIRST:],
        "overview": writer.overview(), "attributes": [(section["id"], section["title"]) for section in sections],
        "sections": sections, "overall": writer.overall(), "unmeasured": writer.unmeasured(),
        "sample": writer.sample(), "versions": [(name, audited.versions[name]) for name in ("law", "model", "data", "code") if name in audited.versions],
        "tolerance": writer.numbers.gap(audited.params.tolerance, "share", signed=False),
        "tolerance_share": writer.numbers.level(audited.params.tolerance),
        "tolerance_score": writer.numbers.decimal(audited.params.tolerance, 2),
        "confidence": writer.numbers.level(audited.params.confidence),
        "smallest": audited.params.smallest_cell, "top": writer.numbers.level(audited.params.top_share),
    }  # fmt: skip


class _Writer:
    """Turns readings into words of one language."""

    def __init__(self, audited: Audited, words: Words) -> None:
        self.audited = audited
        self.words = words
        self.numbers = labels.Numbers(words)
        self.frames = dict(list(audited.readings.groupby(["metric", "attribute"], sort=False)))
        self.names = {
            attribute: labels.group_names(audited.programme, attribute, sorted(set(rows["group"])), words)
            for attribute, rows in audited.readings.groupby("attribute", sort=False)
        }
        bases = audited.readings.drop_duplicates("metric").set_index("metric")["base"]
        known = {base: [] for base in audited.metrics}  # type: dict[str, list[str]]
        for name, base in bases.items():
            known[base].append(str(name))
        self.order = [name for base in known for name in sorted(known[base])]
        self.base = dict(bases)

    def metric(self, name: str) -> Metric:
        return self.audited.metrics[self.base[name]][0]

    def title(self, name: str) -> str:
        """`Gate failed: Passport (G01)` for one variant of a metric, its title otherwise."""
        title = self.words(self.metric(name).title)
        variant = name.partition(".")[2]
        gate = self.audited.gates.get(variant)
        if gate is not None:
            return f"{title}: {self.words.name(gate.title)} ({variant})"
        return f"{title}: {variant}" if variant else title

    def word(self, verdict: str) -> str:
        """The verdict in the language of the page."""
        words = {PASS: self.words("PASS"), FAIL: self.words("FAIL"), FEW: self.words("NOT ENOUGH DATA"), NONE: self.words("NOT MEASURABLE")}
        return words[verdict]

    def means(self, verdict: str) -> str:
        """One sentence on what a verdict says."""
        return {
            PASS: self.words("The gap to everybody else is surely within what is tolerated."),
            FAIL: self.words("The gap is surely larger than tolerated: a person must look into it."),
            FEW: self.words("Too few cases to say either; silence is not a clean bill."),
            NONE: self.words("Nobody has the data yet, or there is no other group."),
        }[verdict]

    def section(self, attribute: str) -> dict[str, Any]:
        """One attribute: its pictures, metric by metric, the gates folded together."""
        names = [name for name in self.order if (name, attribute) in self.frames and not self._unmeasured(name)]
        blocks = {part: [self.block(name, attribute) for name in names if self.metric(name).part == part] for part in PARTS}
        tied = [gate for gate in self.audited.gates.values() if attribute in gate.attributes]
        return {
            "id": f"by-{attribute}", "title": self.words.name(self.audited.programme.groups[attribute].title),
            "blocks": [block for part in PARTS[:-1] for block in blocks[part]], "gates": blocks["gates"],
            "gate_counts": self._counts([block["verdicts"] for block in blocks["gates"]]),
            "law": [f"{self.words.name(gate.title)} ({gate.code})" for gate in tied],
        }  # fmt: skip

    def block(self, name: str, attribute: str) -> dict[str, Any]:
        """One picture: all groups of one metric and attribute, the largest above the fold."""
        rows, metric = self.frames[name, attribute], self.metric(name)
        drawn = rows[rows["gap"].notna() & rows["gap_low"].notna()]
        gaps = list(drawn[["gap", "gap_low", "gap_high"]].itertuples(index=False, name=None))
        tolerance = float(drawn["tolerance"].median()) if len(drawn) else self.audited.params.tolerance
        scale = picture.limit(gaps, tolerance)
        items = {row["group"]: self.item(row, metric, tolerance, scale) for row in rows.to_dict("records")}
        head, tail = self._folded(attribute, rows)
        ends = (self.numbers.gap(-scale, metric.unit), self.numbers.gap(scale, metric.unit))
        short = [self.numbers.decimal(sign * tolerance * (100 if metric.unit == "share" else 1), 2 if metric.unit == "score" else 1, True) for sign in (-1, 1)]
        verdicts = rows["verdict"].value_counts().to_dict()
        gate = self.audited.gates.get(name.partition(".")[2])
        return {
            "id": f"{attribute}-{name}".replace(".", "-"), "title": self.title(name), "meaning": self.words(metric.meaning),
            "open": name == OPEN, "head": [items[key] for key in head], "tail": [items[key] for key in tail],
            "verdicts": verdicts, "counts": self._counts([verdicts]), "better": self._better(metric),
            "axis": picture.axis(scale, tolerance, ends, (short[0], short[1])),
            "law": gate is not None and attribute in gate.attributes,
        }  # fmt: skip

    def _folded(self, attribute: str, rows: pd.DataFrame) -> tuple[list[str], list[str]]:
        """Which groups stand above and below the fold: the largest above; covered sizes count as the smallest."""
        size = {row["group"]: -1.0 if pd.isna(row["n"]) else row["n"] for row in rows[["group", "n"]].to_dict("records")}
        ordered = labels.in_order(self.audited.programme, attribute, list(size))
        largest = sorted(ordered, key=lambda key: (-size[key], key))
        if self.audited.programme.groups[attribute].bands or len(ordered) <= SHOWN:
            return ordered, []
        return largest[:SHOWN], largest[SHOWN:]

    def item(self, row: Mapping[str, Any], metric: Metric, tolerance: float, scale: float) -> dict[str, Any]:
        """One group's row."""
        shown = not pd.isna(row["value"])
        drawn = shown and not pd.isna(row["gap_low"])
        return {
            "group": self.names[row["attribute"]][row["group"]], "shape": SHAPES[row["verdict"]], "verdict": self.word(row["verdict"]),
            "value": self.numbers.value(row["value"], metric.unit) if shown else "",
            "of": self._of(row, metric) if shown else "",
            "gap": self.numbers.gap(row["gap"], metric.unit) if drawn else "",
            "between": self._between(row["gap_low"], row["gap_high"], metric) if drawn else "",
            "picture": picture.row(row["gap"], row["gap_low"], row["gap_high"], row["tolerance"], scale, row["verdict"]) if drawn
            else picture.empty(tolerance, scale),
            "suppressed": bool(row["suppressed"]), "sentences": self._sentences(row, metric),
        }  # fmt: skip

    def _of(self, row: Mapping[str, Any], metric: Metric) -> str:
        whole = self.numbers.whole
        if metric.kind == "share":
            return self.words("{hits} of {cases}", hits=whole(row["numerator"]), cases=whole(row["denominator"]))
        return self.words("{cases} cases", cases=whole(row["denominator"]))

    def _between(self, low: float, high: float, metric: Metric) -> str:
        return self.words("{low} to {high}", low=self.numbers.gap(low, metric.unit), high=self.numbers.gap(high, metric.unit))

    def _sentences(self, row: Mapping[str, Any], metric: Metric) -> list[str]:
        """The counts behind a verdict."""
        words, value, gap = self.words, self.numbers.value, self.numbers.gap
        sentences = [words(row["reason"])] if row["reason"] else []
        if row["suppressed"]:
            sentences.append(words("Counts and values are withheld so that nobody can be recognised, here or by subtraction."))
        if not pd.isna(row["n"]):
            sentences.append(words("{cases} cases of the queue are in this group.", cases=self.numbers.whole(row["n"])))
        if pd.isna(row["value"]):
            return sentences
        confidence = self.numbers.level(self.audited.params.confidence)
        for side, intro in (("", words("This group")), ("rest_", words("All others"))):
            if not pd.isna(row[f"{side}value"]) and not pd.isna(row[f"{side}low"]):
                sentences.append(
                    words(
                        "{who}: {value}, between {low} and {high} ({confidence} confidence).",
                        who=intro, value=value(row[f"{side}value"], metric.unit), low=value(row[f"{side}low"], metric.unit),
                        high=value(row[f"{side}high"], metric.unit), confidence=confidence,
                    )  # fmt: skip
                )
        if not pd.isna(row["gap_low"]):
            sentences.append(
                words(
                    "Gap: {gap}, between {low} and {high} ({confidence} confidence, many groups taken into account); tolerated: {tolerance}.",
                    gap=gap(row["gap"], metric.unit), low=gap(row["gap_low"], metric.unit), high=gap(row["gap_high"], metric.unit),
                    confidence=self.numbers.level(row["gap_confidence"]), tolerance=gap(row["tolerance"], metric.unit, signed=False),
                )  # fmt: skip
            )
        if not pd.isna(row["minimum_detectable_gap"]):
            sentences.append(
                words(
                    "A true gap of {gap} would be found 4 times out of 5.",
                    gap=gap(row["minimum_detectable_gap"], metric.unit, signed=False),
                )
            )
        return sentences

    def _better(self, metric: Metric) -> str:
        return {
            "higher": self.words("Further right is better for the group."),
            "lower": self.words("Further left is better for the group."),
            "zero": self.words("Best is no gap."),
            "neither": self.words("Neither side is better by itself."),
        }[metric.better]

    def _counts(self, found: Iterable[Mapping[str, int]]) -> list[tuple[str, str, int]]:
        """(shape, word, count) of the verdicts that occur, FAIL first."""
        totals = {name: sum(counts.get(name, 0) for counts in found) for name in (FAIL, FEW, PASS, NONE)}
        return [(SHAPES[name], self.word(name), count) for name, count in totals.items() if count]

    def _unmeasured(self, name: str) -> bool:
        return bool((self.audited.readings.loc[self.audited.readings["metric"] == name, "reason"] == self.metric(name).nothing).all())

    def first(self) -> list[dict[str, Any]]:
        """Gaps beyond tolerance, whole lists before single gates, the widest (in tolerances) first."""
        rows = self.audited.readings[self.audited.readings["verdict"] == FAIL]
        if rows.empty:
            return []
        rows = rows.assign(
            gate=rows["metric"].str.contains(".", regex=False),
            far=-(rows["gap"].abs() / rows["tolerance"]).fillna(0).round(6),
        ).sort_values(["gate", "far", "metric", "attribute", "group"])
        return [self._headline(row) for row in rows.to_dict("records")]

    def _headline(self, row: Mapping[str, Any]) -> dict[str, str]:
        metric, attribute = self.metric(row["metric"]), row["attribute"]
        title = self.words.name(self.audited.programme.groups[attribute].title)
        text = self.words("The values are withheld.")
        if not pd.isna(row["value"]):
            text = self.words(
                "{value}, all others {rest}: {gap}",
                value=self.numbers.value(row["value"], metric.unit), rest=self.numbers.value(row["rest_value"], metric.unit),
                gap=self.numbers.gap(row["gap"], metric.unit),
            )  # fmt: skip
        gate = self.audited.gates.get(row["metric"].partition(".")[2])
        law = gate is not None and attribute in gate.attributes
        return {
            "who": f"{title}: {self.names[attribute][row['group']]}", "what": self.title(row["metric"]), "text": text,
            "href": f"#{attribute}-{row['metric']}".replace(".", "-"), "law": self.words("The law itself treats these groups differently here.") if law else "",
        }  # fmt: skip

    def overview(self) -> list[dict[str, Any]]:
        """One row a metric, one cell an attribute: the most serious verdict and how many groups have it; gates added up."""
        rows = []
        for base, (metric, _) in self.audited.metrics.items():
            names = [name for name in self.order if self.base[name] == base]
            if not names or all(self._unmeasured(name) for name in names):
                continue
            cells = []
            for attribute in self.audited.programme.groups:
                counts = [self.frames[name, attribute]["verdict"].value_counts().to_dict() for name in names if (name, attribute) in self.frames]
                found = self._counts(counts)
                href = f"#{attribute}-{names[0]}".replace(".", "-") if len(names) == 1 else f"#by-{attribute}"
                cells.append({"found": found[:1], "all": ", ".join(f"{word} {count}" for _, word, count in found), "href": href})
            rows.append({"title": self.words(metric.title), "cells": cells})
        return rows

    def overall(self) -> list[dict[str, str]]:
        """The whole queue, metric by metric."""
        found = {record["metric"]: record for record in self.audited.overall}
        rows = []
        for name in self.order:
            record, metric = found[name], self.metric(name)
            if record["value"] is not None and record["low"] is not None:
                low, high = (self.numbers.value(record[side], metric.unit) for side in ("low", "high"))
                rows.append(
                    {
                        "title": self.title(name), "meaning": self.words(metric.meaning), "value": self.numbers.value(record["value"], metric.unit),
                        "between": self.words("{low} to {high}", low=low, high=high), "of": self._of(record, metric),
                    }
                )  # fmt: skip
        return rows

    def unmeasured(self) -> list[tuple[str, str]]:
        """(title, why) of the metrics no case has a value for."""
        return [(self.title(name), self.words(self.metric(name).nothing)) for name in self.order if self._unmeasured(name)]

    def sample(self) -> list[tuple[str, str, Markup, str]]:
        """The pictures that explain the pictures: (shape, word, picture, sentence)."""
        shown = [(PASS, 0.2, -0.4, 0.8), (FAIL, -2.1, -2.9, -1.3), (FEW, 1.1, -0.5, 2.7)]
        return [(SHAPES[name], self.word(name), picture.row(*gap, 1.0, 3.2, name), self.means(name)) for name, *gap in shown]
