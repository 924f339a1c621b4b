import re
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.messages import Words
from pipeline.core.programme import load
from pipeline.gates import rulebook
from pipeline.gates.records import FAIL, PASS, UNKNOWN
from pipeline.policy import sensitivity_page
from pipeline.policy.sensitivity import Sensitivity, possible
from pipeline.policy.sensitivity_page import SMALL, SMALLEST, WITHHELD, base, covered

DAY = date(2026, 6, 30)
KZ = load("kz_2026")
BOOK = rulebook.load(KZ)
CHANGES = possible(BOOK.points, DAY)
PLACE = {change.name(Fraction(1, 10)): place for place, change in enumerate(CHANGES)}
AGE = [f"criteria.age.bands.{band} -10%" for band in range(1, 6)]


def found(counts=None, now=(1_000, 200, 60, 12), share=Fraction(1, 10)):
    """A report in which `counts` (change -> (reach, below, undecided from above, from below)) flip, and nothing else."""
    moved = np.zeros((len(CHANGES), 4, 4), dtype="int64")
    for name, flips in (counts or {}).items():
        for (before, after), n in zip(
            ((FAIL, PASS), (PASS, FAIL), (PASS, UNKNOWN), (FAIL, UNKNOWN)), flips, strict=True
        ):
            moved[PLACE[name], before, after] = n
    gates = [gate for gate in BOOK.gates if gate.scored]
    return Sensitivity(KZ, BOOK.points, gates, DAY, share, CHANGES, np.array(now), moved, pd.DataFrame())


def shown(report, name):
    return covered(report)[PLACE[name]].tolist()


def test_small_numbers_are_covered():
    report = found({"threshold -10%": (4, 5, 0, 1), "criteria.age +10%": (120, 0, 0, 0)})
    assert shown(report, "threshold -10%") == [SMALL, 5, 0, SMALL]
    assert shown(report, "criteria.age +10%") == [120, 0, 0, 0]
    assert base(found(now=(1_000, 3, 60, 0))).tolist() == [1_000, SMALL, WITHHELD, 0]


def test_a_small_band_cannot_be_had_by_subtraction():
    bands = dict(zip(AGE, ((0, 80, 0, 0), (0, 40, 0, 0), (0, 3, 0, 0), (0, 0, 0, 0), (0, 7, 0, 0)), strict=True))
    report = found({**bands, "criteria.age -10%": (0, 130, 0, 0)})
    assert [shown(report, name)[1] for name in AGE] == [80, 40, SMALL, 0, WITHHELD]
    assert shown(report, "criteria.age -10%")[1] == 130


@given(st.lists(st.integers(0, 30), min_size=5, max_size=5))
def test_what_is_covered_in_a_criterion_is_never_one_band_alone(numbers):
    report = found({name: (0, n, 0, 0) for name, n in zip(AGE, numbers, strict=True)})
    cells = [shown(report, name)[1] for name in AGE]
    hidden = [n for n, cell in zip(numbers, cells, strict=True) if cell < 0]
    assert all(cell in (n, SMALL, WITHHELD) and not 0 < cell < SMALLEST for n, cell in zip(numbers, cells, strict=True))
    if hidden and sum(n > 0 for n in numbers) > 1 and sum(numbers) >= SMALLEST:
        assert len(hidden) >= 2 and sum(hidden) >= SMALLEST


class Reader(HTMLParser):
    """Reads a page strictly: every tag closed in its place; collects addresses, ids and text."""

    def __init__(self):
        super().__init__()
        self.open, self.addresses, self.ids, self.text = [], [], [], ""

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in ("meta", "br", "img", "source"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text += data + "\n"


def page(report, lang="en"):
    reader = Reader()
    reader.feed(sensitivity_page.render(report, Words(lang)))
    assert reader.open == []
    return reader


REPORT = found(
    {"threshold +10%": (0, 1_234, 56, 0), "threshold -10%": (3, 0, 0, 0), "criteria.age -10%": (0, 77, 0, 0)}
)


@pytest.mark.parametrize("lang", ["en", "ru", "kk"])
def test_the_page_is_whole_in_every_language(lang):
    seen = page(REPORT, lang)
    words = Words(lang)
    assert words(KZ.status) in seen.text and words.name(KZ.title) in seen.text
    assert "PROVISIONAL" in seen.text and "UNKNOWN" in seen.text
    assert {address[:15] for address in seen.addresses} == {"data:image/png;", "#most"}
    assert "most" in seen.ids and "1–4" in seen.text
    assert re.search("1[,\xa0 ]234", seen.text)


def test_what_is_shown_and_what_is_not():
    text = page(REPORT).text
    assert "400 → 440" in text and "400 → 360" in text
    assert "A calculation on paper" in text and "36 of 36 rows" in text
    assert "\n3\n" not in text


def test_half_points_are_written_out():
    assert "150 → 165" in page(found()).text
    third = page(found(share=Fraction(1, 8))).text
    assert "150 → 168.75" in third and "+12.5%" in third
    assert "150 → 168,75" in page(found(share=Fraction(1, 8)), "ru").text


def test_what_moves_most_stands_first():
    rows = sensitivity_page.Page(REPORT, Words("en")).values()["heads"]
    assert [(row["name"], row["move"]) for row in rows[:4]] == [
        ("Threshold", "−10%"), ("Threshold", "+10%"), ("Age", "−10%"), ("Age", "+10%"),
    ]  # fmt: skip
    assert [row["idle"] for row in rows[:4]] == [False, False, False, True]


def test_the_same_report_gives_the_same_page():
    assert sensitivity_page.render(REPORT, Words("kk")) == sensitivity_page.render(REPORT, Words("kk"))


def test_covered_counts_are_not_drawn():
    small = found({name: (2, 1, 3, 4) for name in PLACE})
    pictures = [sensitivity_page.Page(each, Words("en")).picture(8.4) for each in (small, found())]
    assert pictures[0] == pictures[1]
