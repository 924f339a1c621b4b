from datetime import date

import pytest
from pydantic import ValidationError

from pipeline.core.law import Period


def test_a_period_holds_its_first_and_its_last_day():
    period = Period.model_validate({"from": date(2026, 2, 13), "to": date(2026, 12, 31)})
    days = [date(2026, 2, 12), date(2026, 2, 13), date(2026, 12, 31), date(2027, 1, 1)]
    assert [period.covers(day) for day in days] == [False, True, True, False]


def test_a_period_without_an_end_holds_for_good_and_one_that_ends_before_it_begins_is_refused():
    assert Period.model_validate({"from": date(2026, 2, 13)}).covers(date(2100, 1, 1))
    with pytest.raises(ValidationError):
        Period.model_validate({"from": date(2026, 2, 13), "to": date(2026, 2, 12)})


def test_two_periods_meet_where_they_share_a_day():
    first = Period.model_validate({"from": date(2026, 1, 1), "to": date(2026, 1, 31)})
    second = Period.model_validate({"from": date(2026, 1, 31)})
    third = Period.model_validate({"from": date(2026, 2, 1)})
    assert first.meets(second) and second.meets(first)
    assert not first.meets(third)
