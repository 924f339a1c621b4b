"""Checks and documents."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from pipeline.synthesize import figures, papers

AS_OF = pd.Timestamp("2026-06-30")


def test_five_checks_a_file_of_which_all_old_ones_are_answered(past: SimpleNamespace):
    checks = past.agency_checks
    assert checks["check_id"].is_unique
    answered = checks[checks["answer"] != "pending"]
    assert (answered.groupby("application_id")["agency"].nunique() == 5).mean() > 0.97  # the rest: recorded late
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


def test_only_bank_certificates_carry_a_sum_and_most_suffice(waiting: SimpleNamespace):
    bank = waiting.documents["kind"] == "solvency"
    assert waiting.documents.loc[bank, "amount_kzt"].notna().all()
    assert waiting.documents.loc[~bank, "amount_kzt"].isna().all()
    enough = waiting.documents.loc[bank].merge(waiting.applications, on="application_id")
    enough = enough[pd.to_datetime(enough["lodged_on"]).dt.year == 2026]["amount_kzt"] >= 1320 * figures.mci(2026)
    assert 0.9 < enough.mean() < 1


def test_grounds_are_answers_against_the_file():
    checks = papers.draw_checks(np.random.default_rng(0), np.full(20_000, 20_000), False, 0.0)
    wrong = (checks.answer != papers.CLEAR) & (np.arange(5) != papers.EXPULSION)
    assert (checks.against >= wrong.any(axis=1)).all()
    old = (checks.answer[:, papers.EXPULSION] == papers.FOUND) & ~checks.against
    assert old.any()
    assert (20_000 - checks.found[old, papers.EXPULSION] > papers.BAN_DAYS).all()
