"""Doubt: blocks part neither days nor matters, members leave one out, intervals are the jackknife's and hold the truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from models import calibrate, doubt, train
from models.calibrate import Calibration, sigmoid
from models.encode import encode
from models.tables import Axis, Lookup, Table, Tables

DAY = np.datetime64("2020-01-01", "s")


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40)), min_size=30, max_size=120),
    st.integers(2, 6),
    st.randoms(use_true_random=False),
)
def test_blocks_part_neither_a_day_nor_a_matter_and_do_not_depend_on_the_order(cases, count, random):
    days = DAY + np.array([day for day, _ in cases]).astype("timedelta64[D]")
    same = np.array([f"M{matter}" for _, matter in cases], dtype=object)
    try:
        found = doubt.blocks(days, same, count)
    except ValueError:
        first = {matter: days[same == matter].min() for matter in set(same)}
        assert len(set(first.values())) < 3 * count  # refused only where there are few days
        return
    assert set(found) == set(range(count))
    for matter in set(same):
        assert len(set(found[same == matter])) == 1
    begun = np.array([days[same == matter].min() for matter in same])
    for day in set(begun):
        assert len(set(found[begun == day])) == 1
    assert (np.diff(found[np.argsort(begun, kind="stable")]) >= 0).all()  # blocks of consecutive days
    order = list(range(len(days)))
    random.shuffle(order)
    np.testing.assert_array_equal(doubt.blocks(days[order], same[order], count), found[order])


def test_blocks_are_about_equal():
    days = DAY + np.arange(1000).astype("timedelta64[D]")
    sizes = np.bincount(doubt.blocks(days, np.arange(1000).astype(str), 8))
    assert sizes.tolist() == [125] * 8


def test_too_few_days_stop_in_one_sentence():
    days = np.repeat(DAY + np.arange(3).astype("timedelta64[D]"), 50)
    with pytest.raises(ValueError, match="cannot be cut into 8 blocks of time: its 150 cases lie on too few days"):
        doubt.blocks(days, np.arange(150).astype(str), 8)


@pytest.fixture(scope="module")
def learnt(invented, knobs, schema_for, gathered):
    """`(n, seed) -> (rows, schema, booster, members, x later, margin later, curve, frame later, outcomes later)`."""

    def make(n: int, count: int = 8):
        frame, y = invented(n)
        schema = schema_for(frame)
        rows = gathered(encode(frame, schema), y)
        booster = train.fit(rows.x, rows.y, schema, knobs)
        later, known = invented(1500, seed=1)
        x = encode(later, schema)
        margin = booster.predict(x, raw_score=True)
        return rows, schema, doubt.members(rows, schema, knobs, count), x, margin, calibrate.fit(margin, known)

    return make


def test_a_member_is_the_model_without_its_block_and_the_same_each_time(learnt, knobs):
    rows, schema, members, x, _, _ = learnt(1200, 3)
    block = doubt.blocks(rows.lodged_on, rows.same, 3)
    for number, member in enumerate(members):
        kept = block != number
        alone = train.fit(rows.x[kept], rows.y[kept], schema, knobs, rows.weight[kept])
        np.testing.assert_allclose(Lookup(member).margin(x), alone.predict(x, raw_score=True), rtol=0, atol=1e-9)
    told = []
    assert doubt.members(rows, schema, knobs, 3, told.append) == members and told == [1, 2, 3]


def test_one_outcome_only_without_a_block_is_refused(learnt, knobs, gathered):
    rows, schema, *_ = learnt(600, 3)
    y = np.zeros(600, dtype=np.int8)
    y[:100] = 1  # all in the first block
    with pytest.raises(
        ValueError, match="Only negative outcomes among the 400 cases of the train .without block 1 of 3"
    ):
        doubt.members(gathered(rows.x, y), schema, knobs, 3)


def flat(value: float) -> Tables:
    """A model that says `value` below 0 and its double above."""
    table = Table(axes=[Axis(feature="wage", up_to=[0.0])], effects=[value, 2 * value, 0.0])
    return Tables(constant=0.0, features=["wage"], tables=[table])


def test_bounds_are_those_of_the_delete_a_group_jackknife():
    curve = Calibration(
        slope=2.0, intercept=-0.5, slope_variance=0.04, intercept_variance=0.01, covariance=-0.01, cases=9
    )
    x, margin = np.array([[-1.0], [1.0]]), np.array([0.3, 0.6])
    said = np.array([[0.1, 0.4, 0.5], [0.2, 0.8, 1.0]])
    low, high = doubt.Intervals([flat(0.1), flat(0.4), flat(0.5)], 0.9, curve).bounds(x, margin)
    jackknife = 2 / 3 * ((said - margin[:, None]) ** 2).sum(axis=1)
    spread = np.sqrt(4 * jackknife + 0.04 * margin**2 - 0.02 * margin + 0.01)
    reach = stats.t.ppf(0.95, 2) * spread
    np.testing.assert_allclose(low, sigmoid(2 * margin - 0.5 - reach), rtol=1e-12)
    np.testing.assert_allclose(high, sigmoid(2 * margin - 0.5 + reach), rtol=1e-12)


def test_members_that_agree_and_a_curve_that_is_sure_leave_no_width():
    curve = Calibration(slope=1.0, intercept=0.0, cases=9)
    low, high = doubt.Intervals([flat(0.2)] * 4, 0.99, curve).bounds(np.array([[-1.0]]), np.array([0.2]))
    assert low[0] == high[0] == curve.apply(np.array([0.2]))[0]


def test_a_wider_level_is_wider_and_a_row_alone_is_the_same(learnt):
    _, _, members, x, margin, curve = learnt(1200, 3)
    low, high = doubt.Intervals(members, 0.9, curve).bounds(x, margin)
    score = curve.apply(margin)
    assert ((low <= score) & (score <= high) & (low > 0) & (high < 1)).all()
    wider = doubt.Intervals(members, 0.99, curve).bounds(x, margin)
    assert (wider[0] <= low).all() and (wider[1] >= high).all()
    for part in (slice(0, 7), slice(7, None), slice(None, None, -1)):
        again = doubt.Intervals(members, 0.9, curve).bounds(x[part], margin[part])
        np.testing.assert_array_equal(again, (low[part], high[part]))


def test_the_width_is_that_of_the_share(learnt):
    _, _, members, x, margin, curve = learnt(1200, 3)
    found = doubt.learn(members, curve, x, margin, 0.9, 0.2)
    low, high = doubt.Intervals(members, 0.9, curve).bounds(x, margin)
    assert 0.15 < np.mean(high - low > found.width) <= 0.2
    assert (found.level, found.share, found.members) == (0.9, 0.2, members)


def test_more_cases_make_intervals_narrower_and_most_hold_the_truth(learnt, invented, schema_for):
    frame, _ = invented(1500, seed=1)
    said = []
    for n in (1500, 12_000):
        _, _, members, x, margin, curve = learnt(n)
        said.append(doubt.Intervals(members, 0.9, curve).bounds(x, margin))
    few, many = (np.mean(high - low) for low, high in said)
    assert many < 0.75 * few
    points, trade = frame["points"].to_numpy(dtype=float), frame["trade"].map(
        {"smith": 0.6, "baker": -0.4, "miller": 0.2, "weaver": -0.8}
    ).fillna(-1.2).to_numpy(dtype=float)  # fmt: skip
    wage, offences = (frame[name].to_numpy(dtype=float) for name in ("wage", "offences"))
    truth = sigmoid(0.06 * (np.nan_to_num(points, nan=12) - 20) - 0.5 * offences + 0.2 * np.sin(3 * wage) + trade + 1)
    for low, high in said:
        assert 0.75 < np.mean((low <= truth) & (truth <= high)) < 0.999
