import pytest
from pydantic import ValidationError

from features.columns import Column, Recipe


def test_a_column_says_what_it_is_and_is_open_unless_marked():
    column = Column(kind="number", meaning="Wage", unit="KZT")
    assert not column.protected and not column.secret and not column.personal and not column.required
    assert column.usable and not column.model_copy(update={"secret": True}).usable


@pytest.mark.parametrize(
    "wrong", [{"kind": "numbr"}, {"kind": "number", "meaning": "x", "protcted": True}, {"kind": "text"}]
)
def test_a_column_with_a_wrong_or_missing_word_is_refused(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        Column.model_validate({"meaning": "x"} | wrong if wrong.get("kind") != "text" else wrong)


def test_a_recipe_has_a_known_name_and_a_direction():
    assert Recipe(recipe="log", column="wage", meaning="Wage").monotone == 0
    with pytest.raises(ValidationError):
        Recipe.model_validate({"recipe": "target_encoding", "column": "wage", "meaning": "Wage"})


def test_a_change_and_its_advice_stand_together():
    told = {"recipe": "log", "column": "wage", "meaning": "Wage"}
    assert Recipe.model_validate({**told, "change": "more", "advice": "asking for more"}).theme == ""
    for wrong in (
        {"change": "more"},
        {"advice": "asking for more"},
        {"change": "better", "advice": "x"},
        {"change": "other", "advice": "x"},
    ):
        with pytest.raises(ValidationError):
            Recipe.model_validate({**told, **wrong})
    with pytest.raises(ValidationError, match="a category changes"):
        Recipe.model_validate({**told, "recipe": "category", "change": "more", "advice": "x"})


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"recipe": "log", "fold": ["punctuation"]}, "go with the recipes category, earlier_count, earlier_share"),
        ({"fold": ["legal_forms"]}, "goes with `punctuation`"),
        ({"fold": ["likeness"]}, "punctuation"),
        ({"same_as": {"a": "b", "b": "c"}}, "is stood for"),
        ({"smoothing": 0}, "greater than 0"),
    ],
)
def test_a_spelling_that_makes_no_sense_is_refused(more: dict[str, object], words: str):
    with pytest.raises(ValidationError, match=words):
        Recipe.model_validate({"recipe": "category", "column": "employer", "meaning": "Employer"} | more)
