import re
from datetime import date, timedelta

import pandas as pd
import pytest
from icalendar import Calendar

from pipeline.core.messages import LANGUAGES, Words
from pipeline.schedule import outputs, plan

AS_OF = date(2026, 6, 30)
ABOUT = {"programme": "kz_2026", "title": "Interviews", "as_of": AS_OF}
PLACES = {"75": "Алматы қаласы, Алматы; бөлме 1, " + "ұзақ мекенжай " * 12}


@pytest.fixture
def made():
    rows = [
        ("A00000003", "75", "O00002", "2026-07-09 14:00", "", "2026-07-10", False),
        ("A00000001", "75", "O00001", "2026-07-09 09:00", "", "2026-07-01", True),
        ("A00000002", "75", None, None, "no_time", None, False),
        ("A00000004", "10", "O00003", "2026-07-10 09:40", "", None, False),
    ]
    frame = pd.DataFrame(rows, columns=["case_id", "office", "officer_id", "starts_at", "reason", "deadline", "late"])
    for name in ("starts_at", "deadline"):
        frame[name] = pd.to_datetime(frame[name], format="mixed").astype("datetime64[s]")
    frame["ends_at"] = frame["starts_at"] + pd.Timedelta(minutes=40)
    return frame[plan.COLUMNS]


def test_calendar_is_read_back(made, law):
    data = outputs.calendar(made, PLACES, law.timezone, words=Words("kk"), **ABOUT)
    events = list(Calendar.from_ical(data).walk("VEVENT"))
    assert [str(event["SUMMARY"]) for event in events] == [f"Сұхбат A0000000{number}" for number in (1, 3, 4)]
    assert str(events[0]["LOCATION"]) == PLACES["75"]
    start = events[0]["DTSTART"].dt
    assert start.replace(tzinfo=None).isoformat() == "2026-07-09T09:00:00"
    assert start.utcoffset() == timedelta(hours=5)
    assert events[0]["DTEND"].dt - start == timedelta(minutes=40)
    assert [str(event["UID"]) for event in events] == [f"A0000000{number}@kz_2026.qonys" for number in (1, 3, 4)]


def test_calendar_holds_to_the_standard_when_read_without_the_library(made, law):
    data = outputs.calendar(made, PLACES, law.timezone, words=Words("kk"), **ABOUT)
    assert data.endswith(b"\r\n")
    assert re.search(rb"(?<!\r)\n", data) is None
    lines = data.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode("utf-8")  # no fold cuts a letter in two
    text = data.decode().replace("\r\n ", "")
    assert re.findall(r"^(?:BEGIN|END):(\w+)", text, re.MULTILINE)[0] == "VCALENDAR"
    assert text.count("BEGIN:") == text.count("END:") == 1 + 2 + 3
    zone = text[text.index("BEGIN:VTIMEZONE") : text.index("END:VTIMEZONE")]
    for line in (
        "TZID:Asia/Almaty",
        "BEGIN:STANDARD",
        "DTSTART:20240301T000000",
        "TZOFFSETFROM:+0600",
        "TZOFFSETTO:+0500",
    ):
        assert f"\r\n{line}\r\n" in zone
    assert text.count("DTSTART;TZID=Asia/Almaty:2026") == 3
    assert text.count("DTSTAMP:20260630T000000Z") == 3
    assert "Алматы\\; бөлме 1\\, " in text
    assert "VERSION:2.0" in text
    assert "PRODID:" in text
    assert outputs.calendar(made.iloc[::-1], PLACES, law.timezone, words=Words("kk"), **ABOUT) == data


def test_a_calendar_without_events_still_holds_a_component():
    data = outputs.calendar(plan.nobody(), {}, None, words=Words("en"), **ABOUT)
    found = Calendar.from_ical(data)
    assert [part.name for part in found.subcomponents] == ["VTIMEZONE"]
    assert b"X-WR-CALNAME:Interviews\r\n" in data
    assert b"VEVENT" not in data


def test_csv_is_sorted_and_says_why(made, tmp_path):
    path = tmp_path / "plan.csv"
    outputs.write_csv(
        made, path, case_id="application_id", offices={"75": "Almaty city"}, last=date(2026, 9, 2), words=Words("en")
    )
    assert path.read_text(encoding="utf-8").splitlines() == [
        "application_id,office,office_name,day,starts,ends,officer_id,deadline,late,reason",
        "A00000004,10,10,2026-07-10,09:40,10:20,O00003,,no,",
        "A00000001,75,Almaty city,2026-07-09,09:00,09:40,O00001,2026-07-01,yes,",
        "A00000003,75,Almaty city,2026-07-09,14:00,14:40,O00002,2026-07-10,no,",
        "A00000002,75,Almaty city,,,,,,no,All suitable interview times of this office up to 2026-09-02 are taken.",
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_is_told_in_every_language(lang):
    last, english = date(2026, 9, 2), Words("en")
    for code in plan.REASONS:
        said = outputs.why(code, last, Words(lang))
        assert said
        assert "{" not in said
        assert lang == "en" or said != outputs.why(code, last, english)
