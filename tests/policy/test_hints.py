from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import Problem
from pipeline.core.expressions import Expression, column
from pipeline.core.programme import load
from pipeline.gates import cases, rulebook
from pipeline.gates.points import score
from pipeline.gates.records import Cap
from pipeline.policy import hints

DAY = date(2026, 6, 30)
BOOK = rulebook.load(load("kz_2026"))
FACTS = {
    "birth_date": date(1992, 3, 1), "education": "secondary", "listening_points": 6, "reading_points": 12,
    "russian_level": "C", "english_level": "none", "years_experience": 0, "studied_in_kz_years": 0,
    "job_offer": False, "health_answer": "clear",
}  # fmt: skip


def told(table=BOOK.points, **facts):
    return {entry["name"]: entry for entry in hints.breakdown(table, cases.frame(BOOK, [FACTS | facts]), DAY)}


def changed(name, **update):
    criteria = {**BOOK.points.criteria, name: BOOK.points.criteria[name].model_copy(update=update)}
    return BOOK.points.model_copy(update={"criteria": criteria})


def test_points_band_and_the_most_that_can_be_had():
    found = told()
    assert sum(entry["least"] for entry in found.values()) == 400
    assert (found["education"]["least"], found["education"]["most"], found["education"]["highest"]) == (60, 60, 200)
    assert found["education"]["band"] == {"kk": "орта", "ru": "среднее", "en": "secondary"}
    assert all(entry["missing"] == [] for entry in found.values())


def test_better_bands_say_what_they_add_and_whether_one_alone_is_enough():
    found = told(russian_level="none")["kazakh"]  # 320 of 400
    assert [(better["band"]["en"], better["adds"], better["reaches"]) for better in found["better"]] == [
        ("30 to 41", 40, False), ("42 to 53", 70, False), ("54 or more", 90, True),
    ]  # fmt: skip


def test_a_file_that_reaches_the_threshold_is_not_told_to_reach_it():
    assert not any(better["reaches"] for entry in told().values() for better in entry["better"])


def test_nobody_is_told_to_change_an_age_or_an_answer_of_an_authority():
    found = told(birth_date=date(1950, 1, 1), health_answer="found")
    assert (found["age"]["changeable"], found["age"]["better"]) == (False, [])
    assert (found["health"]["changeable"], found["health"]["better"]) == (False, [])
    assert found["education"]["better"] != []


def test_missing_facts_are_named_and_the_points_stay_an_interval():
    found = told(listening_points=None, job_offer=None)
    assert (found["kazakh"]["least"], found["kazakh"]["most"], found["kazakh"]["band"]) == (0, 150, None)
    assert [name["en"] for name in found["kazakh"]["missing"]] == ["listening points"]
    assert [better["adds"] for better in found["competences"]["better"]] == [80]


def test_an_answer_that_settles_nothing_is_not_known_either():
    assert [name["en"] for name in told(health_answer="pending")["health"]["missing"]] == ["health answer"]


def test_facts_are_called_what_the_programme_calls_them():
    title = {"kk": "Жұмыс ұсынысы", "ru": "Предложение работы", "en": "Offer of work"}
    entries = hints.breakdown(BOOK.points, cases.frame(BOOK, [{}]), DAY, {"job_offer": title})
    assert [entry["missing"] for entry in entries if entry["name"] == "competences"] == [[title]]


def test_with_add_all_every_band_that_holds_is_named_and_the_others_add_up():
    bands = [
        band.model_copy(update={"when": Expression(f"measure >= {least}"), "points": 10})
        for band, least in zip(BOOK.points.criteria["experience"].bands, (1, 3, 6, 9, 12), strict=True)
    ]
    found = told(changed("experience", add="all", bands=bands), years_experience=4)["experience"]
    assert (found["least"], found["highest"]) == (20, 50)
    assert found["band"]["en"] == "under one year; 1 to 2 years"
    assert [better["adds"] for better in found["better"]] == [10, 10, 10]


def test_what_a_cap_takes_away_is_not_promised():
    cap = Cap.model_validate(
        {"title": {"kk": "а", "ru": "а", "en": "a"}, "criteria": ["russian", "english"], "most": 100,
         "status": "PROVISIONAL", "source": "made up", "from": date(2026, 1, 1)}
    )  # fmt: skip
    found = told(BOOK.points.model_copy(update={"caps": [cap]}))["english"]
    assert [(better["band"]["en"], better["adds"]) for better in found["better"]] == [("A", 20), ("B", 20), ("C", 20)]


def test_only_bands_of_the_day_are_offered():
    bands = BOOK.points.criteria["education"].bands
    ended = [band.model_copy(update={"to": date(2026, 3, 1)}) if band.points == 200 else band for band in bands]
    assert [better["adds"] for better in told(changed("education", bands=ended))["education"]["better"]] == [50, 100]


def test_an_unknown_threshold_is_never_reached():
    unknown = [item.model_copy(update={"value": "UNKNOWN"}) for item in BOOK.points.threshold]
    found = told(BOOK.points.model_copy(update={"threshold": unknown}), education="none")
    assert not any(better["reaches"] for entry in found.values() for better in entry["better"])


def test_one_file_at_a_time():
    with pytest.raises(Problem, match="one file at a time; here are 2"):
        hints.breakdown(BOOK.points, cases.frame(BOOK, [FACTS, FACTS]), DAY)


VALUES = {
    "birth_date": st.dates(date(1940, 1, 1), date(2015, 1, 1)),
    "education": st.sampled_from(["none", "secondary", "vocational", "higher", "postgraduate"]),
    "listening_points": st.integers(0, 20), "reading_points": st.integers(0, 40), "years_experience": st.integers(0, 40),
    "russian_level": st.sampled_from(["none", "A", "B", "C"]), "job_offer": st.booleans(),
    "health_answer": st.sampled_from(["clear", "found", "pending"]),
}  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()}))
def test_the_breakdown_adds_up_and_no_hint_promises_more_than_the_table(facts):
    facts = cases.frame(BOOK, [facts])
    entries = hints.breakdown(BOOK.points, facts, DAY)
    whole = score(BOOK.points, {str(name): column(facts[name]) for name in facts}, 1, DAY)
    assert sum(entry["least"] for entry in entries) == whole.total_least[0]
    assert sum(entry["most"] for entry in entries) == whole.total_most[0]
    for entry in entries:
        assert (entry["least"] < entry["most"]) == bool(entry["missing"])
        assert all(0 < better["adds"] <= entry["highest"] - entry["least"] for better in entry["better"])
