"""Every case of every programme gives the answer it expects, and every gate has the cases it needs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.core.errors import Problem
from pipeline.core.programme import load, names
from pipeline.gates import cases, rulebook

G05 = "cases/G05_conviction.yaml"
NEVER_FAIL = {"G44"}  # over which time attempts count is not known, so the gate asks an officer


@pytest.mark.parametrize("programme", names())
def test_every_case_gives_the_answer_it_expects(programme):
    found = load(programme)
    law = rulebook.load(found)
    assert [told for told in cases.disagreements(law, cases.load(found, law)) if told] == []


def test_every_gate_has_a_case_for_each_answer_and_each_exemption(kz, book):
    examples = cases.load(kz, book)
    for gate in book.gates:
        own = [example.case for example in examples if example.gate.code == gate.code]
        fails = set() if gate.code in NEVER_FAIL else {"FAIL"}
        assert {case.expect for case in own} - {"NOT_APPLICABLE"} == {"PASS", "UNKNOWN"} | fails, gate.code
        assert set(gate.rule.exempt) <= {case.exemption for case in own}, gate.code
        assert len({case.name for case in own}) == len(own)


def test_every_change_of_a_value_has_a_case_on_its_first_day_and_on_the_day_before(kz, book):
    examples = cases.load(kz, book)
    for gate in book.gates:
        days = {example.case.on for example in examples if example.gate.code == gate.code}
        for name, items in gate.rule.values.items():
            for item in sorted(items, key=lambda item: item.from_)[1:]:
                assert {item.from_, item.from_ - timedelta(days=1)} <= days, (gate.code, name)


def test_a_case_that_contradicts_its_gate_is_told_with_its_line(spoil):
    programme = spoil(G05, ("expect: FAIL", "expect: PASS"))
    law = rulebook.load(programme)
    told = [text for text in cases.disagreements(law, cases.load(programme, law)) if text]
    assert len(told) == 1
    assert "G05_conviction.yaml:5: The authority found the ground: G05 answers FAIL, the case expects PASS" in told[0]


def test_wrong_points_and_a_wrong_exemption_are_told(spoil):
    programme = spoil("cases/G08_points.yaml", ("points: 590", "points: 591"))
    law = rulebook.load(programme)
    told = cases.disagreements(law, cases.load(programme, law))
    assert any("the case expects (591, 591)" in text for text in told)


def test_a_wrong_exemption_is_told(spoil):
    programme = spoil("cases/G02_solvency.yaml", ("exemption: former_compatriot", "exemption: ethnic_kazakh"))
    law = rulebook.load(programme)
    told = cases.disagreements(law, cases.load(programme, law))
    assert any("the exemption is `former_compatriot`" in text for text in told)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (
            "conviction_answer: clear",
            "conviction_anser: clear",
            r"G05_conviction.yaml:3: facts.conviction_anser: there is no such fact",
        ),
        (
            "conviction_answer: clear",
            "conviction_answer: 3",
            r"G05_conviction.yaml:3: facts.conviction_answer: `3` is no text",
        ),
        (
            "conviction_answer: clear",
            "conviction_answer: clera",
            r"G05_conviction.yaml:3: facts.conviction_answer: it is never `clera`; its codes are pending, clear, found",
        ),
        (
            "conviction_answer: clear",
            "citizenship: Uzbekistan",
            r"G05_conviction.yaml:3: facts.citizenship: .* pattern",
        ),
        ("conviction_answer: clear", "offences: -1", r"G05_conviction.yaml:3: facts.offences: `-1` is below zero"),
        ("expect: PASS", "expect: MAYBE", r"G05_conviction.yaml:4: expect"),
        ("expect: PASS", "expects: PASS", r"expect"),
    ],
)
def test_a_fault_in_a_case_file_is_named_with_its_line(spoil, before, after, says):
    programme = spoil(G05, (before, after))
    with pytest.raises(Problem, match=says):
        cases.load(programme, rulebook.load(programme))


def test_a_case_file_without_a_gate_stops(spoil):
    programme = spoil("cases/G77_nothing.yaml", text="- {name: x, on: 2026-06-30, facts: {}, expect: PASS}\n")
    with pytest.raises(Problem, match="no gate has the code G77"):
        cases.load(programme, rulebook.load(programme))


def test_a_case_that_contradicts_its_rule_stops_the_check(spoil, kz):
    cases.check(kz)
    programme = spoil(G05, ("expect: FAIL", "expect: PASS"))
    with pytest.raises(
        Problem, match=r"G05_conviction\.yaml:5: .* G05 answers FAIL, the case expects PASS; one of the two"
    ):
        cases.check(programme)


def test_all_faults_of_the_cases_are_found_and_the_rest_is_read(spoil):
    programme = spoil(G05, ("expect: PASS", "expect: MAYBE"), ("expect: FAIL", "expects: FAIL"))
    (programme.folder / "cases" / "G77_nothing.yaml").write_text("[]", encoding="utf-8")
    book = rulebook.load(programme)
    examples, problems = cases.survey(programme, book)
    assert [str(problem).partition("cases/")[2].partition(":")[0] for problem in problems] == [
        "G05_conviction.yaml", "G05_conviction.yaml", "G77_nothing.yaml",
    ]  # fmt: skip
    assert {"G04", "G05"} <= {example.gate.code for example in examples}
    assert len(cases.survey(programme, book, spoilt=["G77"])[1]) == 2


def test_asking_together_is_asking_one_by_one(kz, book):
    examples = cases.load(kz, book)
    flipped = [
        replace(each, case=each.case.model_copy(update={"expect": "FAIL" if each.case.expect == "PASS" else "PASS"}))
        for each in examples[::3]
    ]
    together = cases.disagreements(book, flipped)
    assert together == [cases.disagreements(book, [each])[0] for each in flipped]
    assert all("the case expects" in text for text in together)
