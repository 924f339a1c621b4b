"""Selective labels: the bounds are exactly what any filling of the gaps can reach, and the words claim no more."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from models.measure import auc, top
from models.selective import auc_bounds, figures, verdict, wilson

FILES = st.lists(st.tuples(st.integers(0, 5), st.sampled_from([0.0, 1.0, np.nan])), min_size=1, max_size=9)


def columns(files):
    return np.array([score for score, _ in files], dtype=float), np.array([label for _, label in files])


def fillings(label):
    """Every way of filling in the gaps."""
    gaps = np.flatnonzero(np.isnan(label))
    for values in product([0.0, 1.0], repeat=len(gaps)):
        filled = label.copy()
        filled[gaps] = values
        yield filled


@settings(deadline=None)
@given(FILES)
def test_bounds_are_those_of_all_fillings(files):
    """Brute force, with ties: no filling lies outside, and one lies on each bound."""
    score, label = columns(files)
    found = figures(score, label, 0.3)["all_files"]
    every = list(fillings(label))
    aucs = [roc_auc_score(filled, score) for filled in every if 0 < filled.sum() < len(filled)]
    if aucs:
        assert found["auc"]["low"] == pytest.approx(min(aucs), abs=1e-12)
        assert found["auc"]["high"] == pytest.approx(max(aucs), abs=1e-12)
    else:
        assert found["auc"] is None
    shares = [filled.mean() for filled in every]
    assert found["positive_share"] == pytest.approx({"low": min(shares), "high": max(shares)})
    precisions = [top(filled, score, 0.3)["precision"]["mean"] for filled in every]
    assert found["precision"] == pytest.approx({"low": min(precisions), "high": max(precisions)})
    assert found["never_observed"] == np.isnan(label).sum() and found["n"] == len(label)


@settings(deadline=None)
@given(FILES)
def test_the_number_of_positives_named_reaches_the_bound(files):
    score, label = columns(files)
    bounds = auc_bounds(score, label)
    if bounds is None:
        return
    gaps = np.flatnonzero(np.isnan(label))
    order = gaps[np.argsort(score[gaps], kind="stable")]
    for end, chosen in (("low", order), ("high", order[::-1])):
        filled = np.nan_to_num(label)
        filled[chosen[: bounds[f"{end}_positives"]]] = 1
        assert roc_auc_score(filled, score) == pytest.approx(bounds[end], abs=1e-12)
        assert bounds[f"{end}_by_chance"] == auc(filled, score)[f"auc_{end}"]


@settings(deadline=None)
@given(FILES, st.randoms(use_true_random=False))
def test_row_order_never_matters(files, random):
    shuffled = files.copy()
    random.shuffle(shuffled)
    for one, other in zip(*(_flat(figures(*columns(rows), 0.4)) for rows in (files, shuffled)), strict=True):
        assert one == other or one == pytest.approx(other)


def _flat(found):
    for value in found.values():
        yield from _flat(value) if isinstance(value, dict) else [value]


def test_with_every_outcome_known_both_bounds_are_the_figure_itself():
    generator = np.random.default_rng(1)
    label = generator.integers(0, 2, 300).astype(float)
    found = figures(label + generator.normal(size=300), label, 0.2)
    for name in ("auc", "positive_share", "precision"):
        assert found["all_files"][name]["low"] == pytest.approx(found["observed"][name])
        assert found["all_files"][name]["high"] == pytest.approx(found["observed"][name])
    assert "Every file has an outcome" in verdict(found)


def test_more_gaps_never_narrow_the_bounds():
    generator = np.random.default_rng(2)
    label = generator.integers(0, 2, 400).astype(float)
    score = label + generator.normal(size=400)
    before = {"low": 1.0, "high": 0.0}
    for gaps in (0, 20, 100, 399):
        label[:gaps] = np.nan
        bounds = auc_bounds(score, label)
        assert bounds["low"] <= before["low"] and bounds["high"] >= before["high"]
        before = bounds


def test_a_selection_that_hides_failures_is_outside_the_interval_and_inside_the_bounds():
    """Refusing whom the score dislikes makes the observed look alike; the bounds hold the truth all the same."""
    generator = np.random.default_rng(3)
    score = generator.normal(size=4000)
    truth = (generator.random(4000) < 1 / (1 + np.exp(-2 * score))).astype(float)
    label = np.where(score < -0.5, np.nan, truth)
    found = figures(score, label, 0.2)
    real = roc_auc_score(truth, score)
    assert found["observed"]["auc_high"] < real < found["all_files"]["auc"]["high"]
    assert found["all_files"]["auc"]["low"] < real
    share = found["all_files"]["positive_share"]
    assert share["low"] < truth.mean() < share["high"]


@pytest.mark.parametrize(
    ("score", "label", "words"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], "Every file has an outcome"),
        (
            range(40),
            [0] * 19 + [np.nan] * 2 + [1] * 19,
            "files the AUC lies between 0.998 and 1.000; even the least is better than chance",
        ),
        (range(40, 0, -1), [0] * 19 + [np.nan] * 2 + [1] * 19, "even the largest is worse than chance"),
        (range(40), [0] * 4 + [np.nan] * 32 + [1] * 4, "nobody can tell"),  # the gaps could turn the order round
        ([5, 1, 6, 2, 4, 3, 7], [0, 0, 0, np.nan, 1, 1, 1], "nobody can tell"),  # so few that chance could
        ([1, 2], [1, 1], "nothing can be said"),
    ],
)
def test_the_words_claim_no_more_than_the_bounds(score, label, words):
    assert words in verdict(figures(np.array(list(score), dtype=float), np.array(label, dtype=float), 0.5))


def test_no_file_and_no_outcome_have_no_figures():
    for label in ([], [np.nan, np.nan]):
        observed = figures(np.arange(len(label), dtype=float), np.array(label), 0.2)["observed"]
        assert observed["n"] == 0
        assert all(observed[name] is None for name in ("auc", "positive_share", "positive_share_low", "precision"))
    assert auc_bounds(np.array([1.0]), np.array([np.nan])) is None


def test_wilsons_interval_is_the_published_one():
    low, high = wilson(81, 263)  # R. Newcombe (1998), Statistics in Medicine 17, table I, method 3
    assert (low, high) == pytest.approx((0.2553, 0.3662), abs=1e-4)
