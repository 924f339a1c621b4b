"""What every row of a source must meet: one list of checks, made from its column records.

Each check marks bad rows with pandas and states the same demand as a Great Expectations expectation; the suite
confirms the counts of the masks, so each is the other's witness.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.columns import Column
from pipeline.core.checkdigits import iin_valid, mrz_td3_valid
from pipeline.core.expressions import column as values
from pipeline.core.programme import Source
from pipeline.validate.typed import REASONS

_DIGITS = {"iin": iin_valid, "mrz_td3": mrz_td3_valid}


@dataclass(frozen=True)
class Check:
    """One demand on one column (or a flag column that a rule makes)."""

    reason: str  # code in the quarantine
    column: str  # column it speaks of, in words for people
    tested: str  # column of the tested frame
    expectation: str  # type name of the expectation
    arguments: dict[str, Any]
    bad: Callable[[pd.DataFrame], np.ndarray]  # tested frame -> rows that break it


def flag(kind: str, name: str) -> str:
    """The name of the flag column that holds the answer of a check which no single stock expectation makes."""
    return f"{kind}::{name}"


def of(source: Source) -> list[Check]:
    """All checks of `source`, in a fixed order: reading, gaps, bounds, digits, rules, keys, references."""
    checks: list[Check] = []
    for name, column in source.columns.items():
        checks += _column(name, column)
    for rule in source.rules:
        checks.append(_flagged(f"rule:{rule}", ", ".join(sorted(source.rules[rule].names)), flag("rule", rule)))
    checks.append(_flagged("second_header", "(the whole line)", flag("header", source.key)))
    checks.append(_flagged("duplicate_key", source.key, flag("key", source.key)))
    for fields in source.unique:
        checks.append(_flagged("duplicate_row_fields", ", ".join(fields), flag("unique", "+".join(fields))))
    for name in source.refers:
        checks.append(_flagged("unknown_reference", name, flag("reference", name)))
    return checks


def _flagged(reason: str, column: str, tested: str) -> Check:
    return Check(
        reason,
        column,
        tested,
        "expect_column_values_to_be_in_set",
        {"value_set": [True]},
        lambda f: ~f[tested].to_numpy(dtype=bool),
    )


def _column(name: str, column: Column) -> list[Check]:
    checks = []
    if column.kind in REASONS:
        checks.append(_flagged(REASONS[column.kind], name, flag("read", name)))
    if column.required:
        checks.append(Check("missing", name, flag("gap", name), "expect_column_values_to_be_in_set", {"value_set": [True]},
                            lambda f: ~f[flag("gap", name)].to_numpy(dtype=bool)))  # fmt: skip
    if column.low is not None or column.high is not None:
        low, high = _bound(column.low, column.kind), _bound(column.high, column.kind)
        tested = flag("day", name) if column.kind == "date" else name
        checks.append(Check("out_of_range", name, tested, "expect_column_values_to_be_between",
                            {"min_value": low, "max_value": high}, lambda f: _outside(f[tested], low, high)))  # fmt: skip
    if column.codes:
        checks.append(Check("unknown_code", name, name, "expect_column_values_to_be_in_set",
                            {"value_set": column.codes}, lambda f: (f[name].notna() & ~f[name].isin(column.codes)).to_numpy()))  # fmt: skip
    if column.pattern:
        pattern = rf"^(?:{column.pattern})\Z"
        checks.append(Check("bad_pattern", name, name, "expect_column_values_to_match_regex",
                            {"regex": pattern}, lambda f: (f[name].notna() & ~f[name].str.fullmatch(column.pattern, na=False)).to_numpy(dtype=bool)))  # fmt: skip
    if column.check:
        checks.append(_flagged("bad_check_digit", name, flag("digits", name)))
    return checks


def _bound(bound: float | str | None, kind: str) -> Any:
    """Bounds of dates are days since 1970: the library compares dates row by row in Python, numbers by column."""
    return int(np.datetime64(str(bound), "D").astype("int64")) if kind == "date" and bound is not None else bound


def _day(dates: pd.Series) -> np.ndarray:
    """Days since 1970 as float64, missing where the date is."""
    return np.where(dates.isna(), np.nan, dates.to_numpy().astype("datetime64[D]").astype("int64"))


def _outside(series: pd.Series, low: Any, high: Any) -> np.ndarray:
    outside = np.zeros(len(series), dtype=bool)
    if low is not None:
        outside |= (series < low).to_numpy(dtype=bool, na_value=False)
    if high is not None:
        outside |= (series > high).to_numpy(dtype=bool, na_value=False)
    return outside


def flags(
    typed: pd.DataFrame, readable: dict[str, np.ndarray], text: pd.DataFrame, source: Source
) -> dict[str, np.ndarray]:
    """The companion columns that need only the row itself (keys and references come from `keys`)."""
    found: dict[str, np.ndarray] = {}
    # A repeated header line holds the column names where values should stand.
    header = (text[source.key] == source.key).to_numpy(dtype=bool, na_value=False)
    found[flag("header", source.key)] = ~header
    for name, mask in readable.items():
        found[flag("read", name)] = mask | header
    for name, column in source.columns.items():
        if column.kind == "date" and (column.low is not None or column.high is not None):
            found[flag("day", name)] = _day(typed[name])
        if column.required:
            found[flag("gap", name)] = text[name].notna().to_numpy() | header
        if column.check:
            found[flag("digits", name)] = _DIGITS[column.check](typed[name]) | header
    for rule, condition in source.rules.items():
        found[flag("rule", rule)] = ~condition.evaluate({need: values(typed[need]) for need in condition.names}).false
    return found
