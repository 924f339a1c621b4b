"""Rows: every answer has exactly one, their effects are the score, their counts are the training cases."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.encode import encode
from pipeline.core.errors import Problem
from pipeline.model import points
from pipeline.model.published import MISSING, NUMBER, OTHER, VALUE, cases_of, merged, publish


def lies_in(span, feature, value):
    """Whether an answer (a number, a text, or None) lies in the row, by the row's own words."""
    if value is None or span.kind == MISSING:
        return value is None and span.kind == MISSING
    if span.kind == NUMBER:
        return (span.above is None or value > span.above) and (span.up_to is None or value <= span.up_to)
    return value == span.value if span.kind == VALUE else value not in feature.categories


def published_of(model, x=None):
    return publish(model, points.card(model.tables, model.calibration, 20), x, 30)


numbers = st.one_of(st.none(), st.floats(-1e6, 1e6, width=32), st.integers(-3, 60).map(float))
answers = st.fixed_dictionaries({
    "points": numbers, "offences": numbers, "wage": numbers,
    "trade": st.sampled_from([None, "smith", "baker", "miller", "weaver", "a trade never seen"]),
})  # fmt: skip


@pytest.mark.parametrize("which", ["plain", "paired"])
@given(person=answers)
@settings(max_examples=150, deadline=None)
def test_the_rows_are_the_score_bit_for_bit(which, person, request):
    import pandas as pd

    model = request.getfixturevalue(which)
    found = published_of(model)
    score, whole = found.constant, found.card.constant
    for question in found.questions:
        [row] = [
            row for row in question.rows
            if all(lies_in(span, feature, person[feature.name]) for span, feature in zip(row.spans, question.features, strict=True))
        ]  # fmt: skip
        score, whole = score + row.effect, whole + row.points
    frame = pd.DataFrame({
        name: pd.Series([value], dtype="str" if name == "trade" else "float32") for name, value in person.items()
    })  # fmt: skip
    x = encode(frame, model.schema)
    total = found.card.points(x)[0]
    if all(person[name] is not None for question in found.questions if question.zero for name in question.names):
        assert score == model.margin(x)[0]
        assert whole == total


def test_counts_are_the_training_cases(plain, cases):
    x = encode(cases[0], plain.schema)
    found = published_of(plain, x)
    assert found.cases == 2000 and all(cases_of(question.rows) == 2000 for question in found.questions)
    by_name = {question.names: question for question in found.questions}
    trade = {row.spans[0].value: row.cases for row in by_name[("trade",)].rows if row.spans[0].kind == VALUE}
    assert trade == {name: int((cases[0]["trade"] == name).sum()) for name in trade} and len(trade) == 3
    missing = next(row for row in by_name[("points",)].rows if row.spans[0].kind == MISSING)
    assert missing.cases == int(cases[0]["points"].isna().sum())
    assert by_name[("points",)].whole == (True,) and by_name[("wage",)].whole == (False,)
    assert by_name[("offences",)].zero and not by_name[("points",)].zero


def test_without_training_cases_counts_are_unknown(plain):
    found = published_of(plain)
    assert found.cases is None and all(row.cases is None for question in found.questions for row in question.rows)
    assert all(question.weight > 0 and question.histogram == () for question in found.questions)


def test_a_histogram_leaves_out_few_people(plain, cases):
    found = published_of(plain, encode(cases[0], plain.schema))
    counts = [count for question in found.questions for count in question.histogram]
    assert counts and all(count == 0 or count >= 30 for count in counts)


@pytest.mark.parametrize("which", ["plain", "paired"])
def test_merged_rows_hold_every_row_once_and_equal_points(which, request):
    for question in published_of(request.getfixturevalue(which)).questions:
        runs = merged(question)
        assert sorted(map(id, question.rows)) == sorted(id(row) for run in runs for row in run)
        for run in runs:
            assert len({row.points for row in run}) == 1
            assert len(run) == 1 or MISSING not in {row.spans[0].kind for row in run}
            for low, high in pairwise(run):
                assert low.spans[0].kind != NUMBER or low.spans[0].up_to == high.spans[0].above


def test_any_other_value_has_a_row(plain):
    trade = next(question for question in published_of(plain).questions if question.names == ("trade",))
    assert [row.spans[0].kind for row in trade.rows] == [VALUE, VALUE, VALUE, OTHER, MISSING]


def test_a_model_without_tables_gives_one_clear_sentence(unconstrained, plain):
    card = points.card(plain.tables, plain.calibration, 20)
    with pytest.raises(Problem, match="not additive, so it has no tables"):
        publish(unconstrained, card, None, 30)


def test_effects_of_a_pair_stand_for_both_answers(paired):
    found = published_of(paired)
    pair = next(question for question in found.questions if len(question.features) == 2)
    effects = np.array([row.effect for row in pair.rows])
    assert {len(row.spans) for row in pair.rows} == {2} and len(effects) % 5 == 0 and effects.any()
