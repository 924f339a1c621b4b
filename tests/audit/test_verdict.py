"""One word on the model, from readings: a gap is never outvoted, and not knowing is no pass."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit import verdict
from pipeline.audit.readings import FAIL, FEW, NONE, PASS, VERDICTS


def readings(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["metric", "verdict"]).astype("str")


@pytest.mark.parametrize(
    ("rows", "word", "why"),
    [
        ([("selection", PASS), ("score", PASS)], "pass", "All 2 gaps"),
        ([("selection", PASS), ("recall", FAIL), ("score", FEW)], "fail", "1 of 3 gaps"),
        (
            [("selection", PASS), ("recall", FEW)],
            "cannot_tell",
            "Of 2 gaps between groups in the model's order 1 cannot be told",
        ),
        ([("recall", NONE)], "cannot_tell", "Of 1 gaps"),
        ([], "cannot_tell", "Of 0 gaps"),
        ([("gate_fail.G12", FAIL), ("days_waited", FAIL), ("selection", PASS)], "pass", "All 1 gaps"),
    ],
)
def test_the_word_and_why(rows, word, why):
    said = verdict.of(readings(*rows), "abc")
    assert said["verdict"] == word and why in said["why"] and said["model"] == "abc"


@given(st.lists(st.tuples(st.sampled_from(verdict.ORDER), st.sampled_from(VERDICTS)), max_size=12))
def test_only_when_everything_is_known_and_good_it_passes(rows):
    word = verdict.of(readings(*rows), "abc")["verdict"]
    told = [each for _, each in rows]
    assert (word == "pass") == (bool(told) and set(told) == {PASS}) and (word == "fail") == (FAIL in told)
