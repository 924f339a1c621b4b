"""Reasons are cells of the tables: they add up, never contradict each other, and a change that is told holds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import reasons
from models.encode import Feature, Schema, encode
from models.scorer import Scorer
from models.tables import Axis, Lookup, Table, Tables

THEMES = ("language", "work", "")
CATEGORIES = ["own", "rent", "relatives"]
EDGES = st.lists(st.one_of(st.integers(-3, 60).map(lambda n: n + 0.5), st.floats(-2, 80, width=32)), max_size=6, unique=True).map(sorted)  # fmt: skip
EFFECT = st.floats(-2, 2).map(lambda value: round(value, 3))


@st.composite
def models(draw):
    """A random additive model of two to seven features, with themes, changes and flags that cover others."""
    features, tables = [], []
    for place in range(draw(st.integers(2, 7))):
        name = f"f{place}"
        if draw(st.booleans()):
            codes = sorted(draw(st.sets(st.integers(0, 4), max_size=5)))
            axis = Axis(feature=name, codes=codes)
            change, unit, kind, categories = draw(st.sampled_from(["", "state", "other"])), "", "category", CATEGORIES
        else:
            log = draw(st.booleans())
            axis = Axis(feature=name, up_to=[edge for edge in draw(EDGES) if not log or 0 < edge < 20])
            unit = "log of KZT" if log else draw(st.sampled_from(["months", "share of days"]))
            change, kind, categories = draw(st.sampled_from(["", "state", "more", "less"])), "number", []
        covers = draw(st.lists(st.sampled_from([f"f{number}" for number in range(7) if number != place]), max_size=2))
        features.append(
            Feature(name=name, kind=kind, meaning=name, unit=unit, theme=draw(st.sampled_from(THEMES)), change=change,
                    advice="doing it" if change else "", covers=covers, categories=categories)
        )  # fmt: skip
        effects = draw(st.lists(EFFECT, min_size=axis.size, max_size=axis.size))
        tables.append(Table(axes=[axis], effects=effects))
    schema = Schema(features=features)
    return schema, Tables(constant=draw(EFFECT), features=schema.names, tables=tables)


def people(schema, seed, n=40):
    """Invented answers, with gaps and values no training case had."""
    draw = np.random.default_rng(seed)
    columns = {}
    for feature in schema.features:
        if feature.kind == "category":
            columns[feature.name] = pd.Series(draw.choice([*CATEGORIES, "tent", None], n), dtype="str")
        else:
            numbers = np.where(draw.random(n) < 0.2, np.nan, np.round(draw.normal(10, 20, n), draw.integers(0, 3)))
            numbers = np.log1p(np.abs(numbers) * 100) if feature.unit.startswith("log of ") else numbers
            columns[feature.name] = pd.Series(numbers.astype("float32"))
    return pd.DataFrame(columns)


def explain(schema, tables, frame, count=3, least=0.1):
    lookup = Lookup(tables)
    return reasons.table(
        frame, schema, tables, lambda x: (lookup.effects(x), np.full(len(x), lookup.constant)), count=count, least=least
    )


def told_of(row, count=3):
    """The reasons of one row as records, without empty places."""
    records = [{part: row[f"{part}_{i}"] for part in reasons.PARTS} for i in range(1, count + 1)]
    return [record for record in records if record["reason"]]


@given(models(), st.integers(0, 99), st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_what_is_told_and_the_rest_add_up_to_the_raw_score(model, seed, count):
    schema, tables = model
    frame = people(schema, seed)
    found = explain(schema, tables, frame, count)
    told = found[[f"effect_{i}" for i in range(1, count + 1)]].sum(axis=1)
    raw = Lookup(tables).margin(encode(frame, schema))
    np.testing.assert_allclose(told + found["rest"] + tables.constant, raw, rtol=0, atol=1e-9)


@given(models(), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_no_two_reasons_contradict_each_other(model, seed):
    schema, tables = model
    frame = people(schema, seed)
    effects = Lookup(tables).effects(encode(frame, schema))
    by_name = {feature.name: feature for feature in schema.features}
    sums = {}
    for place, feature in enumerate(schema.features):
        theme = feature.theme or feature.name
        sums[theme] = sums.get(theme, 0) + effects[:, place]
    for number, row in explain(schema, tables, frame).iterrows():
        told = told_of(row)
        names = [reason["reason"] for reason in told]
        assert len(set(names)) == len(names)
        for reason in told:
            feature = by_name[reason["reason"]]
            total = sums[feature.theme or feature.name][number]
            # one direction a theme, and it is that of the whole theme (rounding may decide a sum of nothing)
            assert reason["effect"] * total > 0 or abs(total) < 1e-9
            assert reason["effect"] != 0 and reason["code"] == feature.name.upper() + "-+"[reason["effect"] > 0]
            assert not set(feature.covers) & set(names)
        sizes = [abs(reason["effect"]) for reason in told]
        assert sizes == sorted(sizes, reverse=True)


@given(models(), st.integers(0, 99), st.sampled_from([0.05, 0.3, 1.0]))
@settings(max_examples=80, deadline=None)
def test_a_change_that_is_told_moves_the_score_by_just_so_much(model, seed, least):
    schema, tables = model
    frame = people(schema, seed)
    lookup = Lookup(tables)
    raw = lookup.margin(encode(frame, schema))
    for number, row in explain(schema, tables, frame, len(schema.names), least).iterrows():
        for reason in told_of(row, len(schema.names)):
            feature = next(one for one in schema.features if one.name == reason["reason"])
            if reason["change"] in ("", "state"):
                assert np.isnan(reason["gain"]) and reason["from"] == reason["to"] == ""
                assert reason["change"] == "" or (reason["value"] == "" and feature.change)
                continue
            assert reason["change"] == feature.change and reason["gain"] >= least and reason["value"] != ""
            own = frame.loc[[number]].reset_index(drop=True)

            def after(text, own=own, feature=feature):
                if feature.kind == "category":
                    changed = pd.Series([text], dtype="str")
                else:
                    value = np.log1p(float(text)) if feature.unit.startswith("log of ") else float(text)
                    changed = pd.Series([value], dtype="float32")
                return lookup.margin(encode(own.assign(**{feature.name: changed}), schema))[0]

            near = reason["to"] if reason["change"] == "less" else reason["from"]
            assert after(near) - raw[number] == pytest.approx(reason["gain"], abs=1e-9)
            for further in (1, 3, 10, 1000) if feature.kind == "number" else ():  # and it holds from there on
                beyond = float(near) + (further if reason["change"] == "more" else -further)
                if beyond >= 0 or not feature.unit.startswith("log of "):
                    assert after(str(beyond)) - raw[number] >= least - 1e-9
            if feature.kind == "number":
                value = own[feature.name].iloc[0]
                told = np.log1p(float(near)) if feature.unit.startswith("log of ") else float(near)
                assert np.float32(told) > value if reason["change"] == "more" else np.float32(told) <= value


@given(models(), st.integers(0, 99), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_neither_order_nor_chunks_change_a_reason(model, seed, random):
    schema, tables = model
    frame = people(schema, seed)
    whole = explain(schema, tables, frame)
    order = list(range(len(frame)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(explain(schema, tables, frame.iloc[order]).sort_index(), whole)
    parts = [explain(schema, tables, frame.iloc[:7]), explain(schema, tables, frame.iloc[7:])]
    pd.testing.assert_frame_equal(pd.concat(parts), whole)


def features(*more):
    return [Feature(name=name, kind="number", meaning=name, theme=theme, covers=covers) for name, theme, covers in more]


def test_equal_sizes_go_by_name_and_a_theme_keeps_its_direction():
    described = features(("c", "work", []), ("b", "", []), ("a", "", []), ("d", "work", []))
    effects = np.array([[0.9, 0.5, -0.5, -0.5], [-0.1, 0.0, 0.0, 0.4], [0.0, 0.0, 0.0, 0.0]])
    assert reasons.choose(effects, described, 3).tolist() == [[0, 2, 1], [3, -1, -1], [-1, -1, -1]]
    assert reasons.choose(effects, described, 6).shape == (3, 6)


def test_a_flag_of_missing_rows_and_what_it_covers_never_both_stand():
    described = features(("tests_missing", "language", ["listening", "reading"]), ("listening", "language", []),
                         ("reading", "language", []), ("wage", "work", []))  # fmt: skip
    effects = np.array(
        [[-0.5, -0.3, -0.4, 0.1], [-0.2, -0.3, -0.1, 0.1], [-0.3, -0.3, -0.1, 0.1], [0.4, -0.9, 0.0, 0.1]]
    )
    assert reasons.choose(effects, described, 3).tolist() == [[0, 3, -1], [1, 2, 3], [0, 3, -1], [1, 3, -1]]


@pytest.fixture
def listening():
    """Listening as the Kazakh test counts it: 0 to 20, higher above 14 and again above 17."""
    axis = Axis(feature="listening", up_to=[9.5, 14.500000000000002, 17.5])
    table = Table(axes=[axis], effects=[-0.6, -0.55, 0.2, 0.35, -0.4])
    return table, Feature(name="listening", kind="number", meaning="Listening", change="more", advice="taking it again")


def test_the_nearest_cell_that_is_worth_it_is_told_in_the_persons_own_units(listening):
    found = reasons.moves(*listening, 0.1)
    assert found.change.tolist() == ["more", "more", "more", "", ""]
    assert found.start.tolist() == ["15", "15", "18", "", ""] and set(found.stop) == {""}
    np.testing.assert_allclose(found.gain[:3], [0.8, 0.75, 0.15])
    assert found.state  # of somebody without a result: a result of their own would count
    assert reasons.moves(*listening, 0.2).start.tolist() == ["15", "15", "", "", ""]


def test_a_change_that_would_be_lost_again_further_on_is_not_told(listening):
    table, feature = listening
    lost = Table(axes=table.axes, effects=[-0.6, 0.2, -0.7, -0.7, 0.5])
    found = reasons.moves(lost, feature, 0.1)
    assert set(found.change) == {""} and not found.state
    late = Table(axes=table.axes, effects=[-0.6, 0.2, -0.7, 0.1, 0.5])
    assert reasons.moves(late, feature, 0.1).start.tolist() == ["18", "", "18", "", ""]
    less = feature.model_copy(update={"change": "less"})
    found = reasons.moves(Table(axes=table.axes, effects=[0.35, 0.2, -0.7, -0.7, 0.5]), less, 0.1)
    assert found.stop.tolist() == ["", "9", "14", "14", ""] and set(found.start) == {""}


def test_amounts_and_shares_are_told_as_people_say_them():
    wage = Feature(
        name="wage", kind="number", meaning="Wage", unit="log of KZT", change="more", advice="asking for more"
    )
    edges = [float(np.log1p(312_456.7)), float(np.log1p(900_000))]
    found = reasons.moves(Table(axes=[Axis(feature="wage", up_to=edges)], effects=[0, 0.5, 0.7, 0]), wage, 0.1)
    assert found.start[:2].tolist() == ["313000", "901000"]
    share = Feature(name="share", kind="number", meaning="Share", unit="share of days", change="more", advice="staying")
    found = reasons.moves(Table(axes=[Axis(feature="share", up_to=[0.5312])], effects=[0, 0.5, 0]), share, 0.1)
    assert found.start[0] == "0.54"


def test_yes_or_no_and_a_category_that_is_most_usual():
    flag = Feature(name="flag", kind="number", meaning="None handed in", unit="1 yes, 0 no", change="less", advice="x")
    table = Table(axes=[Axis(feature="flag", up_to=[1.0000000180025095e-35])], effects=[0.1, -0.9, 0])
    assert reasons.moves(table, flag, 0.1).stop.tolist() == ["", "0", ""]
    home = Feature(name="home", kind="category", meaning="Home", change="other", advice="moving", categories=CATEGORIES)
    table = Table(axes=[Axis(feature="home", codes=[0, 1, 2])], effects=[0.3, 0.5, -0.4, -0.2])
    found = reasons.moves(table, home, 0.15)
    assert found.start.tolist() == ["rent", "", "own", "own"] and found.state


def test_nothing_is_said_of_what_a_person_cannot_change_or_what_depends_on_another_answer(listening):
    table, feature = listening
    assert reasons.moves(table, feature.model_copy(update={"change": ""}), 0.1) is None
    schema = Schema(features=[feature, Feature(name="other", kind="number", meaning="Other")])
    pair = Table(axes=[table.axes[0], Axis(feature="other", up_to=[])], effects=[[0.0, 0.0]] * 5)
    frame = pd.DataFrame({"listening": np.float32([3, 16]), "other": np.float32([1, 1])})
    alone = Tables(constant=0.0, features=schema.names, tables=[table])
    assert explain(schema, alone, frame)["change_1"].tolist() == ["more", "more"]
    assert explain(schema, alone.model_copy(update={"tables": [table, pair]}), frame)["change_1"].tolist() == ["", ""]
    lookup = Lookup(alone)
    untold = reasons.table(frame, schema, None, lambda x: (lookup.effects(x), np.zeros(len(x))), count=1, least=0.1)
    assert untold["reason_1"].tolist() == ["listening"] * 2 and (untold["change_1"] == "").all()


def test_a_stored_model_gives_the_same_reasons(trained, invented):
    frame, _ = invented(500, seed=8)
    scorer = Scorer(trained)
    found = scorer.reasons(frame, 3)
    pd.testing.assert_frame_equal(found, explain(scorer.schema, scorer.tables, frame))
    raw, _ = scorer.score(frame)
    told = found[["effect_1", "effect_2", "effect_3", "rest"]].sum(axis=1) + scorer.tables.constant
    np.testing.assert_allclose(told, raw, rtol=0, atol=1e-9)
