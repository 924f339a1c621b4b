"""The dry run as one page: what a person sees of it, as plain values for the template."""

from collections.abc import Mapping
from datetime import date
from textwrap import fill
from typing import Any

import numpy as np
from babel.dates import format_date

from pipeline.audit.labels import Numbers
from pipeline.core import pages
from pipeline.core.messages import Words
from pipeline.policy import diff_groups, diff_law, diff_offices, diff_pictures, flips
from pipeline.policy.diff import Diff, Side, concerns
from pipeline.policy.shares import FEW

ORDER = (0, 2, 1)  # places of the verdicts in a picture: goes on, waits, held
WIDE, NARROW = 7.6, 3.9  # inches: beside a table on a screen, and on a telephone
POINT_STEPS = (100, 50, 1)  # how much the points change, in steps a reader can follow

Pictures = Mapping[str, tuple[bytes, bytes]]  # name -> PNG for a screen, PNG for a telephone


def render(diff: Diff, words: Words) -> tuple[str, dict[str, bytes]]:
    """The page as HTML (self-contained, no script, nothing loaded from anywhere) and its pictures by file name."""
    page = _Page(diff, words)
    drawn = page.pictures()
    text = pages.render("policy_diff.html", **page.values(drawn))
    return text, {f"{name}.png": wide for name, (wide, _) in drawn.items()}


class _Page:
    """Gathers what the template shows, in one language."""

    def __init__(self, diff: Diff, words: Words) -> None:
        self.diff, self.words, self.numbers = diff, words, Numbers(words)
        self.verdicts = (words("goes on"), words("held for an officer"), words("waits for a paper or an answer"))
        self.towards = {name: int(number) for name, number in flips.towards(diff.counts.matrix).items()}

    def values(self, drawn: Pictures) -> dict[str, Any]:
        """The template's variables."""
        diff, words, whole = self.diff, self.words, self.numbers.whole
        told = diff_law.Teller(diff, words)
        load = diff.load
        return {
            "words": words, "lang": words.lang, "title": words.name(diff.old.law.programme.title), "status": self._status(),
            "sides": [self._side(diff.old), self._side(diff.new)], "as_of": self.day(diff.as_of), "headline": self._headline(),
            "concerns": concerns(diff, words), "tiles": self._tiles(), "matrix": self._matrix(), "causes": told.causes(), "states": told.answers(),
            "points": self._points(), "sections": diff_groups.sections(diff, words), "pictures": {name: tuple(pages.inline(png) for png in pair) for name, pair in drawn.items()},
            "held_interviews": load is not None, "offices": diff_offices.told(diff, words), "whole": diff_offices.row(load.whole, words) if load else None,
            "no_capacity": bool(load and load.why), "in_force": told.in_force(), "written": told.written(),
            "gaps": [(side.law.label, side.gaps) for side in (diff.old, diff.new) if side.gaps],
            "confidence": self.numbers.percent(diff.params.confidence), "smallest": whole(diff.params.smallest_cell), "few": FEW,
            "tolerance": self.numbers.gap(diff.params.tolerance, "share", signed=False),
        }  # fmt: skip

    def day(self, day: date) -> str:
        """A day as the reader writes it."""
        return format_date(day, "d MMMM y" if self.words.lang == "en" else "long", locale=self.words.lang)

    def _status(self) -> list[str]:
        said = [self.words(side.law.programme.status) for side in (self.diff.old, self.diff.new)]
        provisional = any(side.provisional for side in (self.diff.old, self.diff.new))
        if provisional and not any("PROVISIONAL" in line for line in said):
            said.append(self.words("Points are PROVISIONAL: the official weights are not public."))
        return list(dict.fromkeys(said))

    def _side(self, side: Side) -> dict[str, str]:
        return {"label": side.law.label, "version": side.law.version, "day": self.day(side.today)}

    def _headline(self) -> str:
        words, whole = self.words, self.numbers.whole
        files = whole(self.diff.files)
        if not self.diff.files:
            return words("The intake is empty.")
        if not self.diff.flipped:
            return words("Of {files} files, none would change.", files=files)
        return words(
            "Of {files} files, {held} would newly be held for an officer, {ask} would newly wait for a paper or an answer, and "
            "{proceed} would newly go on. {stay} would stay as they are.",
            files=files, stay=whole(self.diff.files - self.diff.flipped), **{name: whole(n) for name, n in self.towards.items()},
        )  # fmt: skip

    def _tiles(self) -> list[tuple[str, str, str, str]]:
        """(class, number, words, share) of what becomes of the files."""
        words, files = self.words, max(self.diff.files, 1)
        stay = self.diff.files - self.diff.flipped
        said = (
            ("held", self.towards["held"], words("newly held for an officer")),
            ("ask", self.towards["ask"], words("newly waiting for a paper or an answer")),
            ("proceed", self.towards["proceed"], words("newly going on")),
            ("stay", stay, words("as they are")),
        )
        return [(name, self.numbers.whole(n), text, self.numbers.value(n / files, "share")) for name, n, text in said]

    def _matrix(self) -> dict[str, Any]:
        """The flip matrix in the order of the picture: rows (old), columns (new), sums; each cell with its shade 0..1."""
        matrix = self.diff.counts.matrix[np.ix_(ORDER, ORDER)]
        names = [self.verdicts[place] for place in ORDER]
        shades = np.sqrt(matrix / max(int(matrix.max()), 1))
        rows = [
            {
                "name": names[old], "sum": self.numbers.whole(matrix[old].sum()),
                "cells": [(self.numbers.whole(matrix[old, new]), f"{shades[old, new]:.2f}", old == new) for new in range(3)],
            }
            for old in range(3)
        ]  # fmt: skip
        return {
            "names": names,
            "rows": rows,
            "sums": [self.numbers.whole(n) for n in matrix.sum(axis=0)],
            "all": self.numbers.whole(matrix.sum()),
        }

    def _points(self) -> list[tuple[str, str]]:
        """How the points of files change, by steps: (what, files)."""
        points, words, whole = self.diff.counts.points, self.words, self.numbers.whole
        if points is None or not any(points.changes):
            return []
        rows = []
        for sign, text in ((-1, words("{points} points fewer")), (1, words("{points} points more"))):
            most = None
            for least in POINT_STEPS:
                files = sum(
                    n
                    for change, n in points.changes.items()
                    if least <= sign * change and (most is None or sign * change < most)
                )
                reach = f"{least}+" if most is None else f"{least}\u2013{most - 1}"
                rows.append((text.format(points=reach), files))
                most = least
        rows.append((words("as many points as before"), points.changes[0]))
        rows.append((words("cannot tell: a fact is missing"), points.cannot_tell))
        return [(text, whole(files)) for text, files in rows if files]

    def pictures(self) -> dict[str, tuple[bytes, bytes]]:
        """Every picture for a screen and for a telephone."""
        diff, words = self.diff, self.words
        matrix = diff.counts.matrix[np.ix_(ORDER, ORDER)]
        labels = [
            [f"{self.verdicts[place]}\n{self.numbers.whole(n)}" for place, n in zip(ORDER, matrix.sum(axis=axis), strict=True)]
            for axis in (1, 0)
        ]  # fmt: skip
        ends = (words("before"), words("after"))
        drawn = {
            "flows": tuple(
                diff_pictures.flows(matrix, [[_wrapped(label, letters) for label in side] for side in labels], ends, width)
                for width, letters in ((WIDE, 26), (NARROW, 14))
            )
        }  # fmt: skip
        most = diff_groups.most_changed(diff, words)
        if most:
            across = words("change of the share that goes on, percentage points")
            drawn["groups"] = tuple(
                diff_pictures.groups(most, 100 * diff.params.tolerance, across, width) for width in (WIDE, NARROW)
            )
        for name, (names, (old, new), across) in diff_offices.bars(diff, words).items():
            drawn[name] = tuple(diff_pictures.bars(names, old, new, ends, across, width) for width in (WIDE, NARROW))
        return {name: (pair[0], pair[1]) for name, pair in drawn.items()}


def _wrapped(label: str, letters: int) -> str:
    """The words of a label in lines of so many letters, its number below them."""
    text, _, number = label.partition("\n")
    return f"{fill(text, letters)}\n{number}"
