"""Reasons in words: the meaning, the person's own value, which way it moves the file; nothing protected, no judgement."""

import re

import pandas as pd
import pytest

from pipeline.core.errors import Problem
from pipeline.core.messages import Words
from pipeline.rank import reasons


@pytest.mark.parametrize(
    ("name", "value", "way", "said"),
    [
        ("best_listening", "14.0", "forward", "Best listening result among valid attempts at the Kazakh test (of 20 items): 14; moves the file forward"),
        ("job_offer", "0.0", "back", "Has an offer of work in Kazakhstan: no; moves the file back"),
        ("present_share", "0.731", "forward", "Share of the last 12 months spent in Kazakhstan: 73.1%; moves the file forward"),
        ("registered_wage", "350000", "forward", "Monthly wage in the contract that started last (KZT a month): 350,000; moves the file forward"),
        ("days_since_offence", "", "still", "Days since the latest administrative offence: not stated; does not move the file"),
        ("days_since_offence", "1200.0", "back", "Days since the latest administrative offence: 1,200; moves the file back"),
        ("housing", "relatives", "back", "Housing at the place of settlement: relatives; moves the file back"),
    ],
)  # fmt: skip
def test_a_reason_is_one_plain_sentence(features, name, value, way, said):
    assert reasons.sentence(features[name], value, way, Words("en")) == said


def test_reasons_speak_kazakh_and_russian(features):
    ru = reasons.sentence(features["best_listening"], "14.0", "forward", Words("ru"))
    kk = reasons.sentence(features["housing"], "relatives", "back", Words("kk"))
    assert ru.endswith("(из 20 заданий): 14; сдвигает дело вперёд")
    assert kk.endswith("туыстарының үйінде; істі артқа жылжытады")
    assert reasons.sentence(features["job_offer"], "1.0", "forward", Words("ru")).endswith(": да; сдвигает дело вперёд")


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_reason_is_put_into_words_for_its_own_row(queue, features, lang):
    words = Words(lang)
    told = reasons.tell(queue.scores, features, words)
    assert told["case_id"].tolist() == queue.scores["case_id"].tolist()
    for place in (1, 2, 3):
        for row, text in zip(queue.scores.to_dict("records"), told[f"reason_{place}"], strict=True):
            way = {1.0: "forward", -1.0: "back", 0.0: "still"}[row[f"effect_{place}"]]
            assert text == reasons.sentence(features[row[f"reason_{place}"]], row[f"value_{place}"], way, words)
            assert not re.search("risk|suspicio|danger|опасн|риск|подозр|қауіп|күдік", text, re.IGNORECASE)


OFFER = "Finding an offer of work and stating it in the questionnaire"


@pytest.mark.parametrize(
    ("name", "kind", "bounds", "said"),
    [
        ("best_listening", "more", ("15", ""), "Taking the Kazakh test: from 15 (of 20 items) on, the file would stand about 14 points further forward."),
        ("best_listening", "less", ("", "12.5"), "Taking the Kazakh test: up to 12.5 (of 20 items), the file would stand about 14 points further forward."),
        ("best_listening", "state", ("", ""), "Taking the Kazakh test: what is stated would then count."),
        ("present_share", "more", ("0.531", ""), "Spending more of the year in Kazakhstan: from 53.1% on, the file would stand about 14 points further forward."),
        ("job_offer", "more", ("1", ""), f"{OFFER}: the file would stand about 14 points further forward."),
        ("housing", "other", ("own", ""), "Stating the housing in the questionnaire: with “own”, the file would stand about 14 points further forward."),
    ],
)  # fmt: skip
def test_a_change_is_told_in_the_persons_own_units_and_promises_nothing(features, name, kind, bounds, said):
    assert (
        reasons.change(features[name], kind, bounds, 14, Words("en")) == f"{said} All else equal; it does not decide."
    )
    for lang in ("kk", "ru"):
        told = reasons.change(features[name], kind, bounds, 14, Words(lang))
        assert told != said and "{" not in told and not re.search("[A-Za-z]{3}", told)


@pytest.mark.parametrize(
    ("bound", "lang", "shown"),
    [("312500", "ru", "312\u00a0500"), ("12.64", "kk", "12,64"), ("1234.5", "en", "1,234.5")],
)
def test_a_bound_is_told_in_full(features, bound, lang, shown):
    assert f" {shown} " in reasons.change(features["registered_wage"], "more", (bound, ""), 5, Words(lang)) + " "


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_changes_and_the_rest_are_told_for_their_own_row(queue, features, lang):
    words = Words(lang)
    told = reasons.tell(queue.scores, features, words, 20)
    for row, text, rest in zip(queue.scores.to_dict("records"), told["change_2"], told["rest"], strict=True):
        kind, bounds = row["change_2"], (row["from_2"], row["to_2"])
        assert text == (reasons.change(features[row["reason_2"]], kind, bounds, 14, words) if kind else "")
        assert bool(rest) == (row["rest"] != 0)
    assert told["code_1"].tolist() == queue.scores["code_1"].tolist()
    twice = reasons.tell(queue.scores, features, words, 40)["change_2"]
    assert (
        twice[told["change_2"] != ""].str.contains("29") | (queue.scores["change_2"] == "")[told["change_2"] != ""]
    ).all()


def test_fewer_reasons_than_asked_for_leave_a_gap(queue, features):
    scores = queue.scores.assign(reason_3=None, effect_3=float("nan"), value_3=None, change_3=None)
    told = reasons.tell(scores, features, Words("en"))
    assert (told["reason_3"] == "").all() and (told["reason_1"] != "").all()
    assert len(reasons.tell(scores.iloc[:0], features, Words("en"))) == 0


def test_a_protected_or_unknown_reason_stops_the_run(queue, features):
    reasons.check(queue.scores, features, set())
    with pytest.raises(Problem, match="protected or secret attribute `housing`"):
        reasons.check(queue.scores, features, {"housing"})
    with pytest.raises(Problem, match="`citizenship`, which the feature set does not describe"):
        reasons.check(queue.scores.assign(reason_2="citizenship"), features, set())


def test_values_with_another_type_of_row_keep_their_own_words():
    described = {"a": reasons.Described("number", "A"), "b": reasons.Described("category", "B")}
    scores = pd.DataFrame(
        {"case_id": ["1", "2"], "reason_1": ["a", "b"], "code_1": ["A+", "B-"], "effect_1": [0.1, -0.1],
         "value_1": ["2", "2"], "change_1": "", "from_1": "", "to_1": "", "gain_1": float("nan"), "rest": [0.0, -1.0]}
    )  # fmt: skip
    assert reasons.tell(scores, described, Words("en"))["reason_1"].tolist() == [
        "A: 2; moves the file forward",
        "B: 2; moves the file back",
    ]


@pytest.mark.parametrize(
    ("value", "lang", "text"),
    [
        (0.0, "en", "0"), (-0.0, "en", "0"), (14.0, "en", "14"), (34.27, "en", "34.3"), (3.456, "ru", "3,46"),
        (1234567.8, "en", "1,234,568"), (1234567.8, "ru", "1\u00a0234\u00a0568"), (0.001234, "kk", "1,2e-03"), (-5.5, "en", "-5.5"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_readers_write_them(value, lang, text):
    assert reasons.number(value, lang) == text
