"""Findings and holds: few, in order, known before the decision, in step with the sweep over the registers."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.core import programme
from pipeline.gates import rulebook
from pipeline.synthesize import figures, findings
from pipeline.synthesize.findings import GROUNDS, STATES

AS_OF = pd.Timestamp("2026-06-30")
KZ = programme.load("kz_2026")


def last_states(made: SimpleNamespace) -> pd.DataFrame:
    """The last row of each ground in each file."""
    return made.findings.drop_duplicates(["application_id", "ground"], keep="last")


def test_codes_are_those_of_the_register():
    columns, holds = KZ.tables["findings"].columns, KZ.tables["holds"].columns
    assert columns["ground"].codes == GROUNDS == list(findings.MADE_BY)
    assert columns["state"].codes == STATES
    assert set(columns["made_by"].codes) == set(findings.BODIES)
    assert (holds["event"].codes, holds["reason"].codes) == (findings.EVENTS, findings.REASONS)
    assert {state for course in findings.COURSES for state in course} == set(STATES)


def test_grounds_in_registers_are_those_whose_gate_reads_the_sweep():
    read = {
        name.removesuffix("_finding")
        for gate in rulebook.load(KZ).gates
        if "registers_answer" in gate.facts
        for name in gate.facts
        if name.endswith("_finding")
    }
    assert set(np.array(GROUNDS)[findings.BY_REGISTER]) == read


def test_few_files_have_a_finding_and_fewer_an_established_one(past: SimpleNamespace):
    files = len(past.applications)
    assert past.findings["application_id"].nunique() / files == pytest.approx(figures.FINDING.value, abs=0.008)
    established = past.findings.loc[past.findings["state"] == "established", "application_id"].nunique()
    assert 0.003 < established / files < 0.010


def test_every_past_file_came_to_a_finding_and_some_open_ones_have_not(past: SimpleNamespace, waiting: SimpleNamespace):
    assert set(last_states(past)["state"]) == {"established", "not_established"}
    assert {"suspected", "under_review"} & set(last_states(waiting)["state"])


def test_states_follow_one_another_on_different_days(past: SimpleNamespace, waiting: SimpleNamespace):
    for made in (past, waiting):
        rows = made.findings.merge(made.applications, on="application_id")
        steps = rows.groupby(["application_id", "ground"])
        assert set(steps["state"].agg(tuple)) <= {
            course[:length] for course in findings.COURSES for length in range(1, len(course) + 1)
        }
        recorded = pd.to_datetime(rows["recorded_on"])
        assert (recorded.groupby([rows["application_id"], rows["ground"]]).diff().dropna() > pd.Timedelta(0)).all()
        assert (rows["recorded_on"] >= rows["made_on"]).all()
        assert (rows["made_on"] > rows["lodged_on"]).all()
        assert recorded.max() <= AS_OF


def test_findings_are_on_record_before_the_decision_but_for_answers_that_came_late(past: SimpleNamespace):
    rows = past.findings.merge(past.outcomes, on="application_id", suffixes=("", "_outcome"))
    late = rows["recorded_on"] > rows["decided_on"]
    assert late.mean() < 0.01
    assert set(rows.loc[late, "ground"]) <= set(np.array(GROUNDS)[findings.BY_REGISTER])


def test_the_sweep_finds_what_registers_establish_and_on_the_same_day(past: SimpleNamespace, waiting: SimpleNamespace):
    for made in (past, waiting):
        answers = made.agency_checks.query("agency == 'MIA_REGISTERS' and answer != 'pending'")
        swept = made.findings[made.findings["ground"].isin(np.array(GROUNDS)[findings.BY_REGISTER])]
        established = swept[swept["state"] == "established"].merge(
            answers, on="application_id", suffixes=("", "_sweep")
        )
        found = set(answers.loc[answers["answer"] == "found", "application_id"])
        assert set(swept.loc[swept["state"] == "established", "application_id"]) == found
        assert len(found) > 0
        assert (established["recorded_on"] == established["recorded_on_sweep"]).all()
        assert (established["made_on"] == established["answered_on"]).all()


def test_files_with_an_established_ground_are_mostly_refused(past: SimpleNamespace):
    established = past.findings.loc[past.findings["state"] == "established", "application_id"]
    outcome = past.truth.set_index("application_id")["outcome"]
    assert (outcome[established.unique()] == "refused").mean() > 0.7
    assert (outcome == "refused").mean() < 0.3


def test_grounds_fit_the_file(past: SimpleNamespace, waiting: SimpleNamespace):
    rows = pd.concat([past.findings, waiting.findings]).merge(pd.concat([past.applications, waiting.applications]))
    rows = rows.merge(pd.concat([past.persons, waiting.persons]), on="person_id")
    holder = rows["ground"].isin(["absent_183_days", "not_in_profession"])
    assert rows.loc[holder, "permit_held_since"].notna().all()
    assert set(rows.loc[rows["ground"] == "marriage_invalid", "route"]) <= {"family"}
    assert set(rows.loc[rows["ground"] == "not_in_profession", "route"]) <= {"in_demand_profession"}
    assert holder.any()


def test_holds_come_in_pairs_and_only_open_files_are_still_held(past: SimpleNamespace, waiting: SimpleNamespace):
    assert past.holds["application_id"].nunique() / len(past.applications) == pytest.approx(0.05, abs=0.008)
    for made in (past, waiting):
        rows = made.holds.merge(made.applications, on="application_id")
        of = rows.groupby("application_id")
        assert (rows["event"] == np.where(of.cumcount() % 2, "resumed", "held")).all()
        assert (of["reason"].nunique() == 1).all()
        recorded = pd.to_datetime(rows["recorded_on"])
        assert (recorded.groupby(rows["application_id"]).diff().dropna() > pd.Timedelta(0)).all()
        assert (rows["recorded_on"] >= rows["happened_on"]).all()
        assert (rows["happened_on"] > rows["lodged_on"]).all()
        assert recorded.max() <= AS_OF
    still = waiting.holds.groupby("application_id")["event"].last() == "held"
    open_ = {f"A{number:08d}" for number in waiting.plan.undecided}
    assert still.any()
    assert set(still[still].index) <= open_
    assert (past.holds.groupby("application_id")["event"].last() == "resumed").all()
    decided = past.holds.merge(past.outcomes, on="application_id", suffixes=("", "_outcome"))
    assert (decided["recorded_on"] < decided["decided_on"]).all()


def test_nobody_looked_into_is_an_empty_table():
    made = findings.draw(np.random.default_rng(0), *[np.zeros(0, dtype=int)] * 2, *[np.zeros(0, dtype=bool)] * 2)
    assert made.against(3).tolist() == [False] * 3
    assert len(made.table(pd.array([], dtype="str"), 1, 0, np.zeros(0), np.zeros(0))) == 0
