"""`interviews.yaml` of a programme: length, notice, language, time zone, each with status and source."""

from datetime import date
from typing import Annotated, Generic, TypeVar

from pydantic import BeforeValidator, Field, model_validator

from pipeline.core import yaml
from pipeline.core.calendar import Status
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme, Take
from pipeline.core.yaml import Strict

Value = TypeVar("Value")


def _minutes(text: object) -> int:
    hours, colon, minutes = str(text).partition(":")
    if not (
        colon and hours.isdigit() and len(minutes) == 2 and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60
    ):
        raise ValueError(f'`{text}` is not a time of day; write it as "09:00"')
    return int(hours) * 60 + int(minutes)


Clock24 = Annotated[int, BeforeValidator(_minutes)]  # minutes after midnight, written as "09:00"
Duration = Annotated[int, Field(ge=5, le=480)]
Notice = Annotated[int, Field(ge=0, le=250)]


class Stated(Strict, Generic[Value]):
    """A value on the word of a source."""

    value: Value
    status: Status
    source: str


class Lunch(Strict):
    """A break in which an officer with a long shift holds no interview."""

    from_: Clock24 = Field(alias="from")
    to: Clock24
    if_shift_longer_than_hours: float
    status: Status
    source: str

    @model_validator(mode="after")
    def _in_order(self) -> "Lunch":
        if self.to <= self.from_:
            raise ValueError("the break should end after it starts")
        return self


class Zone(Strict):
    """The one time zone of the programme; a change of offset lies at `since`, before every interview."""

    name: str
    utc_offset_hours: int = Field(ge=-12, le=14)
    since: date
    offset_hours_before: int = Field(ge=-12, le=14)
    status: Status
    source: str


class Interviews(Strict):
    """How interviews of a programme are planned."""

    language: Take
    duration_minutes: Stated[Duration]
    notice_working_days: Stated[Notice]
    first_start: Stated[Clock24]
    lunch: Lunch
    timezone: Zone


def load(programme: Programme) -> Interviews:
    """The rules in the programme's folder.

    Raises Problem with file and line for anything it gets wrong, a column that no source has included.
    """
    path = programme.folder / "interviews.yaml"
    rules = yaml.load(path, Interviews)
    take = rules.language
    source = programme.tables.get(take.source)
    needed = {take.column, *(take.where.names if take.where else ())}
    if source is None or not needed <= source.columns.keys():
        raise Problem(f"{path}: `language` takes `{take.from_}`, which no source has.")
    for name in ("offices", "officers", "shifts"):
        if name not in programme.tables:
            raise Problem(f"{path}: interviews need the source `{name}`; describe it in the folder sources/.")
    return rules
