"""The sentences: what transparency costs, what was picked and why, and why nothing can be said; in three languages."""

from dataclasses import replace

import pytest

from models.ladder import ADDITIVE, FREE, LOGISTIC, RUNGS
from models.rolling import EXPANDING
from pipeline.backtest.run import Measured
from pipeline.backtest.told import Teller
from pipeline.backtest.verdict import Gap
from pipeline.core.messages import LANGUAGES, Words


@pytest.fixture
def teller(walked):
    return Teller(walked, Words("en"))


def test_the_cost_is_one_sentence_with_its_interval(teller, verdicts):
    found = verdicts[EXPANDING]
    for gap, begins in ((Gap(0.02, 0.005), "Transparency costs +0.020"), (Gap(0.002, 0.005), "No cost"), (Gap(-0.02, 0.005), "Transparency costs nothing")):  # fmt: skip
        said = teller.cost(replace(found, cost=gap))
        assert said.startswith(begins) and " to " in said
    assert "+0.010 to +0.030" in teller.cost(replace(found, cost=Gap(0.02, 0.0051)))


def test_the_choice_says_why(teller, verdicts):
    found = verdicts[EXPANDING]
    near = teller.choice(replace(found, picked=ADDITIVE, best=FREE, behind=Gap(0.0012, 0.0034)))
    assert "Picked: Additive, the simplest model within one standard error" in near
    assert "0.0012" in near and "0.0034" in near and "Unconstrained" in near
    assert "no simpler model comes within" in teller.choice(replace(found, picked=FREE, best=FREE))
    assert "It is the simplest model" in teller.choice(replace(found, picked=LOGISTIC, best=LOGISTIC))
    assert "never picks them" in teller.never()


def test_why_nothing_can_be_said(walked, teller):
    silent = Measured(walked.splits[0].split, {"part": "learn", "positives": 7, "negatives": 0})
    assert (
        teller.why(silent)
        == "Cannot say: to learn from there are 7 positive and 0 negative outcomes; it takes 8 of each."
    )
    lines = Teller(replace(walked, splits=[silent]), Words("en")).lines(None)
    assert lines[0].startswith("Cannot say: on no retrain day") and "7 positive" in lines[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_its_own_names(walked, verdicts, lang):
    speaks = Teller(walked, Words(lang))
    assert len({speaks.rung(name) for name in RUNGS}) == len(RUNGS)
    said = [*speaks.lines(verdicts[EXPANDING]), speaks.capacity()]
    if lang != "en":
        english = [*Teller(walked, Words("en")).lines(verdicts[EXPANDING]), Teller(walked, Words("en")).capacity()]
        assert not set(said) & set(english)


def test_capacity_says_where_order_decides_nothing(walked, teller):
    assert "everybody" in teller.capacity()
    half = replace(walked, splits=[replace(split, reach=0.5) for split in walked.splits])
    assert "50.0% to 50.0%" in Teller(half, Words("en")).capacity()
    none = replace(walked, register=replace(walked.register, slots=None, points=None))
    assert "holds no interviews" in Teller(none, Words("en")).capacity()
    assert any("no points in force" in line for line in Teller(none, Words("en")).lines(None))
