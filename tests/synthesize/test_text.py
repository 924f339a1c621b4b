"""Columns of text made at once."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.synthesize import text

DAYS = st.dates(date(1930, 1, 1), date(2090, 12, 31))


def test_numbers_keep_their_leading_zeros():
    assert text.numbered("A", np.array([7, 120]), 3).to_pylist() == ["A007", "A120"]


def test_missing_stays_missing():
    missing = np.array([False, True, False])
    letters = np.frombuffer(b"abc", dtype=np.uint8).reshape(3, 1)
    assert text.from_bytes(letters, missing).to_pylist() == ["a", None, "c"]
    assert text.pick(["x", "y"], np.array([1, 0, 1]), missing).to_pylist() == ["y", None, "y"]
    assert text.integers(np.array([1.0, 2.0, 3.0]), missing).to_pylist() == [1, None, 3]
    assert text.booleans(np.array([1, 1, 0]), missing).to_pylist() == [True, None, False]


@given(st.lists(DAYS, min_size=1, max_size=5))
def test_dates_and_their_digits(days: list[date]):
    numbers = np.array(days, dtype="datetime64[D]").astype(int)
    assert text.dates(numbers).to_pylist() == days
    assert text.years_of(numbers).tolist() == [day.year for day in days]
    digits = text.from_bytes(text.yymmdd(numbers) + text.ZERO).to_pylist()
    assert digits == [day.strftime("%y%m%d") for day in days]


def test_months_are_calendar_months():
    days = np.array(["2024-02-29", "2024-01-31", "2024-06-30"], dtype="datetime64[D]").astype(int)
    moved = text.dates(text.add_months(days, 24)).to_pylist()
    assert moved == [date(2026, 3, 1), date(2026, 1, 31), date(2026, 6, 30)]
