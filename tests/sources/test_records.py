"""Rows in memory are read as those of a file: the same texts, and nothing that the file could not hold."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import Problem
from pipeline.core.programme import Source
from pipeline.sources import reader, records

COLUMNS = {
    "id": {"kind": "id", "required": True, "meaning": "Number"},
    "wage": {"kind": "number", "meaning": "Wage", "path": "answers.wage"},
    "year": {"kind": "text", "meaning": "Year"},
}


def source(**changes: object) -> Source:
    given = {"name": "t", "file": "t.csv", "title": "T", "key": "id", "columns": COLUMNS}
    return Source.model_validate(given | {"derive": {"year": {"from": "id", "pattern": "^(..)"}}} | changes)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\0', exclude_categories=["Cs", "Cc"]), max_size=6)


@given(st.lists(st.fixed_dictionaries({"id": TEXT, "wage": TEXT}), max_size=6))
def test_csv_rows_are_read_as_the_file_would_be(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_text(
        "id,wage\n" + "".join(f'"{row["id"]}","{row["wage"]}"\n' for row in rows), encoding="utf-8", newline=""
    )
    theirs = pd.concat([chunk.frame for chunk in reader.read(path, source(), 1 << 20)], ignore_index=True)
    mine = records.read(rows, source())
    pd.testing.assert_frame_equal(mine.frame, theirs)
    assert mine.lines.tolist() == list(range(1, len(rows) + 1)) and mine.unreadable == []


def test_ndjson_rows_are_the_objects_of_the_lines(tmp_path):
    described = source(format="ndjson", file="t.ndjson", derive={})
    rows = [{"id": "A1", "answers": {"wage": 5.5}}, {"id": "A2", "year": "19"}]
    path = tmp_path / "t.ndjson"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    theirs = next(iter(reader.read(path, described, 1 << 20))).frame
    pd.testing.assert_frame_equal(records.read(rows, described).frame, theirs)
    with pytest.raises(Problem, match="t, row 1: is not an object with the described names"):
        records.read([{"id": "A1", "mood": "x"}], described)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("text", "t, row 2: is not an object"),
        ({"id": "A"}, "t, row 2: lacks the column wage"),
        (
            {"id": "A", "wage": None, "mood": ""},
            "t, row 2: has the column mood, which is neither described nor ignored",
        ),
        ({"id": "A", "wage": 5}, "t, row 2: wage should be text"),
    ],
)
def test_what_the_file_could_not_hold_is_a_sentence(row, said):
    good = {"id": "A0", "wage": None}
    with pytest.raises(Problem, match=said):
        records.read([good, row], source())
    assert records.read([{**good, "old": "x"}], source(ignore={"old": "not used"})).frame["id"].tolist() == ["A0"]
