"""Where one file stands, and that a clock of a paper agrees with the gate that asks for the paper."""

from datetime import date, timedelta

import pandas as pd
import pytest

from pipeline.clocks import state
from pipeline.gates import cases, rulebook
from pipeline.gates.evaluate import evaluate

AGENCIES = ("KNB", "MIA_CONVICTION", "MIA_EXPULSION", "MIA_FINGERPRINT", "HEALTH", "MIA_REGISTERS")


def test_a_file_runs_until_its_last_day_and_is_overdue_after_it(register, tmp_path):
    register.file("A1", "2026-06-01")
    assert register.one(tmp_path, "whole_procedure", date(2026, 6, 30)) == ("running", "2026-06-30", 0)
    assert register.one(tmp_path, "whole_procedure", date(2026, 7, 1)) == ("overdue", "2026-06-30", -1)


def test_held_days_do_not_count_and_an_open_hold_moves_the_last_day_on(register, tmp_path):
    register.file("A1", "2026-06-01").hold("A1", "held", "2026-06-10").hold("A1", "resumed", "2026-06-15")
    register.hold("A1", "held", "2026-06-25", reason="court")
    assert register.one(tmp_path, "whole_procedure", date(2026, 6, 24)) == ("running", "2026-07-05", 11)
    assert register.one(tmp_path, "whole_procedure", date(2026, 6, 28)) == ("held", "2026-07-08", 10)
    assert register.one(tmp_path, "whole_procedure", date(2026, 6, 12)) == ("held", "2026-07-02", 20)


def test_a_hold_that_begins_after_the_last_day_no_longer_helps(register, tmp_path):
    register.file("A1", "2026-05-01").hold("A1", "held", "2026-06-10")
    assert register.one(tmp_path, "whole_procedure") == ("overdue", "2026-05-30", -31)


def test_a_decision_meets_the_clock_in_time_or_late(register, tmp_path):
    register.file("A1", "2026-05-01")
    decided = {"application_id": "A1", "outcome": "granted", "decided_by": "O1", "law_version": "x"}
    register.rows["outcomes"] = [decided | {"decided_on": "2026-05-30", "recorded_on": "2026-06-01"}]
    assert register.one(tmp_path, "whole_procedure") == ("met", "2026-05-30", None)
    assert register.one(tmp_path, "whole_procedure", date(2026, 5, 31)) == (
        "overdue",
        "2026-05-30",
        -1,
    )  # not yet known
    register.rows["outcomes"] = [decided | {"decided_on": "2026-05-31", "recorded_on": "2026-06-01"}]
    assert register.one(tmp_path, "whole_procedure") == ("late", "2026-05-30", None)


def test_an_event_of_another_round_or_of_the_future_meets_nothing(register, tmp_path):
    register.file("A1", "2026-06-01")
    decided = {"application_id": "A1", "outcome": "granted", "decided_by": "O1", "law_version": "x"}
    for day in ("2026-05-20", "2026-07-05"):
        register.rows["outcomes"] = [decided | {"decided_on": day, "recorded_on": "2026-06-20"}]
        assert register.one(tmp_path, "whole_procedure") == ("running", "2026-06-30", 0)


def test_the_check_ends_with_the_last_of_all_answers(register, tmp_path):
    register.file("A1")
    for agency in AGENCIES:
        register.check("A1", agency, "2026-06-02")
    for agency in AGENCIES[1:]:
        register.check("A1", agency, "2026-06-02", "clear", "2026-06-09")
    assert register.one(tmp_path, "agency_check") == ("running", "2026-06-30", 0)
    assert register.one(tmp_path, "after_check") == ("running", "2026-07-08", 8)
    register.check("A1", "KNB", "2026-06-02", "refused", "2026-06-29")
    assert register.one(tmp_path, "agency_check")[0] == "met"
    assert register.one(tmp_path, "agency_check", date(2026, 6, 28))[0] == "running"


def test_a_clock_without_a_start_a_length_or_a_reason_to_run(register, tmp_path):
    register.file("A1", route="digital_nomad")
    assert register.one(tmp_path, "whole_procedure") == ("not_applicable", None, None)
    assert register.one(tmp_path, "kaztest_ban") == ("not_applicable", None, None)
    assert register.one(tmp_path, "passport") == ("not_started", None, None)
    register.rows["applications"][0]["route"] = None
    assert register.one(tmp_path, "whole_procedure") == ("unknown", None, None)  # nobody knows whether it applies
    register.rows["applications"][0] |= {"route": "standard", "lodged_on": "2025-06-01"}
    assert register.one(tmp_path, "whole_procedure") == ("unknown", None, None)  # no length was in force on that day


def attempt(register, number, taken_on, stopped):
    row = {
        "attempt_id": f"K{number}",
        "person_id": "PA1",
        "taken_on": taken_on,
        "published_on": taken_on,
        "stopped": stopped,
    }
    register.rows["language_tests"].append(row)


def test_an_unknown_length_stays_unknown_and_a_ban_ends(register, tmp_path):
    register.file("A1")
    attempt(register, 1, "2026-03-02", True)
    attempt(register, 2, "2026-05-04", False)
    assert register.one(tmp_path, "kaztest_retake") == ("unknown", None, None)
    assert register.one(tmp_path, "kaztest_ban", date(2026, 4, 1)) == ("running", "2026-04-01", 0)
    assert register.one(tmp_path, "kaztest_ban", date(2026, 4, 2)) == ("ended", "2026-04-01", -1)


def test_a_paper_that_came_after_it_was_needed_has_served(register, tmp_path):
    register.file("A1", "2026-06-01")
    paper = {"document_id": "D1", "application_id": "A1", "kind": "criminal_record", "received_on": "2026-06-20"}
    register.rows["documents"] = [paper | {"issued_on": "2026-06-10"}]
    assert register.one(tmp_path, "criminal_record") == ("met", "2026-12-07", None)
    register.rows["documents"] = [paper | {"issued_on": "2025-11-01"}]
    assert register.one(tmp_path, "criminal_record") == ("late", "2026-04-30", None)


def test_a_row_that_was_set_aside_makes_a_clock_unknown_and_its_last_day_the_earliest(register, tmp_path):
    register.file("A1", "2026-06-01").hold("A1", "held", "2026-06-10")
    register.aside["holds"] = [{"application_id": "A1", "recorded_on": "2026-06-12"}]
    assert register.one(tmp_path, "whole_procedure") == ("unknown", "2026-06-30", None)
    register.aside = {"language_tests": [{"person_id": "PA1", "published_on": None, "stopped": None}]}
    assert register.one(tmp_path, "kaztest_ban") == ("unknown", None, None)  # it might have been a stopped attempt
    register.aside = {"language_tests": [{"person_id": "PA1", "published_on": None, "stopped": False}]}
    assert register.one(tmp_path, "kaztest_ban") == ("not_started", None, None)


def test_a_last_day_off_can_move(register, tmp_path, spoil):
    register.file("A1", "2026-06-06")
    assert register.one(tmp_path, "whole_procedure") == ("running", "2026-07-05", 5)  # a Sunday
    register.programme = spoil(("value: stays", "value: next_working_day"))
    assert register.one(tmp_path, "whole_procedure") == ("running", "2026-07-07", 7)  # 6 July is off


def test_the_length_is_that_of_the_day_on_which_the_clock_started(register, tmp_path, spoil):
    register.file("A1", "2026-06-01").file("A2", "2026-06-02")
    new = "{from: 2026-06-02, to: 2026-12-31, value: 10, unit: calendar_days, source: x, status: SINGLE}"
    old = "- {from: 2026-02-13, to: 2026-12-31, value: 29"
    register.programme = spoil((old, f"- {new}\n      - {{from: 2026-02-13, to: 2026-06-01, value: 29"))
    due = register.ask(tmp_path).set_index(["clock", "case_id"]).loc["whole_procedure", "due_on"]
    assert due.dt.strftime("%Y-%m-%d").tolist() == ["2026-06-30", "2026-06-12"]


def gate(kz, code, facts, day):
    law = rulebook.load(kz)
    mine = [each for each in law.gates if each.code == code]
    return evaluate(mine, None, cases.frame(law, [facts]), day).answers[0, 0] == 0


@pytest.mark.parametrize(
    ("clock", "code", "fact", "start"),
    [
        ("passport", "G01", "passport_expires_on", date(2026, 12, 31)),
        ("criminal_record", "G09", "criminal_record_issued_on", date(2026, 1, 15)),
        ("kaztest_certificate", "G43", "kaztest_taken_on", date(2024, 8, 31)),
    ],
)
def test_the_last_day_of_a_paper_is_the_last_day_on_which_its_gate_passes(kz, book, clock, code, fact, start):
    from pipeline.clocks.told import last_day

    last = last_day(book, clock, start, date(2026, 6, 30))
    known = {fact: start, "route": "standard", "ethnic_kazakh": False, "citizenship": "UZB"}
    assert gate(kz, code, known | {"lodged_on": last}, last)
    assert not gate(kz, code, known | {"lodged_on": last + timedelta(days=1)}, last)


def test_every_state_can_be_told_apart_and_counted(register, tmp_path):
    register.file("A1", "2026-06-01").file("A2", "2026-05-01")
    found = register.ask(tmp_path)
    assert list(found.columns) == state.COLUMNS and set(found["state"]) <= set(state.STATES)
    assert found["days_left"].dtype == "Int32" and pd.api.types.is_datetime64_dtype(found["due_on"])
    assert found["clock"].nunique() * 2 == len(found)
