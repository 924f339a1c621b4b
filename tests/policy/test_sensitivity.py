from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import Problem
from pipeline.core.expressions import Expression, column
from pipeline.core.programme import load
from pipeline.gates import cases, rulebook
from pipeline.gates.points import score
from pipeline.gates.records import ANSWERS, FAIL, NOT_APPLICABLE, PASS, UNKNOWN, Cap
from pipeline.policy import sensitivity
from pipeline.policy.sensitivity import MOVES, Change, moved, possible, share_of, sweep

DAY, TENTH = date(2026, 6, 30), Fraction(1, 10)
BOOK = rulebook.load(load("kz_2026"))
GATES = [gate for gate in BOOK.gates if gate.scored]
FACTS = {
    "route": "standard", "birth_date": date(1992, 3, 1), "education": "secondary", "listening_points": 6,
    "reading_points": 12, "russian_level": "C", "english_level": "none", "years_experience": 0,
    "studied_in_kz_years": 0, "job_offer": False, "health_answer": "clear",
}  # 400 points, exactly the threshold  # fmt: skip
UP, DOWN = Change(("threshold",), 1), Change(("threshold",), -1)


def say(files, changes, gates=GATES, table=BOOK.points, share=TENTH):
    """The answers as words, one list a change, the first as the law is."""
    found = sweep(gates, table, cases.frame(BOOK, files), DAY, changes, share)
    return [[ANSWERS[answer] for answer in answers] for answers in found]


@pytest.mark.parametrize(
    ("text", "share"), [("10%", TENTH), ("0.1", TENTH), ("2.5 %", Fraction(1, 40)), ("1/3", Fraction(1, 3))]
)
def test_shares(text, share):
    assert share_of(text) == share


@pytest.mark.parametrize("text", ["0", "1", "100%", "-10%", "ten", "", "10%%", "1/0", "0.00001", "nan"])
def test_what_is_no_share(text):
    with pytest.raises(Problem, match="is not a share to move by"):
        share_of(text)


def test_what_can_move():
    found = possible(BOOK.points, DAY)
    names = [change.name(TENTH) for change in found]
    assert names[:4] == ["threshold -10%", "threshold +10%", "criteria.age -10%", "criteria.age +10%"]
    assert "criteria.age.bands.1 +10%" in names and "criteria.age.bands.0 +10%" not in names  # gives 0 points
    assert [change.kind for change in found[:6:2]] == ["threshold", "criterion", "band"]
    assert len(set(names)) == len(names)


def test_bands_and_caps_of_another_day_do_not_move():
    ended = [band.model_copy(update={"to": date(2026, 3, 1)}) for band in BOOK.points.criteria["age"].bands]
    age = BOOK.points.criteria["age"].model_copy(update={"bands": ended})
    table = BOOK.points.model_copy(
        update={"criteria": {"age": age}, "caps": [_cap(date(2026, 7, 1)), _cap(date(2026, 6, 1))]}
    )
    assert [change.at for change in possible(table, DAY)] == [("threshold",)] * 2 + [("caps", 1)] * 2


def _cap(start, most=100):
    return Cap.model_validate(
        {"title": {"kk": "а", "ru": "а", "en": "a"}, "criteria": ["russian", "english"], "most": most,
         "status": "PROVISIONAL", "source": "made up", "from": start}
    )  # fmt: skip


def test_the_threshold_moves_both_ways():
    below = FACTS | {"russian_level": "B", "english_level": "A"}  # exactly 400, then 380 without English
    assert say([FACTS, below, FACTS | {"russian_level": "B"}], [DOWN, UP]) == [
        ["PASS", "PASS", "FAIL"], ["PASS", "PASS", "PASS"], ["FAIL", "FAIL", "FAIL"],
    ]  # fmt: skip


def test_a_fraction_is_exact():
    """385 points with 150 for age: 10 % more is 15, and 400 is enough; 9.9 % more is not."""
    file = FACTS | {"russian_level": "none", "english_level": "A", "reading_points": 24, "education": "none", "studied_in_kz_years": 1, "health_answer": "found", "years_experience": 3}  # fmt: skip
    frame = cases.frame(BOOK, [file])
    assert score(BOOK.points, {str(name): column(frame[name]) for name in frame}, 1, DAY).total[0] == 390
    age = Change(("criteria", "age"), 1)
    assert say([file], [age]) == [["FAIL"], ["PASS"]]
    assert say([file], [age], share=Fraction(1, 15)) == [["FAIL"], ["PASS"]]
    assert say([file], [age], share=Fraction(666, 10_000)) == [["FAIL"], ["FAIL"]]


def test_one_band_moves_those_in_it_alone():
    young = FACTS | {"birth_date": date(2004, 1, 1), "english_level": "B"}  # 415: 120 for age
    older = FACTS | {"birth_date": date(1980, 1, 1), "english_level": "B"}  # 405: 110 for age
    assert say([young, older], [Change(("criteria", "age", "bands", 3), -1)]) == [["PASS", "PASS"], ["PASS", "FAIL"]]


def test_a_missing_fact_leaves_the_answer_open():
    waiting = FACTS | {"health_answer": "pending"}  # 350 to 400
    assert say([waiting], [UP, DOWN, Change(("criteria", "age"), 1), Change(("criteria", "kazakh"), -1)]) == [
        ["UNKNOWN"], ["FAIL"], ["UNKNOWN"], ["UNKNOWN"], ["FAIL"],
    ]  # fmt: skip
    certain = FACTS | {"health_answer": "pending", "english_level": "C"}  # 420 to 470
    assert say([certain], [UP, Change(("criteria", "age"), -1)]) == [["PASS"], ["UNKNOWN"], ["PASS"]]


def test_a_cap_can_move():
    table = BOOK.points.model_copy(update={"caps": [_cap(date(2026, 1, 1))]})
    file = FACTS | {"english_level": "C", "birth_date": date(1980, 1, 1)}  # 430, and 380 after a cap of 100
    up = Change(("caps", 0), 1)
    assert say([file], [up], table=table) == [["FAIL"], ["FAIL"]]
    assert say([file], [up], table=table, share=Fraction(1, 5)) == [["FAIL"], ["PASS"]]


def test_who_is_not_asked_stays_out():
    assert say([FACTS | {"route": "digital_nomad"}], [UP]) == [["NOT_APPLICABLE"]] * 2


@pytest.mark.parametrize(
    "condition", ["points_least >= 400", "points_least >= threshold + 5", "points_least >= years_experience"]
)
def test_a_gate_with_a_number_of_its_own_is_refused(condition):
    rule = GATES[0].rule.model_copy(update={"pass_when": Expression(condition), "unknown_when": None})
    with pytest.raises(Problem, match=r"G08: `pass_when` compares points with something beside `points.threshold`"):
        say([FACTS], [UP], gates=[replace(GATES[0], rule=rule)])


def test_an_unknown_threshold_stays_unknown():
    values = {"threshold": [GATES[0].values["threshold"][0].model_copy(update={"value": "UNKNOWN"})]}
    gate = replace(GATES[0], values={**GATES[0].values, **values})
    assert say([FACTS], [UP, DOWN], gates=[gate]) == [["UNKNOWN"]] * 3


def test_the_law_itself_is_not_touched():
    before = BOOK.points.model_copy(deep=True).model_dump(
        exclude={"criteria": {"__all__": {"measure", "unknown_when"}}}
    )
    moved(BOOK.points, Change(("criteria", "age"), 1), 10, 1)
    after = BOOK.points.model_dump(exclude={"criteria": {"__all__": {"measure", "unknown_when"}}})
    assert [band["points"] for band in after["criteria"]["age"]["bands"]] == [
        band["points"] for band in before["criteria"]["age"]["bands"]
    ]


def test_the_kinds_of_flips_are_all_flips_once():
    moves = [move for kind in MOVES.values() for move in kind]
    three = (PASS, FAIL, UNKNOWN)
    assert sorted(moves) == sorted((before, after) for before in three for after in three if before != after)


COMPLETE = {
    "route": st.sampled_from(["standard", "family", "digital_nomad"]),
    "birth_date": st.dates(date(1940, 1, 1), date(2015, 1, 1)),
    "education": st.sampled_from(["none", "secondary", "vocational", "higher", "postgraduate"]),
    "listening_points": st.integers(0, 20), "reading_points": st.integers(0, 40), "years_experience": st.integers(0, 20),
    "russian_level": st.sampled_from(["none", "A", "B", "C"]), "english_level": st.sampled_from(["none", "A", "B", "C"]),
    "studied_in_kz_years": st.integers(0, 5), "job_offer": st.booleans(), "health_answer": st.sampled_from(["clear", "found"]),
}  # fmt: skip
PARTIAL = {name: st.none() | values for name, values in COMPLETE.items()}
CHANGES = possible(BOOK.points, DAY)


@settings(max_examples=15, deadline=None)
@given(st.fixed_dictionaries(COMPLETE), st.fractions(Fraction(1, 100), Fraction(1, 2), max_denominator=200))
def test_every_change_is_what_exact_fractions_say(facts, share):
    """Against fractions added up by hand; within a criterion no two bands of this table give the same points."""
    frame = cases.frame(BOOK, [facts])
    found = score(BOOK.points, {str(name): column(frame[name]) for name in frame}, 1, DAY)
    points = {name: Fraction(int(values[0])) for name, values in found.least.items()}
    asked = facts["route"] != "digital_nomad"
    for change, answer in zip(CHANGES, list(sweep(GATES, BOOK.points, frame, DAY, CHANGES, share))[1:], strict=True):
        threshold, step = Fraction(400), change.sign * share
        total = sum(points.values())
        if change.kind == "threshold":
            threshold *= 1 + step
        elif change.kind == "criterion":
            total += step * points[change.at[1]]
        else:
            band = BOOK.points.criteria[change.at[1]].bands[change.at[3]].points
            total += step * band if band == points[change.at[1]] else 0
        wanted = (PASS if total >= threshold else FAIL) if asked else NOT_APPLICABLE
        assert answer[0] == wanted, change


@settings(max_examples=10, deadline=None)
@given(st.lists(st.fixed_dictionaries(PARTIAL), min_size=2, max_size=4))
def test_files_do_not_bear_on_each_other_and_more_points_never_hurt(files):
    frame = cases.frame(BOOK, files)
    whole = list(sweep(GATES, BOOK.points, frame, DAY, CHANGES, TENTH))
    halves = [
        list(sweep(GATES, BOOK.points, frame.iloc[some], DAY, CHANGES, TENTH)) for some in (slice(1), slice(1, None))
    ]
    for answers, one, other in zip(whole, *halves, strict=True):
        assert np.array_equal(answers, np.concatenate([one, other]))
    better = np.array([3, 0, 1, 2])  # by code: PASS, FAIL, UNKNOWN, NOT_APPLICABLE
    for change, answers in zip(CHANGES, whole[1:], strict=True):
        gain = better[answers] - better[whole[0]]
        assert (gain * change.sign * (-1 if change.kind == "threshold" else 1) >= 0).all(), change


def test_several_gates_count_as_the_worst():
    answers = np.array([[3, 3, 0, 0, 2, 3], [3, 0, 2, 1, 1, 2]], dtype=np.int8)
    assert sensitivity._worst(answers).tolist() == [3, 0, 2, 1, 1, 2]
