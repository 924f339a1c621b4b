"""The four answers, checked against a plain reading of the rules one row at a time."""

from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.expressions import Expression
from pipeline.core.law import Dated
from pipeline.gates import cases
from pipeline.gates.book import Gate
from pipeline.gates.evaluate import evaluate
from pipeline.gates.records import ANSWERS, Rule

DAY = date(2026, 6, 30)
THREE = {"kk": "а", "ru": "а", "en": "a"}
LAW = {"act": THREE, "article": "1"}
CONDITIONS = ["a", "b", "c", "not a", "a and b", "b or c", "not (a or c)", "a or (b and c)"]
EVERY = pd.DataFrame(list(product([True, False, None], repeat=3)), columns=["a", "b", "c"]).astype("boolean")


def gate(values=None, **parts):
    rule = Rule.model_validate(
        {
            "code": "G01", "title": THREE, "law": LAW, "source": "[X]", "status": "SINGLE", "effective": {"from": "2026-01-01"},
            "ask_for": THREE, "on_fail": THREE, "established_by": "register", "consequence": {"fail": "officer", "unknown": "wait"}, **parts,
            "exempt": {
                name: {"when": when, "law": LAW, "title": THREE, "source": "[X]", "status": "SINGLE"}
                for name, when in parts.get("exempt", {}).items()
            },
        }
    )  # fmt: skip
    return Gate(rule, values or {}, ("a", "b", "c"), False, "0")


def answers(rule, facts=EVERY, today=DAY):
    return [ANSWERS[code] for code in evaluate([rule], None, facts, today).answers[0]]


def three(text, row):
    """Kleene's logic on one row, written the slow way: true if true however the gaps are filled, and so on."""
    gaps = [name for name in "abc" if row[name] is pd.NA or pd.isna(row[name])]
    found = set()
    for filled in product([True, False], repeat=len(gaps)):
        names = {name: bool(row[name]) for name in "abc" if name not in gaps} | dict(zip(gaps, filled, strict=True))
        found.add(bool(eval(text, {}, names)))
    return found.pop() if len(found) == 1 else None


def plain(parts, row):
    """The rules of docs/gates.md for one row."""
    passed = three(parts["pass_when"], row)
    if "unknown_when" in parts and three(parts["unknown_when"], row) is not False:
        passed = None
    applies = three(parts.get("applies_when", "True"), row)
    exempt = [three(when, row) for when in parts.get("exempt", {}).values()]
    if applies is False or True in exempt:
        return "NOT_APPLICABLE"
    if passed:
        return "PASS"
    return "FAIL" if passed is False and applies and None not in exempt else "UNKNOWN"


rules = st.fixed_dictionaries(
    {
        "pass_when": st.sampled_from(CONDITIONS),
        "exempt": st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(CONDITIONS)),
    },
    optional={"applies_when": st.sampled_from(CONDITIONS), "unknown_when": st.sampled_from(CONDITIONS)},
)


@settings(max_examples=60, deadline=None)
@given(rules)
def test_the_answers_are_those_of_a_plain_reading(parts):
    assert answers(gate(**parts)) == [plain(parts, row) for _, row in EVERY.iterrows()]


@settings(max_examples=60, deadline=None)
@given(rules, st.sampled_from(CONDITIONS))
def test_adding_an_exemption_never_makes_a_fail_or_takes_a_pass_for_worse(parts, more):
    before = answers(gate(**parts))
    after = answers(gate(**{**parts, "exempt": {**parts["exempt"], "z": more}}))
    for one, other in zip(before, after, strict=True):
        assert other in {one, "NOT_APPLICABLE"} or (one, other) == ("FAIL", "UNKNOWN")


@settings(max_examples=40, deadline=None)
@given(rules, st.integers(0, 26), st.sampled_from("abc"))
def test_a_missing_fact_never_settles_what_the_fact_itself_would_not(parts, place, name):
    row = EVERY.iloc[[place]]
    unknown = row.assign(**{name: pd.array([None], dtype="boolean")})
    either = {answers(gate(**parts), row.assign(**{name: pd.array([v], dtype="boolean")}))[0] for v in (True, False)}
    if answers(gate(**parts), unknown)[0] == "FAIL":
        assert either == {"FAIL"}


def test_outside_its_period_a_gate_does_not_apply():
    rule = gate(pass_when="a", effective={"from": "2026-02-01", "to": "2026-02-28"})
    assert set(answers(rule, today=date(2026, 1, 31))) == {"NOT_APPLICABLE"}
    assert set(answers(rule, today=date(2026, 3, 1))) == {"NOT_APPLICABLE"}
    assert "FAIL" in answers(rule, today=date(2026, 2, 1)) and "FAIL" in answers(rule, today=date(2026, 2, 28))


@pytest.mark.parametrize(
    ("condition", "column", "value"),
    [
        ("fact >= limit", pd.Series([1.0, 2.0]), 1.5),
        ("fact < limit", pd.Series(pd.to_datetime(["2026-01-01", "2027-01-01"])), date(2026, 6, 1)),
        ("fact == limit", pd.Series(["x", "y"], dtype="str"), "x"),
        ("fact in limit", pd.Series(["x", "y"], dtype="str"), ["x"]),
    ],
)
def test_a_value_that_is_unknown_on_the_day_leaves_the_gate_unknown(condition, column, value):
    item = Dated.model_validate({"from": "2026-01-01", "to": "2026-12-31", "value": value, "source": "[X]"})
    unknown = Dated.model_validate({"from": "2027-01-01", "value": "UNKNOWN", "source": "[X]"})
    rule = gate(pass_when=condition, values={"limit": [item, unknown]})
    facts = pd.DataFrame({"fact": column})
    assert sorted(answers(rule, facts)) == ["FAIL", "PASS"]
    assert answers(rule, facts, date(2027, 6, 30)) == ["UNKNOWN", "UNKNOWN"]  # written as UNKNOWN
    assert answers(rule, facts, date(2025, 6, 30)) == ["NOT_APPLICABLE"] * 2  # before the gate itself
    early = gate(pass_when=condition, values={"limit": [item]}, effective={"from": "2020-01-01"})
    assert answers(early, facts, date(2025, 6, 30)) == ["UNKNOWN", "UNKNOWN"]  # nothing written for the day


def random_files(book, rows, seed):
    rng = np.random.default_rng(seed)
    choice = {
        "text": ["clear", "found", "pending", "refused", "standard", "kandas", "higher", "B", "CHN"],
        "boolean": [True, False], "number": [0, 1, 5, 12, 30, 6_000_000],
        "date": [date(1990, 5, 1), date(2021, 7, 1), date(2026, 1, 10), date(2027, 3, 1)],
    }  # fmt: skip
    kinds = book.kinds
    return [
        {fact: choice[kinds[fact]][rng.integers(len(choice[kinds[fact]]))] for fact in book.facts if rng.random() > 0.1}
        for _ in range(rows)
    ]


def test_neither_order_nor_chunks_nor_neighbouring_gates_change_an_answer(book):
    facts = cases.frame(book, random_files(book, 300, 1))
    ids = pd.Series([f"A{place:03}" for place in range(300)], dtype="str")
    whole = evaluate(book.gates, book.points, facts, DAY).table(ids)
    order = np.random.default_rng(2).permutation(300)
    mixed = evaluate(book.gates[::-1], book.points, facts.iloc[order].reset_index(drop=True), DAY)
    mixed = mixed.table(ids.iloc[order].reset_index(drop=True)).sort_values("case_id", ignore_index=True)
    pd.testing.assert_frame_equal(mixed[whole.columns], whole)
    parts = [
        evaluate(book.gates, book.points, facts.iloc[at : at + 77].reset_index(drop=True), DAY).table(
            ids.iloc[at : at + 77]
        )
        for at in range(0, 300, 77)
    ]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)


def test_the_verdict_is_the_worst_answer(book):
    facts = cases.frame(book, random_files(book, 300, 3))
    table = evaluate(book.gates, book.points, facts, DAY).table(pd.Series(range(300)).astype("str"))
    gates = table[[gate.code for gate in book.gates]]
    fails, waiting = (gates == "FAIL").any(axis=1), table["waiting"] != ""
    assert (table["verdict"] == np.select([fails, waiting], ["FAIL", "UNKNOWN"], "PASS")).all()
    assert list(table.columns) == ["case_id", *(gate.code for gate in book.gates), "waiting", "points", "verdict"]
    for row in table.to_dict("records"):
        for code in row["waiting"].split():
            assert row[code] == "UNKNOWN"
        always = [gate.code for gate in book.gates if gate.rule.consequence.unknown == "wait"]
        assert {code for code in always if row[code] == "UNKNOWN"} <= set(row["waiting"].split())
    assert table.dtypes.astype(str).to_dict() == {name: "str" for name in table} | {"points": "float64"}


NOTED = {"consequence": {"fail": "officer", "unknown": "note"}}


def test_a_finding_that_nobody_recorded_holds_nothing_up_and_a_suspicion_does():
    rule = gate(pass_when="a", unknown_when="b", **NOTED)
    found = evaluate([rule], None, EVERY, DAY)
    for row, answer, waits in zip(EVERY.to_dict("records"), found.answers[0], found.waits[0], strict=True):
        against = row["b"] is True or row["a"] is False
        assert waits == (ANSWERS[answer] == "UNKNOWN" and against)
    assert ANSWERS[found.overall[0]] == "UNKNOWN"  # a is true, but b says that nothing is settled
    plain_one = evaluate([gate(pass_when="a", **NOTED)], None, EVERY, DAY)
    assert not plain_one.waits.any() and set(plain_one.overall) == {0, 1}


def test_where_a_row_was_set_aside_nobody_says_that_nothing_is_known():
    facts = pd.DataFrame({name: pd.array([None, None], dtype="boolean") for name in "abc"})
    aside = pd.DataFrame({"a": [False, True], "b": False, "c": False})
    asked = {
        "pass_when": gate(pass_when="not known(a)", **NOTED),
        "applies_when": gate(pass_when="b", applies_when="known(a)"),
        "exempt": gate(pass_when="b", exempt={"x": "not known(a)"}, **NOTED),
    }
    found = evaluate(list(asked.values()), None, facts, DAY, aside)
    assert [[ANSWERS[code] for code in row] for row in found.answers] == [
        ["PASS", "UNKNOWN"], ["NOT_APPLICABLE", "UNKNOWN"], ["NOT_APPLICABLE", "UNKNOWN"],
    ]  # fmt: skip
    assert found.waits.tolist() == [[False, True]] * 3  # a row that was set aside is never only noted
    assert [ANSWERS[code] for code in found.overall] == ["PASS", "UNKNOWN"]


def test_a_gate_that_is_not_in_force_holds_nobody_up():
    aside = pd.DataFrame({"a": [True] * len(EVERY)})
    rule = gate(pass_when="a", effective={"from": "2026-02-01", "to": "2026-02-28"})
    for today in (date(2026, 1, 31), date(2026, 3, 1)):
        assert not evaluate([rule], None, EVERY, today, aside).waits.any()


def test_rows_set_aside_far_down_the_table_are_seen():
    rows = 70_000  # more than one block
    facts = pd.DataFrame({name: pd.array([True] * rows, dtype="boolean") for name in "abc"})
    marks = np.arange(rows) == rows - 1
    found = evaluate([gate(pass_when="known(a)")], None, facts.mask(pd.DataFrame(dict.fromkeys("abc", marks))), DAY,
                     pd.DataFrame({"a": marks}))  # fmt: skip
    assert np.flatnonzero(found.waits[0]).tolist() == [rows - 1]


def test_a_fact_that_stands_against_a_file_waits_even_where_an_exemption_is_not_known():
    facts = pd.DataFrame(
        {"a": pd.array([False, True], dtype="boolean"), "b": pd.array([None, None], dtype="boolean"), "c": False}
    )
    found = evaluate([gate(pass_when="a", exempt={"x": "b"}, **NOTED)], None, facts, DAY)
    assert [ANSWERS[code] for code in found.answers[0]] == ["UNKNOWN", "PASS"] and found.waits[0].tolist() == [
        True,
        False,
    ]


def test_the_first_exemption_that_holds_is_named_and_none_where_the_gate_is_not_asked():
    rule = gate(pass_when="c", applies_when="a", exempt={"x": "b", "y": "b or c"})
    facts = pd.DataFrame(
        [(True, True, True), (True, False, True), (False, True, True)], columns=["a", "b", "c"]
    ).astype("boolean")
    assert evaluate([rule], None, facts, DAY).exempted[0].tolist() == [0, 1, -1]


@settings(max_examples=40, deadline=None)
@given(rules)
def test_what_waits_is_unknown_and_a_gate_that_waits_always_does(parts):
    found = evaluate([gate(**parts)], None, EVERY, DAY)
    np.testing.assert_array_equal(found.waits[0], found.answers[0] == ANSWERS.index("UNKNOWN"))


def test_without_gates_everything_passes_and_points_are_missing():
    table = evaluate((), None, pd.DataFrame(index=range(2)), DAY).table(pd.Series(["x", "y"], dtype="str"))
    assert list(table["verdict"]) == ["PASS", "PASS"] and table["points"].isna().all()


def test_no_files_at_all(book):
    verdicts = evaluate(book.gates, book.points, cases.frame(book, []), DAY)
    ids = pd.Series([], dtype="str")
    assert len(verdicts.table(ids)) == 0
    assert verdicts.trace(ids).num_rows == 0


def test_counts(book):
    verdicts = evaluate(book.gates, book.points, cases.frame(book, [{"route": "standard"}, {}]), DAY)
    assert verdicts.counts()["G12"] == {"PASS": 1, "FAIL": 0, "UNKNOWN": 1, "NOT_APPLICABLE": 0}


def test_conditions_are_the_common_language():
    assert isinstance(gate(pass_when="a").rule.pass_when, Expression)
