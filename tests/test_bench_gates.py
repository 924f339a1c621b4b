"""The benchmark beside zen compares like with like: the same rules give the same answers, on every row."""

import re

import pytest

from pipeline import bench_gates
from pipeline.core import programme as programmes
from pipeline.core.errors import Problem
from pipeline.gates import rulebook
from pipeline.gates.evaluate import evaluate
from pipeline.gates.records import ANSWERS

KZ = programmes.load("kz_2026")
BOOK = rulebook.load(KZ)


def test_the_section_names_rows_speeds_and_ratio():
    text = bench_gates.section(rows=20_000, zen_rows=400)
    assert "| Qonys, whole columns | 20,000 |" in text and "| zen-engine, row by row | 400 |" in text
    assert float(re.search(r"Ratio: ([\d,]+)", text).group(1).replace(",", "")) > 1


def test_made_up_facts_reach_every_kind_of_answer():
    facts = bench_gates.draw(KZ, BOOK, 20_000)
    assert facts.notna().all().all()
    gates = [gate for gate in BOOK.gates if not gate.scored]
    answers = evaluate(gates, None, facts, bench_gates.DAY).answers
    assert {ANSWERS[code] for code in set(answers.ravel().tolist())} == set(ANSWERS)


def test_an_answer_that_differs_stops_the_benchmark(monkeypatch):
    monkeypatch.setattr(bench_gates._Translator, "gate", lambda self, gate: "'PASS'")
    with pytest.raises(Problem, match="zen answers .* rows differently"):
        bench_gates.section(rows=1_000, zen_rows=50)
