"""What `clocks.yaml` may say: strict records, so a typo stops the run with its line."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.core.law import NO_VALUE, Condition, Law, Name, Period, Status, Text, Words
from pipeline.core.programme import Take
from pipeline.core.yaml import Strict

Unit = Literal["calendar_days", "working_days", "months", "years"]
Stage = Literal[
    "language_test", "questionnaire", "agency_check", "interview", "certificate", "permit", "complaint", "person_rights"
]
Number = Annotated[int, Field(ge=1, strict=True)]
Unknown = Literal["UNKNOWN"]


class Length(Period):
    """How long a clock runs, in one period of the law; `UNKNOWN` where nobody could tell us."""

    value: Number | Unknown
    unit: Unit | Unknown
    source: Text
    status: Status

    @model_validator(mode="after")
    def _whole(self) -> "Length":
        if (self.value == NO_VALUE) != (self.unit == NO_VALUE):
            raise ValueError("a length has a value and a unit, or both are UNKNOWN")
        return self


class LengthOf(Strict):
    """A length whose number a gate already holds: `G01.days_left`."""

    value: Annotated[str, Field(pattern=r"^G[0-9]{2,3}\.[a-z][a-z0-9_]*$")]
    unit: Unit


class Reading(Strict):
    """What one source says where sources differ; a source may name the number and not the unit."""

    value: Number | Unknown
    unit: Unit | Unknown
    source: Text
    status: Status


class Conflict(Strict):
    """Sources that differ, and why the reading that stands under `length` holds until somebody knows better."""

    readings: Annotated[list[Reading], Field(min_length=2)]
    why: Words


class DayOff(Strict):
    """Whether a deadline that would end on a day off ends on the next working day."""

    value: Literal["stays", "next_working_day"]
    source: Text
    status: Status


class HeldDays(Strict):
    """Whether the days on which a file was held count towards its deadlines."""

    value: Literal["not_counted", "counted"]
    source: Text
    status: Status


class Clock(Strict):
    """One term of the law. `deadline`: somebody must act by its last day; `period`: a paper, a ban or a right lasts so long.

    Without `starts` no register records the start, and the clock is only counted from a day that a person gives.
    `before`: the term lies before the day of `starts` (a passport's last day), not after it.
    """

    title: Words
    stage: Stage
    kind: Literal["deadline", "period"]
    duty_of: Literal["applicant", "programme", "authority", "officer"]  # who must act, or whom the period concerns
    law: Law
    starts: Take | None = None
    ends: Take | None = None  # the event that meets it
    ends_when: Condition | None = None  # the event counts only where this is known to hold
    applies_when: Condition | None = None
    direction: Literal["after", "before"] = "after"
    more_than: bool = False  # before: more than the length must be left, one day more
    length: list[Length] = []
    length_of: LengthOf | None = None
    in_force: Literal["on_start", "on_day"] = (
        "on_start"  # which day's law gives the length: the start, or the day asked
    )
    holds: bool = False  # days on which the file is held do not count
    binds: bool = False  # the earliest binding clock of a file is the deadline of its interview
    ends_on_day_off: DayOff | None = None  # where the act says otherwise than the file
    conflict: Conflict | None = None
    on_expiry: Words

    @model_validator(mode="after")
    def _fits(self) -> "Clock":
        if bool(self.length) == (self.length_of is not None):
            raise ValueError("give the clock a `length`, or name the gate's value in `length_of`")
        if self.direction == "before" and self.in_force == "on_start":
            raise ValueError("a clock that is counted back from a later day needs `in_force: on_day`")
        if self.more_than and self.direction == "after":
            raise ValueError("`more_than` belongs to clocks with `direction: before`")
        if (self.holds or self.ends_on_day_off) and (self.kind == "period" or self.direction == "before"):
            raise ValueError("only a deadline that is counted forward can be held or moved off a day off")
        if self.binds and (self.kind == "period" or self.starts is None):
            raise ValueError("only a deadline with `starts` can bind: no other gives a file a last day")
        if self.ends_when is not None and self.ends is None:
            raise ValueError("`ends_when` needs `ends`: the day of the event")
        if self.conflict is not None and self.length:
            said = {(reading.value, reading.unit) for reading in self.conflict.readings}
            if not any({(each.value, each.unit), (each.value, NO_VALUE)} & said for each in self.length):
                raise ValueError("`length` is none of the readings of `conflict`; write down where it comes from")
        return self

    @property
    def conditions(self) -> dict[str, Condition]:
        """The conditions of the clock, by their name in the file."""
        both = {"applies_when": self.applies_when, "ends_when": self.ends_when}
        return {name: condition for name, condition in both.items() if condition is not None}

    @property
    def takes(self) -> dict[str, Take]:
        """The days it takes from the registers, by their name in the file."""
        return {name: take for name, take in (("starts", self.starts), ("ends", self.ends)) if take is not None}


class ClocksFile(Strict):
    """`clocks.yaml` as it stands."""

    ends_on_day_off: DayOff
    held_days: HeldDays
    values_of: dict[Name, Annotated[str, Field(pattern=r"^G[0-9]{2,3}\.[a-z][a-z0-9_]*$")]] = {}  # lists of a gate
    clocks: Annotated[dict[Name, Clock], Field(min_length=1)]
