import numpy as np

from pipeline.audit.metrics.days_to_interview import measure


def test_only_planned_cases_count(queue):
    assert np.array_equal(measure(queue())[""], [30, 34, 40, *[np.nan] * 5], equal_nan=True)


def test_hours_of_the_interview_do_not_matter(queue):
    starts = queue().rows["starts_at"] + np.timedelta64(11, "h")
    assert np.array_equal(measure(queue(starts_at=starts))[""], [30, 34, 40, *[np.nan] * 5], equal_nan=True)


def test_a_programme_without_interviews(queue):
    assert measure(queue(interviews=False)) == {}
