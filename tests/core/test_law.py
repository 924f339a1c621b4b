from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from pipeline.core.law import Condition, Dated, Law, Period, Words


def period(first, last=None):
    return Period.model_validate({"from": first, "to": last})


def test_both_days_of_a_period_belong_to_it_and_one_without_end_goes_on():
    year = period(date(2026, 1, 1), date(2026, 12, 31))
    assert [year.covers(date(*day)) for day in ((2025, 12, 31), (2026, 1, 1), (2026, 12, 31), (2027, 1, 1))] == [
        False, True, True, False
    ]  # fmt: skip
    assert period(date(2026, 1, 1)).covers(date(2999, 1, 1))
    assert year.meets(period(date(2026, 12, 31))) and not year.meets(period(date(2027, 1, 1)))
    with pytest.raises(ValidationError, match="is after to"):
        period(date(2026, 1, 2), date(2026, 1, 1))


def test_a_missing_translation_is_named():
    with pytest.raises(ValidationError, match="translation `kk` is missing"):
        Law.model_validate({"act": {"kk": " ", "ru": "x", "en": "x"}, "article": "1"})


@pytest.mark.parametrize("text", ["a >", 3, "import os"])
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(ValidationError, match="parse|not a condition"):
        TypeAdapter(Condition, config={"arbitrary_types_allowed": True}).validate_python(text)


def test_conditions_and_values_are_read():
    assert TypeAdapter(Condition, config={"arbitrary_types_allowed": True}).validate_python(True).text == "true"
    assert Dated.model_validate({"from": date(2026, 1, 1), "value": ["a"], "source": "x"}).value == ["a"]
    assert TypeAdapter(Words).validate_python({"kk": "а", "ru": "б", "en": "c"})["en"] == "c"
