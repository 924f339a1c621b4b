import pytest
from pydantic import ValidationError

from pipeline.clocks.records import Clock

WORDS = {"kk": "а", "ru": "б", "en": "c"}
LENGTH = {"from": "2026-02-13", "value": 29, "unit": "calendar_days", "source": "[II]", "status": "SINGLE"}
PLAIN = {
    "title": WORDS, "stage": "certificate", "kind": "deadline", "duty_of": "programme", "law": {"act": WORDS, "article": "1"},
    "starts": {"from": "applications.lodged_on"}, "length": [LENGTH], "on_expiry": WORDS,
}  # fmt: skip


def reading(value, unit):
    return {"value": value, "unit": unit, "source": "x", "status": "SINGLE"}


def test_a_plain_clock_is_counted_forward_and_names_its_days():
    clock = Clock.model_validate(PLAIN)
    assert (clock.direction, clock.in_force, clock.holds, clock.binds) == ("after", "on_start", False, False)
    assert list(clock.takes) == ["starts"] and clock.conditions == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"length": []}, "give the clock a `length`"),
        ({"length_of": {"value": "G01.days_left", "unit": "years"}}, "give the clock a `length`"),
        ({"length": [LENGTH | {"unit": "UNKNOWN"}]}, "both are UNKNOWN"),
        ({"length": [LENGTH | {"value": "UNKNOWN"}]}, "both are UNKNOWN"),
        ({"length": [LENGTH | {"value": 0}]}, "greater than or equal to 1"),
        ({"length": [LENGTH | {"value": "soon"}]}, "UNKNOWN"),
        ({"length": [LENGTH | {"to": "2026-01-01"}]}, "is after to"),
        ({"length": [LENGTH | {"source": ""}]}, "at least 1 character"),
        ({"title": {"ru": "б", "en": "c"}}, "translation `kk`"),
        ({"direction": "before"}, "needs `in_force: on_day`"),
        ({"more_than": True}, "belongs to clocks with `direction: before`"),
        ({"kind": "period", "holds": True}, "only a deadline that is counted forward"),
        ({"direction": "before", "in_force": "on_day", "holds": True}, "only a deadline that is counted forward"),
        ({"kind": "period", "binds": True}, "can bind"),
        ({"starts": None, "binds": True}, "can bind"),
        ({"ends_when": "a"}, "needs `ends`"),
        ({"conflict": {"readings": [reading(30, "UNKNOWN"), reading(29, "working_days")], "why": WORDS}}, "none of the readings"),
        ({"conflict": {"readings": [reading(29, "UNKNOWN")], "why": WORDS}}, "at least 2 items"),
        ({"stage": "sixth"}, "stage"),
        ({"lenght": []}, "lenght"),
    ],
)  # fmt: skip
def test_mistakes_are_refused(change, said):
    with pytest.raises(ValidationError, match=said):
        Clock.model_validate(PLAIN | change)


def test_a_reading_that_names_no_unit_is_the_length_in_any_unit():
    conflict = {"readings": [reading(29, "UNKNOWN"), reading(30, "UNKNOWN")], "why": WORDS}
    assert Clock.model_validate(PLAIN | {"conflict": conflict}).conflict is not None
