from pathlib import Path

import pytest

from features import page, registry, sets

DOCS = Path(__file__).resolve().parents[2] / "docs" / "features.md"


def test_the_tables_in_the_docs_are_those_of_the_code():
    text = DOCS.read_text(encoding="utf-8")
    assert text == page.refresh(text), "run `python -m features.page docs/features.md`"


def test_every_set_and_the_recipes_have_their_table():
    text = DOCS.read_text(encoding="utf-8")
    for name in [*sets.SETS, "recipes"]:
        assert f"<!-- table: {name} -->" in text


@pytest.mark.parametrize("name", sets.SETS)
def test_a_table_names_every_feature_with_its_words(name):
    table = page.set_table(name)
    for feature in sets.SETS[name]:
        assert f"| `{feature}` | {registry.scan()[feature].meaning} |" in table


def test_refresh_mends_an_old_table_and_leaves_the_rest():
    text = "Before.\n\n<!-- table: recipes -->\nstale\n<!-- end -->\n\nAfter.\n"
    mended = page.refresh(text)
    assert "stale" not in mended and "| `log` |" in mended
    assert mended.startswith("Before.\n") and mended.endswith("<!-- end -->\n\nAfter.\n")
    assert page.refresh(mended) == mended
