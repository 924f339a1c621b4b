"""The rows of the lists and the CSV: every file once, no personal data, no score where it plays no part."""

import pandas as pd
import pytest

from pipeline.rank import listing

COLUMNS = ["list", "rank", "office_rank", "office", "office_name", "case_id", "lodged_on", "score",
           "reason_1", "reason_2", "reason_3", "held_for", "ask_for"]  # fmt: skip


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
        ranked["score"].str.fullmatch(r"[01]\.\d{4}").all()
        and ranked["lodged_on"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    )


def test_score_and_reasons_are_shown_only_where_they_make_the_order(csv):
    aside = csv[csv["list"] != "ranked"]
    assert (aside[["rank", "office_rank", "score", "reason_1", "reason_2", "reason_3"]] == "").all(axis=None)
    ranked = csv[csv["list"] == "ranked"]
    assert (ranked[["held_for", "ask_for"]] == "").all(axis=None)


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
    assert (queue.rows(lang)["reason_1"].tolist() == english["reason_1"].tolist()) == (lang == "en")
