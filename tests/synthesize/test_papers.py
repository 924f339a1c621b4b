"""Checks and documents."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.synthesize import figures, papers

AS_OF = pd.Timestamp("2026-06-30")


def test_six_checks_a_file_of_which_all_old_ones_are_answered(past: SimpleNamespace):
    checks = past.agency_checks
    assert checks["check_id"].is_unique
    answered = checks[checks["answer"] != "pending"]
    assert (answered.groupby("application_id")["agency"].nunique() == 6).mean() > 0.97  # the rest: recorded late
    assert not answered.duplicated(["application_id", "agency"]).any()


def test_a_pending_row_stands_before_its_answer_and_on_another_day(waiting: SimpleNamespace):
    checks = waiting.agency_checks
    pending = checks[checks["answer"] == "pending"]
    assert pending["answered_on"].isna().all()
    both = pending.merge(checks[checks["answer"] != "pending"], on=["application_id", "agency"])
    assert len(both) > 0
    assert (both["recorded_on_x"] < both["recorded_on_y"]).all()
    only = set(zip(pending["application_id"], pending["agency"], strict=True)) - set(
        zip(both["application_id"], both["agency"], strict=True)
    )
    assert len(only) > 50  # still waiting


def test_days_are_in_order_and_known(past: SimpleNamespace, waiting: SimpleNamespace):
    for made in (past, waiting):
        checks = made.agency_checks.dropna(subset="answered_on")
        assert (checks["requested_on"] <= checks["answered_on"]).all()
        assert (checks["answered_on"] <= checks["recorded_on"]).all()
        assert (made.documents["issued_on"] <= made.documents["received_on"]).all()
        for frame, column in ((made.agency_checks, "recorded_on"), (made.documents, "received_on")):
            assert pd.to_datetime(frame[column]).max() <= AS_OF


def test_late_rows_are_late(past: SimpleNamespace):
    late = past.agency_checks.iloc[past.made.late_checks]
    gap = pd.to_datetime(late["recorded_on"]) - pd.to_datetime(late["answered_on"])
    assert len(late) > 100
    assert (gap > pd.Timedelta(days=60)).all()


def test_what_was_found_has_its_day(past: SimpleNamespace):
    found = past.agency_checks.query("answer == 'found' and agency in ['MIA_EXPULSION', 'MIA_CONVICTION']")
    assert found["found_on"].notna().all()
    expelled = found[found["agency"] == "MIA_EXPULSION"]
    years = (pd.to_datetime(expelled["requested_on"]) - pd.to_datetime(expelled["found_on"])).dt.days / 365.25
    assert (years < 5).any()
    assert (years > 5).any()


def test_only_bank_certificates_and_fees_carry_a_sum_and_most_suffice(waiting: SimpleNamespace):
    kind = waiting.documents["kind"]
    assert (waiting.documents["amount_kzt"].notna() == kind.isin(["solvency", "state_fee"])).all()
    rows = waiting.documents.merge(waiting.applications, on="application_id")
    rows = rows[pd.to_datetime(rows["lodged_on"]).dt.year == 2026]
    for name, need, least in (("solvency", 1320, 0.9), ("state_fee", 4, 0.98)):
        enough = rows.loc[rows["kind"] == name, "amount_kzt"] >= need * figures.mci(2026)
        assert least < enough.mean() < 1
    assert rows.loc[rows["kind"] == "state_fee", "amount_kzt"].mode().tolist() == [17_300]


def test_every_file_owes_some_papers_and_nearly_all_have_them(past: SimpleNamespace):
    share = past.documents.groupby("kind")["application_id"].nunique() / len(past.applications)
    assert set(share.index) == set(papers.KINDS)
    for kind in ("criminal_record", "medical", "housing", "autobiography", "state_fee"):
        assert 0.97 < share[kind] < 1
    assert not past.documents.duplicated(["application_id", "kind"]).any()


def test_the_home_state_is_asked_for_its_consent_where_the_law_says_so(past: SimpleNamespace):
    consent = past.documents.loc[past.documents["kind"] == "home_consent", "application_id"]
    rows = past.applications.merge(past.persons, on="person_id").dropna(subset=["ethnic_kazakh", "refugee"])
    chinese_kazakh = rows["ethnic_kazakh"].astype(bool) & (rows["citizenship"] == "CHN")
    owed = ~rows["refugee"].astype(bool) & ~chinese_kazakh & (rows["citizenship"] != "XXA")
    there = rows["application_id"].isin(consent)
    assert not there[~owed].any()
    assert 1 - there[owed].mean() == pytest.approx(figures.NO_HOME_CONSENT.value, abs=0.006)


def test_papers_of_children_are_in_files_with_children(past: SimpleNamespace):
    rows = past.documents.merge(past.applications, on="application_id")
    children = rows["kind"].isin(["birth_certificate", "own_consent"])
    assert children.any()
    assert (rows.loc[children, "family_size"] > 2).all()


def test_the_sweep_is_one_more_check_and_moves_no_other():
    rng = np.random.default_rng(0)
    five = papers.draw_checks(rng, np.full(1000, 20_000), True, 0.1)
    found = rng.random(1000) < 0.1
    six = papers.with_sweep(rng, five, found, True, 0.1)
    for name, value in vars(five).items():
        if value.ndim == 2:
            assert (vars(six)[name][:, :5] == value).all()
    assert ((six.answer[:, papers.REGISTERS] == papers.FOUND) == found).all()
    assert (six.against == five.against | found).all()
    assert (six.requested[:, 5] == five.requested[:, 0]).all()


def test_grounds_are_answers_against_the_file():
    checks = papers.draw_checks(np.random.default_rng(0), np.full(20_000, 20_000), False, 0.0)
    wrong = (checks.answer != papers.CLEAR) & (np.arange(5) != papers.EXPULSION)
    assert (checks.against >= wrong.any(axis=1)).all()
    old = (checks.answer[:, papers.EXPULSION] == papers.FOUND) & ~checks.against
    assert old.any()
    assert (20_000 - checks.found[old, papers.EXPULSION] > papers.BAN_DAYS).all()
