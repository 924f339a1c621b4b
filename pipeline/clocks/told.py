"""Clocks in words and as documents: the table of the law for a day, and the clocks of one application."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.clocks import book as books
from pipeline.clocks import lookup
from pipeline.clocks.book import Book
from pipeline.clocks.holds import Spans
from pipeline.clocks.records import Clock
from pipeline.clocks.state import STATES, last_days
from pipeline.core.law import NO_VALUE, Law
from pipeline.core.messages import Words
from pipeline.core.programme import Programme

STAGE_NAMES = {
    "language_test": "Stage 1: language test", "questionnaire": "Stage 2: questionnaire and points",
    "agency_check": "Stage 3: check by state bodies", "interview": "Stage 4: interview",
    "certificate": "Stage 5: certificate of preliminary selection", "permit": "Permit and kandas status",
    "complaint": "Decisions and complaints", "person_rights": "Rights of the person over their data",
}  # fmt: skip
DUTIES = {
    "applicant": "the applicant",
    "programme": "the programme",
    "authority": "the authority",
    "officer": "the officer",
}
STATE_NAMES = {
    "running": "running", "held": "held", "met": "met in time", "late": "met after the last day", "overdue": "overdue",
    "ended": "has ended", "not_started": "no start on record yet", "unknown": "not known", "not_applicable": "does not apply",
}  # fmt: skip
UNITS = {
    "calendar_days": "calendar days: {number}", "working_days": "working days: {number}", "months": "months: {number}",
    "years": "years: {number}", NO_VALUE: "unit not known: {number}",
}  # fmt: skip
_PAST = ("late", "overdue", "ended")


def of_case(programme: Programme, accepted: Path, part: int, case_id: str, day: date) -> list[dict[str, Any]]:
    """The clocks of one file as documents that JSON can hold, in the order of the law; empty without a `clocks.yaml`.

    `accepted` is the folder of accepted tables, `part` the part in which the file lies. Every clock whose start a
    register records is there; texts are in three languages, days ISO dates or None.
    """
    law = books.load(programme)
    if law is None:
        return []
    ids = pd.Series([case_id], dtype="str")
    rows = lookup.of_cases(programme, law, accepted, part, ids, day).table(ids).to_dict("records")
    return [_document(law, row, day) for row in rows]


def _document(law: Book, row: Mapping[Any, Any], day: date) -> dict[str, Any]:
    name = str(row["clock"])
    clock, starts_on = law.clocks[name], _iso(row["starts_on"])
    asked = date.fromisoformat(starts_on) if starts_on and clock.in_force == "on_start" else day
    length = law.length_on(name, asked)
    return {
        "clock": name,
        "title": dict(clock.title),
        "stage": clock.stage,
        "duty_of": clock.duty_of,
        "law": {"act": dict(clock.law.act), "article": clock.law.article},
        "length": length.model_dump(mode="json", by_alias=True) if length else None,
        "starts_on": starts_on,
        "ended_on": _iso(row["ended_on"]),
        "due_on": _iso(row["due_on"]),
        "state": row["state"],
        "days_left": None if pd.isna(row["days_left"]) else int(row["days_left"]),
        "binds": clock.binds,
        "conflict": clock.conflict.model_dump(mode="json") if clock.conflict else None,
        "on_expiry": dict(clock.on_expiry),
    }


def _iso(day: Any) -> str | None:
    return None if pd.isna(day) else f"{day:%Y-%m-%d}"


def said(documents: Sequence[Mapping[str, Any]], words: Words) -> list[str]:
    """The documents of `of_case` as lines a person can read, clocks that do not apply left out."""
    lines = []
    for document in documents:
        state = document["state"]
        if state == STATES[-1]:
            continue
        parts = [words(STATE_NAMES[state])]
        if document["due_on"]:
            parts.append(words("last day {day}", day=words.day(document["due_on"])))
        left = document["days_left"]
        if left is not None:
            parts.append(
                words("calendar days left: {number}", number=left)
                if left >= 0
                else words("calendar days past: {number}", number=-left)
            )
        law = Law.model_validate(document["law"])
        lines.append(f"{words.name(document['title'])}: {', '.join(parts)}. {act(law, words)}.")
        if document["conflict"]:
            lines.append(f"  {differ(document['conflict']['readings'], words)}")
        if state in _PAST:
            lines.append(f"  {words.name(document['on_expiry'])}")
    return lines


def table(programme: Programme, day: date, start: date | None, lang: str) -> list[str]:
    """Every clock with its law and its length on `day`, and its last day if it started on `start`.

    Clocks that are counted back get the last day before an event on `start`. Empty without a `clocks.yaml`. Raises
    Problem where working days run out of the calendar's years.
    """
    words, law = Words(lang), books.load(programme)
    if law is None:
        return []
    lines: list[str] = []
    stage = ""
    for name, clock in law.clocks.items():
        if clock.stage != stage:
            stage = clock.stage
            lines += [*([""] if lines else []), words(STAGE_NAMES[stage])]
        told = _told(law, name, clock, day, start, words)
        lines += [f"  {name}: {words.name(clock.title)}", *(f"    {line}" for line in told)]
    return lines


def _told(law: Book, name: str, clock: Clock, day: date, start: date | None, words: Words) -> list[str]:
    length = law.length_on(name, start if start and clock.in_force == "on_start" else day)
    lines = [f"{act(clock.law, words)}; {words(DUTIES[clock.duty_of])}"]
    if length is None:
        return [*lines, words("no length in force on that day")]
    lines.append(f"{span(length.value, length.unit, words)} ({length.status}, {length.source})")
    if start is not None and (last := last_day(law, name, start, day)) is not None:
        lines.append(
            words("last day before {start}: {day}", start=words.day(start), day=words.day(last)) if clock.direction == "before"
            else words("last day if it starts on {start}: {day}", start=words.day(start), day=words.day(last))
        )  # fmt: skip
    if clock.conflict is not None:
        readings = [reading.model_dump() for reading in clock.conflict.readings]
        lines += [differ(readings, words), words.name(clock.conflict.why)]
    return lines


def last_day(law: Book, name: str, start: date, day: date) -> date | None:
    """The last day of the clock `name` if it starts on `start` and nothing holds it; None where there is none."""
    none = np.array([], dtype="int64")
    never = np.array(["NaT"], dtype="datetime64[D]")
    nobody = Spans(none, never[:0], never[:0], none.astype(bool))
    last = last_days(law, name, np.array([start], dtype="datetime64[D]"), never, nobody, day)[0][0]
    return None if np.isnat(last) else last.astype(date)


def span(value: int | str, unit: str, words: Words) -> str:
    """A length in words that need no plural: `calendar days: 29`."""
    return words("length not known") if value == NO_VALUE else words(UNITS[unit], number=value)


def differ(readings: Sequence[Mapping[str, Any]], words: Words) -> str:
    """What the sources say that differ, with the keys of the sources."""
    told = [f"{span(reading['value'], reading['unit'], words)} ({reading['source']})" for reading in readings]
    return words("the sources differ: {readings}", readings="; ".join(told))


def act(law: Law, words: Words) -> str:
    """The act and the article."""
    name = words.name(law.act)
    if law.article == NO_VALUE:
        return words("{act} (article not established)", act=name)
    return words("{act}, article {article}", act=name, article=law.article)
