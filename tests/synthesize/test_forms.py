"""Forms and questionnaires."""

from types import SimpleNamespace

import pytest

from pipeline.synthesize import forms


def test_routes_and_offices_are_plausible(past: SimpleNamespace):
    rows = past.applications.merge(past.persons, on="person_id")
    assert set(rows["route"]) == set(forms.ROUTES)
    assert rows.loc[rows["route"] == "kandas", "ethnic_kazakh"].dropna().all()
    assert (rows["office"] == rows["settlement_region"]).mean() == pytest.approx(1 - forms.ELSEWHERE, abs=0.03)
    assert rows["occupation"].isna().mean() == pytest.approx(forms.NO_OCCUPATION, abs=0.01)
    assert rows["family_size"].between(1, 15).all()


def test_answers_lie_in_their_bounds(past: SimpleNamespace):
    rows = past.questionnaires
    for column, high in (("years_experience", 60), ("relatives_in_kz", 50), ("studied_in_kz_years", 20)):
        assert rows[column].dropna().between(0, high).all()
        assert rows[column].isna().mean() == pytest.approx(forms.NO_ANSWER, abs=0.005)
    assert set(rows["housing"].dropna()) == {"own", "rent", "relatives", "none"}


def test_who_has_no_questionnaire_is_named(past: SimpleNamespace):
    unasked = set(past.made.questionnaires.unasked)
    assert unasked == set(past.applications["application_id"]) - set(past.questionnaires["application_id"])
    assert 0 < len(unasked) < 0.02 * len(past.applications)


def test_blocks_are_missing_at_the_declared_rate(past: SimpleNamespace):
    assert past.made.questionnaires.blocks_missing.mean() == pytest.approx(0.01, abs=0.005)


def test_experience_of_an_earlier_file_is_no_longer(past: SimpleNamespace):
    rows = past.applications.merge(past.questionnaires, on="application_id").sort_values("lodged_on")
    twice = rows[rows["person_id"].duplicated(keep=False)].dropna(subset="years_experience").groupby("person_id")
    first, last = twice["years_experience"].first(), twice["years_experience"].last()
    assert len(first) > 100
    assert (first <= last).all()
