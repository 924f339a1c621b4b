"""A chunk as a whole: references hold inside it, and nothing but its arguments decides what is in it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from pipeline.synthesize import chunk, places

DAY = 20_634  # 2026-06-30


def test_references_hold_and_keys_are_unique(past: SimpleNamespace):
    persons, applications = set(past.persons["person_id"]), set(past.applications["application_id"])
    for name in ("language_tests", "border_crossings", "offences", "employment"):
        assert set(getattr(past, name)["person_id"]) <= persons
    for name in ("agency_checks", "documents", "questionnaires", "outcomes"):
        assert set(getattr(past, name)["application_id"]) <= applications
    assert set(past.applications["person_id"]) == persons
    for name in past.made.tables:
        assert getattr(past, name).iloc[:, 0].is_unique


def test_persons_are_registered_before_they_apply_and_adult(past: SimpleNamespace):
    rows = past.applications.merge(past.persons, on="person_id")
    assert (rows["registered_on"] <= rows["lodged_on"]).all()
    first = rows.sort_values("lodged_on").drop_duplicates("person_id", keep="last")
    age = (pd.to_datetime(first["lodged_on"]) - pd.to_datetime(first["birth_date"])).dt.days / 365.25
    assert age.min() >= 18


def test_same_arguments_same_rows_other_seed_other_rows(past: SimpleNamespace, reference: places.Places):
    again = chunk.build(past.plan, np.random.SeedSequence(0), reference, DAY, 0.01)
    assert all(again.tables[name].equals(table) for name, table in past.made.tables.items())
    other = chunk.build(past.plan, np.random.SeedSequence(9), reference, DAY, 0.01)
    assert not other.tables["persons"].equals(past.made.tables["persons"])
    assert len(other.tables["applications"]) == len(past.made.tables["applications"])


def test_truth_has_every_application_and_a_probability_for_each_last_one(
    past: SimpleNamespace, waiting: SimpleNamespace
):
    assert past.truth["application_id"].tolist() == past.applications["application_id"].tolist()
    assert past.truth["probability"].isna().sum() == past.plan.earlier
    assert past.truth["probability"].dropna().between(0, 1).all()
    assert waiting.truth["outcome"].isna().sum() == waiting.plan.files  # nobody has decided yet
