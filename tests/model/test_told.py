"""Answers in plain words: whole numbers, amounts, shares, yes and no, categories, few people."""

import pytest

from models.encode import Feature
from pipeline.core.messages import LANGUAGES, Words
from pipeline.model.published import Span
from pipeline.model.told import Teller, shown, signed


@pytest.fixture
def en():
    return Teller(Words("en"))


def number(unit="", meaning="Age on the decision day"):
    return Feature(name="x", kind="number", meaning=meaning, unit=unit)


def runs(*edges):
    bounds = [None, *edges, None]
    return [[Span("number", bounds[i], bounds[i + 1])] for i in range(len(bounds) - 1)]


def test_whole_numbers_are_told_as_such(en):
    told = en.answers([*runs(1e-35, 1.5000000000000002, 4.5), [Span("missing")]], number(), True)
    assert told == ["0 or less", "1", "2 to 4", "5 or more", "not stated"]


def test_yes_and_no(en):
    assert en.answers(runs(1e-35), number("1 yes, 0 no"), True) == ["no", "yes"]


def test_measured_numbers_keep_the_digits_that_tell_them_apart(en):
    assert en.answers(runs(18.6917, 19.0435), number(), False) == [
        "18.7 or less", "more than 18.7, up to 19.0", "more than 19.0",
    ]  # fmt: skip
    assert en.answers(runs(18.6917, 18.6921), number(), False)[1] == "more than 18.6917, up to 18.6921"
    assert en.answers(runs(), number(), False) == ["any number"]


def test_amounts_and_shares(en):
    assert round(shown(11.56646490097046, number("log of KZT a month"))) == 105_499
    assert en.answers(runs(0.25, 0.5), number("share of days"), False)[1] == "more than 25%, up to 50%"


def test_neighbours_in_one_run_are_one_interval(en):
    merged = [[Span("number", None, 1.5), Span("number", 1.5, 3.5)], [Span("number", 3.5, None)]]
    assert en.answers(merged, number(), True) == ["3 or less", "4 or more"]


def test_many_categories_are_counted(en):
    run = [Span("value", value=f"trade_{i}") for i in range(10)] + [Span("other")]
    feature = Feature(name="x", kind="category", meaning="Employer", categories=[])
    [told] = en.answers([run], feature, False)
    assert told == "trade 0; trade 1; trade 2; trade 3; trade 4; trade 5 and 5 more"
    assert en.answers([run[-2:]], feature, False) == ["trade 9; any other value"]


def test_a_unit_that_the_meaning_names_is_not_said_twice(en):
    assert en.title([number("years")]) == "Age on the decision day (years)"
    assert en.title([number("days", "Days since the latest administrative offence")]) == "Days since the latest administrative offence"  # fmt: skip
    assert en.title([number("share of days"), number()]) == "Age on the decision day × Age on the decision day"


def test_few_people_are_not_told_exactly(en):
    assert en.share(29, 1000, 30) == "< 3.0%" and en.share(30, 1000, 30) == "3.0%" and en.share(0, 1000, 30) == "0.0%"
    assert en.share(None, 1000, 30) == "" == en.share(3, None, 30)


def test_effects_and_points_carry_their_sign(en):
    assert en.effects([0.1]) == "+0.100" and en.effects([0.2, -0.1]) == "−0.100 to +0.200"
    assert (en.points(3), en.points(-3), en.points(0)) == ("+3", "−3", "0")
    assert (signed(2), signed(-1.5), signed(0)) == ("+2", "−1.5", "0")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_tells_intervals_of_its_own(lang):
    told = Teller(Words(lang)).answers(runs(1000.25, 2000.75), number(), False)
    assert len(set(told)) == 3 and (lang == "en") == told[0].endswith("or less")
