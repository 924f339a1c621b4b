from pathlib import Path

import pytest

from pipeline.core import yaml
from pipeline.core.errors import Problem


class Record(yaml.Strict):
    name: str
    count: int
    inner: dict[str, float] = {}


def load(folder: Path, text: str) -> Record:
    path = folder / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return yaml.load(path, Record)


def test_words_that_other_readers_turn_into_booleans_stay_words(tmp_path: Path):
    assert load(tmp_path, "name: NO\ncount: 1\ninner: {a: 1e-3}").name == "NO"
    assert load(tmp_path, "name: NO\ncount: 1\ninner: {a: 1e-3}").inner["a"] == 0.001


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name: a\ncount: 1\ncuont: 2\n", r"a\.yaml:3: cuont"),
        ("name: a\n", r"a\.yaml:1: count"),
        ("name: a\ncount: many\n", r"a\.yaml:2: count"),
        ("name: a\nname: b\ncount: 1\n", r"a\.yaml:2: .*duplicate"),
        ("name: a\ncount: [1\n", r"a\.yaml:\d"),
        ("name: a\ncount: 1\ninner:\n  a: 1\n  b: x\n", r"a\.yaml:5: inner\.b"),
        ("- a\n", "should be a mapping"),
        ("name: a\ncount: 1\ninner: {a: 2026-02-30}\n", r"a\.yaml:3: .*correct the date"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, text: str, sentence: str):
    with pytest.raises(Problem, match=sentence):
        load(tmp_path, text)


def test_a_missing_file_and_another_encoding(tmp_path: Path):
    with pytest.raises(Problem, match="no such file"):
        yaml.load(tmp_path / "b.yaml", Record)
    (tmp_path / "c.yaml").write_bytes("name: Қоныс".encode("utf-16"))
    with pytest.raises(Problem, match="UTF-8"):
        yaml.load(tmp_path / "c.yaml", Record)


def test_dump_is_read_back():
    assert yaml.dump({"b": 1, "a": ["x", {"y": 2}]}).startswith("b: 1\n")
