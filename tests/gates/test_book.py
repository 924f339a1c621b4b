from datetime import date

from pipeline.core.law import NO_VALUE, Dated
from pipeline.core.programme import Programme
from pipeline.gates.book import Rulebook, kind_of, on_day


def dated(value: object, start: str, end: str | None = None) -> Dated:
    return Dated.model_validate(
        {"from": date.fromisoformat(start), "to": end and date.fromisoformat(end), "value": value, "source": "[TEST]"}
    )


VALUES = [
    dated(3932, "2025-01-01", "2025-12-31"),
    dated(4325, "2026-01-01", "2026-12-31"),
    dated(NO_VALUE, "2027-01-01"),
]


def test_the_value_of_a_day_is_the_one_in_force():
    assert on_day(VALUES, date(2025, 12, 31)) == 3932
    assert on_day(VALUES, date(2026, 1, 1)) == 4325
    assert on_day(VALUES, date(2027, 1, 1)) is None
    assert on_day(VALUES, date(2024, 12, 31)) is None
    assert kind_of(VALUES) == "number"


def test_the_law_says_what_it_does_not_know_on_a_day(book: Rulebook):
    assert book.gaps(date(2026, 6, 30)) == []
    assert any("not in force on 2020-01-01" in gap for gap in book.gaps(date(2020, 1, 1)))


def test_only_needed_facts_are_looked_up(book: Rulebook, kz: Programme):
    assert set(book.wanted(kz)) == set(book.facts) <= set(kz.facts)
    assert Rulebook().facts == ()
