import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import Problem
from pipeline.core.programme import Source
from pipeline.sources.reader import read

COLUMNS = {
    "id": {"kind": "id", "required": True, "meaning": "Number"},
    "wage": {"kind": "number", "meaning": "Wage", "path": "answers.wage"},
    "offer": {"kind": "boolean", "meaning": "Offer", "path": "answers.offer"},
}


def source(**changes: object) -> Source:
    return Source.model_validate(
        {"name": "t", "file": "t.csv", "title": "T", "key": "id", "columns": COLUMNS} | changes
    )


def rows(path: Path, described: Source, size: int = 1 << 20) -> tuple[dict[int, list[object]], list[tuple[int, str]]]:
    found: dict[int, list[object]] = {}
    turned: list[tuple[int, str]] = []
    for chunk in read(path, described, size):
        assert list(chunk.frame) == list(described.columns)
        for line, values in zip(chunk.lines, chunk.frame.itertuples(index=False), strict=True):
            found[int(line)] = [None if pd.isna(value) else value for value in values]
        turned += chunk.unreadable
    return found, turned


def test_csv_keeps_text_as_it_is_and_gaps_as_gaps(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text('offer,id,wage\ntrue,NA,"1,5"\n,007,\n', encoding="utf-8")
    assert rows(path, source())[0] == {2: ["NA", "1,5", "true"], 3: ["007", None, None]}


LINES = st.lists(
    st.sampled_from(["A1,5,true", "A2,,", '"A,3",6,false', "A4,7", "A5,1,2,3", 'A6,"7,true', "", "A7,x,maybe"]),
    min_size=1,
    max_size=25,
)


@given(LINES, st.integers(16, 200))
def test_every_csv_line_is_a_row_or_turned_away_whatever_the_block_size(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], size: int
):
    path = tmp_path_factory.mktemp("x") / "t.csv"
    path.write_text("id,wage,offer\n" + "\n".join(texts) + "\n", encoding="utf-8")
    found, turned = rows(path, source(), size)
    bad = [at + 2 for at, text in enumerate(texts) if text in ("A4,7", "A5,1,2,3", 'A6,"7,true')]
    assert turned == [(line, "unreadable") for line in bad]
    assert sorted(found) == [at + 2 for at, text in enumerate(texts) if text and at + 2 not in bad]
    assert (found, turned) == rows(path, source(), 1 << 20)


RECORDS = st.lists(
    st.sampled_from([
        '{"id":"A1","answers":{"wage":5.5,"offer":true}}', '{"id":"A2"}', '{"id":"A3","answers":{"wage":"much"}}',
        '{"id":"A4","answers":{"wage":1}}}', '{"id":"A5","other":1}', "[1]", '{"answers":{"offer":false},"id":"A6"}', "",
    ]), min_size=1, max_size=25,
)  # fmt: skip


@given(RECORDS, st.integers(16, 200))
def test_every_json_line_is_a_row_or_turned_away_whatever_the_block_size(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], size: int
):
    path = tmp_path_factory.mktemp("x") / "t.ndjson"
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    described = source(format="ndjson")
    if not any(texts):
        return
    found, turned = rows(path, described, size)
    bad = [
        at + 1
        for at, text in enumerate(texts)
        if text in ('{"id":"A4","answers":{"wage":1}}}', '{"id":"A5","other":1}', "[1]")
    ]
    assert [line for line, _ in turned] == bad
    assert sorted(found) == [at + 1 for at, text in enumerate(texts) if text and at + 1 not in bad]
    assert (found, turned) == rows(path, described, 1 << 20)
    for at, text in enumerate(texts):
        if at + 1 in found and "A3" in text:
            assert found[at + 1] == ["A3", "much", None]
        elif at + 1 in found:
            answers = json.loads(text).get("answers", {})
            assert found[at + 1][2] == (json.dumps(answers["offer"]) if "offer" in answers else None)


def test_a_line_that_the_end_of_the_file_cuts_is_said_to_be_cut(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("id,wage,offer\nA1,5,true\nA2,6", encoding="utf-8")
    assert rows(path, source())[1] == [(3, "cut_off")]
    path = tmp_path / "t.ndjson"
    path.write_text('{"id":"A1"}\n{"id":"A', encoding="utf-8")
    assert rows(path, source(format="ndjson"))[1] == [(2, "cut_off")]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [("id,wage", "lacks the column offer"), ("id,wage,offer,x", "has the column x"), ("id,wage,offer,id", "twice")],
)
def test_missing_extra_and_repeated_columns_stop_the_run(tmp_path: Path, header: str, sentence: str):
    path = tmp_path / "t.csv"
    path.write_text(header + "\n", encoding="utf-8")
    with pytest.raises(Problem, match=sentence):
        rows(path, source())


def test_a_column_ignored_by_name_and_one_derived_from_another(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("id,wage,offer,x\nA-16153-1,1,true,9\nB,2,true,9\n", encoding="utf-8")
    day = {"kind": "date", "format": "%y%j", "meaning": "Day"}
    described = source(
        ignore={"x": "not needed"},
        columns={**COLUMNS, "day": day},
        derive={"day": {"from": "id", "pattern": "A-([0-9]{5})-.*"}},
    )
    assert [values[3] for values in rows(path, described)[0].values()] == ["16153", None]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("id,wage,offer\rA1,2,true", "cannot be read as a header"),
        ("id;wage;offer", "no comma"),
        ('id,"wage,offer', "cannot be read"),
    ],
)
def test_a_header_of_another_kind_is_one_sentence(tmp_path: Path, header: str, sentence: str):
    path = tmp_path / "t.csv"
    path.write_bytes(f"{header}\n".encode())
    with pytest.raises(Problem, match=sentence):
        rows(path, source())


def test_a_line_with_a_nul_byte_is_turned_away(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"id,wage,offer\nA\x001,2,true\nA2,2,true\n")
    found, turned = rows(path, source())
    assert list(found) == [3] and turned == [(2, "unreadable")]


@pytest.mark.parametrize(
    "line",
    [
        '{"id":"A1","id":"A2"}',
        '{"id":"\\ud800"}',
        '{"id":' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"id":"A1","answers":{"wage":1,"wage":2}}',
    ],
)
def test_a_record_nobody_can_read_in_one_way_is_turned_away(tmp_path: Path, line: str):
    path = tmp_path / "t.ndjson"
    path.write_text('{"id":"A0","answers":{"wage":"x"}}\n' + line + "\n", encoding="utf-8")
    found, turned = rows(path, source(format="ndjson"))
    assert list(found) == [1] and turned == [(2, "unreadable")]
