"""What differs between two laws."""

from datetime import date

import pytest

from pipeline.core import programme as programmes
from pipeline.gates import rulebook
from pipeline.policy import changes

pytest_plugins = ["tests.policy.dry_run"]
DAY, LATER = date(2026, 6, 30), date(2027, 1, 1)


@pytest.fixture
def differ(whole):
    """What differs after an edit: in force on the two days, and as written; both as tuples."""

    def compare(edit=None, days=(DAY, DAY)):
        programmes_ = [programmes.load(str(folder)) for folder in (whole.folder, whole.law("other", edit))]
        sides = [(rulebook.load(each), day) for each, day in zip(programmes_, days, strict=True)]
        held, written = changes.in_force(*sides), changes.written(*programmes_)
        return [[(each.where, each.what, each.old, each.new) for each in found] for found in (held, written)]

    return compare


def test_the_same_law_differs_in_nothing(differ):
    assert differ() == [[], []]


def test_two_days_of_one_law(differ):
    held, written = differ(days=(DAY, LATER))
    assert held == [("G01", "values.least_fee", 100, 150)] and written == []


def test_a_changed_value_is_told_with_its_days(differ):
    def edit(documents):
        documents["gates/G01_gate"]["values"]["least_fee"][0]["value"] = 120

    held, written = differ(edit)
    assert held == [("G01", "values.least_fee", 100, 120)]
    [(where, what, old, new)] = written
    assert (where, what, old["value"], new["value"], new["to"]) == (
        "G01",
        "values.least_fee.2020-01-01",
        100,
        120,
        date(2026, 12, 31),
    )


def test_a_new_value_of_a_later_day_is_written_but_not_in_force(differ):
    def edit(documents):
        documents["points"]["threshold"][0]["to"] = date(2026, 12, 31)
        documents["points"]["threshold"].append({"from": LATER, "value": 60, "source": "[C]"})

    held, written = differ(edit)
    assert held == [] and [each[:2] for each in written] == [
        ("points", "threshold.2020-01-01"),
        ("points", "threshold.2027-01-01"),
    ]
    assert written[1][2:] == (None, {"from": LATER, "value": 60, "source": "[C]"})
    assert differ(edit, (DAY, LATER))[0][-1] == ("points", "values.threshold", 40, 60)


def test_gates_that_are_new_or_gone(differ, whole):
    held, written = differ(whole.stricter)
    assert ("G02", "in_force", True, False) in held and ("G04", "in_force", False, True) in held
    gone, new = (next(each for each in written if each[0] == code) for code in ("G02", "G04"))
    assert (gone[1], gone[2]["code"], gone[3]) == ("", "G02", None) and (new[2], new[3]["code"]) == (None, "G04")


def test_exemptions_conditions_and_consequences(differ):
    def edit(documents):
        del documents["gates/G01_gate"]["exempt"]
        documents["gates/G02_gate"]["unknown_when"] = 'answer != "clear"'
        documents["gates/G02_gate"]["consequence"]["unknown"] = "note"

    written = differ(edit)[1]
    assert [each[:2] for each in written] == [
        ("G01", "exempt"),
        ("G02", "consequence.unknown"),
        ("G02", "unknown_when"),
    ]
    assert set(written[0][2]) == {"family"} and written[1][2:] == ("wait", "note")


def test_a_band_is_known_by_its_condition(differ):
    def edit(documents):
        bands = documents["points"]["criteria"]["years"]["bands"]
        bands[1]["points"] = 60
        bands.reverse()  # their order does not matter here, as no two hold at once

    held, written = differ(edit)
    assert held == [("points", "years: measure < 5", 50, 60)]
    assert written == [("points", "criteria.years.bands.measure < 5 2020-01-01.points", 50, 60)]


def test_a_table_that_is_not_in_force_is_one_change(differ):
    def edit(documents):
        documents["points"]["effective"]["to"] = date(2026, 1, 1)

    assert differ(edit)[0] == [("points", "in_force", True, False)]


def test_facts_and_other_files_count_and_comments_do_not(differ, whole):
    def edit(documents):
        documents["programme"]["facts"]["years"]["take"] = "largest"
        documents["interviews"]["duration_minutes"]["value"] = 60

    written = differ(edit)[1]
    assert [(each[0], each[1]) for each in written] == [
        ("interviews", "duration_minutes"), ("programme", "facts.years.take")
    ]  # fmt: skip
    path = whole.law("other") / "points.yaml"
    path.write_text("# a comment\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert changes.written(*(programmes.load(str(folder)) for folder in (whole.folder, path.parent))) == []


def test_the_source_of_the_new_value_is_told(whole):
    folder = whole.law(
        "other", lambda documents: documents["gates/G01_gate"]["values"]["least_fee"][0].update(value=1, source="[NEW]")
    )
    old, new = (programmes.load(str(each)) for each in (whole.folder, folder))
    [written] = changes.written(old, new)
    [held] = changes.in_force((rulebook.load(old), DAY), (rulebook.load(new), DAY))
    assert written.source == held.source == "[NEW]"
