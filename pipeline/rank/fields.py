"""The columns of each sheet of the workbook: what an officer sees, and where a decision is written by hand."""

from dataclasses import dataclass

import pandas as pd

from pipeline.core.messages import Words
from pipeline.rank import reasons


@dataclass(frozen=True)
class Field:
    """One column of a sheet: where its values are, its title, its width in characters, and how they look."""

    column: str  # empty: left empty for the officer
    title: str
    width: float
    kind: str = "text"  # text, wrapped, integer, date, score, bound, blank


def national(rows: pd.DataFrame, words: Words) -> list[Field]:
    """The columns of the national list; no personal data."""
    return [
        Field("rank", words("Place"), 8, "integer"),
        Field("office_name", words("Office"), 26, "wrapped"),
        Field("office_rank", words("Place in the office"), 16, "integer"),
        *_file_fields(words),
        *_score_fields(words),
        *_reason_fields(rows, words),
        *_officer_fields(words),
    ]


def office(rows: pd.DataFrame, words: Words, named: bool) -> list[Field]:
    """The columns of an office's list; with the person's name where the programme has one."""
    case, lodged = _file_fields(words)
    return [
        Field("office_rank", words("Place in the office"), 16, "integer"),
        Field("rank", words("National place"), 12, "integer"),
        case,
        *([Field("name", words("Name"), 28, "wrapped")] if named else []),
        lodged,
        *_score_fields(words),
        *_reason_fields(rows, words),
        *_officer_fields(words),
    ]


def held(words: Words) -> list[Field]:
    """The columns of the list of files held for an officer: the gate with its article; no score."""
    return [
        Field("office_name", words("Office"), 26, "wrapped"),
        *_file_fields(words),
        Field("held_for", words("Held for an officer because of"), 50, "wrapped"),
        Field("look_at", words("What to look at"), 50, "wrapped"),
        Field("ask_for", words("Also to ask for"), 44, "wrapped"),
        *_officer_fields(words),
    ]


def incomplete(words: Words) -> list[Field]:
    """The columns of the list of incomplete files: the paper to ask for; no score."""
    return [
        Field("office_name", words("Office"), 26, "wrapped"),
        *_file_fields(words),
        Field("ask_for", words("To ask for"), 80, "wrapped"),
        *_officer_fields(words),
    ]


def _file_fields(words: Words) -> list[Field]:
    return [
        Field("case_id", words("Application"), 15),
        Field("lodged_on", words("Lodged on"), 12, "date"),
    ]


def _score_fields(words: Words) -> list[Field]:
    return [
        Field("mark", words("Mark"), 20, "wrapped"),
        Field("score", words("Score"), 11, "score"),
        Field("low", words("Interval: from"), 10, "bound"),
        Field("high", words("Interval: to"), 10, "bound"),
    ]


def _reason_fields(rows: pd.DataFrame, words: Words) -> list[Field]:
    numbers = range(1, reasons.count(rows) + 1)
    told = [Field(f"reason_{number}", words("Reason {number}", number=number), 32, "wrapped") for number in numbers]
    rest = Field("rest", words("The rest"), 18, "wrapped")
    return [*told, rest, Field("changes", words("What would change a reason"), 44, "wrapped")]


def _officer_fields(words: Words) -> list[Field]:
    return [
        Field("", words("Officer's decision"), 22, "blank"),
        Field("", words("Officer's number and grounds"), 30, "blank"),
    ]
