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


def test_every_fault_of_a_file_is_kept(tmp_path: Path):
    with pytest.raises(Problem, match=r"a\.yaml:2: count: .* \(\d more\)\.$") as found:
        load(tmp_path, "name: a\ncount: many\ninner:\n  b: x\nother: 1\n")
    lines = [text.partition(f"{tmp_path / 'a.yaml'}:")[2].partition(": ")[0] for text in found.value.each]
    assert lines == ["2", "4", "5"]
    assert all(text.endswith(".") and "more)" not in text for text in found.value.each)


def test_the_alternatives_of_one_value_are_one_fault(tmp_path: Path):
    class Either(yaml.Strict):
        value: int | bool | list[str]

    (tmp_path / "a.yaml").write_text("value: {a: 1}\n", encoding="utf-8")
    with pytest.raises(Problem) as found:
        yaml.load(tmp_path / "a.yaml", Either)
    assert len(found.value.each) == 1
    assert Problem("One sentence.").each == ("One sentence.",)
