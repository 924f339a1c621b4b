from datetime import date

import numpy as np
import pandas as pd

from pipeline.drift import checks
from pipeline.drift.checks import CANNOT, QUIET, RING
from pipeline.drift.volume import volume

BEFORE, WINDOW = (date(2022, 1, 1), date(2023, 12, 31)), (date(2024, 1, 1), date(2024, 2, 29))


def cases(rng, span, per_day):
    days = pd.date_range(*span)
    frames = [
        pd.DataFrame({"office": office, "lodged_on": np.repeat(days.to_numpy(), rng.poisson(rate, len(days)))})
        for office, rate in per_day.items()
    ]
    return pd.concat(frames, ignore_index=True)


def say(now, knobs, seed=0, before=None, spans=(BEFORE, WINDOW)):
    rng = np.random.default_rng(seed)
    usual = {"A": 1.0, "B": 0.5, "C": 3.0, "D": 0.02}
    lodged = pd.concat([cases(rng, spans[0], before or usual), cases(rng, spans[1], {**usual, **now})])
    found = checks.judge(volume(lodged, ["A", "B", "C", "D", "E"], *spans, knobs), knobs.alpha)
    return {check.feature: check for check in found}


def test_an_office_with_twice_or_half_the_cases_is_named(knobs):
    found = say({"A": 2.5, "C": 1.2}, knobs)
    assert {office for office, check in found.items() if check.verdict == RING} == {"A", "C"}
    assert found["A"].value > 0.8 and found["C"].value < -0.4
    assert found["B"].verdict == QUIET and found["A"].details["expected"] > 50


def test_a_small_office_cannot_say_and_a_new_one_rings(knobs):
    assert say({}, knobs)["D"].why == "few_expected" and say({}, knobs)["E"].verdict == CANNOT
    assert say({"E": 0.5}, knobs)["E"].verdict == RING


def test_the_months_of_a_short_reference_say_nothing(knobs):
    spans = ((date(2023, 10, 15), date(2023, 12, 31)), WINDOW)
    assert {check.why for check in say({"A": 9.0}, knobs, spans=spans).values()} == {"few_months"}


def test_an_office_that_always_varies_much_needs_more_to_ring(knobs):
    rng = np.random.default_rng(5)
    months = pd.period_range("2022-01", "2023-12", freq="M")
    for rates, verdict in ((np.full(24, 1.0), RING), (rng.choice([0.1, 1.9], 24), QUIET)):
        before = pd.concat([cases(rng, (m.start_time.date(), m.end_time.date()), {"A": r}) for m, r in zip(months, rates, strict=True)])  # fmt: skip
        lodged = pd.concat([before, cases(rng, WINDOW, {"A": 1.8})])
        found = checks.judge(volume(lodged, ["A"], BEFORE, WINDOW, knobs), knobs.alpha)
        assert found[1].verdict == verdict


def test_nothing_lodged_at_all_rings(knobs):
    found = say({"A": 0, "B": 0, "C": 0}, knobs)
    assert found[""].verdict == RING and found[""].value == -1


def test_without_drift_it_rings_hardly_ever(knobs):
    rings = [check.verdict == RING for seed in range(60) for check in say({}, knobs, seed).values()]
    assert np.mean(rings) <= 0.05
