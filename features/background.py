"""Features from the register of administrative offences, which answers for everybody: no row means none on record."""

import pandas as pd

from features.asof import days_since, take
from features.registry import feature

TOPIC = "background"


@feature(unit="offences", monotone=-1, theme="conduct")
def offence_count(cases: pd.DataFrame, offences: pd.DataFrame) -> pd.Series:
    """Number of administrative offences on record."""
    return take(offences, "case", "count", len(cases))


@feature(reads={"offences": "committed_on"}, unit="days", monotone=+1, theme="conduct")
def days_since_offence(cases: pd.DataFrame, offences: pd.DataFrame) -> pd.Series:
    """Days since the latest administrative offence.

    Missing where none is on record.
    """
    return days_since(cases, take(offences, "committed_on", "largest", len(cases)))


@feature(reads={"offences": "fine_mci"}, unit="MCI", monotone=-1, theme="conduct")
def fines(cases: pd.DataFrame, offences: pd.DataFrame) -> pd.Series:
    """Sum of the fines for administrative offences.

    In monthly calculation indices (MCI); an offence without a fine (a warning) adds nothing.
    """
    return take(offences, "fine_mci", "sum", len(cases))
