"""Features about life in the country so far: border crossings, housing, relatives."""

import numpy as np
import pandas as pd

from features.asof import as_days, days_since, take
from features.intervals import present_days
from features.registry import feature

TOPIC = "residence"


@feature(
    reads={"border_crossings": "crossed_on direction"},
    unit="share of days",
    monotone=+1,
    theme="presence",
    change="more",
    advice="Spending more of the year in Kazakhstan",
)
def present_share(cases: pd.DataFrame, border_crossings: pd.DataFrame) -> pd.Series:
    """Share of the last 12 months spent in Kazakhstan.

    The 365 days before the decision day, by border crossings: in the country from an entry to the next crossing, and
    before a first recorded crossing that is an exit. Missing where there are no crossings.
    """
    closes = as_days(cases["decision_day"]).astype("int64")
    rows = border_crossings[border_crossings["crossed_on"].notna()]
    days, known = present_days(
        rows["case"].to_numpy(),
        as_days(rows["crossed_on"]).astype("int64"),
        (rows["direction"] == "in").to_numpy(dtype=bool),
        closes - 365,
        closes,
    )
    return pd.Series(np.where(known, days / 365, np.nan))


@feature(reads={"border_crossings": "crossed_on direction"}, unit="days", theme="presence")
def days_since_first_entry(cases: pd.DataFrame, border_crossings: pd.DataFrame) -> pd.Series:
    """Days since the first recorded entry into Kazakhstan."""
    entries = border_crossings[(border_crossings["direction"] == "in").to_numpy(dtype=bool)]
    return days_since(cases, take(entries, "crossed_on", "smallest", len(cases)))


@feature(reads={"border_crossings": "crossed_on"}, unit="crossings", theme="presence")
def crossings_24_months(cases: pd.DataFrame, border_crossings: pd.DataFrame, crossings_missing: pd.Series) -> pd.Series:
    """Number of border crossings in the last 24 months.

    In the 730 days before the decision day; missing where there are no crossings at all.
    """
    opens = as_days(cases["decision_day"]) - 730
    recent = as_days(border_crossings["crossed_on"]) >= opens[border_crossings["case"].to_numpy()]
    return take(border_crossings[recent], "case", "count", len(cases)).mask(crossings_missing)


@feature(unit="1 yes, 0 no", theme="presence", gap=True)
def crossings_missing(cases: pd.DataFrame, border_crossings: pd.DataFrame) -> pd.Series:
    """No border crossing is on record."""
    return take(border_crossings, "case", "count", len(cases)) == 0


@feature(
    reads={"questionnaires": "housing"},
    kind="category",
    theme="ties",
    change="state",
    advice="Stating the housing in the questionnaire",
)
def housing(cases: pd.DataFrame, questionnaires: pd.DataFrame) -> pd.Series:
    """Housing at the place of settlement."""
    return take(questionnaires, "housing", "latest", len(cases))


@feature(
    reads={"questionnaires": "relatives_in_kz"},
    unit="persons",
    theme="ties",
    change="state",
    advice="Stating the close relatives in the questionnaire",
)
def relatives_in_kz(cases: pd.DataFrame, questionnaires: pd.DataFrame) -> pd.Series:
    """Number of close relatives living in Kazakhstan."""
    return take(questionnaires, "relatives_in_kz", "latest", len(cases))
