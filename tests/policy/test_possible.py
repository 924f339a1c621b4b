"""What the columns say of a fact is kept, and nothing more is taken for granted."""

from datetime import date

import pytest
import z3

from pipeline.core import programme as programmes
from pipeline.gates import rulebook
from pipeline.policy.possible import Files

pytest_plugins = ["tests.policy.small"]


@pytest.fixture
def files(small):
    programme = programmes.load(str(small))
    return Files(programme, rulebook.load(programme))


@pytest.mark.parametrize(
    ("fact", "value", "possible"),
    [
        ("income", 0, True), ("income", 1000, True), ("income", 0.25, True), ("income", -1, False), ("income", 1001, False),
        ("size", 15, True), ("size", 16, False), ("size", 2.5, False), ("offences", 0, True), ("offences", -1, False),
        ("offences", 1_000_000, True), ("lodged_on", date(2015, 1, 1), True), ("lodged_on", date(2014, 12, 31), False),
        ("lodged_on", date(9999, 12, 31), True), ("route", "family", True), ("route", "clear", False),
        ("citizenship", "KAZ", True), ("citizenship", "clear", False), ("kandas", True, True), ("kandas", False, True),
    ],
)  # fmt: skip
def test_bounds_codes_and_patterns(files, fact, value, possible):
    asked = files.facts[fact].data == files.solver.value(value).data
    assert files.solver.impossible(asked) == (not possible)


def test_a_text_that_the_law_does_not_name_is_possible_where_no_codes_are_listed(files):
    named = list(files.solver.texts.values())
    for fact, possible in (("citizenship", True), ("route", False)):
        other = z3.And([files.facts[fact].data != place for place in named])
        assert files.solver.impossible(other) == (not possible)


def test_only_a_required_column_of_the_case_table_is_always_known(small, files):
    missing = {name: not files.solver.impossible(z3.Not(term.known)) for name, term in files.facts.items()}
    assert {name for name, may in missing.items() if not may} == {"route", "size", "lodged_on", "born"}
    programme = programmes.load(str(small))
    free = Files(programme, rulebook.load(programme), optional=True)
    assert not any(free.solver.impossible(z3.Not(term.known)) for term in free.facts.values())


def test_some_rows_are_never_more_than_all(files):
    listed, every = files.facts["listed"], files.facts["offences"]
    assert files.solver.impossible(listed.known, every.known, listed.data > every.data)
    assert not files.solver.impossible(listed.known, z3.Not(every.known), listed.data > 3)


def test_a_file_is_described_as_a_case_would_write_it(files):
    wanted = {"income": 2.5, "size": 3, "lodged_on": date(2026, 2, 28), "route": "family", "kandas": False}
    rules = [files.facts[name].data == files.solver.value(value).data for name, value in wanted.items()]
    known = [files.facts[name].known for name in wanted]
    model = files.solver.model(*rules, *known, z3.Not(files.facts["answer"].known), files.facts["citizenship"].data == -4,
                               files.facts["citizenship"].known)  # fmt: skip
    found = files.described(model, files.facts)
    assert wanted.items() <= found.items()
    assert "answer" not in found and found["citizenship"] == "another 4"


def test_a_root_is_written_by_its_first_digits(files):
    income = files.facts["income"]
    model = files.solver.model(income.data * income.data == 2, income.known)
    assert files.described(model, ["income"])["income"] == pytest.approx(2**0.5)
