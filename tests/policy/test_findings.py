from pathlib import Path

import pytest

from pipeline.core.errors import Problem
from pipeline.policy.findings import Finding, of_problem, ordered

A = Path("laws/gates/G01_a.yaml")


def test_a_finding_as_a_line_and_as_json():
    found = Finding(A, 7, "gap", "error", "`x` has nothing.")
    assert str(found) == "laws/gates/G01_a.yaml:7: error: gap: `x` has nothing."
    wanted = {"path": str(A), "line": 7, "kind": "gap", "severity": "error", "sentence": "`x` has nothing."}
    assert found.document() == wanted


@pytest.mark.parametrize(
    ("text", "line", "kind", "sentence"),
    [
        (f"{A}:3: title: the translation `ru` is missing.", 3, "missing translation", "title: the translation `ru` is missing."),
        (f"{A}:12: values.x.1: there are two values for 2026-01-01; end one.", 12, "overlap",
         "values.x.1: there are two values for 2026-01-01; end one."),
        (f"{A}: holds nothing.", 1, "structure", "holds nothing."),
    ],
)  # fmt: skip
def test_what_stopped_a_reader_keeps_its_place(text, line, kind, sentence):
    assert of_problem(Problem(text), A) == [Finding(A, line, kind, "error", sentence)]


def test_every_fault_of_a_file_is_a_finding():
    problem = Problem(f"{A}:1: a: one (1 more).", [f"{A}:1: a: one.", "b.yaml:2: b: two."])
    assert of_problem(problem, A) == [
        Finding(A, 1, "structure", "error", "a: one."), Finding(Path("b.yaml"), 2, "structure", "error", "b: two."),
    ]  # fmt: skip


def test_findings_stand_once_by_file_and_line():
    later, earlier = Finding(A, 10, "a", "error", "x"), Finding(A, 9, "z", "note", "y")
    other = Finding(Path("a.yaml"), 99, "a", "error", "x")
    assert ordered([later, other, earlier, later]) == [other, earlier, later]
