import numpy as np
import pytest

from features import livelihood


@pytest.fixture
def cases(frame):
    return frame(
        decision_day=["2024-06-30"] * 4,
        settlement_region=["10", "10", "55", "10"],
        occupation=["2221", "7231", "2221", None],
    )


@pytest.fixture
def jobs(frame):
    return frame(
        case=[0, 0, 1, 2],
        employer_bin=["a", "b", "a", "c"],
        started_on=["2024-01-01", "2024-02-01", "2024-06-20", "2024-07-15"],
        ended_on=["2024-03-31", "2024-02-10", None, None],
        monthly_wage_kzt=[100.0, 200.0, None, 999.0],
    )


def test_declared_income_is_the_log_of_the_amount(cases, frame):
    answers = frame(case=[0, 1, 2], monthly_income_kzt=[0.0, 250_000.0, None])
    income = np.expm1(livelihood.declared_income(cases, answers)).round(3)
    assert income.fillna(-1).tolist() == [0, 250_000, -1, -1]


def test_months_of_work_count_overlaps_once_and_stop_at_the_decision_day(cases, jobs):
    days = livelihood.registered_work_months(cases, jobs) * livelihood.MONTH
    assert days.round(6).tolist() == [91, 10, 0, 0]


def test_a_contract_that_ends_after_the_decision_day_counts_up_to_it(cases, frame):
    rows = frame(case=[0], started_on=["2024-06-20"], ended_on=["2030-01-01"])
    assert (livelihood.registered_work_months(cases, rows) * livelihood.MONTH).round(6).tolist() == [10, 0, 0, 0]
    assert livelihood.employed_now(cases, rows).tolist() == [True, False, False, False]


def test_registered_wage_is_that_of_the_contract_that_started_last(cases, jobs):
    assert np.expm1(livelihood.registered_wage(cases, jobs)).round(6).fillna(-1).tolist() == [200, -1, -1, -1]


def test_employed_now_looks_at_contracts_that_have_begun(cases, jobs):
    assert livelihood.employed_now(cases, jobs).tolist() == [False, True, False, False]


def test_employers_are_counted_once_each(cases, jobs, frame):
    assert livelihood.employer_count(cases, jobs).tolist() == [2, 1, 0, 0]
    twice = frame(case=[0, 0], employer_bin=["a", "a"], started_on=["2020-01-01", "2021-01-01"])
    assert livelihood.employer_count(cases, twice).tolist() == [1, 0, 0, 0]


def test_vacancies_per_seeker_are_the_latest_published_for_the_job_in_the_region(cases, frame):
    demand = frame(
        region=["10", "10", "10", "10"],
        occupation=["2221", "2221", "2221", "7231"],
        published_on=["2024-01-01", "2024-06-30", "2024-07-01", "2024-01-01"],
        vacancies=[1, 6, 99, 8],
        seekers=[1, 4, 1, 0],
    )
    assert livelihood.vacancies_per_seeker(cases, demand).fillna(-1).tolist() == [1.5, 8, -1, -1]
