"""Counting: adds up over parts in any order, and tells which gates moved a file."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core import programme as programmes
from pipeline.gates import rulebook
from pipeline.gates.evaluate import Verdicts
from pipeline.gates.records import FAIL, NOT_APPLICABLE, PASS, UNKNOWN
from pipeline.policy import flips
from pipeline.policy.flips import ABSENT, NOTED

pytest_plugins = ["tests.policy.dry_run"]
CODES = ("G01", "G02", "G03")


@pytest.fixture(scope="session")
def gates(whole):
    """The three gates of the small programme."""
    return {gate.code: gate for gate in rulebook.load(programmes.load(str(whole.folder))).gates}


@pytest.fixture(scope="session")
def verdicts(gates):
    """Makes the answers of gates: code -> a letter a file (P, F, U waiting, N noted, - not applicable)."""

    def make(**said: str) -> Verdicts:
        letters = np.array([list(text) for text in said.values()])
        codes = {"P": PASS, "F": FAIL, "U": UNKNOWN, "N": UNKNOWN, "-": NOT_APPLICABLE}
        answers = np.vectorize(codes.get, otypes=[np.int8])(letters)
        rows = letters.shape[1]
        return Verdicts(
            [gates[code] for code in said], answers, np.full(letters.shape, -1, np.int8), letters == "U", None,
            pd.DataFrame(index=range(rows)), date(2026, 6, 30),
        )  # fmt: skip

    return make


def count(old, new, groups=None, ids=None, codes=CODES):
    found = flips.start(codes, ["sex"], False)
    rows = len(old.overall)
    ids = pd.Series(ids if ids is not None else [f"C{place}" for place in range(rows)], dtype="str")
    flips.add(found, ids, old, new, pd.DataFrame({"sex": groups or ["f"] * rows}))
    return found


def test_verdicts_states_and_groups_by_hand(verdicts):
    found = count(verdicts(G01="PPFN", G02="PUP-"), verdicts(G01="FPPU", G03="PPPP"), list("ffmm"))
    assert found.matrix.tolist() == [[0, 1, 1], [1, 0, 0], [1, 0, 0]]
    assert found.groups["sex"]["f"].tolist() == [[0, 1, 0], [0, 0, 0], [1, 0, 0]]
    first, second, third = found.gates
    assert first[PASS, FAIL] == first[PASS, PASS] == first[FAIL, PASS] == first[NOTED, UNKNOWN] == 1
    assert second[:, ABSENT].sum() == 4 and second[NOT_APPLICABLE, ABSENT] == 1
    assert third[ABSENT, PASS] == 4
    assert found.flips.to_numpy().tolist() == [
        ["C0", "PASS", "FAIL", "G01"], ["C1", "UNKNOWN", "PASS", "G02"], ["C2", "FAIL", "PASS", "G01"], ["C3", "PASS", "UNKNOWN", "G01"],
    ]  # fmt: skip
    assert found.moved.sum() == found.alone.sum() == 4


def test_a_consequence_alone_can_move_a_file(verdicts):
    """The answer stays UNKNOWN; only whether the file waits for it has changed."""
    found = count(verdicts(G01="U"), verdicts(G01="N"))
    assert found.flips["gates"].tolist() == ["G01"] and found.gates[0][UNKNOWN, NOTED] == 1


def test_two_gates_that_move_one_file_do_not_move_it_alone(verdicts):
    found = count(verdicts(G01="P", G02="P", G03="F"), verdicts(G01="F", G02="U", G03="F"))
    assert found.matrix[FAIL, FAIL] == 1 and found.moved.sum() == 0  # G03 holds it under both laws
    found = count(verdicts(G01="P", G02="P"), verdicts(G01="F", G02="U"))
    assert found.flips["gates"].tolist() == ["G01 G02"] and found.alone.sum() == 0
    found = count(verdicts(G01="U", G02="P"), verdicts(G01="P", G02="F"))
    assert found.flips["gates"].tolist() == ["G02"]  # G01's going away did not hold the file


ANSWERS = st.text("PFUN-", min_size=6, max_size=6)
SIX = st.tuples(ANSWERS, ANSWERS, ANSWERS)
hurried = settings(max_examples=40, deadline=None)


@hurried
@given(SIX, SIX)
def test_moving_gates_are_those_that_must_go_back(verdicts, one, two):
    """Putting back the answers of the moving gates restores a verdict no harsher than before; leaving one out does not."""
    old, new = verdicts(**dict(zip(CODES, one, strict=True))), verdicts(**dict(zip(CODES, two, strict=True)))
    found = count(old, new).flips.set_index("case_id")
    hard = {"P": 0, "N": 0, "-": 0, "U": 1, "F": 2}
    for row in range(6):
        before, after = ([hard[text[row]] for text in side] for side in (one, two))
        if max(before) == max(after):
            assert f"C{row}" not in found.index
            continue
        harder, easier = (after, before) if max(after) > max(before) else (before, after)
        moving = {code for code, value in zip(CODES, harder, strict=True) if value > max(easier)}
        assert set(found.loc[f"C{row}", "gates"].split()) == moving


@hurried
@given(SIX, SIX, st.permutations(range(6)), st.integers(0, 6))
def test_order_and_parts_do_not_matter(verdicts, one, two, order, cut):
    def some(places):
        sides = (
            verdicts(**{c: "".join(t[p] for p in places) for c, t in zip(CODES, side, strict=True)})
            for side in (one, two)
        )
        ids = pd.Series([f"C{place}" for place in places], dtype="str")
        return ids, *sides, pd.DataFrame({"sex": ["fm"[place % 2] for place in places]})

    together, apart = flips.start(CODES, ["sex"], False), flips.start(CODES, ["sex"], False)
    flips.add(together, *some(range(6)))
    for places in (order[:cut], order[cut:]):
        if places:
            flips.add(apart, *some(places))
    for name in ("matrix", "gates", "moved", "alone"):
        assert (getattr(together, name) == getattr(apart, name)).all()
    assert {k: v.tolist() for k, v in together.groups["sex"].items()} == {
        k: v.tolist() for k, v in apart.groups["sex"].items()
    }
    pd.testing.assert_frame_equal(together.flips, apart.flips)


def test_directions_are_named_by_where_a_file_goes():
    matrix = np.arange(9).reshape(3, 3)  # codes: PASS 0, FAIL 1, UNKNOWN 2
    assert {name: int(n) for name, n in flips.towards(matrix).items()} == {
        "proceed": 3 + 6,
        "ask": 2 + 5,
        "held": 1 + 7,
    }
    assert flips.towards(np.stack([matrix, 2 * matrix]))["held"].tolist() == [8, 16]


def test_nothing_counted_is_an_empty_list():
    found = flips.start(CODES, ["sex"], True)
    assert found.flips.empty and list(found.flips.columns) == ["case_id", "old", "new", "gates"]
