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


def test_fewer_reasons_than_asked_for_leave_a_gap(queue, features):
    scores = queue.scores.assign(reason_3=None, effect_3=float("nan"), value_3=None)
    told = reasons.tell(scores, features, Words("en"))
    assert (told["reason_3"] == "").all() and (told["reason_1"] != "").all()
    assert len(reasons.tell(scores.iloc[:0], features, Words("en"))) == 0


def test_a_protected_or_unknown_reason_stops_the_run(queue, features):
    reasons.check(queue.scores, features, set())
    with pytest.raises(Problem, match="protected attribute `housing`"):
        reasons.check(queue.scores, features, {"housing"})
    with pytest.raises(Problem, match="`citizenship`, which the feature set does not describe"):
        reasons.check(queue.scores.assign(reason_2="citizenship"), features, set())


def test_values_with_another_type_of_row_keep_their_own_words():
    described = {"a": reasons.Described("number", "A"), "b": reasons.Described("category", "B")}
    scores = pd.DataFrame(
        {"case_id": ["1", "2"], "reason_1": ["a", "b"], "effect_1": [0.1, -0.1], "value_1": ["2", "2"]}
    )
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
