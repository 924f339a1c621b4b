"""The whole watch: planted shifts are found and named, no shift is quiet, the order of rows plays no role."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.drift.checks import CANNOT, RING
from pipeline.drift.watch import watch


def ringing(found):
    return {(check.name, check.feature) for check in found.having(RING)}


def changed(intake, **columns):
    return replace(intake, current=replace(intake.current, features=intake.current.features.assign(**columns)))


def test_a_shifted_mean_is_named(draw, knobs):
    intake = draw(1)
    assert ringing(watch(changed(intake, age=intake.current.features["age"] + 10), knobs)) == {("psi", "age")}


def test_a_new_code_is_named(draw, knobs):
    intake = draw(2)
    housing = intake.current.features["housing"].copy()
    housing.iloc[:60] = "yurt"
    found = watch(changed(intake, housing=housing), knobs)
    assert ("unknown_codes", "housing") in ringing(found) and {name for _, name in ringing(found)} == {"housing"}
    assert [check.details["codes"] for check in found.having(RING) if check.name == "unknown_codes"] == [["yurt"]]


def test_missing_values_are_named(draw, knobs):
    intake = draw(3)
    income = intake.current.features["declared_income"].copy()
    income.iloc[:150] = np.nan
    assert ringing(watch(changed(intake, declared_income=income), knobs)) == {("missing", "declared_income")}


def test_an_offices_volume_is_named(draw, knobs):
    intake = draw(4)
    office = list(intake.programme.offices.list_)[2]
    more = pd.DataFrame({"office": [office] * 70, "lodged_on": pd.Timestamp("2024-02-10")})
    found = watch(replace(intake, lodged=pd.concat([intake.lodged, more])), knobs)
    assert ringing(found) == {("volume", office)}


def test_outcomes_worse_than_the_score_are_named(draw, knobs):
    intake = draw(5)
    label = np.where(np.arange(len(intake.current.label)) % 3 == 0, 0.0, intake.current.label)
    found = watch(replace(intake, current=replace(intake.current, label=label)), knobs)
    assert ("calibration", "") in ringing(found) and {name for name, _ in ringing(found)} <= {"calibration", "calibration_bins"}  # fmt: skip


def test_a_moved_score_is_named(draw, knobs):
    intake = draw(6)
    current = replace(intake.current, score=intake.current.score**2, label=np.full(len(intake.current.label), np.nan))
    assert ringing(watch(replace(intake, current=current), knobs)) == {("score_psi", ""), ("score_mean", "")}


def test_without_drift_at_most_one_check_in_twenty_rings(draw, knobs):
    rings = able = runs = 0
    for seed in range(100, 160):
        found = watch(draw(seed, before=2000, now=(60, 150, 400)[seed % 3]), knobs)
        rings, able = rings + len(found.having(RING)), able + len(found.checks) - len(found.having(CANNOT))
        runs += bool(found.having(RING))
    assert rings / able <= 0.05 and runs / 60 <= 0.1


def test_identical_sides_are_quiet(draw, knobs):
    intake = draw(7)
    same = replace(intake.reference, first=intake.current.first, last=intake.current.last)
    found = watch(replace(intake, current=same), knobs)
    assert ringing(found) == set()
    assert all(
        check.value == 0 for check in found.checks if check.name in ("psi", "missing", "score_psi", "score_mean")
    )


def test_the_order_of_rows_plays_no_role(draw, knobs):
    intake = draw(8)
    rng = np.random.default_rng(0)

    def shuffled(side):
        order = rng.permutation(len(side.score))
        features = side.features.iloc[order].reset_index(drop=True)
        return replace(side, features=features, score=side.score[order], label=side.label[order])

    turned = replace(
        intake, reference=shuffled(intake.reference), current=shuffled(intake.current), lodged=intake.lodged.sample(frac=1, random_state=1)
    )  # fmt: skip
    assert watch(turned, knobs).checks == watch(intake, knobs).checks


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_window_or_one_row_cannot_say(draw, knobs, count):
    found = watch(draw(9, now=count), knobs)
    assert {check.verdict for check in found.checks if check.name != "volume"} == {CANNOT}


def test_everything_missing_rings_as_missing(draw, knobs):
    intake = draw(10)
    found = watch(changed(intake, **{name: np.nan for name in ("age", "family_size", "declared_income")}), knobs)
    assert ringing(found) == {("missing", name) for name in ("age", "family_size", "declared_income")}
