"""Gates and changes in words."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.core.messages import Words
from pipeline.policy.changes import Change
from pipeline.policy.diff_law import Teller

pytest_plugins = ["tests.policy.dry_run"]


@pytest.fixture(scope="module")
def teller(compared):
    return Teller(compared, Words("en"))


def test_gates_that_moved_most_stand_first(teller, compared):
    causes = teller.causes()
    assert {row["gate"] for row in causes} == {"G01 Fee", "G02 Check", "G03 Points"}  # G04 fails where G03 did
    totals = [int(row["all"]) for row in causes]
    assert totals == sorted(totals, reverse=True) and sum(totals) >= compared.flipped
    for row in causes:
        assert int(row["held"]) + int(row["ask"]) + int(row["proceed"]) == int(row["all"]) >= int(row["alone"])


def test_every_answer_that_changes(teller, compared):
    told = {row["gate"]: row["steps"] for row in teller.answers()}
    assert set(told) == {"G01 Fee", "G02 Check", "G03 Points", "G04 Years"}
    assert sum(int(files) for *_, files in told["G02 Check"]) == 600 and {new for _, new, _ in told["G02 Check"]} == {
        "not in this law"
    }
    assert {old for old, *_ in told["G04 Years"]} == {"not in this law"}
    assert ("met", "not met") in {step[:2] for step in told["G01 Fee"]}


def test_no_flip_no_cause(whole):
    same = Teller(whole.compare(whole.folder, whole.folder), Words("en"))
    assert same.causes() == same.answers() == same.in_force() == same.written() == []


def test_changes_are_told_by_title(teller):
    told = {(row["where"], row["what"]): (row["old"], row["new"]) for row in teller.in_force()}
    assert told["G01 Fee", "least_fee"] == ("100", "150") and told["G02 Check", "in force"] == ("yes", "no")
    assert told["Points", "threshold"] == ("40", "60")
    written = {(row["where"], row["what"]): (row["old"], row["new"]) for row in teller.written()}
    assert written["G04 Years", "new in the law"] == ("\u2014", "Years (1)")
    assert written["G02 Check", "no longer in the law"] == ("Check (1)", "\u2014")
    assert written["G01 Fee", "values.least_fee.2020-01-01"][1] == "150 from 1 Jan 2020 to 31 Dec 2026"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "\u2014"), (True, "yes"), (1320, "1,320"), (0.5, "0.50"), (date(2026, 2, 13), "13 Feb 2026"), (["a", 1], "a, 1"),
        ({"kk": "x", "ru": "y", "en": "z"}, "z"), ({"from": "a.b", "take": "count"}, "from: a.b; take: count"), ("note", "note"),
    ],
)  # fmt: skip
def test_values_as_a_person_reads_them(teller, value, text):
    assert teller.text(value) == text


def test_a_file_of_the_folder_has_its_own_name(compared):
    diff = replace(compared, written=[Change("clocks", "days", 20, 29)])
    assert Teller(diff, Words("en")).written() == [
        {"where": "clocks", "what": "days", "old": "20", "new": "29", "source": ""}
    ]


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_words_are_those_of_the_reader(compared, teller, lang):
    other = Teller(compared, Words(lang))
    assert other.causes()[0]["gate"].endswith(f"({lang})") and other.text(False) != "no"
    assert not set(other.states.values()) & set(teller.states.values())
