"""The record for programs: everything counted, nothing covered."""

import json
from datetime import date

import pytest

from pipeline.policy.diff_document import document, plain

pytest_plugins = ["tests.policy.dry_run"]


@pytest.fixture(scope="module")
def record(compared):
    return json.loads(json.dumps(document(compared)))


def test_counts_are_those_of_the_dry_run(record, compared):
    assert (record["files"], record["flipped"], record["programme"], record["as_of"]) == (
        600,
        compared.flipped,
        "mini",
        "2026-06-30",
    )
    assert sum(record["towards"].values()) == record["flipped"]
    cells = {(old, new): n for old, row in record["matrix"].items() for new, n in row.items()}
    assert sum(cells.values()) == 600 and sum(n for (old, new), n in cells.items() if old != new) == record["flipped"]
    for side, place in (("old", 0), ("new", 1)):
        sums = {
            name: sum(n for cell, n in cells.items() if cell[place] == name) for name in ("PASS", "FAIL", "UNKNOWN")
        }
        assert record["verdicts"][side] == sums
    assert {
        row: sum(sum(states.values()) for states in gate["states"].values()) for row, gate in record["gates"].items()
    } == dict.fromkeys(("G01", "G02", "G03", "G04"), 600)
    assert record["points"]["changes"] == {"0": compared.counts.points.changes[0]}


def test_both_laws_are_named(record, whole):
    assert record["old"]["law"] == str(whole.folder) and record["new"]["today"] == "2026-06-30"
    assert record["old"]["version"] != record["new"]["version"]
    assert record["old"]["status"].startswith("SYNTHETIC") and record["new"]["provisional_points"] is True


def test_groups_say_what_is_shown_and_no_more(record, compared):
    assert set(record["groups"]) == {"sex", "age", "route", "office"}
    for name, rows in compared.groups.items():
        assert [row["group"] for row in record["groups"][name]["rows"]] == [row.group for row in rows]
        for told, row in zip(record["groups"][name]["rows"], rows, strict=True):
            assert "drop" not in told and (told["n"], told["rounded"]) == (row.n, row.rounded)
            assert all((told["towards"][way] is None) == (row.towards[way] is None) for way in row.towards)


def test_a_small_intake_shows_no_group(fresh):
    found = document(fresh.lay(fresh.register(20)).compare(fresh.folder, fresh.law("strict", fresh.stricter)))
    for group in found["groups"].values():
        for row in group["rows"]:
            assert row["n"] in (None, 0) and row["before"] is row["after"] is row["gap"] is None
            assert set(row["towards"].values()) == {None}
    assert all(set(office["rounded"]) == {"interviews", "reviews"} for office in found["load"]["offices"].values())


def test_the_load_says_how_it_was_estimated(record):
    load = record["load"]
    assert "k / a_day" in load["estimate"] and load["cannot_tell"] == ""
    for office in [load["whole"], *load["offices"].values()]:
        for side in ("old", "new"):
            assert set(office[side]) == {"interviews", "reviews", "a_day", "days_of_work", "median", "longest"}
    assert load["offices"]["A"]["old"]["days_of_work"] == pytest.approx(load["offices"]["A"]["old"]["interviews"] / 4)


def test_what_changed_and_what_to_accept(record):
    assert {"where": "G01", "what": "values.least_fee", "old": 100, "new": 150, "source": "[A]"} in record["law"][
        "in_force"
    ]
    assert any(each["where"] == "G04" and each["old"] is None for each in record["law"]["written"])
    assert any("change their verdict" in concern for concern in record["concerns"])


def test_days_are_text():
    assert plain({1: [date(2026, 1, 2), {"a": None}]}) == {"1": ["2026-01-02", {"a": None}]}
