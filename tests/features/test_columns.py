import pytest
from pydantic import ValidationError

from features.columns import Column, Recipe


def test_a_column_says_what_it_is_and_is_open_unless_marked():
    column = Column(kind="number", meaning="Wage", unit="KZT")
    assert not column.protected and not column.personal and not column.required


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
