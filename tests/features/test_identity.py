import pytest

from features import identity


@pytest.fixture
def cases(frame):
    return frame(decision_day=["2024-06-30"] * 3, lodged_on=["2024-06-01"] * 3, family_size=[1, 4, 2])


@pytest.fixture
def persons(frame):
    return frame(case=[0, 1], birth_date=["1984-06-30", "2004-07-01"], passport_expires_on=["2024-12-31", "2024-05-31"])


def test_age_on_the_decision_day(cases, persons):
    assert identity.age(cases, persons).round(2).fillna(-1).tolist() == [40, 20, -1]


def test_family_size(cases):
    assert identity.family_size(cases).tolist() == [1, 4, 2]


def test_papers_count_once_a_kind_and_only_those_of_the_day_of_lodging(cases, frame):
    papers = frame(
        case=[0, 0, 0, 1],
        kind=["medical", "medical", "autobiography", "housing"],
        received_on=["2024-06-01", "2024-05-01", "2024-05-01", "2024-06-02"],
    )
    assert identity.papers_at_lodging(cases, papers).tolist() == [2, 0, 0]


def test_papers_from_which_the_law_excuses_some_tell_the_model_nothing(cases, frame):
    papers = frame(
        case=[0, 0, 0, 0],
        kind=["solvency", "criminal_record", "home_consent", "own_consent"],
        received_on=["2024-05-01"] * 4,
    )
    assert identity.papers_at_lodging(cases, papers).tolist() == [0, 0, 0]


def test_months_left_on_the_passport_are_negative_once_it_has_run_out(cases, persons):
    days = identity.passport_months_left(cases, persons) * identity.MONTH
    assert days.round(6).fillna(-999).tolist() == [184, -30, -999]
