"""Two models: nothing differs from itself, and what differs is what the two scores differ by."""

import numpy as np
import pytest

from models.encode import Schema, encode
from models.tables import Lookup, Tables
from pipeline.core.errors import Problem
from pipeline.model.compare import CHANGED, GONE, NEW, diff
from tests.models.conftest import DESCRIBED, schema_of


@pytest.fixture(scope="module")
def later(maker):
    return maker("later", seed=5)


@pytest.mark.parametrize("which", ["plain", "paired"])
def test_a_model_does_not_differ_from_itself(which, request, cases):
    model = request.getfixturevalue(which)
    found = diff(model, model, cases[0], 20)
    assert found.empty and found.changes == () and found.constants[0] == found.constants[1]


def test_another_model_differs_by_what_the_tables_say(plain, later, cases):
    found = diff(plain, later, cases[0], 20)
    assert not found.empty and {change.kind for change in found.changes} == {CHANGED}
    means = [change.mean for change in found.changes]
    assert means == sorted(means, reverse=True)
    for change in found.changes:
        sides = []
        for model in (plain, later):
            table = next(table for table in model.tables.tables if table.features == [change.features[0].name])
            alone = Lookup(Tables(constant=0.0, features=model.schema.names, tables=[table]))
            sides.append(model.calibration.slope * 20 / np.log(2) * alone.margin(encode(cases[0], model.schema)))
        assert change.mean == pytest.approx(np.abs(sides[1] - sides[0]).mean())
        assert sum(step.share for step in change.steps) == pytest.approx(1)
        assert change.widest in change.steps
        assert max(abs(step.new - step.old) * step.share for step in change.steps) == pytest.approx(
            abs(change.widest.new - change.widest.old) * change.widest.share
        )


def test_a_feature_that_is_gone_and_one_that_is_new(plain, maker, cases):
    whole = schema_of(cases[0])
    fewer = maker("fewer", schema=Schema(features=[feature for feature in whole.features if feature.name != "wage"]))
    gone, new = diff(plain, fewer, cases[0], 20), diff(fewer, plain, cases[0], 20)
    assert [feature.name for feature in gone.removed] == ["wage"] == [feature.name for feature in new.added]
    assert not gone.added and not new.removed
    for found, kind in ((gone, GONE), (new, NEW)):
        [change] = [change for change in found.changes if change.features[0].name == "wage"]
        assert change.kind == kind and change.mean > 0
    unanswered = diff(plain, fewer, cases[0].drop(columns="wage"), 20)
    [change] = [change for change in unanswered.changes if change.features[0].name == "wage"]
    assert change.mean is None and change.widest.share is None


def test_a_pair_that_is_new_is_a_change_of_known_features(plain, paired, cases):
    found = diff(plain, paired, cases[0], 20)
    [change] = [change for change in found.changes if len(change.features) == 2]
    assert change.kind == CHANGED and not found.added and all(step.old == 0 for step in change.steps)


def test_a_number_that_became_a_category_is_another_question(plain, maker, cases):
    frame = cases[0]
    described = [
        {**record, "kind": "category", "monotone": 0} if record["name"] == "offences" else record
        for record in DESCRIBED
    ]
    schema = Schema(
        features=[
            {**record, "categories": ["0.0", "1.0"] if record["name"] == "offences" else []} for record in described
        ]
    )
    other = maker("other", schema=schema)
    found = diff(plain, other, frame, 20)
    assert [feature.name for feature in found.added] == ["offences"] == [feature.name for feature in found.removed]
    assert {change.kind for change in found.changes if change.features[0].name == "offences"} == {NEW, GONE}


def test_models_without_tables_are_refused(plain, unconstrained, cases):
    with pytest.raises(Problem, match="no tables"):
        diff(unconstrained, plain, cases[0], 20)
