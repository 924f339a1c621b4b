from datetime import date

import pytest

from pipeline.core.expressions import Expression
from pipeline.core.programme import Programme
from pipeline.gates import kinds

KINDS = {"n": "number", "d": "date", "t": "text", "yes": "boolean", "allowed": "list of text"}
CODES = {"t": ["clear", "found"]}


def kind(text: str) -> str:
    return kinds.check(Expression(text), KINDS, CODES, {"allowed": ["clear"]})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("n + 1", "number"), ("days(d, d) > n", "boolean"), ("years(d, d)", "number"), ("add_years(d, 5) <= d", "boolean"),
        ('t == "clear" and yes', "boolean"), ("t in allowed", "boolean"), ('t in ["clear", "found"]', "boolean"),
        ("known(t)", "boolean"), ("larger(n, 3)", "number"), ('d < date("2026-02-13")', "boolean"), ("not yes", "boolean"),
    ],
)  # fmt: skip
def test_the_kind_of_a_condition_is_found_without_data(text: str, wanted: str):
    assert kind(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "d > 5",
        "t > 5",
        't == "clera"',
        't in ["clera"]',
        "n and yes",
        "not n",
        "t < t",
        "days(d, n)",
        "n in n",
        "add_years(n, 5)",
        "d + 1",
        "larger(d, n)",
        't in ["clear", t]',
        "n in [1, n]",
        "n > 9007199254740993",
        "n > 1e999",
    ],
)
def test_kinds_that_do_not_fit_are_named(text: str):
    with pytest.raises(kinds.Mismatch):
        kind(text)


def test_everything_divided_by_is_found():
    found = kinds.divisors(Expression("n / (n - 1) > 2 and days(d, d) / 7 < n"))
    assert sorted(divisor.text for divisor in found) == ["7", "n - 1"]


def test_kinds_of_columns(kz: Programme):
    columns = kz.tables["applications"].columns
    assert [kinds.of_column(columns[name]) for name in ("route", "family_size", "lodged_on")] == [
        "text",
        "number",
        "date",
    ]


def test_kinds_of_facts_and_values(kz: Programme):
    assert kinds.of_fact(kz, kz.facts["expelled_on"]) == "date"
    assert kinds.of_fact(kz, kz.facts["language_attempts"]) == "number"
    assert [kinds.of_value(value) for value in (1, 1.5, True, "x", ["x"], date(2026, 1, 1))] == [
        "number",
        "number",
        "boolean",
        "text",
        "list of text",
        "date",
    ]
    assert kinds.dtype("boolean") == "boolean"
