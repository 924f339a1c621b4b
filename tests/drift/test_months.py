import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.drift import months, window


@given(st.integers(1, 60), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_months_are_whole_follow_each_other_and_are_over(count, last):
    found = months.whole(count, last)
    assert len(found) == count and found[-1][1] <= last < found[-1][1] + timedelta(days=31)
    for first, end in found:
        assert first.day == 1 and (end + timedelta(days=1)).day == 1 and (end - first).days in range(27, 31)
    assert all(end + timedelta(days=1) == first for (_, end), (first, _) in itertools.pairwise(found))


def test_the_last_day_of_a_month_is_in_it():
    assert months.whole(2, date(2024, 2, 29)) == [
        (date(2024, 1, 1), date(2024, 1, 31)),
        (date(2024, 2, 1), date(2024, 2, 29)),
    ]
    assert months.whole(1, date(2024, 2, 28)) == [(date(2024, 1, 1), date(2024, 1, 31))]


def test_a_month_by_itself_is_what_from_and_to_give(home, kz, knobs):
    (found,) = months.walk(kz, home, 1, date(2023, 11, 30), knobs)
    intake = window.load(kz, home, date(2023, 11, 1), date(2023, 11, 30))
    assert (found.intake.current.first, found.intake.current.last) == (date(2023, 11, 1), date(2023, 11, 30))
    assert (found.intake.current.score == intake.current.score).all()


def test_without_a_day_the_months_end_with_the_run(home, kz, knobs):
    (found,) = months.walk(kz, home, 1, None, knobs)
    assert found.intake.current.last <= window.day_of_run(kz, home) < found.intake.current.last + timedelta(days=32)
