"""What is proved about a gate is what counting every file of a small programme shows: neither more nor less."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.register_assert_rewrite("tests.policy.small")

from pipeline.core.expressions import column  # noqa: E402
from pipeline.gates.evaluate import evaluate  # noqa: E402
from pipeline.gates.records import FAIL, NOT_APPLICABLE, PASS  # noqa: E402
from pipeline.gates.rulebook import File  # noqa: E402
from pipeline.policy import formulas  # noqa: E402
from pipeline.policy.reach import Reach  # noqa: E402
from tests.policy.small import conditions, gate  # noqa: E402

pytest_plugins = ["tests.policy.small"]
DAY = date(2026, 6, 30)
WHOLE = ("so no file can pass", "asks nothing", "cannot fail")
HERE = File(Path("gates/G90_made_up.yaml"), {})


def reach(counted, made) -> Reach:
    book, files, _ = counted
    return Reach(files, [formulas.read(files, made, book.points, formulas.on(DAY))], HERE)


def counts(counted, made) -> dict[str, bool]:
    """Which sentences are true, by asking the evaluator about every file."""
    _, _, frame = counted
    rule = made.rule
    columns = {str(name): column(frame[name]) for name in frame.columns}

    def ask(condition, default):
        if condition is None:
            return np.full(len(frame), default), np.full(len(frame), not default)
        found = condition.evaluate(columns)
        return np.broadcast_to(found.true, len(frame)), np.broadcast_to(found.false, len(frame))

    applies, left_out = ask(rule.applies_when, True)
    vague, clear = ask(rule.unknown_when, False)
    met, _ = ask(rule.pass_when, True)
    answers = evaluate([made], None, frame, DAY).answers[0]
    holds, asked, excused, idle = met & clear, ~left_out, np.zeros(len(frame), dtype=bool), {}
    for name, exemption in rule.exempt.items():
        true, _ = ask(exemption.when, False)
        idle[name] = not (true & asked & ~excused & ~holds).any()
        excused |= true
    return {
        "is asked of nobody": not applies.any(),
        "never leaves a file out": not left_out.any(),
        "never holds; take it away": rule.unknown_when is not None and not vague.any(),
        "answers neither": not clear.any(),
        "so no file can pass": not (answers == PASS).any(),
        "asks nothing": bool(np.isin(answers, [PASS, NOT_APPLICABLE]).all()),
        "cannot fail": not (answers == FAIL).any(),
        **{f"the exemption `{name}`": nothing for name, nothing in idle.items()},
    }  # fmt: skip


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    conditions(),
    st.one_of(st.none(), conditions(1)),
    st.one_of(st.none(), conditions(1)),
    st.lists(conditions(1), max_size=2),
)
def test_every_sentence_is_true_and_none_is_missing(counted, pass_when, applies_when, unknown_when, exempt):
    made = gate(
        "G90", pass_when=pass_when, applies_when=applies_when, unknown_when=unknown_when,
        exempt={f"e{place}": when for place, when in enumerate(exempt)},
    )  # fmt: skip
    said = [each.sentence for each in reach(counted, made).findings()]
    true = counts(counted, made)
    for words, holds in true.items():
        if any(words in sentence for sentence in said):
            assert holds, (words, said)

    def told(*words: str) -> bool:
        return any(each in sentence for sentence in said for each in words)

    if applies_when:
        assert true["is asked of nobody"] == told("is asked of nobody")
    if unknown_when:
        assert true["answers neither"] <= told("answers neither", "is asked of nobody")
    if told("is asked of nobody", "answers neither"):
        return  # nothing more is said of a gate that decides nothing
    assert any(true[each] for each in WHOLE) == told(*WHOLE)
    if not told("so no file can pass", "asks nothing"):
        for place in range(len(exempt)):
            assert true[f"the exemption `e{place}`"] == told(f"the exemption `e{place}`")
    assert reach(counted, made).fails() == (not true["cannot fail"])


def test_a_comparison_that_no_file_can_answer_otherwise_is_told(counted):
    made = gate("G90", pass_when='size > 3 or (size <= 20 and kandas) or level == "A"')
    assert [each.sentence for each in reach(counted, made).findings()] == [
        "`size <= 20` holds for every file that has the value."
    ]


def test_what_the_law_alone_switches_is_no_fault(counted):
    made = gate("G90", pass_when='(today >= date("2020-01-01") and size > 3) or kandas')
    assert list(reach(counted, made).findings()) == []


def test_a_gate_whose_value_is_unknown_on_every_day_is_accused_of_nothing(counted):
    book, files, _ = counted
    made = gate("G90", pass_when="size > 15")
    reading = formulas.read(files, made, book.points, formulas.on(DAY))
    unsettled = formulas.Reading(made, reading.day, reading.scope, reading.conditions, settled=False)
    assert list(Reach(files, [unsettled], HERE).findings()) == []
