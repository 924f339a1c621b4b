"""The cases are run and counted; one that contradicts its rule is told, and one that nobody has written as well."""

import pytest

from pipeline.core import programme as programmes
from pipeline.core.errors import Problem
from pipeline.policy import examples

pytest_plugins = ["tests.policy.small"]


def run(folder) -> examples.Results:
    return examples.run(programmes.load(str(folder)))


def line(folder, name: str, text: str) -> int:
    lines = (folder / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    [number] = [number for number, written in enumerate(lines, start=1) if text in written]
    return number


def test_cases_are_counted_by_gate_and_answer(small):
    results = run(small)
    assert results.findings == [] and results.cases == 18
    assert dict(results.counts["G01"]) == {"PASS": 2, "FAIL": 1, "UNKNOWN": 1, "NOT_APPLICABLE": 1}
    assert dict(results.exempted["G01"]) == {"kandas": 1} and dict(results.exempted["G02"]) == {}


def test_a_case_that_contradicts_its_rule_is_told_on_its_line(spoil):
    folder = spoil("cases/G02_answer", ("{answer: found}, expect: FAIL", "{answer: clear}, expect: FAIL"))
    results = run(folder)
    [wrong] = results.disagreements
    assert (wrong.path.name, wrong.line, wrong.severity) == ("G02_answer.yaml", 2, "error")
    assert wrong.sentence == "Found: G02 answers PASS, the case expects FAIL."
    with pytest.raises(Problem, match=r"cases/G02_answer\.yaml:2: Found: G02 answers PASS, the case expects FAIL"):
        examples.check(programmes.load(str(folder)))


def test_a_sound_programme_is_checked_in_silence(small):
    examples.check(programmes.load(str(small)))


@pytest.mark.parametrize(
    ("name", "removed", "at", "says"),
    [
        ("G01_income", "Too little in 2026", "pass_when", "G01 has no case that expects FAIL"),
        ("G01_income", "Nobody knows", "pass_when", "G01 has no case that expects UNKNOWN"),
        ("G01_income", "A kandas", "kandas:", "G01 has no case for the exemption `kandas`"),
        ("G01_income", "Enough in 2024", "value: 100", "`least` has no case on its first day, 2024-01-01"),
        ("G01_income", "Enough on the last day", "value: 100", "`least` has no case on its last day, 2025-12-31"),
        ("G02_answer", "Clear", "pass_when", "G02 has no case that expects PASS"),
    ],
)
def test_what_no_case_shows_is_named(small, name, removed, at, says):
    path = small / "cases" / f"{name}.yaml"
    kept = [text for text in path.read_text(encoding="utf-8").splitlines(keepends=True) if removed not in text]
    path.write_text("".join(kept), encoding="utf-8")
    missing = run(small).missing
    assert (path.stem, line(small, f"gates/{name}", at), says) in [
        (each.path.stem, each.line, each.sentence.removeprefix("G01: ").rstrip(".")) for each in missing
    ]
    assert {each.severity for each in missing} == {"error"}


def test_a_change_of_the_points_needs_a_case_on_its_day(spoil):
    folder = spoil("points", ("- {when: size >= 6, points: 30, from: 2024-01-01",
                              "- {when: size >= 6, points: 30, from: 2024-01-01, to: 2025-06-30"),
                   ("value: 30, source", "value: 30, source"))  # fmt: skip
    said = [(each.line, each.sentence) for each in run(folder).missing]
    assert said == [
        (line(folder, "points", "size >= 6"), "size: the band `size >= 6` has no case on its last day, 2025-06-30.")
    ]


def test_a_gate_without_cases_is_one_finding(small):
    (small / "cases" / "G05_citizenship.yaml").unlink()
    [found] = run(small).missing
    assert found.sentence == "G05 has no case; write them in cases/G05_citizenship.yaml."


def test_a_gate_that_cannot_fail_needs_no_case_that_fails(small, add):
    add("G06", "pass_when: known(answer)\nunknown_when: not known(answer)\n")
    cases = "- {name: Known, on: 2026-01-01, facts: {answer: clear}, expect: PASS}\n- {name: Not, on: 2026-01-01, facts: {}, expect: UNKNOWN}\n"
    (small / "cases" / "G06_more.yaml").write_text(cases, encoding="utf-8")
    assert run(small).missing == []


def test_a_day_on_which_the_rule_is_not_in_force_needs_no_case(spoil):
    folder = spoil("gates/G01_income", ("effective: {from: 2024-01-01}", "effective: {from: 2025-01-01}"))
    [found] = [each for each in run(folder).missing]
    assert "first day, 2025-01-01" in found.sentence


def test_two_cases_of_one_name_are_told(spoil):
    found = run(spoil("cases/G02_answer", ("name: Found", "name: Clear")))
    assert [(each.line, each.severity) for each in found.missing] == [(1, "warning"), (2, "warning")]


def test_a_case_that_cannot_be_read_stops(spoil):
    with pytest.raises(Problem, match=r"G02_answer\.yaml:2: facts\.answer: it is never `fond`"):
        run(spoil("cases/G02_answer", ("{answer: found}", "{answer: fond}")))
    with pytest.raises(Problem, match="pass_when: is missing"):
        run(spoil("gates/G02_answer", ("pass_when", "passes")))
