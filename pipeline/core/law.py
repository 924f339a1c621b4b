"""What every file of law in a programme is written with: words in three languages, conditions, periods, the act."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from pipeline.core.errors import Problem
from pipeline.core.expressions import Expression
from pipeline.core.yaml import Strict

LANGUAGES = ("kk", "ru", "en")
EXACT = 2**53  # the largest whole number up to which a float64 holds each one
NO_VALUE = "UNKNOWN"  # a value that the law sets and we could not find

Status = Literal["CONFIRMED", "SINGLE", "UNKNOWN", "DERIVED", "PROVISIONAL"]
Text = Annotated[str, Field(min_length=1, strict=True)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


def _complete(words: dict[str, str]) -> dict[str, str]:
    for lang in LANGUAGES:
        if not words.get(lang, "").strip():
            raise ValueError(f"the translation `{lang}` is missing; write kk, ru and en")
    return words


def _expression(text: Any) -> Expression:
    if isinstance(text, bool):
        text = str(text).lower()
    if not isinstance(text, str):
        raise ValueError(  # noqa: TRY004 - pydantic turns a ValueError into a message with its line
            f"`{text}` is not a condition; write it as text"
        )
    try:
        return Expression(text, where="condition")
    except Problem as error:
        raise ValueError(str(error).rstrip(".")) from None


Words = Annotated[dict[Literal["kk", "ru", "en"], str], AfterValidator(_complete)]
Condition = Annotated[Expression, BeforeValidator(_expression)]


class Period(Strict):
    """From the first to the last day, both included; without `to` it is still running."""

    from_: date = Field(alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _forwards(self) -> "Period":
        if self.to is not None and self.from_ > self.to:
            raise ValueError(f"from {self.from_} is after to {self.to}")
        return self

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the period."""
        return self.from_ <= day and (self.to is None or day <= self.to)

    def meets(self, other: "Period") -> bool:
        """Whether the two periods share a day."""
        return self.covers(other.from_) or other.covers(self.from_)


class Dated(Period):
    """What a number, date, code or list of the law was in one period; `UNKNOWN` where nobody could tell us."""

    value: bool | int | float | date | str | list[str]
    source: Text
    status: Literal["OFFICIAL", "CONFIRMED", "SINGLE", "DERIVED", "PROVISIONAL", "UNKNOWN"] | None = None

    @field_validator("value")
    @classmethod
    def _exact(cls, value: Any) -> Any:
        if isinstance(value, int) and abs(value) > EXACT:
            raise ValueError(f"a number of {len(str(abs(value)))} digits is too large to be compared exactly")
        return value


class Law(Strict):
    """Which act and which article say so; the article as the act numbers it, `UNKNOWN` where it was not read."""

    act: Words
    article: Text
