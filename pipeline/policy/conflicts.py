"""Gates that contradict each other: on some day no file can pass both, although each of them can be passed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

import z3

from pipeline.gates import cases
from pipeline.gates.book import Gate, Rulebook, on_day
from pipeline.gates.evaluate import evaluate
from pipeline.gates.records import PASS
from pipeline.gates.rulebook import File
from pipeline.policy import formulas, spans
from pipeline.policy.findings import Finding
from pipeline.policy.formulas import Reading
from pipeline.policy.possible import Files


def findings(files: Files, book: Rulebook, where: Mapping[str, File]) -> Iterator[Finding]:
    """Each contradiction once, on the first day on which it is found; days are those on which some value changes."""
    days = sorted({span.first for gate in book.gates for span in spans.of_gate(gate, book.points)})
    told: set[frozenset[str]] = set()
    for day in days:
        asked = [
            formulas.read(files, gate, book.points, formulas.on(day))
            for gate in book.gates
            if gate.rule.effective.covers(day)
        ]
        settled = [each for each in asked if each.settled]
        for pair in _pairs(files, settled):
            codes = frozenset(each.gate.code for each in pair)
            if codes not in told:
                alone = _witnesses(files, book, pair, day)
                if alone is not None:
                    told.add(codes)
                    yield _contradiction(pair, alone, day, where)
        past = {each.gate.code: z3.Or(each.holds, each.out) for each in settled}
        if files.solver.impossible(*past.values()):
            # A gate that nobody gets past by itself is told elsewhere; what matters here is what clashes besides.
            past = {code: formula for code, formula in past.items() if not files.solver.impossible(formula)}
            clash = files.solver.clash(past)
            if clash and not any(codes <= set(clash) for codes in told):
                told.add(frozenset(clash))
                yield _deadlock(clash, day, where)


def _pairs(files: Files, settled: Sequence[Reading]) -> list[tuple[Reading, Reading]]:
    """Pairs that share a fact and that no file can pass together. One file that passes many gates clears many pairs."""
    open_pairs = [
        (one, other) for one, other in combinations(settled, 2)
        if set(one.gate.facts) & set(other.gate.facts) or (one.gate.scored and other.gate.scored)
    ]  # fmt: skip
    found = []
    while open_pairs:
        one, other = open_pairs.pop(0)
        model = files.solver.model(one.passes, other.passes)
        if isinstance(model, z3.ModelRef):
            passed = {
                each.gate.code for each in settled if z3.is_true(model.evaluate(each.passes, model_completion=True))
            }
            open_pairs = [pair for pair in open_pairs if not {each.gate.code for each in pair} <= passed]
        elif model is False:
            found.append((one, other))
    return found


def _witnesses(files: Files, book: Rulebook, pair: tuple[Reading, Reading], day: date) -> list[dict] | None:
    """For each gate a file of which both are asked and that passes this one, as the evaluator has it; None without."""
    found = []
    both_asked = [z3.Not(each.out) for each in pair]
    for each in pair:
        model = files.solver.model(each.holds, *both_asked)
        if not isinstance(model, z3.ModelRef):
            return None
        facts = files.described(model, book.facts)
        if evaluate([each.gate], book.points, cases.frame(book, [facts]), day).answers[0, 0] != PASS:
            return None
        found.append({name: value for name, value in facts.items() if name in each.gate.facts})
    return found


def _contradiction(
    pair: tuple[Reading, Reading], alone: Sequence[dict], day: date, where: Mapping[str, File]
) -> Finding:
    first, second = (each.gate for each in pair)
    told = "; ".join(
        f"{gate.code} asks `{gate.rule.pass_when.text}`{_values(gate, day)} and passes a file with {_listed(facts)}"
        for gate, facts in zip((first, second), alone, strict=True)
    )
    said = f"on {day} no file can pass both {first.code} and {second.code}, though each can be passed: {told}."
    return _at(second.code, said, where)


def _deadlock(codes: Sequence[str], day: date, where: Mapping[str, File]) -> Finding:
    said = f"on {day} no file can get past {', '.join(codes[:-1])} and {codes[-1]} together, though each can be passed."
    return _at(codes[-1], said, where)


def _at(code: str, said: str, where: Mapping[str, File]) -> Finding:
    return Finding(where[code].path, where[code].line("pass_when"), "contradiction", "error", said)


def _values(gate: Gate, day: date) -> str:
    used = sorted(name for name in gate.rule.pass_when.names if name in gate.values)
    found = [f"{name} {on_day(gate.values[name], day)}" for name in used]
    return f" ({', '.join(found)})" if found else ""


def _listed(facts: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items()) or "nothing on record"
