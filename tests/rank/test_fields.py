"""The columns of the sheets: an officer decides by hand, names stand with the office only, no score where it plays no part."""

import pytest

from pipeline.core.messages import Words
from pipeline.rank import fields


@pytest.fixture(params=["kk", "ru", "en"])
def sheets(request, queue):
    words, rows = Words(request.param), queue.rows(request.param)
    return {
        "national": fields.national(rows, words), "office": fields.office(rows, words, True),
        "unnamed": fields.office(rows, words, False), "held": fields.held(words), "incomplete": fields.incomplete(words),
    }  # fmt: skip


def test_every_sheet_ends_with_two_empty_columns_for_the_officer(sheets):
    for columns in sheets.values():
        assert [(field.column, field.kind) for field in columns[-2:]] == [("", "blank")] * 2
        assert all(field.column for field in columns[:-2])


def test_titles_are_different_and_stand_for_columns_that_exist(sheets, queue):
    known = {*queue.rows().columns, "name", ""}
    for columns in sheets.values():
        assert len({field.title for field in columns}) == len(columns)
        assert {field.column for field in columns} <= known


def test_names_and_scores_stand_only_where_they_are_needed(sheets):
    having = {name: {field.column for field in columns} for name, columns in sheets.items()}
    assert [name for name, columns in having.items() if "name" in columns] == ["office"]
    assert [name for name, columns in having.items() if "score" in columns] == ["national", "office", "unnamed"]
    for column in ("mark", "low", "high", "reason_1", "changes", "rest"):
        assert [name for name, columns in having.items() if column in columns] == ["national", "office", "unnamed"]
    assert {"held_for", "look_at", "ask_for"} <= having["held"] and "ask_for" in having["incomplete"]
