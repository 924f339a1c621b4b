"""Offices in words and as bars."""

from dataclasses import replace

import pytest

from pipeline.core.messages import Words
from pipeline.policy import diff_offices
from pipeline.policy.load import Office, Wait

pytest_plugins = ["tests.policy.dry_run"]
WAITS = (Wait(10.0, 5.25, 10.0), Wait(8.0, 4.25, 8.0))


def office(**fields):
    return Office(
        **{
            "office": "A",
            "interviews": (40, 32),
            "reviews": (10, 18),
            "a_day": (4.0, 4.0),
            "waits": WAITS,
            "rounded": (),
            **fields,
        }
    )


def test_numbers_before_and_after():
    assert diff_offices.row(office(), Words("en")) == {
        "interviews": "40 \u2192 32", "reviews": "10 \u2192 18", "a_day": "4.0", "work": "10.0 \u2192 8.0", "median": "5.2 \u2192 4.2",
        "longest": "10.0 \u2192 8.0",
    }  # fmt: skip


def test_what_is_rounded_or_follows_from_it_is_about():
    found = diff_offices.row(office(rounded=("interviews",)), Words("en"))
    assert [found[name][0] for name in ("interviews", "work", "median", "longest")] == ["\u2248"] * 4
    assert found["reviews"] == "10 \u2192 18" and found["a_day"] == "4.0"


def test_unknown_capacity_and_nobody_to_wait():
    unknown = Wait(None, None, None)
    found = diff_offices.row(office(a_day=(4.0, None), waits=(WAITS[0], unknown), rounded=("interviews",)), Words("en"))
    assert found["work"] == "10.0 \u2192 cannot tell" and found["a_day"] == "4.0 \u2192 cannot tell"
    nobody = office(interviews=(0, 0), waits=(Wait(0.0, None, None),) * 2)
    assert diff_offices.row(nobody, Words("en"))["median"] == ""
    first = office(interviews=(0, 8), waits=(Wait(0.0, None, None), Wait(2.0, 1.1, 2.0)))
    assert diff_offices.row(first, Words("en"))["longest"] == "0.0 \u2192 2.0"


def test_every_office_is_told(compared):
    told = diff_offices.told(compared, Words("ru"))
    assert [row["name"] for row in told] == ["Office A (ru)", "Office B (ru)"]
    assert diff_offices.told(replace(compared, load=None), Words("en")) == []


def test_bars_for_offices_with_work(compared):
    found = diff_offices.bars(compared, Words("en"))
    names, (old, new), across = found["reviews"]
    assert names == ["Office A", "Office B"] and across == "files held for an officer"
    assert [old, new] == [[float(each.reviews[side]) for each in compared.load.offices] for side in (0, 1)]
    assert found["interviews"][1][0] == [each.waits[0].days_of_work for each in compared.load.offices]


def test_no_bars_where_nothing_is_known(compared):
    unknown = office(a_day=(None, None), waits=(Wait(None, None, None),) * 2)
    load = replace(compared.load, offices=(unknown,))
    assert set(diff_offices.bars(replace(compared, load=load), Words("en"))) == {"reviews"}
    idle = replace(compared.load, offices=(office(interviews=(0, 0), reviews=(0, 0)),))
    assert diff_offices.bars(replace(compared, load=idle), Words("en")) == {}


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_words_are_those_of_the_reader(compared, lang):
    assert diff_offices.bars(compared, Words(lang))["reviews"][2] != "files held for an officer"
