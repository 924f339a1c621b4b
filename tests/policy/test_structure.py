"""What can be read is read, whatever else is spoilt. That each fault is told on its line: test_check."""

import pytest

from pipeline.core.errors import Problem
from pipeline.policy import structure
from pipeline.policy.structure import Read

pytest_plugins = ["tests.policy.small"]


def test_a_sound_programme_is_read_whole(small):
    read = structure.read(str(small))
    assert isinstance(read, Read) and read.findings == []
    assert [gate.code for gate in read.law.book.gates] == ["G01", "G02", "G03", "G04", "G05"]
    assert {example.gate.code for example in read.examples} == {"G01", "G02", "G03", "G04", "G05"}
    assert read.clocks is None


def test_clocks_are_read_with_the_rest():
    read = structure.read("kz_2026")
    assert isinstance(read, Read) and read.clocks is not None and read.clocks.clocks


def test_spoilt_clocks_are_a_finding(small):
    (small / "clocks.yaml").write_text("clocks: []\n", encoding="utf-8")
    read = structure.read(str(small))
    assert isinstance(read, Read) and read.clocks is None
    assert {each.path.name for each in read.findings} == {"clocks.yaml"}


def test_a_spoilt_gate_leaves_the_others_and_their_cases(spoil):
    read = structure.read(str(spoil("gates/G02_answer", ("pass_when", "passes"))))
    assert isinstance(read, Read)
    assert [gate.code for gate in read.law.book.gates] == ["G01", "G03", "G04", "G05"]
    assert {each.path.stem for each in read.findings} == {"G02_answer"}
    assert "G02" not in {example.gate.code for example in read.examples}


def test_a_file_that_is_no_yaml_is_told_beside_the_others(small):
    (small / "gates" / "G02_answer.yaml").write_text("code: [\n", encoding="utf-8")
    (small / "cases" / "G01_income.yaml").write_bytes(b"\xff\xfe")
    read = structure.read(str(small))
    assert isinstance(read, Read)
    assert {each.path.name for each in read.findings} == {"G02_answer.yaml", "G01_income.yaml"}


def test_without_a_programme_every_file_is_read_by_itself(spoil):
    spoil("gates/G02_answer", ("pass_when", "passes"))
    spoil("cases/G01_income", ("expect: PASS", "expects: PASS"))
    found = structure.read(str(spoil("programme", ("sources: [applications, offences]", "sources: [applications]"))))
    assert isinstance(found, list)
    assert {each.path.stem for each in found} == {"programme", "G02_answer", "G01_income"}


def test_nothing_there_is_a_problem(tmp_path):
    with pytest.raises(Problem, match="There is no programme"):
        structure.read(str(tmp_path))
