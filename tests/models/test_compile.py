"""Tables say what the trees say: to the last cell, for any value, on boosters trained at random."""

import json
import re
from dataclasses import replace
from itertools import product

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import train
from models.compile import ZERO, compile_booster, missing_as_zero
from models.encode import encode
from models.tables import Lookup

NAMES = ["steady", "small", "tiny", "code", "rare"]
CATEGORIES = [3, 4]
EXTREMES = [
    np.nan, np.inf, -np.inf, 1e300, -1e300, 0.0, -0.0, 1e-40, -1e-40, 1e-35, -1e-35, ZERO, -ZERO, 2e-35, -2e-35,
    np.nextafter(ZERO, 1), np.nextafter(-ZERO, -1), -1.0, -0.5, 0.5, 2.7, 3.0, 99.0, 1e10, -1e10, 2.0**31, 2.0**63,
]  # fmt: skip
PAIRS = st.sampled_from([[], [[0, 1]], [[1, 3]], [[3, 4]], [[0, 1], [0, 2], [0, 3]], [[0, 1], [1, 2], [2, 3], [3, 4]]])


def draw(rng: np.random.Generator, n: int) -> np.ndarray:
    """Features of every kind: steady, few values with gaps, around LightGBM's zero, and two categories."""
    x = np.empty((n, 5))
    x[:, 0] = rng.normal(size=n)
    x[:, 1] = rng.integers(-2, 4, n)
    x[:, 2] = rng.choice([-3e-35, -1e-35, -1e-36, 0, 1e-36, 1e-35, 3e-35, 1], n)
    x[:, 3] = rng.integers(0, 6, n)
    x[:, 4] = rng.choice([0, 2, 7, 40], n)
    x[:, 1][rng.random(n) < 0.2] = np.nan
    x[:, 4][rng.random(n) < 0.1] = np.nan
    return x


@st.composite
def boosters(draw_):
    """`(booster, pairs by name, matrix it learnt from)`."""
    rng = np.random.default_rng(draw_(st.integers(0, 2**32)))
    pairs = draw_(PAIRS)
    x = draw(rng, 400)
    line = x[:, 0] + (x[:, 1] == 0) - 2 * np.isin(x[:, 3], [1, 4]) + np.nan_to_num(x[:, 1]) * x[:, 0] + (x[:, 2] > 0)
    y = (line + rng.normal(size=len(x)) > 0).astype(int)
    parameters = {
        "objective": draw_(st.sampled_from(["binary", "regression"])),
        "num_leaves": draw_(st.integers(2, 12)),
        "learning_rate": draw_(st.sampled_from([0.1, 1.0])),
        "min_data_in_leaf": draw_(st.integers(1, 20)),
        "min_data_per_group": 5,
        "cat_smooth": 1.0,
        "max_cat_to_onehot": draw_(st.sampled_from([1, 10])),
        "use_missing": draw_(st.booleans()),
        "zero_as_missing": draw_(st.booleans()),
        "interaction_constraints": [[place] for place in range(5)] + pairs,
        "num_threads": 1,
        "verbosity": -1,
    }
    if direction := draw_(st.sampled_from([0, 1, -1])):
        parameters |= {
            "monotone_constraints": [direction, 0, 0, 0, 0],
            "monotone_constraints_method": draw_(st.sampled_from(["basic", "intermediate", "advanced"])),
        }
    table = lgb.Dataset(x, y, feature_name=NAMES, categorical_feature=CATEGORIES, params=parameters)
    booster = lgb.train(parameters, table, num_boost_round=draw_(st.integers(1, 12)))
    return booster, [[NAMES[place] for place in pair] for pair in pairs], x


def probes(booster: lgb.Booster, x: np.ndarray, seed: int) -> np.ndarray:
    """Rows like those learnt from, with extremes and the trees' own thresholds and their neighbours strewn in."""
    rng = np.random.default_rng(seed)
    nodes = booster.trees_to_dataframe()
    nodes = nodes[nodes["decision_type"] == "<="]
    found = draw(rng, 600)
    for place, name in enumerate(NAMES):
        edges = nodes.loc[nodes["split_feature"] == name, "threshold"].astype(float).to_numpy()
        values = np.concatenate(
            [EXTREMES, edges, np.nextafter(edges, np.inf), np.nextafter(edges, -np.inf), x[:, place]]
        )
        strewn = rng.random(len(found)) < 0.6
        found[strewn, place] = rng.choice(values, strewn.sum())
    found[0] = np.nan
    return found


@settings(deadline=None, max_examples=150)
@given(drawn=boosters(), seed=st.integers(0, 1000))
def test_tables_equal_the_booster_for_any_value(drawn, seed):
    booster, pairs, x = drawn
    tables = compile_booster(booster, pairs)
    lookup = Lookup(tables)
    with np.errstate(over="ignore"):
        matrices = [probes(booster, x, seed), probes(booster, x, seed).astype(np.float32)]
    for matrix in matrices:
        raw = booster.predict(matrix, raw_score=True)
        np.testing.assert_allclose(lookup.margin(matrix), raw, rtol=0, atol=1e-9)
        effects = lookup.effects(matrix)
        np.testing.assert_allclose(effects.sum(axis=1) + tables.constant, raw, rtol=0, atol=1e-9)
        shap = booster.predict(matrix, pred_contrib=True)
        np.testing.assert_allclose(effects, shap[:, :-1], rtol=0, atol=1e-9)
        np.testing.assert_allclose(tables.constant, shap[0, -1], rtol=0, atol=1e-9)


@pytest.mark.parametrize("threshold", ["0", "1e-36", "-1e-36", "1e-35", "-1e-35", "1.0000000180025095e-35", "0.25"])
def test_a_threshold_about_zero(threshold):
    """LightGBM reads |x| <= 1e-35 as 0, so a threshold there parts other values than it says."""
    x = np.repeat([[0.0], [1.0]], 50, axis=0)
    parameters = {"objective": "binary", "verbosity": -1}
    learnt = lgb.train(parameters, lgb.Dataset(x, x[:, 0], params=parameters), num_boost_round=1)
    text = re.sub("tree_sizes=.*\n", "", learnt.model_to_string())
    written = re.search(r"^threshold=(.*)$", text, re.MULTILINE).group(1)
    booster = lgb.Booster(model_str=text.replace(f"threshold={written}\n", f"threshold={threshold}\n"))
    probe = np.array([EXTREMES]).T
    for matrix in (probe, probe[~(np.abs(probe[:, 0]) > 1e30)].astype(np.float32)):
        np.testing.assert_allclose(
            Lookup(compile_booster(booster)).margin(matrix), booster.predict(matrix, raw_score=True), rtol=0, atol=1e-9
        )


def test_a_split_off_of_missing_values_has_no_edge():
    x = np.random.default_rng(0).normal(size=(400, 1))
    x[:100] = np.nan
    parameters = {"objective": "binary", "verbosity": -1}
    booster = lgb.train(parameters, lgb.Dataset(x, np.isnan(x[:, 0]), params=parameters), num_boost_round=1)
    tables = compile_booster(booster)
    assert tables.tables[0].axes[0].up_to == [] and len(set(tables.tables[0].effects)) == 2
    probe = np.array([[np.inf, 1e301, 1e300, 0, -np.inf, np.nan]]).T  # dump_model writes this threshold as 1e300
    np.testing.assert_allclose(Lookup(tables).margin(probe), booster.predict(probe, raw_score=True), rtol=0, atol=1e-9)


@pytest.fixture(scope="module")
def learnt(invented, knobs, schema_for):
    """`(x, y, schema, booster)` of the additive form."""
    frame, y = invented(3000)
    schema = schema_for(frame)
    x = encode(frame, schema)
    return x, y, schema, train.fit(x, y, schema, knobs)


def test_a_table_a_feature_and_every_row_of_the_training_in_its_cells(learnt):
    x, _, schema, booster = learnt
    tables = compile_booster(booster)
    assert [table.features for table in tables.tables] == [[name] for name in schema.names]
    assert tables.features == schema.names
    lookup = Lookup(tables)
    np.testing.assert_allclose(lookup.margin(x), booster.predict(x, raw_score=True), rtol=0, atol=1e-9)
    np.testing.assert_allclose(lookup.effects(x).mean(axis=0), 0, atol=1e-9)  # measured from the average case


def test_a_declared_direction_holds_in_every_step_of_its_table(learnt, knobs):
    x, y, schema, _ = learnt
    booster = train.fit(x, y, schema, replace(knobs, trees=200, leaves=31, min_rows_per_leaf=1))
    by_name = {table.features[0]: np.array(table.effects) for table in compile_booster(booster).tables}
    assert (np.diff(by_name["points"][:-1]) >= 0).all() and len(by_name["points"]) > 10
    assert (np.diff(by_name["offences"][:-1]) <= 0).all()
    assert (np.diff(by_name["wage"][:-1]) < 0).any() and (np.diff(by_name["wage"][:-1]) > 0).any()


def test_a_pair_has_a_table_of_what_its_features_do_not_say_alone(learnt, knobs):
    x, y, schema, _ = learnt
    pairs = [["trade", "points"], ["points", "wage"]]
    booster = train.fit(x, y, schema, replace(knobs, pairs=pairs, trees=100))
    tables = compile_booster(booster, pairs)
    assert [table.features for table in tables.tables] == [
        ["points"], ["offences"], ["wage"], ["trade"], ["points", "wage"], ["points", "trade"]
    ]  # fmt: skip
    np.testing.assert_allclose(Lookup(tables).margin(x), booster.predict(x, raw_score=True), rtol=0, atol=1e-9)


def test_trees_that_read_more_than_declared_are_refused(learnt, knobs):
    x, y, schema, _ = learnt
    paired = train.fit(x, y, schema, replace(knobs, pairs=[["trade", "points"]], trees=100))
    with pytest.raises(ValueError, match="reads points, trade together, which `train.pairs` does not declare"):
        compile_booster(paired)
    with pytest.raises(ValueError, match="does not declare"):
        compile_booster(paired, [["trade", "wage"]])
    free = train.fit(x, y, schema, replace(knobs, additive=False))
    with pytest.raises(ValueError, match="only an additive model has tables"):
        compile_booster(free, [list(pair) for pair in product(schema.names, repeat=2)])


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"objective": "multiclass", "num_class": 3}, "not several classes"),
        ({"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, "not a random forest"),
        ({"linear_tree": True}, "linear leaves"),
    ],
)
def test_what_is_no_sum_of_steps_is_refused(more, message):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 2))
    y = (x[:, 0] > 0).astype(int)
    parameters = {"objective": "binary", "interaction_constraints": [[0], [1]], "verbosity": -1, **more}
    booster = lgb.train(parameters, lgb.Dataset(x, y, params=parameters), num_boost_round=3)
    with pytest.raises(ValueError, match=message):
        compile_booster(booster)


def test_nothing_to_learn_is_a_constant():
    x, y = np.zeros((60, 2)), np.r_[np.ones(20), np.zeros(40)]
    booster = lgb.train({"objective": "binary", "verbosity": -1}, lgb.Dataset(x, y), num_boost_round=2)
    tables = compile_booster(booster)
    assert tables.tables == [] and tables.constant == pytest.approx(np.log(0.5))
    np.testing.assert_allclose(Lookup(tables).margin(x), booster.predict(x, raw_score=True), atol=1e-12)


def test_the_same_booster_has_the_same_tables_to_the_byte(learnt):
    booster = learnt[-1]
    again = lgb.Booster(model_str=booster.model_to_string())
    first, second, third = (
        json.dumps(compile_booster(found).model_dump(mode="json")) for found in (booster, booster, again)
    )
    assert first == second == third


def test_a_gap_that_no_training_case_had_is_marked(learnt):
    booster = learnt[-1]
    assert missing_as_zero(booster) == ["offences", "wage"]  # points have gaps; a missing trade has a code
    tables = compile_booster(booster)
    assert tables.missing_as_zero == ["offences", "wage"]
    lookup = Lookup(tables)
    row = learnt[0][:1].astype(np.float64)
    for place, same in ((0, False), (1, True), (2, True)):
        gap, zero = row.copy(), row.copy()
        gap[0, place], zero[0, place] = np.nan, 0
        assert (lookup.margin(gap)[0] == lookup.margin(zero)[0]) == same
