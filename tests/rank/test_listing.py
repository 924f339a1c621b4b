"""The rows of the lists and the CSV: every file once, no personal data, no score where it plays no part."""

import pandas as pd
import pytest

from pipeline.rank import listing

TOLD = [f"{part}_{number}" for number in (1, 2, 3) for part in ("code", "reason", "change")]
COLUMNS = ["list", "rank", "office_rank", "office", "office_name", "case_id", "lodged_on", "arm", "why_doubt", "mark",
           "score", "low", "high", *TOLD, "rest", "held_for", "ask_for"]  # fmt: skip


@pytest.fixture
def csv(queue, tmp_path):
    listing.write_csv(queue.rows(), tmp_path / "ranked_list.csv")
    return pd.read_csv(tmp_path / "ranked_list.csv", dtype=str, keep_default_na=False)


def test_every_file_stands_once_the_ranked_first(queue, csv):
    assert list(csv.columns) == COLUMNS
    assert sorted(csv["case_id"]) == sorted(queue.cases["case_id"])
    lists = csv["list"].tolist()
    assert lists == sorted(lists, key=["ranked", "held", "incomplete"].index)
    ranked = csv[csv["list"] == "ranked"]
    assert ranked["rank"].astype(int).tolist() == list(range(1, len(ranked) + 1))
    assert (
        ranked["score"].str.fullmatch(r"([01]\.\d{4})?").all()
        and ranked["lodged_on"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    )


def test_score_and_reasons_are_shown_only_where_they_make_the_order(csv):
    aside = csv[csv["list"] != "ranked"]
    assert (aside[["rank", "office_rank", "why_doubt", "mark", "score", "low", "high", *TOLD, "rest"]] == "").all(
        axis=None
    )
    assert (aside["arm"] == "false").all()
    ranked = csv[csv["list"] == "ranked"]
    assert (ranked[["held_for", "ask_for"]] == "").all(axis=None)


def test_a_file_of_the_review_arm_shows_nothing_of_its_score(queue, csv):
    drawn = set(queue.cases.loc[queue.cases["arm"], "case_id"])
    ranked = csv[csv["list"] == "ranked"]
    arm = ranked[ranked["case_id"].isin(drawn)]
    assert len(arm) > 3 and (arm["arm"] == "true").all() and (ranked["arm"] == "true").sum() == len(arm)
    assert (arm[["why_doubt", "score", "low", "high", *TOLD, "rest"]] == "").all(axis=None)
    assert set(arm["mark"]) == {"Drawn for the random review: handle without score"}
    kept = queue.ranked().set_index("case_id").loc[arm["case_id"]]
    assert kept["score"].notna().all()  # what is learnt from the arm needs it later


def test_doubt_is_a_word_beside_its_interval(queue, csv):
    ranked = csv[(csv["list"] == "ranked") & (csv["arm"] == "false")]
    why = queue.scores.set_index("case_id")["why_doubt"].loc[ranked["case_id"]].to_numpy()
    assert (ranked["why_doubt"].to_numpy() == why).all() and set(why) == {"", "wide", "cannot_say"}
    wide, empty, sure = (ranked[why == kind] for kind in ("wide", "cannot_say", ""))
    assert (wide["mark"] == "Not sure: a person first").all() and (sure["mark"] == "").all()
    assert (wide[["score", "low", "high"]] != "").all(axis=None)
    assert (wide["low"].astype(float) <= wide["score"].astype(float)).all()
    assert (empty["mark"] == "The model cannot say: a person first").all()
    assert (empty[["score", "low", "high", *TOLD, "rest"]] == "").all(axis=None)


def test_held_files_name_the_article_and_incomplete_ones_the_paper(queue, csv):
    gates = queue.gates.set_index("case_id")
    for row in csv[csv["list"] != "ranked"].to_dict("records"):
        answers = gates.loc[row["case_id"]]
        assert ("Law, article 49(4)" in row["held_for"]) == (answers["G02"] == "FAIL")
        assert ("A certificate of a bank" in row["ask_for"]) == (answers["G02"] == "UNKNOWN")
        assert bool(row["held_for"]) == (row["list"] == "held")
    both = csv[(csv["held_for"] != "") & (csv["ask_for"] != "")]
    assert len(both) > 0 and (both["list"] == "held").all()


def test_the_csv_holds_no_personal_data(queue, csv):
    text = csv.to_csv()
    assert "person_id" not in csv.columns and "name" not in csv.columns
    assert not any(person in text for person in queue.cases["person_id"])


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_same_rows_give_the_same_bytes_in_every_language(queue, tmp_path, lang):
    for name in ("one.csv", "two.csv"):
        listing.write_csv(queue.rows(lang), tmp_path / name)
    one = (tmp_path / "one.csv").read_bytes()
    assert one == (tmp_path / "two.csv").read_bytes() and not one.startswith(b"\xef\xbb\xbf") and b"\r" not in one
    english = queue.rows("en")
    assert queue.rows(lang)["case_id"].tolist() == english["case_id"].tolist()
    for column in ("reason_1", "change_1", "mark", "rest"):
        assert (queue.rows(lang)[column].tolist() == english[column].tolist()) == (lang == "en")
