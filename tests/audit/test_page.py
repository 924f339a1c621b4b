import re
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from pipeline.audit import law, page, queue, readings
from pipeline.audit.tally import Tally
from pipeline.core import programme
from pipeline.core.messages import Words

VOID = {"meta", "br", "path", "circle", "rect"}
BANNED = ("risky", "suspicious", "discriminat", "fraud")


class Reader(HTMLParser):
    """Reads a page strictly: every tag closed in its place; collects addresses, ids and text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "action", "srcset", "data"):
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text += data + "\n"


def audited(name: str, knobs, **values: np.ndarray) -> page.Audited:
    loaded = programme.load(name)
    rng = np.random.default_rng(8)
    cases = 600
    found = queue.metrics()
    pool = {
        "sex": ["f", "m"],
        "age": ["<18", "18-24", "60+"],
        "citizenship": [*(f"Q{letter}Q" for letter in "ABCDEFGHIJKLMNOP"), "UZB"],
    }
    groups = pd.DataFrame(
        {key: rng.choice(pool.get(key, ["<b>one</b>", "two", "not stated"]), cases) for key in loaded.groups}
    )
    tally = Tally()
    observed = values or {
        "selection": (groups.iloc[:, 0] == groups.iloc[0, 0]).to_numpy(dtype=float),
        "gate_fail.G02": np.zeros(cases),
        "score": np.linspace(0, 1, cases),
    }
    tally.add(groups, observed, {key: found[key.partition(".")[0]][0].step for key in observed})
    frame, overall = readings.build(tally, found, knobs), readings.overall(tally, found, knobs)
    return page.Audited(
        programme=loaded, as_of=loaded.as_of, params=knobs, metrics=found, readings=frame, overall=overall, cases=cases,
        gates=law.gates(loaded), versions={"law": "abc123", "code": "def456"},
    )  # fmt: skip


@pytest.fixture(params=["en", "ru", "kk"])
def lang(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize("name", ["kz_2026", "perm_2016"])
def test_the_page_stands_alone(name, lang, knobs):
    text = page.render(audited(name, knobs), Words(lang))
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    assert all(address.startswith("#") for address in reader.addresses)
    assert {address[1:] for address in reader.addresses} <= set(reader.ids), "every link has its place"
    assert len(reader.ids) == len(set(reader.ids))
    assert "script" not in reader.tags
    assert "link" not in reader.tags
    assert not re.search(r"url\(|@import|https?://", text)
    assert f'<html lang="{lang}">' in text
    headings = [int(tag[1]) for tag in reader.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))


def test_it_says_what_it_is(knobs):
    text = page.render(audited("kz_2026", knobs), Words("en"))
    assert "SYNTHETIC register; points are PROVISIONAL" in text
    assert "30 June 2026" in text
    assert "abc123" in text
    assert "FAIL is a gap that a person must look into" in text
    assert not [word for word in BANNED if word in text.lower()]


def test_names_from_data_are_escaped(knobs):
    text = page.render(audited("perm_2016", knobs), Words("en"))
    assert "&lt;b&gt;one&lt;/b&gt;" in text
    assert "<b>one</b>" not in text


def test_no_english_sentence_is_left_in_a_translation(lang, knobs):
    if lang == "en":
        return
    reader = Reader()
    reader.feed(page.render(audited("kz_2026", knobs), Words(lang)))
    latin = [line for line in reader.text.splitlines() if re.search(r"[a-z]{3,} [a-z]{2,}", line)]
    assert latin == []


def test_every_group_is_on_the_page_and_the_small_ones_are_folded(knobs):
    made = audited("kz_2026", knobs)
    text = page.render(made, Words("en"))
    section = text[text.index('id="by-citizenship"') : text.index('id="by-ethnic_kazakh"')]
    assert "5 smaller groups" in section
    for group in made.readings.loc[made.readings["attribute"] == "citizenship", "group"].unique():
        assert f">{group}<" in section or f"({group})" in section


def test_gaps_come_first_and_the_law_is_named(knobs):
    made = audited("kz_2026", knobs)
    failed = made.readings[made.readings["verdict"] == "FAIL"]
    text = page.render(made, Words("en"))
    head = text[text.index('id="first"') : text.index("At a glance</h2>")]
    assert head.count("<li>") == len(failed) > 0
    ethnic = text[text.index('id="by-ethnic_kazakh"') :]
    assert "The law itself treats these groups differently in" in ethnic


def test_what_is_covered_is_on_no_page(knobs):
    made = audited("kz_2026", knobs)
    covered = made.readings[made.readings["suppressed"]]
    assert len(covered) > 0
    text = page.render(made, Words("en"))
    assert "withheld" in text
    assert covered["value"].isna().all()


def test_nothing_measured_is_still_a_page(knobs):
    made = audited("perm_2016", knobs, selection=np.full(600, np.nan))
    text = page.render(made, Words("en"))
    assert "No gap is surely beyond what is tolerated." in text
    assert "Not measurable here" in text


def test_the_same_readings_give_the_same_bytes(knobs):
    assert page.render(audited("kz_2026", knobs), Words("kk")) == page.render(audited("kz_2026", knobs), Words("kk"))
