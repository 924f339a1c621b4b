"""The band's effect: accuracy inside and outside, groups with small ones covered, and what raises a concern."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from models import matrix
from models.scorer import Scorer
from pipeline.stages import _doubt, _parts, train


@pytest.fixture
def context(project):
    """A trained project and what a stage sees of it."""
    project.fill().run(train.STAGE)
    return SimpleNamespace(
        programme=project.programme, as_of=date(2016, 9, 30), read=project.path,
        param=lambda name: getattr(project.params, name),
    )  # fmt: skip


def test_figures_add_up_and_small_groups_are_covered(context, tmp_path):
    scorer = Scorer(context.read("model"))
    test = matrix.gather(lambda: _parts.read(context), scorer.schema, "test")
    figures = _doubt.effect(context, scorer, test, tmp_path)
    found = figures["found"]
    assert found["n"] == len(test.y) == figures["all"]["n"] == figures["inside"]["n"] + figures["outside"]["n"]
    assert found["hits"] == figures["inside"]["n"] == sum(figures["why"].values())
    assert found["low"] < found["share"] < found["high"]
    assert figures["all"]["brier_low"] < figures["all"]["brier"] < figures["all"]["brier_high"]
    shown = figures["groups"]["citizenship"]["shown"]
    assert set(shown) == {"CANADA", "INDIA"} and sum(row["hits"] for row in shown.values()) == found["hits"]
    assert shown["CANADA"]["gap"] == pytest.approx(-shown["INDIA"]["gap"])
    assert figures["groups"]["education"] == {"shown": {}, "covered": ["Doctorate", "None"]}
    assert np.isnan(figures["groups"]["state"]["shown"]["TX"]["gap"])  # everybody: nobody to compare with
    assert (tmp_path / "doubt.png").read_bytes().startswith(b"\x89PNG")
    lines = _doubt.lines(figures)
    assert lines[0].startswith(f"not sure, a person first: {found['hits']} of {found['n']} later cases")


def test_one_outcome_or_nobody_in_the_band_is_said(context, tmp_path):
    scorer = Scorer(context.read("model"))
    test = matrix.gather(lambda: _parts.read(context), scorer.schema, "test")
    unsure = scorer.assess(test.x)["doubt"].to_numpy()
    test.y[unsure] = 1
    figures = _doubt.effect(context, scorer, test, tmp_path)
    assert figures["inside"]["auc"] is None and "inside it cannot tell" in _doubt.lines(figures)[1]
    scorer.doubt = scorer.doubt.model_copy(update={"width": 1.0})
    figures = _doubt.effect(context, scorer, test, tmp_path)
    assert figures["found"]["hits"] == 0 and figures["why"] == {}
    assert figures["inside"] == {"n": 0, "positives": 0, "reason": "no case lies here, so nothing can be said"}
    assert "inside it cannot tell" in _doubt.lines(figures)[1]


def test_only_a_planted_gap_raises_a_concern(context):
    generator = np.random.default_rng(3)
    keys = pd.DataFrame({"region": generator.choice(["a", "b", "c"], 3000, p=[0.2, 0.4, 0.4])})
    even = generator.random(3000) < 0.1
    planted = even | ((keys["region"] == "a").to_numpy() & (generator.random(3000) < 0.3))
    for doubt, names in ((even, []), (planted, ["region a"])):
        figures = {"groups": _doubt._shown(_doubt._table(context, keys, doubt))}
        told = _doubt.concerns(figures, 0.05)
        assert [text.partition(":")[0] for text in told] == names


def test_of_many_groups_chance_finds_none(context):
    """Sixty groups of one size, ten times: with Holm's steps at most one in twenty may ring, and none should here."""
    generator, rung = np.random.default_rng(4), 0
    for _ in range(10):
        keys = pd.DataFrame({"region": generator.integers(0, 60, 3000).astype(str)})
        figures = {"groups": _doubt._shown(_doubt._table(context, keys, generator.random(3000) < 0.1))}
        rung += len(_doubt.concerns(figures, 0.05))
    assert rung == 0


def test_an_attribute_without_groups_shown_is_no_error(context):
    keys = pd.DataFrame({"region": [f"r{number}" for number in range(40)]})
    found = _doubt._shown(_doubt._table(context, keys, np.arange(40) < 5))
    assert found["region"]["shown"] == {} and len(found["region"]["covered"]) == 40
    assert _doubt._shown(_doubt._table(context, pd.DataFrame(index=range(40)), np.arange(40) < 5)) == {}
