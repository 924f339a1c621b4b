"""The audit as one page: what a person sees of the readings, as plain values for the template."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from babel.dates import format_date

from pipeline.audit import labels, picture
from pipeline.audit.law import Gate
from pipeline.audit.queue import Measure, Metric
from pipeline.audit.readings import FAIL, FEW, NONE, PASS, VERDICTS
from pipeline.audit.rows import Speaker
from pipeline.core import pages
from pipeline.core.messages import Words
from pipeline.core.params import Audit
from pipeline.core.programme import Programme

SHOWN = 12  # groups above the fold of one picture
FIRST = 10  # gaps at the head of the page
OPEN = "selection"  # the picture that is open from the start
PARTS = ("lists", "waiting", "outcomes", "gates")
VERSIONS = ("law", "model", "data", "code")

Row = dict[str, Any]


@dataclass(frozen=True)
class Audited:
    """All that the page tells of: `readings` and `overall` are the frames of `readings.build` and `readings.overall`."""

    programme: Programme
    as_of: date
    params: Audit
    metrics: Mapping[str, tuple[Metric, Measure]]
    readings: pd.DataFrame
    overall: pd.DataFrame
    cases: int
    gates: Mapping[str, Gate]
    versions: Mapping[str, str]  # law, model, data, code: whichever are known


def render(audited: Audited, words: Words) -> str:
    """The page as HTML: self-contained, no script, nothing loaded from anywhere."""
    return pages.render("audit.html", **_Page(audited, words).values())


def _rows(frame: pd.DataFrame) -> list[Row]:
    """The rows as dictionaries, missing values as None."""
    lists = [
        [None if isinstance(value, float) and math.isnan(value) else value for value in frame[name].tolist()]
        for name in frame
    ]
    return [dict(zip(frame.columns, values, strict=True)) for values in zip(*lists, strict=True)]


class _Page:
    """Gathers what the template shows, in one language."""

    def __init__(self, audited: Audited, words: Words) -> None:
        self.audited = audited
        self.programme = audited.programme
        self.words = words
        self.numbers = labels.Numbers(words)
        self.readings = _rows(audited.readings)
        self.families: dict[tuple[str, str], list[Row]] = {}
        groups: dict[str, set[str]] = {name: set() for name in audited.programme.groups}
        self.base: dict[str, str] = {}
        for row in self.readings:
            self.families.setdefault((row["metric"], row["attribute"]), []).append(row)
            groups[row["attribute"]].add(row["group"])
            self.base[row["metric"]] = row["base"]
        self.names = {
            name: labels.group_names(self.programme, name, sorted(keys), words) for name, keys in groups.items()
        }
        self.order = [name for base in audited.metrics for name in sorted(self.base) if self.base[name] == base]
        self.speaker = Speaker(words, self.numbers, audited.params.confidence)
        self.unmeasured = [name for name in self.order if self._empty(name)]

    def values(self) -> Row:
        """The template's variables."""
        whole, params = self.numbers.whole, self.audited.params
        first = self._first()
        sections = [self._section(attribute) for attribute in self.programme.groups]
        overall = self._overall()
        return {
            "words": self.words, "lang": self.words.lang, "title": self.words.name(self.programme.title), "status": self.words(self.programme.status), "outcome": self.words(self.programme.outcome.meaning),
            "as_of": format_date(self.audited.as_of, "d MMMM y" if self.words.lang == "en" else "long", locale=self.words.lang),
            "queue": whole(self.audited.cases), "readings": whole(len(self.readings)),
            "tested": whole(sum(row["verdict"] != NONE for row in self.readings)),
            "verdicts": [
                {"shape": picture.SHAPES[name], "word": self.speaker.word(name), "means": self.speaker.means(name),
                 "count": whole(sum(row["verdict"] == name for row in self.readings))}
                for name in VERDICTS
            ],
            "first": first[:FIRST], "more": first[FIRST:], "overview": self._overview(), "sections": sections,
            "overall": [row for row in overall if not row["gate"]], "overall_gates": [row for row in overall if row["gate"]],
            "unmeasured": [(self._title(name), self.words(self._metric(name).nothing)) for name in self.unmeasured],
            "sample": self._sample(), "versions": [(name, self.audited.versions[name]) for name in VERSIONS if name in self.audited.versions],
            "tolerance": self.numbers.gap(params.tolerance, "share", signed=False), "tolerance_share": self.numbers.percent(params.tolerance),
            "tolerance_score": self.numbers.decimal(params.tolerance, 2), "confidence": self.numbers.percent(params.confidence),
            "smallest": whole(params.smallest_cell), "top": self.numbers.percent(params.top_share),
        }  # fmt: skip

    def _metric(self, name: str) -> Metric:
        return self.audited.metrics[self.base[name]][0]

    def _gate(self, name: str) -> Gate | None:
        return self.audited.gates.get(name.partition(".")[2])

    def _title(self, name: str) -> str:
        """`Gate failed: Validity of the passport (G01)` for one variant of a metric, its title otherwise."""
        title, variant, gate = self.words(self._metric(name).title), name.partition(".")[2], self._gate(name)
        if gate is not None:
            return f"{title}: {self.words.name(gate.title)} ({variant})"
        return f"{title}: {variant}" if variant else title

    def _empty(self, name: str) -> bool:
        nothing = self._metric(name).nothing
        return all(row["reason"] == nothing for key, rows in self.families.items() if key[0] == name for row in rows)

    def _attribute(self, attribute: str) -> str:
        return self.words.name(self.programme.groups[attribute].title)

    def _named_by_law(self, name: str, attribute: str) -> bool:
        gate = self._gate(name)
        return gate is not None and attribute in gate.attributes

    def _section(self, attribute: str) -> Row:
        """One attribute: its pictures, metric by metric, the gates folded together."""
        names = [name for name in self.order if name not in self.unmeasured and (name, attribute) in self.families]
        blocks = {
            part: [self._block(name, attribute) for name in names if self._metric(name).part == part] for part in PARTS
        }
        gates = [name for name in names if self._metric(name).part == "gates"]
        tied = [gate for gate in self.audited.gates.values() if attribute in gate.attributes]
        return {
            "id": f"by-{attribute}", "title": self._attribute(attribute), "gates": blocks["gates"],
            "blocks": [block for part in PARTS[:-1] for block in blocks[part]],
            "gate_counts": self._counts([row for name in gates for row in self.families[name, attribute]]),
            "law": [f"{self.words.name(gate.title)} ({gate.code})" for gate in tied],
        }  # fmt: skip

    def _block(self, name: str, attribute: str) -> Row:
        """One picture: all groups of one metric and attribute, the largest above the fold."""
        rows, metric = self.families[name, attribute], self._metric(name)
        drawn = [row for row in rows if row["gap_low"] is not None]
        tolerance = max((row["tolerance"] for row in drawn), default=self.audited.params.tolerance)
        scale = picture.limit([(row["gap"], row["gap_low"], row["gap_high"]) for row in drawn], tolerance)
        items = {row["group"]: self._item(row, metric, tolerance, scale) for row in rows}
        head, tail = self._folded(attribute, rows)
        ends = (self.numbers.bare(-scale, metric.unit), self.numbers.bare(scale, metric.unit))
        bounds = (self.numbers.bare(-tolerance, metric.unit), self.numbers.bare(tolerance, metric.unit))
        return {
            "id": _anchor(attribute, name), "title": self._title(name), "meaning": self.words(metric.meaning), "open": name == OPEN,
            "head": [items[key] for key in head], "tail": [items[key] for key in tail], "counts": self._counts(rows),
            "better": self.speaker.better(metric), "axis": picture.axis(scale, tolerance, ends, bounds),
            "law": self._named_by_law(name, attribute),
        }  # fmt: skip

    def _folded(self, attribute: str, rows: list[Row]) -> tuple[list[str], list[str]]:
        """Which groups stand above and below the fold: the largest above; covered sizes count as the smallest."""
        size = {row["group"]: -1 if row["n"] is None else row["n"] for row in rows}
        ordered = labels.in_order(self.programme, attribute, list(size))
        if self.programme.groups[attribute].bands or len(ordered) <= SHOWN:
            return ordered, []
        largest = sorted(ordered, key=lambda key: (-size[key], self.names[attribute][key]))
        return largest[:SHOWN], largest[SHOWN:]

    def _item(self, row: Row, metric: Metric, tolerance: float, scale: float) -> Row:
        """One group's row."""
        shown, drawn = row["value"] is not None, row["gap_low"] is not None
        drawing = picture.empty(tolerance, scale)
        if drawn:
            gap = (row["gap"], row["gap_low"], row["gap_high"])
            drawing = picture.row(gap, row["tolerance"], scale, row["verdict"])
        return {
            "group": self.names[row["attribute"]][row["group"]], "shape": picture.SHAPES[row["verdict"]],
            "verdict": self.speaker.word(row["verdict"]), "value": self.numbers.value(row["value"], metric.unit) if shown else "",
            "of": self.speaker.of(row, metric) if shown else "", "gap": self.numbers.gap(row["gap"], metric.unit) if drawn else "",
            "between": self.speaker.between(row, metric) if drawn else "", "picture": drawing, "suppressed": row["suppressed"],
            "sentences": self.speaker.sentences(row, metric),
        }  # fmt: skip

    def _counts(self, rows: list[Row]) -> list[tuple[str, str, int]]:
        """(shape, word, count) of the verdicts that occur, FAIL first."""
        totals = {name: sum(row["verdict"] == name for row in rows) for name in (FAIL, FEW, PASS, NONE)}
        return [(picture.SHAPES[name], self.speaker.word(name), count) for name, count in totals.items() if count]

    def _first(self) -> list[Row]:
        """Gaps beyond tolerance, whole lists before single gates, the widest (in tolerances) first."""

        def place(row: Row) -> tuple[Any, ...]:
            far = 0.0 if row["gap"] is None else round(-abs(row["gap"]) / row["tolerance"], 6)
            return (self._metric(row["metric"]).part == "gates", far, row["metric"], row["attribute"], row["group"])

        return [
            self._headline(row) for row in sorted((row for row in self.readings if row["verdict"] == FAIL), key=place)
        ]

    def _headline(self, row: Row) -> Row:
        name, attribute = row["metric"], row["attribute"]
        return {
            "who": f"{self._attribute(attribute)}: {self.names[attribute][row['group']]}", "what": self._title(name),
            "text": self.speaker.headline(row, self._metric(name)), "href": f"#{_anchor(attribute, name)}",
            "law": self._named_by_law(name, attribute),
        }  # fmt: skip

    def _overview(self) -> list[Row]:
        """One row a metric, one cell an attribute: the most serious verdict and how many groups have it; gates added up."""
        table = []
        for base, (metric, _) in self.audited.metrics.items():
            names = [name for name in self.order if self.base[name] == base and name not in self.unmeasured]
            cells = []
            for attribute in self.programme.groups if names else ():
                found = self._counts([row for name in names for row in self.families.get((name, attribute), [])])
                href = f"#{_anchor(attribute, names[0])}" if len(names) == 1 else f"#by-{attribute}"
                cells.append(
                    {
                        "found": found[:1],
                        "every": ", ".join(f"{word} {count}" for _, word, count in found),
                        "href": href,
                    }
                )
            if cells:
                table.append({"title": self.words(metric.title), "cells": cells})
        return table

    def _overall(self) -> list[Row]:
        """The whole queue, metric by metric."""
        found = {row["metric"]: row for row in _rows(self.audited.overall)}
        table = []
        for name in self.order:
            row, metric = found[name], self._metric(name)
            if row["value"] is not None and row["low"] is not None:
                low, high = (self.numbers.value(row[side], metric.unit) for side in ("low", "high"))
                table.append(
                    {
                        "title": self._title(name),
                        "meaning": self.words(metric.meaning),
                        "value": self.numbers.value(row["value"], metric.unit),
                        "between": self.words("{low} to {high}", low=low, high=high),
                        "of": self.speaker.of(row, metric),
                        "gate": metric.part == "gates",
                    }
                )
        return table

    def _sample(self) -> list[Row]:
        """The pictures that explain the pictures."""
        shown = [(PASS, (0.2, -0.4, 0.8)), (FAIL, (-2.1, -2.9, -1.3)), (FEW, (1.1, -0.5, 2.7))]
        return [
            {
                "shape": picture.SHAPES[name],
                "word": self.speaker.word(name),
                "picture": picture.row(gap, 1.0, 3.2, name),
            }
            for name, gap in shown
        ]


def _anchor(attribute: str, name: str) -> str:
    return f"{attribute}-{name}".replace(".", "-")
