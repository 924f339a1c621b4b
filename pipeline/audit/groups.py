"""The group of every case, one attribute a column: bands, codes, and `not stated` where nobody knows."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.core.programme import Group, Programme

NOT_STATED = "not stated"
YES, NO = "yes", "no"


def keys(rule: Group, facts: pd.Series, day: np.ndarray) -> pd.Series:
    """The group key of each case (str, never missing); `facts` is one attribute, `day` datetime64[D] one a case.

    Dates become ages in complete years on `day`; `bands` cut numbers and ages into `<18`, `18-24`, ..., `60+`.
    """
    if pd.api.types.is_datetime64_any_dtype(facts.dtype):
        facts = pd.Series(_ages(facts, day))
    if rule.bands:
        numbers = facts.to_numpy(dtype="float64", na_value=np.nan)
        names = np.array(band_keys(rule.bands), dtype=object)
        found = names[np.searchsorted(rule.bands, np.nan_to_num(numbers), side="right")]
        return pd.Series(np.where(np.isnan(numbers), NOT_STATED, found), dtype="str")
    if pd.api.types.is_bool_dtype(facts.dtype):
        return facts.map({True: YES, False: NO}).astype("str").fillna(NOT_STATED)
    if pd.api.types.is_numeric_dtype(facts.dtype):
        return (
            facts.astype("Float64")
            .map(lambda number: f"{number:g}", na_action="ignore")
            .astype("str")
            .fillna(NOT_STATED)
        )
    text = facts.astype("str").str.strip()
    return text.where(text != "").fillna(NOT_STATED)


def _ages(births: pd.Series, day: np.ndarray) -> np.ndarray:
    """Complete years from birth to `day`, NaN where the birth date is missing."""
    born = births.to_numpy().astype("datetime64[D]")
    months = [dates.astype("datetime64[M]") for dates in (born, day.astype("datetime64[D]"))]
    in_month = [(dates - month.astype("datetime64[D]")) for dates, month in zip((born, day), months, strict=True)]
    total = (months[1] - months[0]).astype("float64") - (in_month[1] < in_month[0])
    return np.where(np.isnat(born), np.nan, np.floor(total / 12))


def band_keys(bands: list[float]) -> list[str]:
    """`[18, 25, 60]` -> `<18`, `18-24`, `25-59`, `60+`; bands that are not whole numbers keep the open end: `0.5-<1`."""
    middle = [
        f"{low:g}-{high - 1:g}" if float(low).is_integer() and float(high).is_integer() else f"{low:g}-<{high:g}"
        for low, high in pairwise(bands)
    ]
    return [f"<{bands[0]:g}", *middle, f"{bands[-1]:g}+"]


def declared(programme: Programme, rule: Group) -> list[str]:
    """The groups an attribute has by its description, whether or not a case is in them; [] where it lists none."""
    if rule.bands:
        return band_keys(rule.bands)
    column = programme.tables[rule.source].columns[rule.column]
    if column.kind == "boolean":
        return [YES, NO]
    return list(column.codes)


def assign(groups: Mapping[str, Group], facts: pd.DataFrame, day: np.ndarray) -> pd.DataFrame:
    """The group keys of all attributes: one row a case, one column an attribute."""
    return pd.DataFrame({name: keys(rule, facts[name], day) for name, rule in groups.items()}, index=facts.index)
