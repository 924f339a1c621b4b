import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core.programme import Source
from pipeline.core.tables import hash_keys
from pipeline.validate.keys import Seen
from pipeline.validate.validator import Validator, contradicted

REASONS = {
    3: ["out_of_range"],
    5: ["unknown_reference"],
    6: ["bad_pattern", "rule:ordered"],
    7: ["missing"],
    8: ["second_header"],
    9: ["not_a_number", "not_a_date"],
    10: ["unknown_code", "duplicate_row_fields"],
}


def persons() -> dict[str, Seen]:
    seen = Seen()
    seen.add(hash_keys(pd.Series(["P1", "P2"], dtype="str")), np.zeros(2, dtype=np.int32))
    return {"persons": seen}


def walk(
    source: Source, text: pd.DataFrame, lines: np.ndarray, sizes: list[int]
) -> tuple[Validator, list[int], dict[int, list[str]]]:
    validator, at = Validator(source, persons()), 0
    accepted: list[int] = []
    turned: dict[int, list[str]] = {}
    while at < len(text):
        size = sizes.pop() if sizes else len(text)
        block = text.iloc[at : at + size]
        verdict = validator.block(block.reset_index(drop=True), lines[at : at + size], [])
        validator.seen.add(verdict.keys, np.zeros(len(verdict.keys), dtype=np.int32))
        away = {row.line: row.reason.split("; ") for row in verdict.quarantined.itertuples()}
        accepted += [int(line) for line in lines[at : at + size] if line not in away]
        turned |= away
        at += size
    return validator, accepted, turned


def test_each_bad_row_is_set_aside_for_its_reasons_and_no_clean_one(
    source: Source, text: pd.DataFrame, lines: np.ndarray
):
    validator, accepted, turned = walk(source, text, lines, [])
    assert turned == REASONS
    assert accepted == [2, 4]  # the row with the same id as a bad one stays
    assert validator.read == validator.accepted + validator.quarantined == 9
    unmet = {(e["reason"], e["column"]): e["unexpected"] for e in _counts(validator) if e["unexpected"]}
    assert unmet[("out_of_range", "wage")] == 1
    assert unmet[("unknown_reference", "person")] == 2  # P9, and the repeated header


def _counts(validator: Validator) -> list[dict]:
    document = validator.suite.document()
    return [{**e["meta"], **c} for e, c in zip(document["expectations"], validator.suite.counts, strict=True)]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.integers(1, 4), max_size=9))
def test_the_size_of_a_block_changes_nothing(source: Source, text: pd.DataFrame, lines: np.ndarray, sizes: list[int]):
    whole, blocks = walk(source, text, lines, []), walk(source, text, lines, list(sizes))
    assert whole[1:] == blocks[1:]
    assert whole[0].suite.counts == blocks[0].suite.counts


def test_the_quarantine_holds_no_values(source: Source, text: pd.DataFrame, lines: np.ndarray):
    quarantined = Validator(source, persons()).block(text, lines, [(11, "unreadable")]).quarantined
    assert list(quarantined) == ["source", "file", "line", "reason", "column"]
    assert quarantined.iloc[-1].tolist() == ["t", "t.csv", 11, "unreadable", ""]


def test_a_mask_that_disagrees_with_the_library_stops_the_run(
    source: Source, text: pd.DataFrame, lines: np.ndarray, monkeypatch: pytest.MonkeyPatch
):
    from pipeline.validate import checks

    monkeypatch.setattr(checks, "_outside", lambda series, low, high: np.zeros(len(series), dtype=bool))
    with pytest.raises(AssertionError, match="out_of_range on wage: the suite finds 1 rows, the mask 0"):
        Validator(source, persons()).block(text, lines, [])


def test_no_rows_at_all(source: Source, text: pd.DataFrame):
    verdict = Validator(source, persons()).block(text.iloc[:0], np.empty(0, dtype=np.int64), [])
    assert len(verdict.accepted) == len(verdict.quarantined) == 0


def test_rows_that_fall_only_with_what_they_refer_to_are_counted(source: Source, text: pd.DataFrame, lines: np.ndarray):
    lost = Seen()
    lost.add(hash_keys(pd.Series(["P9"], dtype="str")), np.zeros(1, dtype=np.int32))
    validator = Validator(source, persons(), {"persons": lost})
    validator.block(text, lines, [])
    assert validator.orphans == 1
    away = Validator(source, persons())
    away.block(text, lines, [])
    assert away.orphans == 0
    assert (away.turned_away.part(hash_keys(pd.Series(["A3", "A8", "A1"], dtype="str"))) >= 0).tolist() == [
        True,
        True,
        False,
    ]


def test_a_pattern_does_not_overlook_a_line_break_at_the_end(source: Source, text: pd.DataFrame, lines: np.ndarray):
    broken = text.assign(id=text["id"].replace({"A1": "A1\n"}))
    assert "bad_pattern" in Validator(source, persons()).block(broken, lines, []).quarantined["reason"].tolist()[0]


def test_rows_that_would_be_lost_stop_the_run(
    source: Source, text: pd.DataFrame, lines: np.ndarray, monkeypatch: pytest.MonkeyPatch
):
    validator = Validator(source, persons())
    kept = validator._turned_away
    monkeypatch.setattr(validator, "_turned_away", lambda *given: kept(*given).iloc[1:])
    with pytest.raises(AssertionError, match="9 rows came in, 8 went out"):
        validator.block(text, lines, [])


def test_rows_set_aside_keep_their_links_and_lose_the_values_that_broke_a_demand(
    source: Source, text: pd.DataFrame, lines: np.ndarray
):
    found = Validator(source, persons()).block(text, lines, []).set_aside
    kept = set(lines[found.index])
    repeats = {line for line, reasons in REASONS.items() if set(reasons) <= {"second_header", "duplicate_row_fields"}}
    assert kept == set(REASONS) - repeats  # a repeated row hides nothing
    by_line = found.set_axis(lines[found.index])
    assert by_line.loc[3].notna()["person"] and pd.isna(by_line.loc[3, "wage"])  # out of range
    assert pd.isna(by_line.loc[5, "person"])  # refers to nobody


def twins(source: Source, first: dict, second: dict) -> list[int]:
    """How many rows are doubtful, and how many accepted ones with them, where `second` repeats the key of `first`."""
    columns = list(source.columns)
    accepted, again = (pd.DataFrame([{**dict.fromkeys(columns), **row}], columns=columns) for row in (first, second))
    return [len(rows) for rows in contradicted(source, [again], iter([accepted]))]


def test_a_repeated_row_that_says_something_else_is_doubtful_and_so_is_the_first(source: Source):
    first = {source.key: "E1", "person": "P1", "wage": 5.0}
    assert twins(source, first, first) == [0, 0]
    assert twins(source, first, {**first, "person": "P2"}) == [1, 1]
    assert twins(source, first, {**first, "wage": None}) == [1, 1]
    assert twins(source, first, {**first, source.key: "E2"}) == [0, 0]
    assert [len(rows) for rows in contradicted(source, [], iter([]))] == [0, 0]
