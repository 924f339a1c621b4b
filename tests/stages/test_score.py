"""Scoring as a stage: the queue, its reasons, and no difference by parts."""

import numpy as np
import pandas as pd
import pytest

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
    wanted = ["case_id", "score", "raw", *(f"{name}_{i}" for i in (1, 2, 3) for name in ("reason", "effect", "value"))]
    assert list(found.columns) == wanted
    assert found["score"].between(0, 1).all()
    assert (np.argsort(found["score"], kind="stable") == np.argsort(found["raw"], kind="stable")).all()
    assert set(found["reason_1"]) <= {"education", "employer", "major", "state", "visa_type", "wage"}
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
    assert report.figures["cannot_say"] == 0 and len(report.lines) == 1
    path = tables.part_path(project.path("interim/features"), 0)
    queue = pd.read_parquet(tables.part_path(project.path("interim/cases"), 0))["queue"].to_numpy(dtype=bool)
    gaps = np.flatnonzero(queue)[:3]
    features = pd.read_parquet(path)
    features.iloc[gaps, features.columns.get_loc("wage")] = np.nan
    tables.write_frame(features, path)
    report = project.run(score.STAGE)
    assert report.figures["cannot_say"] == 3
    assert "3 of them lack what no training case lacked" in report.lines[1]
