"""Folds by time inside the training window: nothing later, no matter on both sides, and figures that others compute too."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import log_loss, roc_auc_score

from models import train, tune
from tests.models.conftest import DESCRIBED, KNOBS, invent

DAY = np.datetime64("2020-01-01", "s")
QUICK = replace(KNOBS, trees=15)


def table(n: int = 1200, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases of one to three a matter over 400 days, the later ones of other windows, and their features."""
    generator = np.random.default_rng(seed)
    features, y = invent(n, seed)
    days = np.sort(generator.integers(0, 400, n))
    ids = pd.Series([f"C{place:05d}" for place in range(n)], dtype="str")
    cases = pd.DataFrame(
        {
            "case_id": ids,
            "lodged_on": DAY + days.astype("timedelta64[D]"),
            "status": "observed",
            "label": pd.array(y, dtype="Int8"),
            "weight": generator.choice([1.0, 2.0], n),
            "same": [f"M{matter}" for matter in generator.integers(0, n, n)],
            "arm": False,
            "split": np.where(days < 300, "train", np.where(days < 350, "calibrate", "test")),
        }
    )
    return cases, features.assign(case_id=ids)


def parts_of(cases, features, count=1):
    def parts():
        for part in range(count):
            chosen = np.arange(len(cases)) % count == part
            yield cases[chosen].reset_index(drop=True), features[chosen].reset_index(drop=True)

    return parts


@pytest.fixture(scope="module")
def made():
    return tune.folds(parts_of(*table()), DESCRIBED, 3, 3)


@given(days=st.lists(st.integers(0, 500), min_size=40, max_size=300, unique=True), count=st.integers(2, 8))
def test_the_blocks_lie_in_the_later_half_and_are_about_equal(days, count):
    dates = DAY + np.array(days).astype("timedelta64[D]")
    starts = tune.starts(dates, count)
    assert starts == sorted(set(starts)) and set(starts) <= set(dates)
    sizes = [((dates >= since) & (dates < until)).sum() for since, until in zip(starts, [*starts[1:], DAY + 10**9], strict=True)]  # fmt: skip
    assert max(sizes) - min(sizes) <= 1
    assert 0 <= (dates < starts[0]).sum() - sum(sizes) + 1 <= 1
    assert tune.starts(np.random.default_rng(0).permutation(dates), count) == starts


@pytest.mark.parametrize("days", [[], [3], [3] * 50, [1] * 30 + [2] * 30])
def test_too_few_days_are_told_in_a_sentence(days):
    dates = DAY + np.array(days, dtype="int64").astype("timedelta64[D]")
    with pytest.raises(ValueError, match=r"too few for 3 folds by time; lower `tune.folds`"):
        tune.starts(dates, 3)


def test_each_fold_learns_from_before_and_measures_after_without_a_shared_matter(made):
    cases, _ = table()
    allowed = set(cases.loc[cases["split"] == "train", "case_id"])
    measured: list[str] = []
    for fold in made:
        assert fold.learn.lodged_on.max() < fold.since <= fold.check.lodged_on.min()
        assert fold.until is None or fold.check.lodged_on.max() < fold.until
        assert not set(fold.learn.same) & set(fold.check.same)
        assert set(fold.learn.case_id) | set(fold.check.case_id) <= allowed
        measured += list(fold.check.case_id)
    assert len(measured) == len(set(measured))
    assert sum(fold.left_out for fold in made) > 0
    late = cases[(cases["split"] == "train") & (cases["lodged_on"] >= made[0].since)]
    assert len(measured) + sum(fold.left_out for fold in made) == len(late)


def test_a_category_first_seen_in_the_measured_block_is_unknown_to_the_model():
    cases, features = table()
    late = (cases["lodged_on"] >= DAY + np.timedelta64(280, "D")).to_numpy()
    features = features.assign(trade=features["trade"].mask(late, "astronaut"))
    last = tune.folds(parts_of(cases, features), DESCRIBED, 3, 10)[-1]
    assert last.since < DAY + np.timedelta64(280, "D")
    trade = next(feature for feature in last.schema.features if feature.name == "trade")
    assert "astronaut" not in trade.categories
    assert (last.check.x[:, last.schema.names.index("trade")] == trade.other).any()


def test_nothing_of_the_later_windows_matters_nor_does_the_number_of_parts(made):
    cases, features = table()
    later = (cases["split"] != "train").to_numpy()
    flipped = cases.assign(label=cases["label"].where(~later, 1 - cases["label"]))
    other = tune.folds(parts_of(flipped, features, 4), DESCRIBED, 3, 3)
    assert tune.digest(other, {}) == tune.digest(made, {})


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        (lambda day: day < 170, "Fold 1 of the training window holds only positive outcomes .* lodged before"),
        (lambda day: day >= 250, "Fold 3 of the training window holds only positive outcomes .* from 2020-"),
    ],
)
def test_one_outcome_only_is_told_in_a_sentence(inside, message):
    cases, features = table()
    day = ((cases["lodged_on"] - DAY) / np.timedelta64(1, "D")).to_numpy()
    with pytest.raises(ValueError, match=message):
        tune.folds(parts_of(cases.assign(label=cases["label"].mask(inside(day), 1)), features), DESCRIBED, 3, 3)


def test_no_feature_is_told_in_a_sentence():
    with pytest.raises(ValueError, match="names no feature"):
        tune.folds(parts_of(*table()), [], 3, 3)


def test_the_measures_are_those_of_a_model_of_the_fold_by_weight(made):
    for fold, found in zip(made, tune.measure(made, QUICK), strict=True):
        booster = train.fit(fold.learn.x, fold.learn.y, fold.schema, QUICK, fold.learn.weight)
        p = booster.predict(fold.check.x)
        assert found["log_loss"] == pytest.approx(log_loss(fold.check.y, p, sample_weight=fold.check.weight), abs=1e-12)
        assert found["log_loss"] != pytest.approx(log_loss(fold.check.y, p), abs=1e-9)
        assert found["auc"] == roc_auc_score(fold.check.y, p, sample_weight=fold.check.weight)


def test_the_number_of_threads_changes_no_figure_and_no_tree(made):
    assert list(tune.measure(made, QUICK)) == list(tune.measure(made, replace(QUICK, threads=2)))
    fold = made[-1]
    models = [
        train.fit(fold.learn.x, fold.learn.y, fold.schema, replace(QUICK, threads=threads), fold.learn.weight)
        for threads in (1, 1, 2)
    ]
    first, again, two = (model.model_to_string() for model in models)
    assert first == again
    assert first.replace("[num_threads: 1]", "[num_threads: 2]") == two


@given(
    pairs=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=8),
    higher=st.booleans(),
)
def test_the_gain_has_students_interval(pairs, higher):
    new, old = np.array(pairs).T
    found = tune.gain(new, old, higher)
    other = tune.gain(old, new, higher)
    assert found.folds == len(pairs) and (other.mean, other.low) == pytest.approx((-found.mean, -found.high))
    apart = (new - old) * (1 if higher else -1)
    if np.ptp(apart) > 1e-9:
        known = stats.ttest_1samp(apart, 0).confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((known.low, known.high))
    assert found.sure == (found.low > 0)


def test_a_gain_in_every_fold_alike_is_sure_and_none_is_not():
    assert tune.gain([0.4, 0.5], [0.5, 0.6], higher=False).sure
    assert not tune.gain([0.4, 0.5], [0.4, 0.5], higher=False).sure
    assert not tune.gain([0.4, 0.5], [0.5, 0.6], higher=True).sure


@settings(deadline=None, max_examples=20)
@given(
    what=st.sampled_from(["x", "y", "weight", "case_id"]),
    side=st.sampled_from(["learn", "check"]),
    place=st.integers(0, 2),
)
def test_the_digest_sees_every_change(what, side, place, made):
    fold = made[place]
    rows = getattr(fold, side)
    values = getattr(rows, what).copy()
    values.flat[-1] = "another" if what == "case_id" else 1 - np.nan_to_num(values.flat[-1])
    changed = [*made]
    changed[place] = replace(fold, **{side: replace(rows, **{what: values})})
    assert tune.digest(changed, {"seed": 1}) != tune.digest(made, {"seed": 1}) == tune.digest([*made], {"seed": 1})
    assert tune.digest(made, {"seed": 1}) != tune.digest(made, {"seed": 2})
