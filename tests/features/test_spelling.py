"""One spelling: declared, idempotent, and never a guess."""

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from features.spelling import BEGINNINGS, ENDINGS, fold, synonyms, tidy

STEPS = st.sampled_from([(), ("punctuation",), ("punctuation", "legal_forms")])
SIGNS = st.one_of(st.characters(codec="utf-8"), st.sampled_from(" .,'&-«»\u0301\u0345iıßΐ"))
WORDS = st.one_of(st.text(SIGNS, max_size=8), st.sampled_from(["Inc.", "L.L.C.", "ТОО", "«Жер»", "co"]))
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)


@pytest.mark.parametrize(
    ("text", "steps", "found"),
    [
        (" new\t york ", (), "NEW YORK"),
        ("Ｇｏｏｇｌｅ\u00a0ﬁnance", (), "GOOGLE FINANCE"),
        ("Acme, Inc.", (), "ACME, INC."),
        ("Acme, Inc.", ("punctuation",), "ACME INC"),
        ("ACME  inc", ("punctuation", "legal_forms"), "ACME"),
        ("A.C.M.E. Co., L.L.C.", ("punctuation", "legal_forms"), "ACME"),
        ("O'Neil-Smith (USA)", ("punctuation",), "ONEIL SMITH USA"),
        ("AT&T, C#", ("punctuation",), "AT&T C#"),
        ("ТОО «Қоныс»", ("punctuation", "legal_forms"), "ҚОНЫС"),
        ("«Қоныс» ЖШС", ("punctuation", "legal_forms"), "ҚОНЫС"),
        ("Inc.", ("punctuation", "legal_forms"), "INC"),
        ("Incorporated Research", ("punctuation", "legal_forms"), "INCORPORATED RESEARCH"),
        ("- . -", ("punctuation",), ""),
    ],
)
def test_one_spelling(text, steps, found):
    assert tidy(text, steps) == found


@given(TEXTS, STEPS)
@example("E.\u0301", ("punctuation",))
def test_spelling_twice_changes_nothing(text, steps):
    once = tidy(text, steps)
    assert tidy(once, steps) == once
    assert once == " ".join(once.split())


@given(st.lists(st.one_of(st.none(), TEXTS), max_size=8), STEPS)
def test_a_column_is_spelt_value_by_value(texts, steps):
    found = fold(pd.Series(texts, dtype="str", index=range(5, 5 + len(texts))), steps, {})
    assert list(found.index) == list(range(len(texts)))
    assert [None if pd.isna(value) else value for value in found] == [
        None if text is None else tidy(text, steps) or None for text in texts
    ]


def test_synonyms_are_folded_and_values_that_only_look_alike_stay_two():
    same_as = {"Facebook Inc": "Meta", "15-1133": "15-1252"}
    values = pd.Series(["FACEBOOK, INC.", "meta", "Facebok", "15-1133", None], dtype="str")
    found = fold(values, ["punctuation", "legal_forms"], same_as)
    assert found.tolist()[:4] == ["META", "META", "FACEBOK", "15 1252"]
    assert pd.isna(found[4])
    again = fold(found, ["punctuation", "legal_forms"], same_as)
    assert again.equals(found)


@pytest.mark.parametrize(
    ("same_as", "words"),
    [
        ({"a": "A "}, "one spelling already"),
        ({"-": "x"}, "or none"),
        ({"a": "b", "A": "c"}, "`A` stands for `B` and for `C`"),
        ({"a": "b", "b": "c"}, "`B` stands for another text and is stood for"),
    ],
)
def test_synonyms_that_contradict_are_refused(same_as, words):
    with pytest.raises(ValueError, match=words):
        synonyms(same_as, ["punctuation"])


def test_the_lists_of_legal_forms_are_in_the_spelling_they_are_compared_in():
    assert {tidy(word, ["punctuation"]) for word in ENDINGS} == ENDINGS
    assert BEGINNINGS < ENDINGS
