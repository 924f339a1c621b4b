import numpy as np
import pandas as pd
import pytest

from pipeline.audit import intervals
from pipeline.drift import checks
from pipeline.drift.checks import CANNOT, QUIET, RING, Check


def one(check, knobs):
    return checks.judge([check], knobs.alpha)[0]


def test_a_check_rings_only_beyond_its_limit_and_beyond_chance():
    made = [
        Check("a", "", 0.1, 99, value=0.5, p=1e-9, beyond=True),
        Check("b", "", 0.1, 99, value=0.05, p=1e-9, beyond=False),
        Check("c", "", 0.1, 99, value=0.5, p=0.03, beyond=True),
        Check("d", "", 0.1, 0),
    ]
    assert [check.verdict for check in checks.judge(made, 0.05)] == [RING, QUIET, RING, CANNOT]
    # Holm: two more checks that could have rung make 0.03 too weak.
    more = [*made, Check("e", "", 0.1, 99, value=0.5, p=0.04, beyond=True)]
    assert [check.verdict for check in checks.judge(more, 0.05)] == [RING, QUIET, QUIET, CANNOT, QUIET]
    assert checks.judge([], 0.05) == []


def test_missing_has_newcombes_interval(knobs):
    before = pd.Series([np.nan] * 50 + [1.0] * 950)
    now = pd.Series([np.nan] * 60 + [1.0] * 140)
    found = one(checks.missing(before, now, "age", knobs), knobs)
    low, high = intervals.newcombe(*(np.array([float(x)]) for x in (60, 200, 50, 1000)), knobs.alpha)
    assert (found.verdict, found.feature, found.value) == (RING, "age", pytest.approx(0.25))
    assert (found.low, found.high) == (pytest.approx(low[0]), pytest.approx(high[0]))


def test_a_new_code_is_named_and_a_rare_one_is_not(knobs):
    before = pd.Series(["own"] * 600 + ["rent"] * 400, dtype="str")
    now = pd.Series(["own"] * 150 + ["tent"] * 40 + ["a name nobody else has"], dtype="str")
    found = one(checks.unknown_codes(before, now, "housing", knobs), knobs)
    assert found.verdict == RING and found.details["codes"] == ["tent"] and found.details["different"] == 2
    assert "nobody" not in str(found)
    assert "nobody" not in str(checks.distribution(before, now, "category", "psi", "housing", knobs))


def test_codes_that_are_always_new_are_expected(knobs):
    rng = np.random.default_rng(3)
    draw = [pd.Series([str(x) for x in rng.zipf(1.6, count)], dtype="str") for count in (4000, 400)]
    found = one(checks.unknown_codes(*draw, "employer", knobs), knobs)
    assert found.details["now"] > 0.02 and found.verdict == QUIET


def test_fewer_new_codes_than_expected_are_no_harm(knobs):
    before = pd.Series([str(x) for x in range(500)] + ["a"] * 500, dtype="str")
    found = one(checks.unknown_codes(before, pd.Series(["a"] * 300, dtype="str"), "x", knobs), knobs)
    assert found.value < -0.1 and found.verdict == QUIET


@pytest.mark.parametrize("count", [0, 1, 49])
def test_too_few_cannot_say(knobs, count):
    before, now = pd.Series(np.arange(1000.0)), pd.Series(np.arange(float(count)))
    made = [
        checks.distribution(before, now, "number", "psi", "age", knobs),
        checks.missing(before, now, "age", knobs),
        checks.unknown_codes(before.astype("str"), now.astype("str"), "age", knobs),
        checks.score_mean(before.to_numpy(), now.to_numpy(), knobs),
    ]
    assert {check.verdict for check in checks.judge(made, knobs.alpha)} == {CANNOT} and all(c.why for c in made)


def test_all_missing_says_missing_and_nothing_of_the_distribution(knobs):
    before, now = pd.Series(np.arange(1000.0)), pd.Series([np.nan] * 300)
    assert one(checks.distribution(before, now, "number", "psi", "age", knobs), knobs).why == "few_values"
    assert one(checks.missing(before, now, "age", knobs), knobs).verdict == RING


def test_a_constant_that_changes_is_found(knobs):
    found = one(checks.distribution(pd.Series([0.0] * 900), pd.Series([0.0] * 200 + [1.0] * 100), "number", "psi", "x", knobs), knobs)  # fmt: skip
    assert found.verdict == RING
    same = one(checks.distribution(pd.Series([0.0] * 900), pd.Series([0.0] * 300), "number", "psi", "x", knobs), knobs)
    assert (same.verdict, same.value) == (QUIET, 0.0)


def test_the_shares_of_a_picture_add_up(knobs):
    rng = np.random.default_rng(1)
    texts = [pd.Series([str(x) for x in rng.zipf(1.5, count)], dtype="str") for count in (3000, 300)]
    for before, now, kind in ((*texts, "category"), (pd.Series(rng.normal(size=900)), pd.Series(rng.normal(size=90)), "number")):  # fmt: skip
        parts = checks.distribution(before, now, kind, "psi", "x", knobs).details["parts"]
        assert sum(part["before"] for part in parts) == pytest.approx(1)
        assert sum(part["now"] for part in parts) == pytest.approx(1) and len(parts) <= checks.SHOWN + 1


def test_a_higher_mean_score_rings(knobs):
    rng = np.random.default_rng(2)
    found = one(checks.score_mean(rng.beta(6, 3, 3000), rng.beta(6, 3, 300) + 0.1, knobs), knobs)
    assert found.verdict == RING and found.low < 0.1 < found.high
