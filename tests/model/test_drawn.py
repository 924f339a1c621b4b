"""Which chart a question gets, and the marks on its axes."""

import math

import pytest

from models.encode import Feature, encode
from pipeline.core.messages import Words
from pipeline.model import drawn, points
from pipeline.model.compare import diff
from pipeline.model.published import publish
from pipeline.model.told import Teller


@pytest.fixture
def en():
    return Teller(Words("en"))


def test_every_question_has_a_picture_of_its_own(paired, cases, en):
    card = points.card(paired.tables, paired.calibration, 20)
    found = publish(paired, card, encode(cases[0], paired.schema), 30)
    made = [drawn.question(question, card.scale, (-60, 60), en) for question in found.questions]
    assert len(set(made)) == len(found.questions) > 3
    again = [drawn.question(question, card.scale, (-60, 60), en) for question in found.questions]
    assert made == again


def test_changes_of_numbers_and_categories_have_both_curves(plain, paired, cases, en):
    for change in diff(plain, paired, cases[0], 20).changes:
        assert bool(drawn.change(change, (-60, 60), en)) == (len(change.features) == 1)
        if len(change.features) == 1:
            assert drawn.whole_steps(change) == (change.features[0].name in ("points", "offences", "trade"))


def test_one_scale_for_all_charts():
    assert drawn.limits([]) == (-1.0, 1.0)
    assert drawn.limits([2.0, 10.0]) == pytest.approx((-0.6, 10.6))


def test_marks_of_amounts_are_round_amounts():
    wage = Feature(name="w", kind="number", meaning="m", unit="log of dollars")
    marks = [math.expm1(mark) for mark in drawn._ticks((9.0, 13.0), wage, False)]
    assert 2 <= len(marks) <= 5 and {f"{mark:.0e}"[0] for mark in marks} <= {"1", "2", "5"}
    assert all(mark == pytest.approx(float(f"{mark:.0e}")) for mark in marks)
    plain = drawn._ticks((0.0, 10.0), Feature(name="n", kind="number", meaning="m"), False)
    assert plain and all(0 <= mark <= 8.2 for mark in plain)


def test_marks_of_counts_are_whole_numbers():
    persons = Feature(name="n", kind="number", meaning="m")
    assert any(mark % 1 for mark in drawn._ticks((0.0, 5.5), persons, False))
    assert drawn._ticks((0.0, 5.5), persons, True) and not any(
        mark % 1 for mark in drawn._ticks((0.0, 5.5), persons, True)
    )
