import pytest

from features import language


@pytest.fixture
def cases(frame):
    return frame(decision_day=["2024-06-30"] * 4)


@pytest.fixture
def tests(frame):
    return frame(
        case=[0, 0, 0, 1, 2],
        taken_on=["2024-01-01", "2024-06-20", "2024-03-01", "2024-06-30", None],
        listening_points=[5, 12, 20, 9, 7],
        reading_points=[30, 12, 40, 9, 7],
        stopped=[False, False, True, True, None],
    )


def test_the_best_of_each_block_counts_valid_attempts_only(cases, tests):
    assert language.best_listening(cases, tests).fillna(-1).tolist() == [12, -1, -1, -1]
    assert language.best_reading(cases, tests).fillna(-1).tolist() == [30, -1, -1, -1]


def test_every_attempt_is_counted(cases, tests):
    assert language.language_attempts(cases, tests).tolist() == [3, 1, 1, 0]


def test_days_since_the_latest_attempt(cases, tests):
    assert language.days_since_language_test(cases, tests).fillna(-1).tolist() == [10, 0, -1, -1]


def test_the_flag_says_who_has_no_test(cases, tests):
    assert language.language_tests_missing(cases, tests).tolist() == [False, False, False, True]
