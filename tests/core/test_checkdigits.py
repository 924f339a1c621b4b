"""Check digits against the vectors of the domain brief and against an independent package."""

import doctest

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from idnumbers.nationalid import KAZ

from pipeline.core import checkdigits
from pipeline.core.checkdigits import iin_check_digit, iin_valid, mrz_check_digit, mrz_td3_line, mrz_td3_valid

SPECIMEN = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def text(*values: str | None) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(checkdigits).failed == 0


@pytest.mark.parametrize(
    ("iin", "valid"),
    [
        ("991231500006", True),  # one pass
        ("991231500707", True),  # two passes
        ("991231500770", False),  # no digit exists: a second 10 must not become 0
        ("991231500005", False),
        ("99123150000", False),
        ("9912315000060", False),
        ("99123150000x", False),
        ("99123150000\u0666", False),
        ("", False),
        (None, True),
    ],
)
def test_iin(iin: str | None, valid: bool):
    assert iin_valid(text(iin)).tolist() == [valid]


def test_83_of_10000_serials_of_a_day_have_no_check_digit():
    prefix = np.array([[int(digit) for digit in f"9912315{serial:04d}"] for serial in range(10000)])
    assert (iin_check_digit(prefix) == checkdigits.NONE).sum() == 83


@settings(max_examples=30, deadline=None)
@given(
    st.dates(pd.Timestamp("1930-01-01").date(), pd.Timestamp("2007-12-31").date()),
    st.integers(0, 9999),
    st.integers(0, 9),
)
def test_iin_agrees_with_an_independent_package(born, serial: int, last: int):
    century = 3 if born.year < 2000 else 5
    number = f"{born:%y%m%d}{century}{serial:04d}{last}"
    assert iin_valid(text(number))[0] == KAZ.NationalID.validate(number)


def test_mrz_specimen_of_icao_9303():
    assert mrz_td3_valid(text(SPECIMEN, None)).tolist() == [True, True]
    assert mrz_check_digit(np.frombuffer(b"ZE184226B<<<<<", dtype=np.uint8).reshape(1, -1)).tolist() == [1]


@pytest.mark.parametrize("place", [9, 19, 27, 42, 43])
def test_each_check_digit_of_the_zone_counts(place: int):
    wrong = (int(SPECIMEN[place]) + 1) % 10
    assert not mrz_td3_valid(text(SPECIMEN[:place] + str(wrong) + SPECIMEN[place + 1 :]))[0]


@pytest.mark.parametrize(
    "line", ["", SPECIMEN[:-1], SPECIMEN + "0", SPECIMEN.lower(), SPECIMEN[:20] + " " + SPECIMEN[21:]]
)
def test_a_zone_of_wrong_length_or_letters_is_invalid(line: str):
    assert mrz_td3_valid(text(line)).tolist() == [False]


def test_an_empty_optional_field_may_carry_a_filler_or_a_zero():
    fields = np.frombuffer(b"AB1234567?UZB990101?F300101?<<<<<<<<<<<<<<??", dtype=np.uint8).reshape(1, -1)
    line = mrz_td3_line(fields).tobytes().decode()
    assert line[42] == "<"
    assert mrz_td3_valid(text(line, line[:42] + "0" + line[43])).tolist() == [True, True]


def test_order_and_slices_do_not_matter():
    series = text("991231500006", "991231500007", None, "x", "991231500707")
    whole = iin_valid(series)
    assert iin_valid(series[2:]).tolist() == whole[2:].tolist()
    assert iin_valid(series[::-1]).tolist() == whole[::-1].tolist()
    assert iin_valid(series.astype(object)).tolist() == whole.tolist()
    assert iin_valid(series[:0]).tolist() == []
