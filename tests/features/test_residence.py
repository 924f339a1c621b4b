import pandas as pd
import pytest

from features import residence


@pytest.fixture
def cases(frame):
    return frame(decision_day=["2024-06-30"] * 5)


@pytest.fixture
def crossings(frame):
    return frame(
        case=[0, 0, 1, 2, 3, 3],
        crossed_on=["2024-06-20", "2020-01-01", "2024-06-01", "2024-06-20", "2024-03-01", "2024-03-01"],
        direction=["out", "in", "in", "out", "in", "out"],
    )


def test_present_share_counts_days_between_an_entry_and_the_next_crossing(cases, crossings):
    # long inside and left 10 days ago; came 29 days ago; an exit first; a day trip that says nothing; no crossings
    shares = residence.present_share(cases, crossings) * 365
    assert shares.round(6).fillna(-1).tolist() == [355, 29, 355, -1, -1]


def test_days_since_first_entry(cases, crossings):
    assert residence.days_since_first_entry(cases, crossings).fillna(-1).tolist() == [1642, 29, -1, 121, -1]


def test_crossings_of_24_months_and_who_has_none(cases, crossings):
    missing = residence.crossings_missing(cases, crossings)
    assert missing.tolist() == [False, False, False, False, True]
    assert residence.crossings_24_months(cases, crossings, missing).fillna(-1).tolist() == [1, 1, 1, 2, -1]


def test_crossings_of_24_months_start_730_days_back(cases, frame):
    rows = frame(case=[0, 1], crossed_on=["2022-07-01", "2022-06-30"], direction=["in", "in"])
    nobody = pd.Series([False] * 5)
    assert residence.crossings_24_months(cases, rows, nobody).tolist() == [1, 0, 0, 0, 0]


def test_housing_and_relatives(cases, frame):
    answers = frame(case=[0, 1], housing=["own", None], relatives_in_kz=[None, 2])
    assert residence.housing(cases, answers).fillna("-").tolist() == ["own", "-", "-", "-", "-"]
    assert residence.relatives_in_kz(cases, answers).fillna(-1).tolist() == [-1, 2, -1, -1, -1]
