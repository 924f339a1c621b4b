import json
import shutil
from datetime import date, timedelta

import pandas as pd
import pytest

from pipeline.core import programme
from pipeline.core.errors import Problem
from pipeline.drift import window

UNTIL = "train_until"


def until(home):
    training = home / "data/artifacts/kz_2026/training.json"
    return date.fromisoformat(json.loads(training.read_text(encoding="utf-8"))[UNTIL])


def test_the_reference_is_everybody_of_the_training_window(home, kz):
    intake = window.load(kz, home)
    cases = pd.read_parquet(home / "data/interim/kz_2026/cases")
    early = cases[cases["lodged_on"] < pd.Timestamp(until(home))]
    assert len(intake.reference.score) == len(early) and early["status"].str.startswith("excluded").any()
    assert intake.reference.last == until(home) - timedelta(days=1)
    assert list(intake.reference.features) == [feature.name for feature in intake.described]
    assert len(intake.lodged) == len(cases)


def test_the_queue_is_the_default_and_unripe_cases_are_left_out(home, kz):
    intake = window.load(kz, home)
    cases = pd.read_parquet(home / "data/interim/kz_2026/cases")
    queue = cases[cases["queue"]]
    young = queue["lodged_on"] + pd.Timedelta(days=29) > pd.Timestamp(kz.as_of)
    assert intake.unripe == int(young.sum()) > 0 and len(intake.current.score) == int((~young).sum())
    assert (intake.current.first, intake.current.last) == (queue["lodged_on"].min().date(), queue["lodged_on"].max().date())  # fmt: skip


def test_a_window_of_days_has_everybody_lodged_in_it(home, kz):
    first, last = until(home), until(home) + timedelta(days=60)
    intake = window.load(kz, home, first, last)
    cases = pd.read_parquet(home / "data/interim/kz_2026/cases")
    inside = cases["lodged_on"].between(pd.Timestamp(first), pd.Timestamp(last))
    assert len(intake.current.score) == int(inside.sum()) and (intake.current.first, intake.current.last) == (first, last)  # fmt: skip


def test_no_feature_is_protected(home, kz):
    hidden = {column for _, column in kz.hidden}
    assert hidden and not hidden & {feature.name for feature in window.load(kz, home).described}


def test_a_window_that_cannot_be_is_one_sentence(home, kz, tmp_path):
    with pytest.raises(Problem, match="learnt from cases lodged before"):
        window.load(kz, home, until(home) - timedelta(days=1))
    with pytest.raises(Problem, match="before it begins"):
        window.load(kz, home, until(home) + timedelta(days=9), until(home))
    with pytest.raises(Problem, match="qonys run"):
        window.load(kz, tmp_path)
    with pytest.raises(Problem, match="no model"):
        window.load(programme.load("ca_fsw"), home)


def test_without_a_record_of_the_run_it_stops(home, kz, tmp_path):
    for part in ("artifacts", "interim"):
        shutil.copytree(home / "data" / part, tmp_path / "data" / part)
    with pytest.raises(Problem, match="no record of a run"):
        window.load(kz, tmp_path)
