"""Provenance and selective labels as `evaluate` tells them: who is counted, and in which words."""

import json

import numpy as np
import pandas as pd
import pytest

from models import tracking
from pipeline.stages import _labels, evaluate, train


@pytest.fixture(autouse=True)
def book(monkeypatch):
    """Stands in for MLflow (tests/models/test_tracking.py tries the real one)."""
    monkeypatch.setattr(tracking, "record", lambda *_, **__: {"version": "1"})


def measure(project, **options):
    project.fill(**options)
    project.run(train.STAGE)
    report = project.run(evaluate.STAGE)
    return report, json.loads(project.path("out/metrics.json").read_text())


def told(cases: pd.DataFrame) -> pd.DataFrame:
    """Some provenance: officers in turn, a few corrected labels."""
    number = np.arange(len(cases))
    return cases.assign(
        by=pd.Series([f"O{n % 7}" if n % 5 else None for n in number], dtype="str"),
        law_version=pd.Series(np.where(number % 2, "2015-1", "2015-2"), dtype="str"),
        basis=pd.Series(np.where(number % 20 == 0, "appeal", "decision"), dtype="str"),
        corrected=(number % 40 == 0) & (cases["status"] == "observed"),
    )


def test_provenance_counts_every_observed_case_once(project):
    report, metrics = measure(project, change=told)
    cases = pd.concat(_read(project), ignore_index=True)
    observed = cases[cases["status"] == "observed"]
    labels = metrics["labels"]
    assert labels["observed"] == len(observed)
    assert sum(labels["law_versions"].values()) == sum(labels["basis"]["observed"].values()) == len(observed)
    assert labels["basis"]["observed"] == observed["basis"].value_counts().to_dict()
    assert sum(labels["basis"]["excluded"].values()) == (cases["status"] == "excluded:Withdrawn").sum()
    assert labels["deciders"] == 7 and labels["no_decider_told"] == observed["by"].isna().sum() > 0
    assert labels["corrected"] == observed["corrected"].sum() > 0
    assert (labels["arm"]["cases"], labels["arm"]["observed"]) == (cases["arm"].sum(), observed["arm"].sum())
    assert labels["arm"]["share_of_observed"] == pytest.approx(observed["arm"].mean(), abs=1e-6)
    assert any("decided by 7 officers under 2 versions of the rules" in line for line in report.lines)


def _read(project):
    from pipeline.core import tables

    return list(tables.read_parts(project.path("interim/cases")))


def test_without_provenance_nothing_is_claimed(project):
    report, metrics = measure(project)
    assert metrics["labels"]["deciders"] == 0
    assert metrics["labels"]["law_versions"] == {_labels.UNTOLD: metrics["labels"]["observed"]}
    assert not any("officers under" in line for line in report.lines)


def test_the_cohort_is_that_of_the_test_window_and_counts_everyone(project):
    report, metrics = measure(project)
    cases = pd.concat(_read(project), ignore_index=True)
    begins = cases.loc[cases["split"] == "test", "lodged_on"].min()
    withdrawn = (cases["status"] == "excluded:Withdrawn") & (cases["lodged_on"] >= begins)
    found = metrics["selective"]
    assert found["observed"]["n"] == metrics["n_test"] and found["observed"]["auc"] == metrics["auc"]
    assert found["never_observed"] == {"Withdrawn": withdrawn.sum()} and withdrawn.sum() > 5
    assert found["all_files"]["n"] == metrics["n_test"] + withdrawn.sum()
    assert found["all_files"]["auc"]["low"] < metrics["auc"] < found["all_files"]["auc"]["high"]
    arm = cases["arm"] & ((cases["split"] == "test") | withdrawn)
    assert found["arm"]["all_files"]["n"] == arm.sum()
    assert any(f"{withdrawn.sum()} never observed (Withdrawn {withdrawn.sum()})" in line for line in report.lines)
    assert any("random review arm alone" in line for line in report.lines)
    assert project.path("interim/evaluation/selective.png").read_bytes().startswith(b"\x89PNG")


def test_young_refusals_are_not_set_beside_older_outcomes(project):
    """A refusal is known at once, a course after months: the cohort takes both as old as the outcomes are."""

    def young(cases: pd.DataFrame) -> pd.DataFrame:
        late = (cases["status"] == "excluded:Withdrawn") & (np.arange(len(cases)) % 2 == 0)
        days = np.where(late, np.datetime64("2016-09-01", "s"), np.datetime64("2016-08-30", "s"))
        return cases.assign(decided_on=days)

    label = project.programme.label.model_copy(update={"maturity_months": 1})
    project.programme = project.programme.model_copy(update={"label": label})
    _, metrics = measure(project, change=young)
    cases = pd.concat(_read(project), ignore_index=True)
    begins = cases.loc[cases["split"] == "test", "lodged_on"].min()
    withdrawn = cases[(cases["status"] == "excluded:Withdrawn") & (cases["lodged_on"] >= begins)]
    old = (withdrawn["decided_on"] == "2016-08-30").sum()
    assert 0 < old < len(withdrawn)
    assert metrics["selective"]["never_observed"] == {"Withdrawn": old}


def test_who_is_not_decided_at_last_is_counted_apart(project):
    def running(cases: pd.DataFrame) -> pd.DataFrame:
        waits = (cases["status"] == "excluded:Withdrawn") & (np.arange(len(cases)) % 2 == 0)
        return cases.assign(status=cases["status"].mask(waits, "censored"))

    _, metrics = measure(project, change=running)
    assert metrics["selective"]["not_yet"] > 3
    assert metrics["selective"]["all_files"]["never_observed"] == sum(metrics["selective"]["never_observed"].values())


def test_without_an_arm_and_without_gaps_there_is_nothing_to_add(project):
    def plain(cases: pd.DataFrame) -> pd.DataFrame:
        seen = cases["status"] == "observed"
        return cases.assign(arm=False, lodged_on=cases["lodged_on"].where(seen, pd.Timestamp("2015-01-01")))

    report, metrics = measure(project, change=plain)
    assert metrics["selective"]["arm"] is None and metrics["selective"]["never_observed"] == {}
    assert metrics["selective"]["all_files"]["auc"]["low"] == metrics["auc"]
    assert not any("selective labels" in line or "review arm" in line for line in report.lines)
