"""Scoring as a stage: the queue, its reasons, and no difference by parts."""

import numpy as np
import pandas as pd
import pytest

from features import sets
from pipeline.core import tables
from pipeline.stages import score, train


def scored(project) -> pd.DataFrame:
    project.run(train.STAGE)
    project.run(score.STAGE)
    return tables.read_table(project.path("interim/scores"))


def test_the_queue_is_scored_with_reasons(project):
    found = scored(project.fill())
    cases = tables.read_table(project.path("interim/cases"))
    assert set(found["case_id"]) == set(cases.loc[cases["queue"], "case_id"])
    assert list(found.columns)[:8] == ["case_id", "score", "raw", "low", "high", "doubt", "why_doubt", "reason_1"]
    assert (found["low"] <= found["score"]).all() and (found["score"] <= found["high"]).all()
    assert found["doubt"].any() and not found["doubt"].all()
    assert found["doubt"].equals(found["why_doubt"] == "wide")
    assert found["score"].between(0, 1).all()
    assert (np.argsort(found["score"], kind="stable") == np.argsort(found["raw"], kind="stable")).all()
    assert set(found["reason_1"]) <= {record["name"] for record in sets.describe(project.programme.features)}
    assert project.progress.done[-1] == 1.0


def test_parts_change_no_bit(project, another):
    one, four = scored(project.fill(parts=1)), scored(another("other").fill(parts=4))
    pd.testing.assert_frame_equal(one, four.sort_values("case_id", ignore_index=True), check_exact=True)


def test_an_empty_part_has_the_same_columns_and_an_empty_queue_is_a_finding(project):
    project.fill().run(train.STAGE)
    first = pd.read_parquet(tables.part_path(project.path("interim/cases"), 0))
    tables.write_frame(first.assign(queue=False), tables.part_path(project.path("interim/cases"), 0))
    project.run(score.STAGE)
    empty, full = tables.read_parts(project.path("interim/scores"))
    assert len(empty) == 0 and len(full) > 0
    assert empty.dtypes.equals(full.dtypes)
    second = pd.read_parquet(tables.part_path(project.path("interim/cases"), 1))
    tables.write_frame(second.assign(queue=False), tables.part_path(project.path("interim/cases"), 1))
    assert "no case to score" in project.run(score.STAGE).findings[0]


def test_an_edited_model_gives_no_score(project):
    project.fill().run(train.STAGE)
    path = project.path("model/model.txt")
    path.write_text(path.read_text().replace("leaf_value=", "leaf_value=9", 1))
    with pytest.raises(ValueError, match="edited after training"):
        project.run(score.STAGE)
    assert not project.path("interim/scores").exists()


def test_a_feature_that_is_gone_is_named(project):
    project.fill().run(train.STAGE)
    for part in range(2):
        path = tables.part_path(project.path("interim/features"), part)
        tables.write_frame(pd.read_parquet(path).drop(columns="wage"), path)
    with pytest.raises(ValueError, match="`wage` is missing"):
        project.run(score.STAGE)


def test_cases_about_which_the_model_cannot_speak_are_counted(project):
    project.fill().run(train.STAGE)
    report = project.run(score.STAGE)
    assert report.figures["cannot_say"] == 0 and "cannot say" not in " ".join(report.lines)
    path = tables.part_path(project.path("interim/features"), 0)
    queue = pd.read_parquet(tables.part_path(project.path("interim/cases"), 0))["queue"].to_numpy(dtype=bool)
    gaps = np.flatnonzero(queue)[:3]
    features = pd.read_parquet(path)
    features.iloc[gaps, features.columns.get_loc("wage")] = np.nan
    tables.write_frame(features, path)
    report = project.run(score.STAGE)
    assert report.figures["cannot_say"] == 3
    assert "3 of them lack what no training case lacked" in report.lines[-1]
    found = tables.read_part(project.path("interim/scores"), 0)
    unsaid = found["why_doubt"] == "cannot_say"
    assert unsaid.sum() == 3 and found.loc[unsaid, "doubt"].all()
    assert found.loc[unsaid, ["low", "high"]].isna().all(axis=None) and found["score"].notna().all()


def test_the_doubt_of_a_case_does_not_depend_on_who_else_waits(project):
    whole = scored(project.fill()).set_index("case_id")
    for part in range(2):
        path = tables.part_path(project.path("interim/cases"), part)
        cases = pd.read_parquet(path)
        tables.write_frame(cases.assign(queue=cases["queue"] & (cases.index % 3 == 0)), path)
    project.run(score.STAGE)
    few = tables.read_table(project.path("interim/scores")).set_index("case_id")
    assert 0 < len(few) < len(whole)
    pd.testing.assert_frame_equal(few, whole.loc[few.index], check_exact=True)


def test_an_unconstrained_model_scores_without_intervals_and_says_so(another):
    project = another("whole", additive=False).fill()
    project.run(train.STAGE)
    report = project.run(score.STAGE)
    found = tables.read_table(project.path("interim/scores"))
    assert found[["low", "high"]].isna().all(axis=None) and not found["doubt"].any()
    assert "gives no intervals" in report.lines[1] and report.figures["wide"] == 0
