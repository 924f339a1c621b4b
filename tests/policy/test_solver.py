"""The formulas say of every file what the evaluator says of it, or more: never less."""

from datetime import date

import numpy as np
import pytest
import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core.expressions import Expression, Values, constant
from pipeline.policy.solver import NO, YES, Solver, Term

TEXTS = ["clear", "found", "pending"]
LISTED = ["clear", "pending"]
NUMBERS, DATES, BOOLS, WORDS = ("n", "m"), ("d", "e"), ("p", "q"), ("t", "u")
EXACT = st.integers(-8, 8).map(lambda value: value / 2)  # halves: float64 and fractions agree on them
DAYS = st.one_of(
    st.dates(date(1895, 1, 1), date(2110, 12, 31)), st.sampled_from([date(2024, 2, 29), date(2000, 2, 29)])
)
SETTINGS = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def numbers(depth: int, relaxed: bool) -> st.SearchStrategy[str]:
    leaf = st.one_of(
        st.sampled_from(NUMBERS), st.integers(-4, 4).map(lambda value: f"({value})"), st.just("days(d, e)")
    )
    if relaxed:
        leaf = st.one_of(leaf, st.just("years(d, e)"), st.just('years(date("2000-02-29"), e)'))
    if depth == 0:
        return leaf
    inner = numbers(depth - 1, relaxed)
    two = st.tuples(inner, st.sampled_from("+-*/" if relaxed else "+-*"), inner).map(lambda part: f"({' '.join(part)})")
    pair = st.tuples(st.sampled_from(["larger", "smaller"]), inner, inner)
    return st.one_of(leaf, two, pair.map(lambda part: f"{part[0]}({part[1]}, {part[2]})"), inner.map(lambda n: f"-{n}"))


def dates(relaxed: bool) -> st.SearchStrategy[str]:
    plain = st.one_of(st.sampled_from(DATES), st.just('date("2024-02-29")'))
    if not relaxed:
        return plain
    moved = st.tuples(plain, st.one_of(st.integers(-30, 30).map(str), st.just("n"))).map(
        lambda part: f"add_years({part[0]}, {part[1]})"
    )
    return st.one_of(plain, moved)


def conditions(depth: int, relaxed: bool) -> st.SearchStrategy[str]:
    order, same = st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.sampled_from(["==", "!="])
    number, day = numbers(1, relaxed), dates(relaxed)
    text = st.one_of(st.sampled_from(WORDS), st.sampled_from(TEXTS).map(lambda word: f'"{word}"'))
    leaf = st.one_of(
        st.sampled_from(BOOLS), st.sampled_from(["true", "false"]),
        st.tuples(number, order, number).map(" ".join), st.tuples(day, order, day).map(" ".join),
        st.tuples(st.sampled_from(WORDS), same, text).map(" ".join),
        st.sampled_from(["t in listed", "u not in listed", 't in ["found"]', "n in [1, 2]", "n not in [0.5]"]),
        st.sampled_from([*NUMBERS, *DATES, *BOOLS, *WORDS]).map(lambda name: f"known({name})"),
        number.map(lambda value: f"known({value})"),
    )  # fmt: skip
    if depth == 0:
        return leaf
    inner = conditions(depth - 1, relaxed)
    joined = st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda part: f"({' '.join(part)})")
    return st.one_of(joined, inner.map(lambda part: f"not ({part})"), leaf)


def files() -> st.SearchStrategy[dict]:
    kinds = [(NUMBERS, EXACT), (DATES, DAYS), (BOOLS, st.booleans()), (WORDS, st.sampled_from([*TEXTS, "other"]))]
    return st.fixed_dictionaries({name: st.one_of(st.none(), value) for names, value in kinds for name in names})


def asked(solver: Solver) -> dict[str, Term]:
    made = {NUMBERS: z3.Real, DATES: z3.Int, BOOLS: z3.Bool, WORDS: z3.Int}
    scope = {name: Term(make(name), z3.Bool(f"{name}?")) for names, make in made.items() for name in names}
    return scope | {"listed": Term(LISTED)}


def fixed(solver: Solver, scope: dict[str, Term], file: dict) -> list[z3.BoolRef]:
    rules = []
    for name, value in file.items():
        rules.append(scope[name].known == (value is not None))
        if value is not None:
            data = z3.IntVal(-1) if value == "other" else solver.value(value).data
            rules.append(scope[name].data == data)
    return rules


def evaluated(expression: Expression, file: dict) -> tuple[bool, bool]:
    """Whether the value is known, and the value."""
    stand_in = {NUMBERS: 0.0, DATES: date(2000, 1, 1), BOOLS: False, WORDS: ""}
    columns = {"listed": constant(LISTED)}
    for names, empty in stand_in.items():
        for name in names:
            given_ = constant(empty if file[name] is None else file[name])
            data = np.array([given_.data], dtype=object if names == WORDS else None)
            columns[name] = Values(data, np.array([file[name] is not None]))
    found = expression.evaluate(columns)
    known = bool(np.all(found.known))
    return known, known and bool(np.all(found.data))


@SETTINGS
@given(conditions(2, relaxed=True), files())
def test_what_the_evaluator_says_is_never_impossible(text, file):
    solver = Solver(TEXTS)
    scope = asked(solver)
    expression = Expression(text)
    term = solver.translate(expression, scope)
    known, value = evaluated(expression, file)
    said = [term.known == known, *([term.data == value] if known else [])]
    assert not solver.impossible(*fixed(solver, scope, file), *said)


@SETTINGS
@given(conditions(2, relaxed=False), files())
def test_without_years_and_division_nothing_else_is_possible(text, file):
    solver = Solver(TEXTS)
    scope = asked(solver)
    expression = Expression(text)
    term = solver.translate(expression, scope)
    known, value = evaluated(expression, file)
    other = z3.Or(term.known != known, term.data != value) if known else term.known
    assert solver.impossible(*fixed(solver, scope, file), other)


@SETTINGS
@given(conditions(2, relaxed=False), st.sampled_from(["true", "false", "unknown"]))
def test_a_file_that_the_solver_finds_is_answered_as_it_says(text, wanted):
    solver = Solver(TEXTS)
    scope = asked(solver)
    term = solver.translate(Expression(text), scope)
    near = [z3.And(scope[name].data > 700_000, scope[name].data < 760_000) for name in DATES]
    near += [z3.And(scope[name].data >= -8, scope[name].data <= 8, z3.IsInt(2 * scope[name].data)) for name in NUMBERS]
    formula = {"true": term.true, "false": term.false, "unknown": z3.Not(term.known)}[wanted]
    model = solver.model(formula, *near)
    if not model:
        return
    file = {}
    for name in (*NUMBERS, *DATES, *BOOLS, *WORDS):
        data = model.eval(scope[name].data, model_completion=True)
        if not z3.is_true(model.eval(scope[name].known, model_completion=True)):
            file[name] = None
        elif name in NUMBERS:
            file[name] = data.numerator_as_long() / data.denominator_as_long()
        elif name in DATES:
            file[name] = date.fromordinal(data.as_long())
        elif name in BOOLS:
            file[name] = z3.is_true(data)
        else:
            file[name] = TEXTS[data.as_long()] if 0 <= data.as_long() < len(TEXTS) else "other"
    known, value = evaluated(Expression(text), file)
    assert (known, value) == {"true": (True, True), "false": (True, False), "unknown": (False, False)}[wanted]


@given(st.dates(date(2, 1, 1), date(9990, 1, 1)), st.dates(date(2, 1, 1), date(9990, 1, 1)), st.integers(-400, 400))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_bounds_of_calendar_years_hold_over_the_whole_calendar(first, second, years):
    solver = Solver([])
    a, b, n = z3.Int("a"), z3.Int("b"), z3.Real("n")
    scope = {"a": Term(a), "b": Term(b), "n": Term(n)}
    for text, days, given_ in [
        ("years(a, b)", True, {"a": first, "b": second}), (f"add_years(a, {years})", False, {"a": first}),
        ("add_years(a, n)", False, {"a": first, "n": years}),
    ]:  # fmt: skip
        found = Expression(text).evaluate({name: constant(value) for name, value in given_.items()}).data
        wanted = int(found) if days else int(found.astype("int64")) + date(1970, 1, 1).toordinal()
        term = solver.translate(Expression(text), scope)
        held = [scope[name].data == solver.value(value).data for name, value in given_.items()]
        assert not solver.impossible(*held, term.data == wanted), text


def test_bounds_of_calendar_years_exclude_what_is_far_off():
    solver = Solver([])
    scope = {"a": Term(z3.Int("a")), "b": Term(z3.Int("b"))}
    days = scope["b"].data - scope["a"].data
    age = solver.translate(Expression("years(a, b)"), scope)
    assert solver.impossible(age.data >= 18, days < 18 * 365)
    assert solver.impossible(age.data < 18, days > 18 * 366)
    ends = solver.translate(Expression("add_years(a, 5)"), scope)
    assert solver.impossible(ends.data - scope["a"].data < 5 * 365)
    assert solver.impossible(ends.data - scope["a"].data > 5 * 366)


def test_constants_are_worked_out_to_the_day():
    solver = Solver([])
    found = solver.translate(Expression('add_years(date("2024-02-29"), 1) == date("2025-03-01")'), {})
    assert solver.impossible(found.false)
    found = solver.translate(Expression('years(date("2000-02-29"), date("2018-02-28")) == 17'), {})
    assert solver.impossible(found.false)


def test_a_division_by_zero_may_give_anything():
    solver = Solver([])
    scope = {"n": Term(z3.Real("n")), "m": Term(z3.Real("m"))}
    never = solver.translate(Expression("n / m > 1 or n / m <= 1"), scope)
    assert not solver.impossible(never.false, scope["m"].data == 0)
    assert solver.impossible(never.false, scope["m"].data == 2)


def test_a_question_too_hard_is_left_open():
    """The work on a question is bounded, and a question that is not settled accuses nobody."""
    solver = Solver([])
    scope = {name: Term(z3.ToReal(z3.Int(name))) for name in "xyz"}
    term = solver.translate(Expression("x * x * x + y * y * y + z * z * z == 42"), scope)  # it took until 2019
    assert solver.model(term.true) is None
    assert not solver.impossible(term.true)
    assert solver.impossible(NO), "the solver goes on after it has given up once"


@pytest.mark.parametrize("wrong", [["a", "b"], ["a", "c"]])
def test_the_smallest_set_that_clashes_is_named(wrong):
    solver = Solver([])
    n = z3.Int("n")
    formulas = {"a": n > 3, "b": n > 1, "c": n > 2, "z": z3.Bool("free")}
    formulas[wrong[1]] = n < 2
    assert solver.clash(formulas) == wrong
    assert solver.clash({"b": n > 1, "z": YES}) == []
