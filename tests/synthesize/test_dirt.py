"""Planted lines: one defect each, fresh keys, duplicates behind what they repeat."""

import csv
import gzip
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.core import programme
from pipeline.core.checkdigits import iin_valid, mrz_td3_valid
from pipeline.synthesize import dirt, export

SOURCES = programme.load("kz_2026").tables
IDS = {"applications", "persons", "agency_checks", "documents", "border_crossings", "language_tests", "employment"}
SPARSE = ("findings", "holds")


def lines(written: SimpleNamespace, source: str) -> list[str]:
    path = written.raw / SOURCES[source].file
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    return text.split("\n")


def planted(written: SimpleNamespace, source: str, kind: str) -> list[tuple[int, str]]:
    table = pd.read_csv(written.truth / "planted.csv")
    rows = table[(table["source"] == source) & (table["kind"] == kind)]
    text = lines(written, source)
    assert len(rows) > 0
    return [(line, text[line - 1]) for line in rows["line"]]


def fields(source: str, line: str) -> dict[str, str]:
    return dict(zip(SOURCES[source].columns, next(csv.reader([line])), strict=True))


@pytest.mark.parametrize("source", sorted(dirt.RECIPES))
def test_every_defect_names_a_column_of_the_source(source: str):
    columns = set(SOURCES[source].columns)
    paths = {column.path for column in SOURCES[source].columns.values() if column.path}
    sample = {**dict.fromkeys(columns | paths, "2025-01-01"), **{f"_{name}": "" for name in columns}}
    for _, change in dirt.RECIPES[source].defects:
        assert set(change(sample)) <= set(sample)
    assert {dirt.RECIPES[source].key} | set(dirt.RECIPES[source].unique) <= columns


def test_the_declared_share_is_planted(written: SimpleNamespace):
    table = pd.read_csv(written.truth / "planted.csv")
    for source in (*IDS, *SPARSE):
        bad = ((table["source"] == source) & (table["expected"] == "quarantined")).sum()
        assert bad == pytest.approx(0.02 * (written.lines[source] - bad), abs=2.5)


def test_every_kind_is_planted_somewhere(written: SimpleNamespace):
    kinds = set(pd.read_csv(written.truth / "planted.csv")["kind"])
    assert kinds == {
        "unreadable", "not_a_date", "not_a_number", "not_a_boolean", "missing", "out_of_range", "unknown_code",
        "bad_pattern", "bad_check_digit", "duplicate_key", "duplicate_row_fields", "unknown_reference", "rule",
        "second_header", "cut_off", "late_answer", "missing_block",
    }  # fmt: skip


@pytest.mark.parametrize("source", SPARSE)
def test_sparse_sources_are_spoiled_in_every_way(source: str, past: SimpleNamespace):
    table = past.made.tables[source]
    planter = dirt.Planter(source, table.column_names)
    planted_lines = planter.plant(export.csv(table), 0.1, np.random.default_rng(0))
    kinds = {line.kind for line in planted_lines}
    assert kinds == {kind for kind, _ in dirt.RECIPES[source].defects} | dirt.NO_COLUMNS
    keys = set(table.column(0).to_pylist())
    for line in planted_lines:
        if line.kind not in dirt.NO_COLUMNS:
            assert (fields(source, line.text)[table.column_names[0]] in keys) == (line.kind == "duplicate_key")


def test_wrong_check_digits_are_wrong(written: SimpleNamespace):
    for _, line in planted(written, "persons", "bad_check_digit"):
        row = fields("persons", line)
        iin, zone = (pd.Series([row[name] or None], dtype="str") for name in ("iin", "mrz_line2"))
        assert not (iin_valid(iin)[0] and mrz_td3_valid(zone)[0])


def test_duplicates_stand_behind_what_they_repeat(written: SimpleNamespace):
    for source in IDS:
        text = lines(written, source)
        for line, copy in planted(written, source, "duplicate_key"):
            key = copy.split(",")[0]
            assert next(number for number, other in enumerate(text, 1) if other.startswith(key + ",")) < line


def test_the_same_person_under_another_spelling(written: SimpleNamespace):
    commas = len(SOURCES["persons"].columns) - 1
    text = [fields("persons", line) for line in lines(written, "persons")[1:] if line.count(",") == commas]
    for _, line in planted(written, "persons", "duplicate_row_fields"):
        row = fields("persons", line)
        same = [
            other for other in text
            if (row["iin"] and other["iin"] == row["iin"])
            or (row["passport_no"] and (other["passport_no"], other["birth_date"]) == (row["passport_no"], row["birth_date"]))
        ]  # fmt: skip
        assert len(same) == 2
        assert same[0]["person_id"] != same[1]["person_id"]
        assert same[0]["surname"] != same[1]["surname"]


def test_an_impossible_date_a_broken_line_a_second_header(written: SimpleNamespace):
    for _, line in planted(written, "applications", "not_a_date"):
        assert fields("applications", line)["lodged_on"].endswith("-02-31")
    for _, line in planted(written, "applications", "unreadable"):
        assert line.count(",") != len(SOURCES["applications"].columns) - 1
    for _, line in planted(written, "applications", "second_header"):
        assert line == lines(written, "applications")[0]
    for _, line in planted(written, "questionnaires", "unreadable"):
        with pytest.raises(json.JSONDecodeError):
            json.loads(line)


def test_the_crossings_are_cut_off_in_their_last_line(written: SimpleNamespace):
    ((number, line),) = planted(written, "border_crossings", "cut_off")
    text = lines(written, "border_crossings")
    assert number == len(text)
    assert line.count(",") == 2


def test_kept_rows_are_marked_where_they_stand(written: SimpleNamespace):
    for _, line in planted(written, "questionnaires", "missing_block"):
        assert "answers" not in json.loads(line)
    for _, line in planted(written, "agency_checks", "late_answer"):
        row = fields("agency_checks", line)
        assert pd.Timestamp(row["recorded_on"]) - pd.Timestamp(row["answered_on"]) > pd.Timedelta(days=60)


def test_planted_outcomes_have_fresh_keys_and_questionnaires_spare_ones(written: SimpleNamespace):
    text = lines(written, "outcomes")
    keys = [line.split(",")[0] for line in text]
    for kind in ("unknown_code", "out_of_range", "rule"):
        for _, line in planted(written, "outcomes", kind):
            assert keys.count(line.split(",")[0]) == 1
    for _, line in planted(written, "questionnaires", "unknown_code"):
        key = json.loads(line)["application_id"]
        assert sum(f'"{key}"' in other for other in lines(written, "questionnaires")) == 1
