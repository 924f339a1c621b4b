import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipeline.audit import queue, readings
from pipeline.audit.tally import Tally

SELECTION = {"selection": queue.metrics()["selection"]}


def read(tally: Tally, knobs, found=SELECTION) -> pd.DataFrame:
    return readings.build(tally, found, knobs).set_index(["attribute", "group"])


def test_known_counts_by_hand(count, knobs):
    row = read(count(sex={"f": (20, 200), "m": (180, 600)}), knobs).loc["sex", "f"]
    assert (row["n"], row["numerator"], row["denominator"], row["value"]) == (200, 20, 200, 0.1)
    known = stats.binomtest(20, 200).proportion_ci(0.95, method="wilson")
    assert (row["low"], row["high"]) == pytest.approx((known.low, known.high))
    assert row["rest_value"] == 0.3
    assert row["gap"] == pytest.approx(-0.2)
    rest = stats.binomtest(180, 600).proportion_ci(0.95, method="wilson")
    assert row["gap_low"] == pytest.approx(-0.2 - np.hypot(0.1 - known.low, rest.high - 0.3))
    assert row["gap_high"] == pytest.approx(-0.2 + np.hypot(known.high - 0.1, 0.3 - rest.low))
    assert row["gap_confidence"] == pytest.approx(0.95)
    assert (row["unit"], row["better"]) == ("share", "higher")


def test_verdicts(count, knobs):
    planted = read(count(sex={"f": (100, 1000), "m": (300, 1000)}), knobs)
    assert set(planted["verdict"]) == {"FAIL"}
    equal = read(count(sex={"f": (2000, 10000), "m": (2010, 10000)}), knobs)
    assert set(equal["verdict"]) == {"PASS"}
    few = read(count(sex={"f": (10, 50), "m": (12, 60)}), knobs)
    assert set(few["verdict"]) == {"NOT ENOUGH DATA"}
    assert set(few["reason"]) == {readings.OPEN}
    tiny = read(count(sex={"f": (9, 10), "m": (100, 1000)}), knobs)
    assert set(tiny["verdict"]) == {"NOT ENOUGH DATA"}
    assert tiny["reason"].to_dict() == {("sex", "f"): readings.TOO_FEW, ("sex", "m"): readings.REST_TOO_FEW}


def test_the_verdict_is_what_the_interval_shows(count, knobs):
    rng = np.random.default_rng(5)
    cells = {
        f"g{number:02d}": (int(rng.binomial(n, rng.choice([0.2] * 8 + [0.35]))), int(n))
        for number, n in enumerate(rng.integers(40, 9000, 25))
    }
    rows = read(count(place=cells), knobs)
    low, high = rows["gap_low"], rows["gap_high"]
    beyond, inside = (low > 0.05) | (high < -0.05), (low > -0.05) & (high < 0.05)
    assert (rows["verdict"] == np.select([beyond, inside], ["FAIL", "PASS"], "NOT ENOUGH DATA")).all()
    assert {"FAIL", "PASS", "NOT ENOUGH DATA"} == set(rows["verdict"])
    assert rows["gap_confidence"].between(0.95, 0.998).all()


def test_small_cells_are_covered_and_so_is_a_second_one(count, knobs):
    rows = read(count(place={"a": (5, 10), "b": (10, 50), "c": (40, 400), "d": (90, 900)}), knobs).loc["place"]
    assert rows["suppressed"].to_dict() == {"a": True, "b": True, "c": False, "d": False}
    for name in ("numerator", "denominator", "value", "low", "high", "rest_value", "gap", "gap_low", "n"):
        assert rows.loc[["a", "b"], name].isna().all(), name
        assert rows.loc[["c", "d"], name].notna().all(), name
    assert rows.loc["a", "verdict"] == "NOT ENOUGH DATA"
    assert rows.loc["b", "verdict"] != ""  # the verdict stays, the numbers go


def test_a_group_with_few_values_is_covered_though_the_group_is_large(knobs):
    tally = Tally()
    sex = np.repeat(["f", "m", "x"], [100, 100, 100])
    values = np.where(sex == "f", np.where(np.arange(300) < 5, 1.0, np.nan), np.arange(300) % 2)
    tally.add(pd.DataFrame({"sex": sex}), {"selection": values}, {"selection": 1.0})
    rows = read(tally, knobs).loc["sex"]
    assert rows["n"].tolist() == [100, 100, 100]
    assert rows["suppressed"].sum() == 2
    assert rows["denominator"].isna().sum() == 2


def test_a_group_never_disappears(knobs):
    tally = Tally()
    tally.expect("sex", ["f", "m"])
    tally.add(pd.DataFrame({"sex": ["f"] * 50}), {"selection": np.zeros(50)}, {"selection": 1.0})
    rows = read(tally, knobs).loc["sex"]
    assert rows["n"].to_dict() == {"f": 50, "m": 0}
    assert rows["verdict"].to_dict() == {"f": "NOT MEASURABLE", "m": "NOT ENOUGH DATA"}
    assert rows["reason"].to_dict() == {"f": readings.ALONE, "m": readings.EMPTY}


def test_what_nobody_has_is_not_measurable_and_says_why(knobs):
    tally = Tally()
    tally.add(pd.DataFrame({"sex": ["f"] * 50 + ["m"] * 50}), {}, {})
    found = {"precision": queue.metrics()["precision"]}
    rows = read(tally, knobs, found)
    assert set(rows["verdict"]) == {"NOT MEASURABLE"}
    assert set(rows["reason"]) == {found["precision"][0].nothing}
    assert rows["value"].isna().all()
    assert rows["n"].tolist() == [50, 50]


def test_an_empty_queue_is_not_measurable(knobs):
    tally = Tally()
    tally.expect("sex", ["f", "m"])
    tally.add(pd.DataFrame({"sex": pd.Series([], dtype="str")}), {"selection": np.array([])}, {"selection": 1.0})
    assert set(read(tally, knobs)["verdict"]) == {"NOT MEASURABLE"}


def test_days_have_a_relative_tolerance(knobs):
    rng = np.random.default_rng(2)
    days = np.concatenate([rng.integers(20, 41, 900), rng.integers(24, 45, 900)]).astype(float)
    tally = Tally()
    tally.add(pd.DataFrame({"sex": ["f"] * 900 + ["m"] * 900}), {"days_waited": days}, {"days_waited": 1.0})
    rows = read(tally, knobs, {"days_waited": queue.metrics()["days_waited"]}).loc["sex"]
    assert rows.loc["f", "tolerance"] == pytest.approx(0.05 * days[900:].mean())
    assert rows.loc["f", "value"] == pytest.approx(days[:900].mean())
    assert set(rows["verdict"]) == {"FAIL"}
    known = stats.ttest_ind(days[:900], days[900:], equal_var=False).confidence_interval(0.95)
    assert (rows.loc["f", "gap_low"], rows.loc["f", "gap_high"]) == pytest.approx((known.low, known.high))


def test_a_planted_gap_as_large_as_detectable_fails_and_the_figure_grows_with_fewer_cases(count, knobs):
    many = read(count(sex={"f": (200, 1000), "m": (200, 1000)}), knobs).loc["sex", "f"]
    few = read(count(sex={"f": (20, 100), "m": (200, 1000)}), knobs).loc["sex", "f"]
    assert 0.05 < many["minimum_detectable_gap"] < few["minimum_detectable_gap"]


def test_many_equal_groups_hardly_ever_fail(count, knobs):
    rng = np.random.default_rng(9)
    wrong = 0
    for _ in range(100):
        cells = {f"g{number}": (int(rng.binomial(60, 0.3)), 60) for number in range(20)}
        wrong += (read(count(place=cells), knobs)["verdict"] == "FAIL").any()
    assert wrong <= 5


def test_the_whole_queue(count, knobs):
    found = readings.overall(count(sex={"f": (20, 200), "m": (180, 600)}), SELECTION, knobs)
    assert found.loc[0, ["metric", "n", "numerator", "denominator", "value"]].tolist() == [
        "selection",
        800,
        200,
        800,
        0.25,
    ]
    small = readings.overall(count(sex={"f": (2, 20)}), SELECTION, knobs)
    assert small.loc[0, ["numerator", "denominator", "value", "low", "high"]].isna().all()


def test_readings_are_sorted_and_do_not_depend_on_row_order(knobs):
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"sex": rng.choice(["f", "m"], 500), "age": rng.choice(["a", "b", "c"], 500)})
    values = {"selection": (rng.random(500) < 0.3).astype(float)}
    order = rng.permutation(500)
    built = []
    for groups, column in ((frame, values["selection"]), (frame.iloc[order], values["selection"][order])):
        tally = Tally()
        tally.add(groups.reset_index(drop=True), {"selection": column}, {"selection": 1.0})
        built.append(readings.build(tally, SELECTION, knobs))
    pd.testing.assert_frame_equal(*built)
    assert built[0][["metric", "attribute", "group"]].equals(
        built[0][["metric", "attribute", "group"]].sort_values(["metric", "attribute", "group"])
    )
