from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.law import Period
from pipeline.core.programme import load
from pipeline.gates import rulebook
from pipeline.policy.spans import Span, of_gate, spans, uncovered

START = date(2026, 1, 1)
DAYS = [START + timedelta(days=place) for place in range(-5, 45)]


def period(first: int, last: int | None) -> Period:
    return Period.model_validate(
        {"from": START + timedelta(days=first), "to": None if last is None else START + timedelta(days=last)}
    )


def periods() -> st.SearchStrategy[Period]:
    pair = st.tuples(st.integers(0, 30), st.one_of(st.none(), st.integers(0, 9)))
    return pair.map(lambda each: period(each[0], None if each[1] is None else each[0] + each[1]))


def within(span: Span, day: date) -> bool:
    return span.first <= day and (span.last is None or day <= span.last)


@given(periods(), st.lists(periods(), max_size=5))
def test_spans_cut_the_effective_days_where_something_changes(effective, others):
    found = spans(effective, others)
    for day in DAYS:
        holding = [span for span in found if within(span, day)]
        assert len(holding) == effective.covers(day)
        for span in holding:
            assert [each.covers(span.first) for each in others] == [each.covers(day) for each in others]


@given(periods(), st.lists(periods(), max_size=5))
def test_uncovered_days_are_those_that_nothing_covers(effective, others):
    found = uncovered(effective, others)
    for day in DAYS:
        bare = effective.covers(day) and not any(each.covers(day) for each in others)
        assert any(within(span, day) for span in found) == bare
    assert found == sorted(found, key=lambda span: span.first)


def test_a_gate_that_asks_for_points_changes_with_their_bands():
    book = rulebook.load(load("kz_2026"))
    gates = {gate.code: gate for gate in book.gates}
    [only] = of_gate(gates["G08"], book.points)
    assert only == Span(date(2026, 2, 13), date(2026, 12, 31))
    starts = [span.first for span in of_gate(gates["G02"], book.points)]
    assert {date(2025, 1, 1), date(2026, 1, 1), date(2027, 1, 1)} <= set(starts)
