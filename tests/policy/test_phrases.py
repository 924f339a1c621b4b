import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core import programme
from pipeline.core.expressions import Expression
from pipeline.core.messages import LANGUAGES, Words
from pipeline.gates import rulebook
from pipeline.policy.phrases import Vocabulary, compared, measured, say, vocabulary

TITLES = {
    "sum": {"kk": "Сома", "ru": "Сумма", "en": "Sum"}, "route": {"kk": "Жол", "ru": "Путь", "en": "Route"},
    "born": {"kk": "Туған күні", "ru": "Дата рождения", "en": "Date of birth"},
    "kin": {"kk": "Туыс", "ru": "Родственник", "en": "Relative"},
}  # fmt: skip
CODES = {"route": {"family": {"kk": "отбасы", "ru": "семья", "en": "family"}}}
KNOWN = Vocabulary(TITLES, CODES)
SHIPPED = [programme.load(name) for name in programme.names()]


def said(text, lang="en"):
    return say(Expression(text), KNOWN, Words(lang))


@pytest.mark.parametrize(
    ("condition", "phrase"),
    [
        ("sum >= 5000", "“Sum” ≥ 5,000"),
        ("kin", "“Relative”: yes"),
        ("not kin", "“Relative”: no"),
        ('route == "family"', "“Route” = “family”"),
        ('"family" != route', "“family” ≠ “Route”"),
        ('route == "other"', "“Route” = “other”"),
        ('route in ["family", "other"]', "“Route” is one of: “family”, “other”"),
        ('route in ["family"]', "“Route” = “family”"),
        ('route not in ["family"]', "“Route” ≠ “family”"),
        ("route not in outside", "“Route” is none of: “outside”"),
        ("known(sum)", "“Sum” is known"),
        ("not known(sum)", "“Sum” is not known"),
        ("not (kin or known(sum))", "not so: (“Relative”: yes or “Sum” is known)"),
        ("kin and sum > 1 or not kin", "(“Relative”: yes and “Sum” > 1) or “Relative”: no"),
        ("kin and (sum > 1 or not kin)", "“Relative”: yes and (“Sum” > 1 or “Relative”: no)"),
        ("kin == true", "“Relative” = yes"),
        ("years(born, today) < 18", "the full years from “Date of birth” to the day of the check < 18"),
        ("days(born, today) <= -1", "the days from “Date of birth” to the day of the check ≤ −1"),
        ("add_years(born, 5) > date(\"2026-02-13\")", "“Date of birth” plus years: 5 > 2026-02-13"),
        ("sum * (sum - 1) / 2 >= larger(sum, 3)", "“Sum” × (“Sum” − 1) / 2 ≥ the larger of “Sum” and 3"),
        ("sum + (sum - 1) > smaller(1, sum)", "“Sum” + “Sum” − 1 > the smaller of 1 and “Sum”"),
        ("points_least >= limit and points_most < 9", "the points that are certain ≥ “limit” and the most points still possible < 9"),
        ("true", "yes"),
    ],
)  # fmt: skip
def test_conditions_in_words(condition, phrase):
    assert said(condition) == phrase


def test_other_languages_have_their_own_words_and_signs():
    assert said('kin and route == "family" and sum >= 5000', "ru") == (
        "«Родственник»: да и «Путь» = «семья» и «Сумма» ≥ 5\N{NO-BREAK SPACE}000"
    )
    assert said('not kin or born > date("2026-02-13")', "kk") == "«Туыс»: жоқ немесе «Туған күні» > 13.02.2026"


def test_a_measure_is_a_value():
    assert measured(Expression("kin"), KNOWN, Words("en")) == "“Relative”"
    assert measured(Expression("sum + 1"), KNOWN, Words("en")) == "“Sum” + 1"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_condition_of_every_programme_can_be_said(lang):
    counted = 0
    for loaded in SHIPPED:
        for gate in rulebook.load(loaded).gates:
            known = vocabulary(loaded, gate)
            for condition in gate.rule.conditions.values():
                phrase = say(condition, known, Words(lang))
                counted += 1
                assert phrase and phrase.count("(") == phrase.count(")")
                if lang != "en":
                    assert not re.search(r"\b(and|or|yes|no|known|from)\b", phrase), phrase
    assert counted > 80


def test_the_fact_whose_codes_a_list_holds():
    book = rulebook.load(programme.load("kz_2026"))
    gate = next(gate for gate in book.gates if gate.code == "G12")
    assert compared(gate, "outside_routes") == "route"
    assert compared(gate, "nothing") is None


FACTS = st.sampled_from(["kin", "known(sum)", "sum > 1", 'route == "family"', 'route in ["family", "x"]'])


@given(
    st.recursive(
        FACTS,
        lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda part: f"({' '.join(part)})"),
    )
)
def test_nothing_gets_lost(condition):
    phrase = said(condition)
    for joint in ("and", "or"):
        assert len(re.findall(rf" {joint} ", phrase)) == len(re.findall(rf" {joint} ", condition))
