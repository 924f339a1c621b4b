"""What is read: every case that something is known of, with nothing of the outcome among its features."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models import labels
from pipeline.backtest import register
from pipeline.core import params
from pipeline.core.errors import Problem
from pipeline.core.programme import load


def test_all_decided_cases_are_there_once(read, home):
    cases = pd.read_parquet(home / "data/interim/kz_2026/cases")
    wanted = cases[(cases["status"] != "open") & (cases["lodged_on"] <= pd.Timestamp(read.last))]
    assert len(read.cases) == len(read.features) == len(wanted) > 3000
    assert (read.cases["status"] == "observed").sum() == (wanted["status"] == "observed").sum()
    assert len(read.lodged) == len(cases) and (read.lodged["office"] >= 0).all()
    assert read.features.shape[1] == len(read.described) and "label" not in read.features


def test_labels_of_the_last_day_are_those_of_the_run(read):
    found = labels.label(read.cases[["case_id", "lodged_on"]], read.outcomes, read.rule, read.as_of)
    for name in ("status", "label"):
        assert found[name].astype("str").tolist() == read.cases[name].astype("str").tolist()


def test_matters_truth_and_points_belong_to_their_cases(read, home, kz):
    cases = pd.read_parquet(home / "data/interim/kz_2026/cases").sort_values("case_id")
    kept = cases[(cases["status"] != "open") & (cases["lodged_on"] <= pd.Timestamp(read.last))].reset_index(drop=True)
    assert (kept.groupby("same").ngroup().value_counts().sort_values().tolist()
            == pd.Series(read.matter).value_counts().sort_values().tolist())  # fmt: skip
    truth = pd.read_parquet(home / "data/truth/kz_2026/probabilities.parquet").set_index(kz.case_id)["probability"]
    np.testing.assert_allclose(read.truth, truth.reindex(kept["case_id"]).to_numpy())
    known = ~np.isnan(read.points)
    assert known.any() and (kept.loc[known, "status"] == "observed").all() and np.ptp(read.points[known]) > 50


def test_the_last_day_leaves_outcomes_time_to_mature(read, kz):
    assert (pd.Timestamp(read.last) + pd.Timedelta(days=29) + pd.DateOffset(months=24)).date() == kz.as_of


def test_what_is_missing_is_said(kz, home, tmp_path):
    knobs = params.load(home)
    with pytest.raises(Problem, match="missing; run the road first"):
        register.load(kz, tmp_path, knobs, lambda share, text: None)
    with pytest.raises(Problem, match="has no label"):
        register.load(load("ca_fsw"), home, knobs, lambda share, text: None)


def test_the_programme_goes_before_the_parameters(kz, home, read):
    own = kz.backtest.model_copy(update={"every_months": 6})
    found = register.load(kz.model_copy(update={"backtest": own}), home, params.load(home), lambda share, text: None)
    assert found.cadence == read.cadence.model_copy(update={"every_months": 6})
    assert replace(found, cadence=read.cadence).first == read.first
