"""Outcomes: selection, maturity, what the register shows on the day."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from pipeline.synthesize import text

AS_OF = pd.Timestamp("2026-06-30")


def latest(outcomes: pd.DataFrame) -> pd.DataFrame:
    """What the register shows of each file on the day: its last entry."""
    return outcomes.drop_duplicates("application_id", keep="last")


def test_open_files_have_no_outcome_and_past_ones_have_one(past: SimpleNamespace, waiting: SimpleNamespace):
    assert set(past.outcomes["application_id"]) == set(past.applications["application_id"])
    open_ = {f"A{number:08d}" for number in waiting.plan.undecided}
    assert set(waiting.applications["application_id"]) - set(waiting.outcomes["application_id"]) == open_


def test_a_permit_is_known_to_last_after_24_months_and_never_before(past: SimpleNamespace):
    rows = past.outcomes[past.outcomes["outcome"] == "settled"]
    decided = pd.to_datetime(rows["decided_on"]).to_numpy().astype("datetime64[D]").astype(int)
    recorded = pd.to_datetime(rows["recorded_on"]).to_numpy().astype("datetime64[D]").astype(int)
    assert (recorded >= text.add_months(decided, 24)).all()


def test_what_is_not_known_yet_is_granted(past: SimpleNamespace):
    rows = latest(past.outcomes).merge(past.truth, on="application_id", suffixes=("", "_true"))
    young = pd.to_datetime(rows["decided_on"]) > AS_OF - pd.DateOffset(months=24)
    shown = rows.loc[young & (rows["outcome_true"] == "settled"), "outcome"].value_counts(normalize=True)
    assert shown["granted"] > 0.98  # of the others a wrong annulment is known, or a refusal that will fall
    assert set(shown.index) <= {"granted", "annulled", "appealed", "refused"}
    ended = rows["outcome"].isin(["settled", "left"])
    assert (rows.loc[ended, "outcome"] == rows.loc[ended, "outcome_true"]).all()
    assert {"left", "annulled"} <= set(rows.loc[young, "outcome"])  # a bad end is known earlier than a good one
    assert (pd.to_datetime(past.outcomes["recorded_on"]) <= AS_OF).all()
    assert (past.outcomes["recorded_on"] >= past.outcomes["decided_on"]).all()


def test_base_rate_and_the_best_possible_order(past: SimpleNamespace):
    granted = past.truth[past.truth["outcome"].isin(["settled", "left", "annulled"])]
    assert granted["settles"].mean() == pytest.approx(0.80, abs=0.04)  # the labour market drawn moves it
    assert 0.77 < roc_auc_score(granted["settles"].astype(int), granted["probability"]) < 0.82
    share = past.truth["outcome"].value_counts(normalize=True)
    assert 0.15 < share["refused"] < 0.27
    assert 0.03 < share["withdrawn"] < 0.07


def test_true_probabilities_are_calibrated(past: SimpleNamespace):
    rows = past.truth.dropna(subset="probability")
    band = pd.qcut(rows["probability"], 10, labels=False)
    gap = rows["settles"].astype(float).groupby(band).mean() - rows["probability"].groupby(band).mean()
    assert np.abs(gap).max() < 0.06


def test_officers_select_on_what_files_do_not_show(past: SimpleNamespace):
    rows = past.truth.dropna(subset="probability")
    granted = rows["outcome"].isin(["settled", "left", "annulled"])
    assert rows.loc[granted, "probability"].mean() > rows.loc[~granted, "probability"].mean() + 0.01


def test_a_file_before_the_last_one_was_never_granted(past: SimpleNamespace):
    files = past.applications.sort_values(["lodged_on", "application_id"])
    earlier = files.loc[files["person_id"].duplicated(keep="last"), "application_id"]
    assert len(earlier) == past.plan.earlier
    mine = past.outcomes["application_id"].isin(earlier)
    assert set(past.outcomes.loc[mine, "outcome"]) == {"refused", "withdrawn", "appealed"}


def test_officers_and_law_versions_have_their_form(past: SimpleNamespace):
    by_officers = past.outcomes["decided_by"].dropna()
    assert by_officers.str.fullmatch(r"O[0-9]{5}").all()
    assert past.outcomes["law_version"].str.fullmatch(r"20[0-9]{2}-[12]").all()
    office = past.outcomes.dropna(subset="decided_by").merge(past.applications, on="application_id")
    assert (office["decided_by"].str[1:3] == office["office"]).all()
