"""The record of decisions: chained, and read as strictly as it was written."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core import registry
from pipeline.core.errors import Problem
from pipeline.core.registry import Content, Record

FILES = {"model.txt": hashlib.sha256(b"trees").hexdigest()}


def line(version: str, after: str, **changes: object) -> bytes:
    content = Content(
        programme="p", action="promote", version=version, model="m" * 12, files=FILES, previous=None, checks=[], reason="",
        law="l", code="c", after=after,
    ).model_copy(update=changes)  # fmt: skip
    return Record(content=content, signatures=[{"name": "a"}, {"name": "b"}]).model_dump_json().encode()


@pytest.fixture
def home(tmp_path):
    """A register with two decisions and the model of the last one."""
    home = registry.folder(tmp_path, "p")
    home.mkdir(parents=True)
    one = line("1", registry.START)
    two = line("2", hashlib.sha256(one).hexdigest())
    (home / registry.RECORDS).write_bytes(one + b"\n" + two + b"\n")
    (home / registry.MODELS / "2").mkdir(parents=True)
    (home / registry.MODELS / "2" / "model.txt").write_bytes(b"trees")
    (home / registry.CHAMPION).write_text(registry.pointer(*registry.records(home)))
    return home


def test_the_champion_is_the_last_decision(home, tmp_path):
    record, folder = registry.champion(tmp_path, "p")
    assert record.content.version == "2" and folder == home / "models" / "2"
    assert json.loads((home / "champion.json").read_text())["version"] == "2"


def test_nothing_promoted_is_said(tmp_path):
    assert registry.records(tmp_path) == ([], registry.START)
    assert json.loads(registry.pointer([], registry.START)) == {"model": None, "record": None, "version": None}
    with pytest.raises(Problem, match="p: no model was promoted yet"):
        registry.champion(tmp_path, "p")


@pytest.mark.parametrize("pointed", ["", "{}", '{"version": "1"}', '{"version": "2", "record": "%s"}' % ("0" * 64)])
def test_a_pointer_that_says_something_else_is_refused(home, tmp_path, pointed):
    (home / registry.CHAMPION).write_text(pointed)
    with pytest.raises(Problem, match=r"does not say what records\.ndjson says"):
        registry.champion(tmp_path, "p")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "model.txt").write_bytes(b"other trees"), r"model\.txt: is not what was approved"),
        (lambda folder: (folder / "more.txt").write_bytes(b""), r"more\.txt: is not what was approved"),
        (lambda folder: (folder / "model.txt").unlink(), "the approved model is missing"),
    ],
)
def test_a_model_that_is_not_what_was_approved_is_refused(home, tmp_path, spoil, said):
    spoil(home / registry.MODELS / "2")
    with pytest.raises(Problem, match=said):
        registry.champion(tmp_path, "p")


@given(st.data())
def test_any_changed_byte_is_found_but_in_the_last_line(tmp_path_factory, data):
    one = line("1", registry.START)
    whole = one + b"\n" + line("2", hashlib.sha256(one).hexdigest()) + b"\n"
    home = tmp_path_factory.mktemp("register")
    at = data.draw(st.integers(0, len(one) - 1))
    changed = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    (home / registry.RECORDS).write_bytes(changed)
    with pytest.raises(Problem):
        registry.records(home)


@given(st.integers(0, 400))
def test_a_line_without_its_end_decided_nothing(tmp_path_factory, cut):
    one = line("1", registry.START)
    home = tmp_path_factory.mktemp("register")
    (home / registry.RECORDS).write_bytes(one + b"\n" + line("2", hashlib.sha256(one).hexdigest())[:cut])
    found, last = registry.records(home)
    assert [record.content.version for record in found] == ["1"] and last == hashlib.sha256(one).hexdigest()


def test_the_seal_is_of_the_files_and_of_the_law():
    assert registry.seal(FILES, "law") == registry.seal(dict(FILES), "law")
    assert (
        len(
            {
                registry.seal(FILES, "law"),
                registry.seal(FILES, "other"),
                registry.seal({"x": FILES["model.txt"]}, "law"),
            }
        )
        == 3
    )
