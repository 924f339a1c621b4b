"""The walk: every rung on every split, the same figures again, and a planted leak that is seen."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from models import labels, measure
from models.ladder import ADDITIVE, FITTED, RUNGS
from models.rolling import EXPANDING, SLIDING
from pipeline.backtest import run
from pipeline.core import params


def silent(share, text):
    """Shows nothing."""


def test_every_rung_on_every_split(walked):
    assert [split.split.window for split in walked.splits] == [EXPANDING, EXPANDING, SLIDING, SLIDING]
    for split in walked.splits:
        assert split.why is None and tuple(split.rungs) == RUNGS
        for name, figures in split.rungs.items():
            assert figures["auc"] == split.influence[name][0]
            assert {"capacity", "top", "average_precision"} <= figures.keys()
            assert ("brier" in figures) == (name in FITTED)
            low, mean, high = (figures["top"]["precision"][end] for end in ("worst", "mean", "best"))
            assert low <= mean <= high
            assert figures["top"]["regret"] >= -1e-12
        assert 1 <= len(split.pairs) <= 3


def test_every_matured_cohort_teaches(walked, read):
    for split in walked.able(EXPANDING):
        start = split.split.start
        known = labels.label(read.cases[["case_id", "lodged_on"]], read.outcomes, read.rule, start)
        quiet = pd.Timestamp(start) - pd.Timedelta(days=read.cadence.embargo_days)
        ripe = (known["status"] == labels.OBSERVED) & (known["known_on"] <= quiet)
        assert set(split.split.train) == set(np.flatnonzero(ripe))
        months = read.cases["lodged_on"].iloc[split.split.train].dt.to_period("M").nunique()
        assert months > 12


def test_the_same_again_is_the_same(walked, read, home):
    again = run.walk(read, params.load(home), silent)
    for one, other in zip(walked.splits, again.splits, strict=True):
        assert one.rungs == other.rungs and one.pairs == other.pairs


def test_a_planted_leak_is_seen(read, home):
    """A feature that holds the outcome lifts every fitted rung to where no honest one can be: the backtest shows it."""
    label = read.cases["label"].to_numpy(dtype=float, na_value=np.nan)
    leaky = replace(read, features=read.features.assign(age=np.nan_to_num(label).astype(np.float32)))
    once = replace(leaky, cadence=read.cadence.model_copy(update={"splits": 1}))
    for split in run.walk(once, params.load(home), silent).splits:
        assert split.rungs[ADDITIVE]["auc"] > 0.99
        best = measure.auc(split.y, read.truth[split.split.test])["auc"]
        assert split.rungs[ADDITIVE]["auc"] > best + 0.05  # better than the true probabilities: it cannot be


def test_an_outcome_after_the_retrain_day_plays_no_role(walked, read, home):
    last = walked.able(EXPANDING)[-1]
    after = read.outcomes["recorded_on"] > pd.Timestamp(last.split.start)
    turned = {"settled": "left", "left": "settled", "annulled": "settled"}
    spoilt = read.outcomes.assign(
        outcome=read.outcomes["outcome"].mask(after, read.outcomes["outcome"].replace(turned))
    )
    once = replace(read, outcomes=spoilt, cadence=read.cadence.model_copy(update={"splits": 1}))
    found = run.walk(once, params.load(home), silent).able(EXPANDING)[0]
    assert found.rungs == last.rungs


def test_the_calibration_knows_neither_the_test_nor_the_later_outcomes(walked, read, home):
    """With the outcomes of the test turned round, the order's figures turn; the probabilities are what they were."""
    last = walked.able(EXPANDING)[-1]
    label = read.cases["label"].copy()
    label.iloc[last.split.test] = 1 - label.iloc[last.split.test]
    once = replace(read, cases=read.cases.assign(label=label), cadence=read.cadence.model_copy(update={"splits": 1}))
    found = run.walk(once, params.load(home), silent).able(EXPANDING)[0]
    for name in FITTED:
        was, turned = last.rungs[name], found.rungs[name]
        assert turned["auc"] == pytest.approx(1 - was["auc"], abs=1e-9)
        # the same p for both: (p - y)^2 + (p - (1 - y))^2 = 2 p^2 - 2 p + 1, never below a half; a curve fitted on the
        # outcomes it is tested on would make both small
        assert was["brier"] + turned["brier"] >= 0.5


def test_every_tested_case_has_points(home, read):
    last = read.last
    for split in run.walk(
        replace(read, cadence=read.cadence.model_copy(update={"splits": 1})), params.load(home), silent
    ).splits:
        assert split.split.end == last + timedelta(days=1)
        assert not np.isnan(read.points[split.split.test]).any()


def test_a_window_longer_than_the_register_is_not_fitted_twice(read, home):
    once = replace(read, cadence=read.cadence.model_copy(update={"splits": 1, "window_months": 400}))
    one, other = run.walk(once, params.load(home), silent).splits
    assert (one.split.window, other.split.window) == (EXPANDING, SLIDING) and one.rungs is other.rungs


def test_one_class_only_cannot_say(read, home):
    outcomes = read.outcomes.assign(
        outcome=read.outcomes["outcome"].replace({"left": "settled", "annulled": "settled"})
    )
    found = run.walk(replace(read, outcomes=outcomes), params.load(home), silent)
    assert all(split.why and split.why["part"] == "learn" and split.why["negatives"] == 0 for split in found.splits)
