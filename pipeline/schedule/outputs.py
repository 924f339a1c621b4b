"""The plan as people and calendar programs read it: CSV and iCalendar. No names, no language, no score."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.core.messages import Words
from pipeline.schedule import plan as plans
from pipeline.schedule.rules import Zone

COLUMNS = ["office", "office_name", "day", "starts", "ends", "officer_id", "deadline", "late", "reason"]


def why(code: str, last: date, words: Words) -> str:
    """The reason of `plan.REASONS` in words; `last` is the last day of the plan."""
    return {
        "": lambda: "",
        plans.NO_OFFICE: lambda: words("This office is not in the register of offices."),
        plans.NO_OFFICER: lambda: words("No officer works at this office."),
        plans.NO_LANGUAGE: lambda: words("No officer of this office holds interviews in the language of the form."),
        plans.NO_SHIFT: lambda: words(
            "The officers who speak the language of the form have no shift up to {day}.", day=last
        ),
        plans.NO_TIME: lambda: words("All suitable interview times of this office up to {day} are taken.", day=last),
        plans.SAME_PERSON: lambda: words("The person already has another interview at the only time left."),
    }[code]()


def write_csv(
    plan: pd.DataFrame, path: Path, *, case_id: str, offices: Mapping[str, str], last: date, words: Words
) -> None:
    """`plan` (as `plan.make` gives it) in UTF-8: the case under the name `case_id`, then `COLUMNS`.

    Sorted by office, day, start and officer; files without an interview stand last in their office. Days are ISO dates,
    times local; `late` is yes or no.
    """
    rows = plan.sort_values(["office", "starts_at", "officer_id", "case_id"], ignore_index=True, na_position="last")
    said = {code: why(code, last, words) for code in rows["reason"].unique()}
    named = {code: offices.get(code, code) for code in rows["office"].unique()}
    table = pd.DataFrame(
        {
            case_id: rows["case_id"],
            "office": rows["office"],
            "office_name": rows["office"].map(named),
            "day": rows["starts_at"].dt.strftime("%Y-%m-%d"),
            "starts": rows["starts_at"].dt.strftime("%H:%M"),
            "ends": rows["ends_at"].dt.strftime("%H:%M"),
            "officer_id": rows["officer_id"],
            "deadline": rows["deadline"].dt.strftime("%Y-%m-%d"),
            "late": rows["late"].map({True: "yes", False: "no"}),
            "reason": rows["reason"].map(said),
        }
    )
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def calendar(
    plan: pd.DataFrame,
    places: Mapping[str, str],
    zone: Zone | None,
    *,
    programme: str,
    title: str,
    as_of: date,
    words: Words,
) -> bytes:
    """The interviews of `plan` as one iCalendar file (RFC 5545), in order of start, office and case.

    Times are local with the zone's own VTIMEZONE; DTSTAMP is midnight UTC of `as_of`; the UID comes from case and
    programme, so a later plan moves an entry instead of doubling it. Without a zone (a programme without interviews)
    the file holds the zone UTC and no event: the standard wants at least one component in a calendar.
    """
    from icalendar import Calendar, Event

    made = Calendar()
    made.add("prodid", "-//qonys//interview plan//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", title)
    made.add_component(_zone(zone))
    placed = plan[plan["reason"] == ""].sort_values(["starts_at", "office", "case_id"])
    stamp = datetime.combine(as_of, time(), UTC)
    local = {"TZID": zone.name if zone else "UTC"}
    for case, office, start, end in zip(
        placed["case_id"],
        placed["office"],
        placed["starts_at"].dt.to_pydatetime(),
        placed["ends_at"].dt.to_pydatetime(),
        strict=True,
    ):
        event = Event()
        event.add("uid", f"{case}@{programme}.qonys")
        event.add("dtstamp", stamp)
        event.add("dtstart", start, parameters=local)
        event.add("dtend", end, parameters=local)
        event.add("summary", words("Interview {case}", case=case))
        event.add("location", places.get(office, office))
        made.add_component(event)
    return made.to_ical()


def _zone(zone: Zone | None) -> Any:
    from icalendar import Timezone, TimezoneStandard

    after = timedelta(hours=zone.utc_offset_hours if zone else 0)
    standard = TimezoneStandard()
    standard.add("dtstart", datetime.combine(zone.since if zone else date(1970, 1, 1), time()))
    standard.add("tzoffsetfrom", timedelta(hours=zone.offset_hours_before) if zone else after)
    standard.add("tzoffsetto", after)
    made = Timezone()
    made.add("tzid", zone.name if zone else "UTC")
    made.add_component(standard)
    return made
