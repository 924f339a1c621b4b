"""The same later cases for both models, and figures that say what they should."""

from dataclasses import replace

import pytest

from models import tracking
from pipeline.core import params
from pipeline.core.errors import Problem
from pipeline.life import compare
from pipeline.stages.evaluate import BOOK


@pytest.fixture(scope="module")
def both(home):
    return tracking.versions(home / BOOK, "kz_2026")


@pytest.fixture(scope="module")
def found(home, kz, both):
    return compare.run(kz, home, params.load(home), both[1], both[0]).figures


def test_neither_model_learnt_from_the_cases(found, home, kz, both):
    assert found["since"] == max(each.tags["learnt_until"] for each in both)
    cases, features = compare.later(kz, compare.cases_of(kz, home, both[1]), found["since"])
    assert len(cases) == found["n"] > 50 and cases["case_id"].is_monotonic_increasing and len(features) == len(cases)
    assert str(cases["lodged_on"].min())[:10] >= found["since"] and found["positives"] == int(cases["label"].sum())


def test_the_figures(found):
    gap = found["of_candidate"]["auc"] - found["of_champion"]["auc"]
    assert abs(found["auc_difference"] - gap) < 1e-5
    assert found["auc_difference_low"] <= found["auc_difference"] <= found["auc_difference_high"]
    assert 0 <= found["top_overlap"] <= 1 and 0 <= found["first_reason_changed"] <= found["n"]
    assert found["questions_changed"]


def test_a_model_is_no_different_from_itself(home, kz, both):
    same = compare.run(kz, home, params.load(home), both[1], both[1]).figures
    assert same["auc_difference"] == same["auc_difference_low"] == same["auc_difference_high"] == 0
    assert same["top_overlap"] == 1 and same["questions_changed"] == [] and same["reasons_changed"] == 0


def test_an_older_candidate_is_compared_after_what_the_champion_learnt(home, kz, both):
    back = compare.run(kz, home, params.load(home), both[0], both[1]).figures
    assert back["since"] == max(each.tags["learnt_until"] for each in both)


def test_what_cannot_be_compared_is_a_sentence(home, kz, both, tmp_path):
    knobs = params.load(home)
    with pytest.raises(Problem, match=r"are not there; make them again: `qonys retrain"):
        compare.run(kz, tmp_path, knobs, both[1], both[0])
    late = replace(both[0], tags={**both[0].tags, "learnt_until": "2099-01-01"})
    with pytest.raises(Problem, match="No case with a known outcome was lodged after both models had learnt"):
        compare.run(kz, home, knobs, both[1], late)
    silent = replace(both[0], tags={key: value for key, value in both[0].tags.items() if key != "learnt_until"})
    with pytest.raises(Problem, match="does not say until when it learnt"):
        compare.run(kz, home, knobs, both[1], silent)
