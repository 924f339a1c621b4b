"""The formulas of every gate and of the points agree with the evaluator on random files of every programme."""

import random
from datetime import date, timedelta

import pytest
import z3

from pipeline.core.programme import load, names
from pipeline.gates import cases, kinds, rulebook
from pipeline.gates.evaluate import evaluate
from pipeline.policy import formulas, spans
from pipeline.policy.possible import Files

WITH_GATES = [name for name in names() if rulebook.load(load(name)).gates]
_RELAXED = ("years(", "/")


def drawn(programme, book, texts, generator):
    """A file of the registers: values near those that the law speaks of, and gaps."""
    found = {}
    for name in book.facts:
        take = programme.facts[name]
        column = programme.tables[take.source].columns[take.column]
        if generator.random() < 0.25 and not (column.required and take.source == programme.cases.source):
            continue
        kind = kinds.of_fact(programme, take)
        if kind == "boolean":
            found[name] = generator.random() < 0.5
        elif kind == "date":
            low = date.fromisoformat(column.low) if isinstance(column.low, str) else date(1950, 1, 1)
            day = date(2026, 6, 30) - timedelta(days=int(generator.expovariate(1 / generator.choice([60, 700, 9000]))))
            found[name] = max(low, day)
        elif kind == "text":
            found[name] = generator.choice(column.codes or [text for text in texts if len(text) == 3] or ["XYZ"])
        else:
            low = 0 if take.take == "count" else column.low or 0
            high = 4 if take.take == "count" else min(column.high or 1e7, generator.choice([3, 20, 1e7]))
            found[name] = generator.randint(int(low), max(int(low), int(high)))
    counts = {name for name in found if programme.facts[name].take == "count"}
    for name in counts:  # some rows are never more than all
        for other in counts:
            if (
                programme.facts[name].where
                and not programme.facts[other].where
                and programme.facts[name].source == programme.facts[other].source
            ):
                found[name] = min(found[name], found[other])
    return found


def fixed(files, facts):
    rules = []
    for name, term in files.facts.items():
        rules.append(term.known == (name in facts))
        if name in facts:
            rules.append(term.data == files.solver.value(facts[name]).data)
    return rules


@pytest.mark.parametrize("name", WITH_GATES)
def test_formulas_say_what_the_evaluator_says(name):
    programme = load(name)
    book = rulebook.load(programme)
    files = Files(programme, book)
    generator = random.Random(20260630)
    starts = sorted({span.first for gate in book.gates for span in spans.of_gate(gate, book.points)})
    for day in [generator.choice(starts), date(2026, 6, 30), generator.choice(starts) + timedelta(days=40)]:
        many = [drawn(programme, book, files.solver.texts, generator) for _ in range(3)]
        verdicts = evaluate(book.gates, book.points, cases.frame(book, many), day)
        readings = [
            (place, formulas.read(files, gate, book.points, formulas.on(day)))
            for place, gate in enumerate(book.gates) if gate.rule.effective.covers(day)
        ]  # fmt: skip
        for row, facts in enumerate(many):
            held = fixed(files, facts)
            for place, each in readings:
                unknown = z3.And(z3.Not(each.holds), z3.Not(each.broken), z3.Not(each.out))
                fails = z3.And(each.broken, z3.Not(each.out))
                answers = [each.passes, fails, unknown, each.out]
                said = answers[verdicts.answers[place, row]]
                assert not files.solver.impossible(*held, said), (each.gate.code, day, facts)
                written = " ".join(condition.text for condition in each.gate.rule.conditions.values())
                if not each.gate.scored and not any(word in written for word in _RELAXED):
                    assert files.solver.impossible(*held, z3.Not(said)), (each.gate.code, day, facts)


@pytest.mark.parametrize("name", WITH_GATES)
def test_points_lie_where_the_table_puts_them(name):
    programme = load(name)
    book = rulebook.load(programme)
    files = Files(programme, book)
    generator = random.Random(67)
    day = date(2026, 6, 30)
    many = [drawn(programme, book, files.solver.texts, generator) for _ in range(8)]
    score = evaluate((), book.points, cases.frame(book, many), day).score
    least, most = formulas.totals(files, book.points, formulas.on(day))
    for row, facts in enumerate(many):
        ends = [least.data == int(score.total_least[row]), most.data == int(score.total_most[row])]
        assert not files.solver.impossible(*fixed(files, facts), *ends), facts


def test_a_span_is_any_of_its_days():
    files = Files(load("kz_2026"), rulebook.load(load("kz_2026")))
    day = formulas.within(spans.Span(date(2026, 1, 1), date(2026, 12, 31)))
    for number, possible in ((date(2025, 12, 31), False), (date(2026, 7, 1), True), (date(2027, 1, 1), False)):
        assert files.solver.impossible(day.during, day.term.data == number.toordinal()) == (not possible)
