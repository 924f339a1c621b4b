import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import Problem
from pipeline.sources import lines


def read(path: Path, size: int = 1 << 20) -> list[tuple[int, bytes]]:
    return [(block.first + at, line) for block in lines.blocks(path, size) for at, line in enumerate(block.lines)]


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=9), min_size=1, max_size=30),
    st.integers(1, 40),
    st.booleans(),
)
def test_lines_and_numbers_do_not_depend_on_the_size_of_a_block(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], size: int, ended: bool
):
    path = tmp_path_factory.mktemp("x") / "a.csv"
    data = "\n".join(texts) + ("\n" if ended else "")
    if not data or data.encode().startswith((lines.BOM, b"\xff\xfe")):
        return
    path.write_bytes(data.encode())
    wanted = texts if ended or texts[-1] else texts[:-1]
    assert read(path, size) == [(at + 1, text.encode()) for at, text in enumerate(wanted)]
    assert lines.count(path) == len(wanted)


def test_line_ends_of_another_system_and_a_byte_order_mark(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(lines.BOM + b"x\r\ny\r\n")
    assert read(tmp_path / "a.csv") == [(1, b"x"), (2, b"y")]


def test_a_last_line_without_an_end_is_marked(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(b"x\ny")
    assert [block.cut for block in lines.blocks(tmp_path / "a.csv", 100)] == [False, True]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", "x\ny\nАлматы\n".encode("cp1251"), "line 3 is not UTF-8"),
        ("a.csv", "x\n".encode("utf-16"), "UTF-16"),
        ("a.csv.gz", gzip.compress(b"x\n" * 50_000)[:-20], "cut off after line"),
        ("a.csv.gz", b"not gzip at all", "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, data: bytes, sentence: str):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Problem, match=sentence):
        read(tmp_path / name)


def test_a_missing_file_and_a_folder(tmp_path: Path):
    with pytest.raises(Problem, match="no such file"):
        read(tmp_path / "b.csv")
    with pytest.raises(Problem, match="is a folder"):
        read(tmp_path)


def test_a_cut_gzip_file_says_after_which_line(tmp_path: Path):
    path = tmp_path / "a.csv.gz"
    text = "".join(f"{n * 7919 % 100_003}\n" for n in range(50_000))
    path.write_bytes(gzip.compress(text.encode())[:-4000])
    with pytest.raises(Problem, match=r"cut off after line [1-9]\d{3,}"):
        read(path)
