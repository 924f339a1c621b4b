"""The evidence: the model's own cases, the test window, and what is refused."""

import shutil

import numpy as np
import pandas as pd
import pytest

from models.encode import Schema
from pipeline.core import programme as programmes
from pipeline.core.errors import Problem
from pipeline.model import cases as evidence


@pytest.fixture
def copy(project, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(project.root, root)
    return root


def test_training_cases_and_test_window_are_those_of_the_split(project):
    found = evidence.load(project.programme, project.root)
    told = pd.concat([cases for cases, _ in evidence.parts(project.programme, project.root)])
    told = told[told["status"] == "observed"].set_index("case_id")["split"]
    assert set(found.learn.case_id) == set(told.index[told == "train"]) and len(found.learn.y) > 300
    assert set(found.test.case_id) == set(told.index[told == "test"]) and len(found.test.y) > 100
    assert found.learn.lodged_on.max() < found.test.lodged_on.min()
    frame = evidence.learnt_from(project.programme, project.root)
    assert len(frame) == len(found.learn.y) and set(frame.columns) == set(found.scorer.schema.names)


def test_cases_that_the_model_did_not_learn_from_are_refused(project, copy):
    for path in (copy / "data/interim/perm_2016/cases").glob("*.parquet"):
        frame = pd.read_parquet(path)
        frame["label"] = pd.array(np.where(frame["label"].isna(), None, 1 - frame["label"].fillna(0)), dtype="Int8")
        frame.to_parquet(path)
    with pytest.raises(Problem, match="did not learn from the cases"):
        evidence.load(project.programme, copy)


def test_tables_that_do_not_belong_together_are_refused(project, copy):
    for path in (copy / "data/interim/perm_2016/features").glob("*.parquet"):
        pd.read_parquet(path).iloc[::-1].reset_index(drop=True).to_parquet(path)
    with pytest.raises(Problem, match="differ; run the stage `features` again"):
        evidence.load(project.programme, copy)


def test_what_is_missing_is_named(project, tmp_path):
    with pytest.raises(Problem, match=r"data/artifacts/perm_2016: missing; run the road first"):
        evidence.load(project.programme, tmp_path)
    with pytest.raises(Problem, match="no outcome to learn from"):
        evidence.load(programmes.load("ca_fsw"), tmp_path)


def test_no_feature_of_the_shipped_programmes_is_protected_and_a_planted_one_is_found(plain):
    for name in ("kz_2026", "perm_2016"):
        described, protected = evidence.described(programmes.load(name))
        assert described and not protected
    kz = programmes.load("kz_2026")
    age = {"name": "age", "kind": "number", "meaning": "Age"}
    named = type("Model", (), {"schema": Schema(features=[age])})()
    evidence.refuse_protected(kz, named)
    persons = kz.tables["persons"]
    columns = {name: column.model_copy(update={"protected": True}) for name, column in persons.columns.items()}
    hidden = kz.model_copy(update={"tables": {**kz.tables, "persons": persons.model_copy(update={"columns": columns})}})
    hidden.__dict__.pop("hidden", None)  # computed anew for the copy
    with pytest.raises(Problem, match="protected attribute age"):
        evidence.refuse_protected(hidden, named)
