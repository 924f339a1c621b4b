from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import Problem
from pipeline.core.expressions import Expression, Values, column, constant


def truth(text: str, **columns: object) -> list[bool | None]:
    size = max((len(values) for values in columns.values()), default=1)  # type: ignore[arg-type]
    given_columns = {name: column(pd.Series(values)) for name, values in columns.items()}
    result = Expression(text).evaluate(given_columns)
    data, known = np.broadcast_to(result.data, size), np.broadcast_to(result.known, size)
    return [bool(value) if sure else None for value, sure in zip(data, known, strict=True)]


def test_comparisons_of_numbers_texts_and_dates():
    assert truth("a >= 18", a=[17.0, 18.0, None]) == [False, True, None]
    assert truth('b in ["x", "y"]', b=pd.Series(["x", "z", None], dtype="str")) == [True, False, None]
    assert truth('b not in ["x"]', b=pd.Series(["x", "z", None], dtype="str")) == [False, True, None]
    day = pd.to_datetime(pd.Series(["2026-02-12", "2026-02-13", None]))
    assert truth('d >= date("2026-02-13")', d=day) == [False, True, None]
    assert truth("known(d) and not known(e)", d=day, e=[None, 1.0, None]) == [True, False, False]


def test_days_and_complete_years():
    start = pd.to_datetime(pd.Series(["2000-02-29", "2000-06-30", "2000-07-01"]))
    end = pd.to_datetime(pd.Series(["2018-02-28", "2018-06-30", "2018-06-30"]))
    assert truth("years(s, e) >= 18", s=start, e=end) == [False, True, False]
    assert truth("days(s, e) == 1", s=[pd.Timestamp("2026-01-31")], e=[pd.Timestamp("2026-02-01")]) == [True]


def test_a_term_of_years_ends_on_the_same_day_and_29_february_on_1_march():
    moved = Expression("add_years(s, 5)").evaluate(
        {"s": column(pd.to_datetime(pd.Series(["2020-02-29", "2021-06-30"])))}
    )
    assert [str(day) for day in moved.data] == ["2025-03-01", "2026-06-30"]


KLEENE = {True: 1, False: 0, None: 0.5}


@given(st.sampled_from([True, False, None]), st.sampled_from([True, False, None]))
def test_and_or_follow_kleene(left: bool | None, right: bool | None):
    values = {
        "a": Values(np.array([bool(left)]), np.array([left is not None])),
        "b": Values(np.array([bool(right)]), np.array([right is not None])),
    }

    def value(text: str) -> float:
        result = Expression(text).evaluate(values)
        return KLEENE[bool(result.data[0]) if result.known[0] else None]

    assert value("a and b") == min(KLEENE[left], KLEENE[right])
    assert value("a or b") == max(KLEENE[left], KLEENE[right])
    assert value("not a") == 1 - KLEENE[left]


@pytest.mark.parametrize(
    "text",
    [
        "a <",
        "__import__('os')",
        "a.b",
        "a[0]",
        "lambda: 1",
        "1 < a < 3",
        "f(a)",
        "days(a)",
        'date("31.02.2026")',
        "a if b else c",
        "a ** 2",
    ],
)
def test_anything_else_is_refused_when_it_is_read(text: str):
    with pytest.raises(Problem):
        Expression(text, "G01.yaml:3")


def test_a_date_compared_with_a_number_is_one_sentence():
    with pytest.raises(Problem, match="different kinds"):
        Expression("d > 5").evaluate({"d": column(pd.to_datetime(pd.Series(["2026-01-01"])))})


def test_a_constant_holds_for_every_row():
    result = Expression("a > n").evaluate({"a": column(pd.Series([1.0, 3.0])), "n": constant(2)})
    assert list(result.true) == [False, True]
    assert constant(date(2026, 1, 1)).data == np.datetime64("2026-01-01")
    assert not constant(None).known


def test_membership_in_a_list_that_the_law_does_not_give_is_unknown():
    routes = {"r": column(pd.Series(["a", "b"], dtype="str"))}
    assert list(Expression("r in allowed").evaluate(routes | {"allowed": constant(["a"])}).true) == [True, False]
    assert not Expression("r in allowed").evaluate(routes | {"allowed": constant(None)}).known.any()


def test_a_date_moved_by_a_number_of_years_that_is_unknown_is_unknown():
    days = pd.Series(pd.to_datetime(["2024-02-29", "2020-01-01"]))
    moved = Expression("add_years(d, n)").evaluate({"d": column(days), "n": Values(np.nan, np.bool_(False))})
    assert not np.any(moved.known)
    mixed = Expression("add_years(d, n)").evaluate(
        {"d": column(days), "n": column(pd.Series([1, None], dtype="Float64"))}
    )
    assert moved.data.shape == (2,) and mixed.known.tolist() == [True, False]
    assert mixed.data[0] == np.datetime64("2025-03-01")


@pytest.mark.parametrize(
    "text", ["not " * 3000 + "a", "(" * 1500 + "a" + ")" * 1500, "a and " * 2000 + "a", "-" * 3500 + "a"]
)
def test_what_is_too_long_or_too_deep_is_one_sentence(text: str):
    with pytest.raises(Problem, match="too long to be read|nested too deeply|does not parse"):
        Expression(text)


def test_what_is_divided_by_nothing_or_beyond_all_numbers_is_not_known():
    numbers = {"a": column(pd.Series([1.0, 0.0, 1e308])), "b": column(pd.Series([0.0, 0.0, 1e308]))}
    assert Expression("a / b").evaluate(numbers).known.tolist() == [False, False, True]
    assert Expression("a * b").evaluate(numbers).known.tolist() == [True, True, False]


def test_the_larger_of_a_number_and_nothing_is_not_known():
    numbers = {"a": column(pd.Series([1.0, None])), "b": column(pd.Series([None, 2.0]))}
    for word in ("larger", "smaller"):
        assert Expression(f"{word}(a, b)").evaluate(numbers).known.tolist() == [False, False]
