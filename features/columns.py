"""The Column record: what a raw column or a feature is, in words a person and a program can use."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

LOG = "log of "  # a unit that starts so says that the feature is log(1 + amount)
Kind = Literal["id", "text", "code", "integer", "number", "date", "boolean"]


class Column(BaseModel):
    """One column of an export.

    `low`/`high` bound numbers (in `unit`) and dates (ISO text); `codes` lists the known codes; `pattern` is a full
    match; `check` names a check-digit rule. A gap in a `required` column makes the row unusable; elsewhere missing
    stays missing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    meaning: str
    path: str = ""  # where it stands in a nested record; empty: under its own name
    unit: str = ""
    required: bool = False
    low: float | str | None = None
    high: float | str | None = None
    codes: list[str] = []
    pattern: str = ""
    format: str = "%Y-%m-%d"  # of dates, as in strptime
    check: Literal["", "iin", "mrz_td3"] = ""
    protected: bool = False  # facts for gates and audit only, never a feature
    personal: bool = False  # names a person: kept out of logs and errors

    @model_validator(mode="after")
    def _makes_sense(self) -> "Column":
        if self.low is not None and self.high is not None and self.low > self.high:  # type: ignore[operator]
            raise ValueError(f"low {self.low} is above high {self.high}")
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"the pattern `{self.pattern}` does not parse ({error})") from None
        return self

    @property
    def usable(self) -> bool:
        """Whether a feature may read it: nothing protected, and of what names a person only dates (age is lawful)."""
        return not self.protected and (not self.personal or self.kind == "date")


class Recipe(BaseModel):
    """A feature declared in a programme instead of written as a function: what is taken and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recipe: Literal["number", "log", "category", "days_between", "month", "year", "length"]
    column: str
    other: str = ""  # the later date of days_between
    meaning: str
    unit: str = ""
    monotone: Literal[-1, 0, 1] = 0
