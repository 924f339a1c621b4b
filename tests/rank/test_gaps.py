"""Held and incomplete files name the gate, its article, and the paper to ask for."""

import pytest

from pipeline.core.errors import Problem
from pipeline.rank import gaps


def test_every_fail_and_unknown_is_named_in_the_order_of_the_gates(queue, texts):
    found = gaps.read(queue.gates, texts)
    for row, gate in zip(found.to_dict("records"), queue.gates.to_dict("records"), strict=True):
        assert row["failed"] == tuple(code for code in texts if gate[code] == "FAIL")
        assert row["unknown"] == tuple(code for code in texts if gate[code] == "UNKNOWN")
    assert any(len(failed) == 2 for failed in found["failed"]) or found["failed"].map(len).max() >= 1


def test_a_programme_without_gates_holds_nobody(queue):
    found = gaps.read(queue.gates[["case_id", "waiting", "set_aside", "points", "verdict"]].assign(waiting=""), {})
    assert found["failed"].tolist() == [()] * len(queue.gates) and found["unknown"].tolist() == [()] * len(queue.gates)
    assert len(gaps.read(queue.gates.iloc[:0], {"G01": None, "G02": None})) == 0


def test_a_gate_without_a_text_stops_the_run(queue, texts):
    with pytest.raises(Problem, match="describes no gate `G02`"):
        gaps.read(queue.gates, {"G01": texts["G01"]})


def test_the_texts_name_gate_article_and_paper(texts):
    assert gaps.held_for(("G02",), texts) == ["Proof of solvency — Law, article 49(4)"]
    assert gaps.look_at(("G02",), texts) == ["The sum is below 1,320 MCI."]
    assert gaps.ask_for(("G01", "G02"), texts) == ["A copy of the passport", "A certificate of a bank"]


def test_an_unknown_that_holds_nothing_up_is_not_asked_for(queue, texts):
    noted = queue.gates.assign(waiting="")
    assert set(gaps.read(noted, texts)["unknown"]) == {()}


def test_a_record_that_was_set_aside_is_named_first_where_the_file_waits(queue, texts):
    aside = queue.gates.assign(set_aside="offences documents", waiting=["G01", *[""] * (len(queue.gates) - 1)])
    found = gaps.read(aside, texts)["unknown"]
    assert found.iloc[0] == (gaps.aside("offences"), gaps.aside("documents"), "G01")
    assert set(found.iloc[1:]) == {()}
