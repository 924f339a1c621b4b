"""Files: lines where they are said to be, the same bytes every time."""

import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.synthesize import export
from pipeline.synthesize.export import Export, Planted

TABLE = pa.table({"id": ["a", "b", "c"], "n": pa.array([1, None, 3]), "yes": pa.array([True, False, None])})


def test_csv_has_no_quotes_and_gaps_are_empty():
    body = export.csv(TABLE)
    assert bytes(body.data) == b"a,1,true\nb,,false\nc,3,\n"
    assert [body.row(number) for number in range(3)] == ["a,1,true", "b,,false", "c,3,"]


def test_planted_lines_stand_where_they_are_said_to_stand(tmp_path: Path):
    out = Export(tmp_path / "x.csv", "id,n,yes")
    planted = [Planted(2, "after c", "k3"), Planted(0, "after a", "k1"), Planted(0, "again", "k2")]
    places = out.add(export.csv(TABLE), planted)
    places += out.add(export.csv(TABLE), [Planted(0, "second chunk", "k4")])
    last = out.last("cut")
    out.close()
    lines = (tmp_path / "x.csv").read_text().split("\n")
    assert [(lines[line - 1], kind) for line, kind in places] == [
        ("after a", "k1"), ("again", "k2"), ("after c", "k3"), ("second chunk", "k4"),
    ]  # fmt: skip
    assert lines[last - 1] == "cut"
    assert out.line == len(lines) == 12


def test_gzip_has_the_same_bytes_every_time(tmp_path: Path):
    for name in ("a.csv.gz", "b.csv.gz"):
        out = Export(tmp_path / name, "id,n,yes")
        out.add(export.csv(TABLE), [])
        out.close()
    first = (tmp_path / "a.csv.gz").read_bytes()
    assert first == (tmp_path / "b.csv.gz").read_bytes()
    assert gzip.decompress(first).decode().splitlines() == ["id,n,yes", "a,1,true", "b,,false", "c,3,"]


def test_ndjson_is_nested_with_native_types_and_can_lack_the_block():
    body = export.ndjson(TABLE, ["n", "yes"], np.array([False, False, True]))
    rows = [json.loads(body.row(number)) for number in range(3)]
    assert rows == [
        {"id": "a", "answers": {"n": 1, "yes": True}},
        {"id": "b", "answers": {"n": None, "yes": False}},
        {"id": "c"},
    ]
    assert bytes(body.data).endswith(b"\n")
