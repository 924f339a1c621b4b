"""The Column record: what a raw column or a feature is, in words a person and a program can use."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from features.spelling import synonyms

LOG = "log of "  # a unit that starts so says that the feature is log(1 + amount)
HISTORY = ("earlier_count", "earlier_share")  # recipes that count earlier cases of the same value
SPELT = ("category", *HISTORY)  # recipes that look at values by their one spelling
Kind = Literal["id", "text", "code", "integer", "number", "date", "boolean"]
# What a person can lawfully do about a feature by own effort: nothing, state it, get more or less of it, have another value.
Change = Literal["", "state", "more", "less", "other"]


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
    secret: bool = False  # nobody may be told of it (a watch list, a security check): never a feature, never a reason
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
        """Whether a feature may read it: nothing protected or secret, and of what names a person only dates (age is lawful)."""
        return not self.protected and not self.secret and (not self.personal or self.kind == "date")


class Recipe(BaseModel):
    """A feature declared in a programme instead of written as a function: what is taken and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recipe: Literal[
        "number", "log", "category", "days_between", "month", "year", "length", "earlier_count", "earlier_share"
    ]
    column: str
    other: str = ""  # the later date of days_between
    fold: list[Literal["punctuation", "legal_forms"]] = []  # further steps towards one spelling (`spelling.tidy`)
    same_as: dict[str, str] = {}  # a newer spelling of a value: the older one it stands for
    smoothing: float = Field(
        default=20, gt=0, allow_inf_nan=False
    )  # of earlier_share: how many outcomes the overall share counts for
    meaning: str
    unit: str = ""
    monotone: Literal[-1, 0, 1] = 0
    theme: str = ""  # what it is about, one word; reasons of one theme never contradict each other; empty: its own name
    change: Change = ""
    advice: str = ""  # what a person would do, as an English phrase; with `change` only

    @model_validator(mode="after")
    def _advice_fits(self) -> "Recipe":
        if problem := ill_said(self.change, self.advice, category=self.recipe == "category"):
            raise ValueError(problem)
        return self

    @model_validator(mode="after")
    def _spelling_fits(self) -> "Recipe":
        if (self.fold or self.same_as) and self.recipe not in SPELT:
            raise ValueError(f"`fold` and `same_as` go with the recipes {', '.join(SPELT)}")
        if "legal_forms" in self.fold and "punctuation" not in self.fold:
            raise ValueError("`fold: legal_forms` goes with `punctuation`; write [punctuation, legal_forms]")
        synonyms(self.same_as, self.fold)
        return self


def ill_said(change: Change, advice: str, *, category: bool) -> str:
    """What is wrong with a feature's `change` and `advice`; "" where nothing is."""
    if bool(change) != bool(advice):
        return "`change` and `advice` stand together or not at all"
    if change in (("more", "less") if category else ("other",)):
        return "a category changes by `other` or `state`, a number by `more`, `less` or `state`"
    return ""
