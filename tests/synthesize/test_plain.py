"""The plain recipe: rows that every description accepts, drawn from nothing else, the same each time."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import Problem
from pipeline.core.expressions import column
from pipeline.core.programme import Programme, Source, Synthetic, load
from pipeline.synthesize import plain

WORDS = {"kk": "а", "ru": "а", "en": "a"}
AS_OF = date(2026, 6, 30)


def source(name, columns, **more):
    described = {key: {"kind": "text", "meaning": "m", **value} for key, value in columns.items()}
    return Source.model_validate(
        {"name": name, "file": f"{name}.csv", "title": name, "known_on": "day", "columns": described, **more}
    )


def programme(*sources, likely=None):
    return Programme.model_validate(
        {
            "folder": Path("p"), "programme": "p", "title": WORDS, "status": "SYNTHETIC", "as_of": AS_OF, "groups": {},
            "cases": {"source": "cases", "lodged_on": "day"}, "sources": [each.name for each in sources], "salt": "s",
            "offices": {"list": {"A": {"name": WORDS}}}, "tables": {each.name: each for each in sources},
            "synthetic": Synthetic.model_validate({"recipe": "plain", "likely": likely or {}}),
        }
    )  # fmt: skip


DAY = {"kind": "date", "low": "2026-01-01", "required": True}
ID = {"kind": "id", "pattern": "C[0-9]{4}", "required": True}
CASES = {
    "case": ID, "day": DAY, "other": {"kind": "date", "low": "2025-01-01", "high": "2030-01-01", "format": "%d.%m.%Y"},
    "code": {"kind": "code", "codes": ["a", "b", "c"]}, "whole": {"kind": "integer", "low": 3, "high": 7},
    "amount": {"kind": "number", "low": 0, "high": 10}, "yes": {"kind": "boolean"}, "free": {}, "short": {"pattern": "[A-C]-[0-9]{2}"},
}  # fmt: skip


def written(made, folder, cases=400, seed=1):
    plain.write(folder, made, cases=cases, seed=seed)
    return {path.stem: pd.read_csv(path, dtype="str", keep_default_na=False) for path in sorted(folder.glob("*.csv"))}


def test_every_column_keeps_its_description(tmp_path):
    found = written(programme(source("cases", CASES, key="case")), tmp_path)["cases"]
    assert list(found) == list(CASES)
    assert found["case"].tolist() == [f"C{number:04}" for number in range(1, 401)]
    days = pd.to_datetime(found["day"])
    assert days.min() >= pd.Timestamp("2026-01-01") and days.max() <= pd.Timestamp(AS_OF)
    other = pd.to_datetime(found["other"].replace("", None), format="%d.%m.%Y")
    assert other.max() <= pd.Timestamp(AS_OF)
    assert set(found["code"]) == {"a", "b", "c", ""}
    assert set(found["whole"]) == {"3", "4", "5", "6", "7", ""}
    assert pd.to_numeric(found["amount"]).between(0, 10).eq(False).sum() == (found["amount"] == "").sum()
    assert set(found["yes"]) == {"true", "false", ""}
    assert found["free"].str.startswith("SYNTHETIC").sum() > 300
    assert found["short"].str.fullmatch("[A-C]-[0-9]{2}|").all()
    for name in ("case", "day"):
        assert (found[name] != "").all()
    for name in ("code", "whole", "yes"):
        assert 0 < (found[name] == "").mean() < 0.1


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(tmp_path):
    made = programme(source("cases", CASES, key="case"))
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        plain.write(tmp_path / name, made, cases=50, seed=seed)
    one, same, other = ((tmp_path / name / "cases.csv").read_bytes() for name in "abc")
    assert one == same != other


def test_references_rules_and_unique_columns_are_kept(tmp_path):
    papers = source(
        "papers",
        {
            "paper": {"kind": "id"}, "case": {**ID}, "day": DAY, "end": {"kind": "date", "low": "2026-01-01"},
            "kind": {"kind": "code", "codes": ["x", "y"], "required": True},
        },
        key="paper", refers={"case": "cases"}, rules={"forwards": "day <= end"}, unique=[["case", "kind"]], rows=(10, 60),
    )  # fmt: skip
    found = written(programme(papers, source("cases", CASES, key="case")), tmp_path)
    frame = found["papers"]
    assert len(frame) == 60
    assert set(frame["case"]) <= set(found["cases"]["case"])
    assert frame["paper"].tolist()[:2] == ["papers-1", "papers-2"]
    known = frame[frame["end"] != ""]
    assert (known["day"] <= known["end"]).all()
    assert not frame.duplicated(["case", "kind"]).any()


def test_likely_values_and_spans_narrow_what_is_drawn(tmp_path):
    likely = {"cases.code": ["b"], "cases.whole": {"low": 4, "high": 5}, "cases.day": {"low": "2026-06-01", "high": "2026-06-02"}}  # fmt: skip
    found = written(programme(source("cases", CASES, key="case"), likely=likely), tmp_path)["cases"]
    assert set(found["code"]) == {"b", ""}
    assert set(found["whole"]) == {"4", "5", ""}
    assert set(found["day"]) == {"2026-06-01", "2026-06-02"}


@pytest.mark.parametrize(
    ("columns", "more", "likely", "says"),
    [
        ({"iin": {"kind": "id", "check": "iin"}}, {}, {}, "nothing is drawn that keeps the check `iin`"),
        ({"word": {"pattern": "a|b"}}, {}, {}, "no text is drawn from the pattern"),
        ({}, {"rules": {"never": 'day < date("2000-01-01")'}}, {}, "drawn rows keep its rules"),
        ({}, {}, {"cases.nothing": [1]}, "names `cases.nothing`, which no source has"),
        ({}, {"format": "ndjson"}, {}, "written as CSV only"),
    ],
)
def test_what_cannot_be_drawn_is_said(tmp_path, columns, more, likely, says):
    made = programme(source("cases", {"case": ID, "day": DAY, **columns}, key="case", **more), likely=likely)
    with pytest.raises(Problem, match=says):
        plain.write(tmp_path, made, cases=20, seed=1)


def test_a_pattern_with_too_few_texts_for_the_keys_is_said(tmp_path):
    made = programme(source("cases", {"case": {**ID, "pattern": "C[0-9]"}, "day": DAY}, key="case"))
    with pytest.raises(Problem, match="too few texts for 10 keys"):
        plain.write(tmp_path, made, cases=10, seed=1)


@given(st.integers(0, 26 * 1000 - 1))
def test_texts_are_counted_like_digits(number):
    alphabets = plain.parse("[A-Z]-[0-9]{3}", "here")
    text = plain.strings(alphabets, np.array([number]))[0]
    assert text == f"{chr(65 + number // 1000)}-{number % 1000:03}"


@pytest.mark.parametrize("name", ["ca_fsw", "au_skilled"])
def test_the_examples_have_files_on_both_sides_of_every_rule(tmp_path, name):
    described = load(name)
    lines = plain.write(tmp_path, described, cases=300, seed=7)
    assert lines == {"applications": 301}
    frame = pd.read_csv(tmp_path / "applications.csv", dtype="str")
    assert list(frame) == list(described.tables["applications"].columns)
    assert frame["lodged_on"].max() < described.as_of.isoformat()
    assert column(frame["lodged_on"]).known.all()
