import pytest

from features import background


@pytest.fixture
def cases(frame):
    return frame(decision_day=["2024-06-30"] * 3)


@pytest.fixture
def offences(frame):
    return frame(case=[0, 0, 1], committed_on=["2024-06-20", "2024-01-01", "2024-05-31"], fine_mci=[10.0, 2.5, None])


def test_offence_count(cases, offences):
    assert background.offence_count(cases, offences).tolist() == [2, 1, 0]


def test_days_since_offence_is_missing_where_none_is_on_record(cases, offences):
    assert background.days_since_offence(cases, offences).fillna(-1).tolist() == [10, 30, -1]


def test_fines_add_up_and_a_warning_adds_nothing(cases, offences):
    assert background.fines(cases, offences).tolist() == [12.5, 0, 0]
