import json
from datetime import date

import pytest

from pipeline.clocks import told
from pipeline.core.messages import LANGUAGES, Words
from pipeline.core.programme import load

DAY = date(2026, 6, 30)


def block(lines, name):
    """The lines of one clock in the table."""
    start = next(place for place, line in enumerate(lines) if line.startswith(f"  {name}: "))
    rest = [place for place in range(start + 1, len(lines)) if not lines[place].startswith("    ")]
    return lines[start : rest[0] if rest else None]


def test_the_table_has_every_clock_with_law_length_and_last_day(kz, book):
    lines = told.table(kz, DAY, date(2026, 11, 2), "en")
    assert [line.split(":")[0].strip() for line in lines if line.startswith("  ") and line[2] != " "] == list(
        book.clocks
    )
    whole = block(lines, "whole_procedure")
    assert "annex 1" in whole[1] and whole[2].startswith("calendar days: 29 (DERIVED", 4)
    assert whole[3] == "    last day if it starts on 2026-11-02: 2026-12-01"
    assert "the sources differ: unit not known: 29" in whole[4] and "unit not known: 30" in whole[4]
    assert block(lines, "passport")[3] == "    last day before 2026-11-02: 2026-05-05"
    assert block(lines, "kaztest_retake")[2].startswith("    length not known (UNKNOWN")
    assert block(lines, "complaint")[3].endswith("2027-02-02")
    assert block(lines, "agency_check")[3].endswith("2026-11-30")


def test_without_a_start_there_are_no_last_days_and_after_the_law_no_length(kz):
    assert not any("last day if" in line for line in told.table(kz, DAY, None, "en"))
    later = told.table(kz, date(2027, 2, 1), None, "en")
    assert block(later, "whole_procedure")[2] == "    no length in force on that day"
    assert told.table(load("perm_2016"), DAY, None, "en") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_is_there_in_every_language(kz, lang):
    words = Words(lang)
    tables = (told.STAGE_NAMES, told.DUTIES, told.STATE_NAMES, told.UNITS)
    if lang != "en":
        assert all(words(sentence) != sentence for table in tables for sentence in table.values())
    assert len(told.table(kz, DAY, date(2026, 11, 2), lang)) == len(told.table(kz, DAY, date(2026, 11, 2), "en"))


def test_one_application_as_documents_and_in_words(register, tmp_path):
    register.file("A1", "2026-06-01").hold("A1", "held", "2026-06-10").hold("A1", "resumed", "2026-06-12")
    register.file("A2", "2026-05-01", passport_expires_on="2026-08-12")
    accepted = register.write(tmp_path)
    found = told.of_case(register.programme, accepted, 0, "A2", DAY)
    assert json.loads(json.dumps(found)) == found
    whole = next(document for document in found if document["clock"] == "whole_procedure")
    assert (whole["state"], whole["due_on"], whole["days_left"], whole["binds"]) == ("overdue", "2026-05-30", -31, True)
    assert whole["length"]["value"] == 29 and whole["conflict"]["readings"][1]["value"] == 30
    lines = told.said(found, Words("en"))
    assert "Whole procedure: overdue, last day 2026-05-30, calendar days past: 31." in "\n".join(lines)
    assert any(line.startswith("  The person has not had the notice in time") for line in lines)
    passport = next(line for line in lines if line.startswith("Last day on which the passport"))
    assert "met after the last day, last day 2026-02-12. Rules for issuing" in passport
    other = told.said(told.of_case(register.programme, accepted, 0, "A1", DAY), Words("ru"))
    assert any(
        "Вся процедура: срок идёт, последний день 02.07.2026, осталось календарных дней: 2" in line for line in other
    )
    assert not any("PA1" in line or "PA2" in line for line in [*lines, *other])


def test_clocks_that_do_not_apply_are_left_out_of_the_words(register, tmp_path):
    register.file("A1", route="digital_nomad")
    found = told.of_case(register.programme, register.write(tmp_path), 0, "A1", DAY)
    assert {"whole_procedure", "passport"} <= {document["clock"] for document in found}
    lines = told.said(found, Words("en"))
    assert not any(line.startswith("Whole procedure") for line in lines)
    assert any(
        line.startswith("Last day on which the passport allows lodging: no start on record yet.") for line in lines
    )
