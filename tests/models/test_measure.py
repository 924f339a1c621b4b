"""Measures: agree with scikit-learn and with a bootstrap, and say when they cannot be had."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score, roc_curve

from models import measure


def drawn(n: int = 600, digits: int = 2) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(3)
    p = np.round(generator.beta(4, 2, n), digits)
    return (generator.random(n) < p).astype(int), p


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_auc_and_average_precision_are_scikit_learns(rows):
    y, score = np.array([int(row[0]) for row in rows]), np.array([row[1] / 5 for row in rows])
    found = measure.auc(y, score)
    if y.min() == y.max():
        assert found["auc"] is None and found["auc_reason"]
        return
    assert found["auc"] == pytest.approx(roc_auc_score(y, score), abs=1e-12)
    precise = measure.probabilities(y, score, bins=3, replicates=2, seed=0)["average_precision"]
    assert precise == pytest.approx(average_precision_score(y, score), abs=1e-12)


def test_delong_interval_agrees_with_a_bootstrap():
    y, p = drawn(800)
    found = measure.auc(y, p)
    generator = np.random.default_rng(0)
    ones, zeros = np.flatnonzero(y), np.flatnonzero(1 - y)
    values = []
    for _ in range(1500):
        rows = np.concatenate([generator.choice(ones, len(ones)), generator.choice(zeros, len(zeros))])
        values.append(measure.auc(y[rows], p[rows])["auc"])
    assert np.quantile(values, [0.025, 0.975]) == pytest.approx([found["auc_low"], found["auc_high"]], abs=0.006)


def test_delong_variance_is_the_textbook_one():
    y, p = drawn(60)
    ones, zeros = p[y == 1], p[y == 0]
    wins = (ones[:, None] > zeros).astype(float) + 0.5 * (ones[:, None] == zeros)
    spread = np.sqrt(wins.mean(1).var(ddof=1) / len(ones) + wins.mean(0).var(ddof=1) / len(zeros))
    found = measure.auc(y, p)
    assert found["auc_high"] - found["auc_low"] == pytest.approx(2 * 1.959963984540054 * spread)


def test_one_class_or_one_case_of_a_class_is_no_crash():
    assert measure.auc(np.ones(3), np.arange(3.0))["auc"] is None
    single = measure.auc(np.array([1, 0, 0]), np.array([0.9, 0.1, 0.2]))
    assert single["auc"] == 1.0 and single["auc_low"] is None and "no interval" in single["auc_reason"]
    for y in (np.ones(5), np.zeros(5)):
        found = measure.probabilities(y, np.full(5, 0.5), bins=2, replicates=5, seed=0)
        assert found["average_precision"] is None and found["brier"] == 0.25


def test_probability_measures_and_their_intervals():
    y, p = drawn()
    p = np.clip(p, 0.01, 0.99)
    found = measure.probabilities(y, p, bins=10, replicates=400, seed=1)
    assert found["brier"] == pytest.approx(brier_score_loss(y, p))
    assert found["log_loss"] == pytest.approx(log_loss(y, p))
    table = measure.calibration_table(y, p, 10)
    assert found["ece"] == pytest.approx(np.sum(table["n"] * np.abs(table["observed"] - table["predicted"])) / len(y))
    for name in ("average_precision", "brier", "log_loss"):
        assert found[f"{name}_low"] < found[name] < found[f"{name}_high"]
    assert found == measure.probabilities(y, p, bins=10, replicates=400, seed=1)


def test_calibration_table_holds_every_case_once_and_ties_together():
    y, p = drawn(500, digits=1)
    table = measure.calibration_table(y, p, 10)
    assert table["n"].sum() == 500
    assert (table["low"][1:] > table["high"][:-1]).all()
    assert ((table["observed_low"] <= table["observed"]) & (table["observed"] <= table["observed_high"])).all()
    assert len(measure.calibration_table(np.ones(4), np.full(4, 0.5), 10)["n"]) == 1


def test_roc_is_scikit_learns():
    y, p = drawn(200, digits=1)
    across, up, _ = roc_curve(y, p, drop_intermediate=False)
    found = measure.roc(y, p)
    np.testing.assert_allclose(found["false_positive_rate"], across)
    np.testing.assert_allclose(found["true_positive_rate"], up)


def test_top_share_with_ties():
    y, score = np.array([1, 1, 0, 1, 0, 0, 0, 0, 0, 0]), np.array([9, 5, 5, 5, 5, 1, 1, 1, 1, 1])
    found = measure.top(y, score, 0.2)
    assert found["cases"] == 2 and found["tied_at_the_cut"] == 4
    assert found["precision"] == {"best": 1.0, "mean": 0.75, "worst": 0.5}
    assert found["recall"] == {"best": 2 / 3, "mean": 0.5, "worst": 1 / 3}
    assert measure.top(np.zeros(4), np.arange(4), 0.5)["recall"]["mean"] is None
    assert measure.top(y, score, 1.0)["recall"]["worst"] == 1.0


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=25),
    st.sampled_from([0.1, 0.2, 0.5]),
    st.randoms(),
)
def test_any_order_of_ties_lies_between_best_and_worst(rows, share, chance):
    y, score = np.array([int(row[0]) for row in rows]), np.array([row[1] for row in rows])
    found = measure.top(y, score, share)
    order = list(range(len(rows)))
    chance.shuffle(order)
    order.sort(key=lambda i: -score[i])
    hits = y[order[: found["cases"]]].mean()
    assert found["precision"]["worst"] - 1e-12 <= hits <= found["precision"]["best"] + 1e-12


def test_rounded_is_fit_for_json():
    assert measure.rounded({"a": 0.12345678, "b": {"c": float("nan")}, "d": 3, "e": None}) == {
        "a": 0.123457,
        "b": {"c": None},
        "d": 3,
        "e": None,
    }


def test_influence_is_delongs_covariance():
    y, p = drawn()
    other = np.round(p + np.random.default_rng(5).normal(0, 0.2, len(p)), 2)
    (one, shares), (two, others) = measure.influence(y, p), measure.influence(y, other)
    assert one == pytest.approx(roc_auc_score(y, p)) and two == pytest.approx(roc_auc_score(y, other))
    generator = np.random.default_rng(1)
    ones, zeros = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
    drawings = []
    for _ in range(600):
        rows = np.concatenate([generator.choice(ones, len(ones)), generator.choice(zeros, len(zeros))])
        drawings.append((roc_auc_score(y[rows], p[rows]), roc_auc_score(y[rows], other[rows])))
    covariance = np.cov(np.array(drawings).T)
    assert np.sum(shares**2) == pytest.approx(covariance[0, 0], rel=0.2)
    assert np.sum(shares * others) == pytest.approx(covariance[0, 1], rel=0.2)


def test_each_office_sees_its_own_best_by_hand():
    y = np.array([1, 0, 1, 0, 1, 1])
    score = np.array([3.0, 2.0, 1.0, 5.0, 5.0, 1.0])
    office = np.array([0, 0, 0, 1, 1, 1])
    found = measure.top_of_each(y, score, office, np.array([2, 1]))
    # office 0 sees a one and a zero; office 1 has a tie of a zero and a one at its only seat
    assert found["cases"] == 3 and found["tied_at_the_cut"] == 1 + 2
    assert found["precision"] == pytest.approx({"best": 2 / 3, "mean": 1.5 / 3, "worst": 1 / 3})
    assert found["recall"] == pytest.approx({"best": 2 / 4, "mean": 1.5 / 4, "worst": 1 / 4})
    assert measure.top_of_each(y, score, office, np.array([0, 0]))["precision"]["mean"] is None


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=1, max_size=30), st.floats(0.05, 1))
def test_one_office_is_the_top_of_all(rows, share):
    y, score = np.array([int(row[0]) for row in rows]), np.array([float(row[1]) for row in rows])
    whole = measure.top(y, score, share)
    one = measure.top_of_each(y, score, np.zeros(len(y), dtype=int), np.array([whole["cases"]]))
    assert {"share": share, **one} == whole


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=1, max_size=12),
    st.integers(1, 12),
    st.integers(0, 99),
)
def test_any_order_of_ties_lies_between_worst_and_best(rows, seats, seed):
    y, score = np.array([int(row[0]) for row in rows]), np.array([float(row[1]) for row in rows])
    found = measure.top_of_each(y, score, np.zeros(len(y), dtype=int), np.array([seats]))
    order = np.lexsort((np.random.default_rng(seed).random(len(y)), -score))[:seats]
    assert found["precision"]["worst"] <= y[order].mean() + 1e-12 <= found["precision"]["best"] + 2e-12


def test_average_precision_of_any_score():
    y, p = drawn()
    assert measure.average_precision(y, 100 * p - 7) == pytest.approx(average_precision_score(y, p))
    assert measure.average_precision(np.ones(4), np.arange(4)) is None


def test_without_replicates_there_are_no_intervals():
    y, p = drawn()
    found = measure.probabilities(y, p, bins=5, replicates=0, seed=0)
    assert set(found) == {"average_precision", "brier", "log_loss", "ece"}


def test_losses_are_means_with_normal_intervals():
    rng = np.random.default_rng(5)
    p = rng.random(400)
    y = (rng.random(400) < p).astype(int)
    found = measure.losses(y, p)
    whole = measure.probabilities(y, p, 10, 2000, 1)
    for name in ("brier", "log_loss"):
        assert found[name] == pytest.approx(whole[name], abs=1e-12)
        for end in ("_low", "_high"):  # the bootstrap of the same cases agrees but for its own chance
            assert found[name + end] == pytest.approx(
                whole[name + end], abs=0.1 * (whole[f"{name}_high"] - whole[f"{name}_low"])
            )
    assert measure.losses(np.array([1]), np.array([0.5])) == {
        "brier": 0.25, "brier_low": None, "brier_high": None,
        "log_loss": pytest.approx(np.log(2)), "log_loss_low": None, "log_loss_high": None,
    }  # fmt: skip
