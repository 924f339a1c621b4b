from datetime import date

import pytest

from pipeline.clocks import book as books
from pipeline.core.errors import Problem
from pipeline.core.programme import load


def test_every_stage_has_clocks_and_every_clock_a_source(book):
    assert [stage for stage in dict.fromkeys(clock.stage for clock in book.clocks.values())] == [
        "language_test", "questionnaire", "agency_check", "interview", "certificate", "permit", "complaint", "person_rights"
    ]  # fmt: skip
    assert all(length.source for lengths in book.lengths.values() for length in lengths)
    assert book.binding == ("whole_procedure",)


def test_numbers_that_a_gate_holds_stand_there_alone(book, kz, spoil):
    assert [(each.value, each.unit) for each in book.lengths["passport"]] == [(180, "calendar_days")]
    other = books.load(spoil(("value: 180", "value: 90"), file="gates/G01_passport_validity.yaml"))
    assert other.lengths["passport"][0].value == 90
    text = (kz.folder / "clocks.yaml").read_text(encoding="utf-8")
    assert "value: 180" not in text and "outside_routes: G12.outside_routes" in text


def test_what_no_source_says_is_unknown(book):
    unknown = [name for name, lengths in book.lengths.items() if any(length.value == "UNKNOWN" for length in lengths)]
    assert unknown == ["kaztest_retake", "kaztest_attempts", "questionnaire_again", "points_validity"]


def test_conflicting_sources_are_written_down_with_the_reading_that_holds(book):
    said = {name: [r.value for r in clock.conflict.readings] for name, clock in book.clocks.items() if clock.conflict}
    assert said["whole_procedure"] == [29, 30] and said["permit_decision"] == [45, 60, 10]
    assert book.lengths["whole_procedure"][0].value == 29 and book.lengths["permit_decision"][0].value == 45


def test_the_length_of_a_day_and_gaps(book):
    assert book.length_on("whole_procedure", date(2026, 12, 31)).value == 29
    assert book.length_on("whole_procedure", date(2027, 1, 1)) is None
    assert book.gaps(date(2026, 6, 30)) == []
    assert any("`whole_procedure` has no length in force on 2027-01-01" in gap for gap in book.gaps(date(2027, 1, 1)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stage: interview", "stage: interviews", r"clocks.yaml:\d+: clocks.after_check.stage"),
        ("kk: ҚАЗТЕСТ сертификатының мерзімі, ", "", r"clocks.yaml:\d+: .*kaztest_certificate.title"),
        ("applications.lodged_on}", "applications.lodged}", r"clocks.yaml:\d+: clocks.kaztest_certificate.ends: takes `applications.lodged`"),
        ("persons.passport_expires_on", "persons.passport_no", "is no date"),
        ("language_tests.taken_on, take: latest, where: stopped", "language_tests.taken_on, take: count", "taken as `count` is no date"),
        ("where: stopped}", "where: halted}", "which no source has|no source has"),
        ("route not in outside_routes", "rout not in outside_routes", r"clocks.yaml:\d+: clocks.kaztest_certificate.applies_when: there is no fact or list `rout`"),
        ("G43.valid_years", "G43.valid_yeers", r"clocks.yaml:\d+: clocks.kaztest_certificate.length_of.value: there is no value `G43.valid_yeers`"),
        ("G43.valid_years", "G12.outside_routes", "is no whole number of years"),
        ("outside_routes: G12.outside_routes", "outside_routes: G01.days_left", "`G01.days_left` is no list"),
        ("outside_routes: G12.outside_routes", "route: G12.outside_routes", "`route` is already the name of a fact"),
        ('value: 29, unit: calendar_days, source: "29', 'value: 31, unit: calendar_days, source: "29', "none of the readings"),
        ("      - {from: 2026-02-13, value: 1, unit: years", "      - {from: 2026-01-01, value: 2, unit: years, source: x, status: SINGLE}\n      - {from: 2026-02-13, value: 1, unit: years", r"clocks.selection_certificate.length.1: there are two lengths for 2026-02-13"),
        ("from: 2026-02-13, to: 2026-12-31, value: 29", "from: 2026-02-30, to: 2026-12-31, value: 29", r"clocks.yaml:\d+: "),
    ],
)  # fmt: skip
def test_mistakes_stop_with_file_and_line(spoil, old, new, said):
    with pytest.raises(Problem, match=said):
        books.load(spoil((old, new)))


def test_a_programme_without_the_register_of_holds_works_and_one_without_clocks_has_none(kz, spoil):
    without = kz.model_copy(update={"tables": {name: table for name, table in kz.tables.items() if name != "holds"}})
    assert books.load(kz).held and not books.load(without).held
    assert books.HOLDS not in books.load(without).wanted(without)
    assert not books.load(spoil(("value: not_counted", "value: counted"))).held
    assert books.load(load("perm_2016")) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"happened_on": None}, "`happened_on` names"),
        ({"columns": {}}, "need the number of the case"),
    ],
)
def test_a_register_of_holds_that_cannot_be_read_as_one(kz, change, said):
    spoilt = kz.tables["holds"].model_copy(update=change)
    with pytest.raises(Problem, match=said):
        books.load(kz.model_copy(update={"tables": {**kz.tables, "holds": spoilt}}))


def test_holds_need_the_codes_held_and_resumed(kz):
    table = kz.tables["holds"]
    event = (
        table.columns["event"].model_copy(update={"codes": ["stopped"]})
        if hasattr(table.columns["event"], "model_copy")
        else None
    )
    assert event is not None
    spoilt = table.model_copy(update={"columns": {**table.columns, "event": event}})
    with pytest.raises(Problem, match="codes held and resumed"):
        books.load(kz.model_copy(update={"tables": {**kz.tables, "holds": spoilt}}))
