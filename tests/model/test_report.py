import csv
import json

import pytest

from pipeline.core.errors import Problem
from pipeline.model import report


def test_it_is_written_whole_and_the_same_again(made, tmp_path):
    target = report.write(made, tmp_path, "ru")
    first = {path.name: path.read_bytes() for path in target.iterdir()}
    assert target == tmp_path / "data/out/perm_2016/model"
    assert set(first) == {"index.html", "table.csv", "points.csv", "table.json"}
    assert {path.name: path.read_bytes() for path in report.write(made, tmp_path, "ru").iterdir()} == first
    assert [path.name for path in target.parent.iterdir()] == ["model"]
    assert json.loads(first["table.json"])["model"] == made.version
    assert next(csv.reader(first["points.csv"].decode().splitlines()))[0] == "table"


def test_a_place_that_cannot_be_written_is_one_sentence(made, tmp_path):
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    with pytest.raises(Problem, match="cannot be written"):
        report.write(made, tmp_path, "en")
