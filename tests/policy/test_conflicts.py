"""A contradiction is told exactly where counting every file of a small programme shows one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.register_assert_rewrite("tests.policy.small")

from datetime import date  # noqa: E402

from pipeline.gates.evaluate import evaluate  # noqa: E402
from pipeline.gates.records import NOT_APPLICABLE, PASS  # noqa: E402
from pipeline.gates.rulebook import File  # noqa: E402
from pipeline.policy import conflicts  # noqa: E402
from tests.policy.small import conditions, gate  # noqa: E402

pytest_plugins = ["tests.policy.small"]
DAY = date(2024, 1, 1)
ONE = st.tuples(conditions(1), st.one_of(st.none(), conditions(0)), st.one_of(st.none(), conditions(0)))


def told(counted, gates) -> list[str]:
    book, files, _ = counted
    where = {each.code: File(Path(f"{each.code}.yaml"), {}) for each in gates}
    return [each.sentence for each in conflicts.findings(files, replace(book, gates=tuple(gates)), where)]


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ONE, ONE)
def test_pairs_are_those_counted(counted, first, second):
    _, _, frame = counted
    gates = [
        gate(code, pass_when=passes, applies_when=applies, exempt={"e": exempt} if exempt else {})
        for code, (passes, applies, exempt) in (("G90", first), ("G91", second))
    ]
    one, other = evaluate(gates, None, frame, DAY).answers
    asked = (one != NOT_APPLICABLE) & (other != NOT_APPLICABLE)
    alone = ((one == PASS) & asked).any() and ((other == PASS) & asked).any()
    together = ((one == PASS) & (other == PASS)).any()
    shared = set(gates[0].facts) & set(gates[1].facts)
    said = told(counted, gates)
    contradiction = bool(alone and not together and shared)
    assert any("no file can pass both G90 and G91" in each for each in said) == contradiction, said
    past = (np.isin(one, [PASS, NOT_APPLICABLE]), np.isin(other, [PASS, NOT_APPLICABLE]))
    blocked = past[0].any() and past[1].any() and not (past[0] & past[1]).any()
    assert any("no file can get past" in each for each in said) == (bool(blocked) and not contradiction)


def test_the_sentence_shows_a_file_that_passes_each(counted):
    [said] = told(counted, [gate("G90", pass_when="size > 9"), gate("G91", pass_when="size < 4")])
    assert said.startswith(
        "on 2024-01-01 no file can pass both G90 and G91, though each can be passed: G90 asks `size > 9`"
    )
    sizes = [int(text.partition(";")[0].rstrip(".")) for text in said.split("a file with size ")[1:]]
    assert sizes[0] > 9 and sizes[1] < 4


def test_gates_with_the_same_fact_that_can_be_passed_together_are_silent(counted):
    many = [gate(f"G{number}", pass_when=f"size > {number - 90}") for number in range(90, 99)]
    assert told(counted, many) == []
