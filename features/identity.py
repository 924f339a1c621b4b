"""Features about the applicant and the file: age, family, papers. Nothing here names a person."""

import pandas as pd

from features.asof import as_days, days_since, take
from features.registry import feature

TOPIC = "identity"

MONTH = 365.2425 / 12  # days
YEAR = 365.2425


@feature(reads={"persons": "birth_date"}, unit="years", theme="age")
def age(cases: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    """Age on the decision day."""
    return days_since(cases, take(persons, "birth_date", "latest", len(cases))) / YEAR


@feature(reads={"cases": "family_size"}, unit="persons", theme="family")
def family_size(cases: pd.DataFrame) -> pd.Series:
    """Persons in the file, the applicant included."""
    return cases["family_size"]


OWED_BY_ALL = ("medical", "autobiography", "housing", "state_fee")


@feature(reads={"cases": "lodged_on", "documents": "kind received_on"}, unit="kinds of papers", theme="papers")
def papers_at_lodging(cases: pd.DataFrame, documents: pd.DataFrame) -> pd.Series:
    """Papers owed by every applicant that were handed in by the day of lodging.

    Counted on the day of lodging, not on the decision day: a file lodged last week has had less time than others. Papers
    from which the law excuses some (solvency, criminal record, consent of the home state) are left out: they would tell
    who is excused, and that is protected.
    """
    documents = documents[documents["kind"].isin(OWED_BY_ALL)]
    early = as_days(documents["received_on"]) <= as_days(cases["lodged_on"])[documents["case"].to_numpy()]
    return take(documents[early].drop_duplicates(["case", "kind"]), "case", "count", len(cases))


@feature(reads={"persons": "passport_expires_on"}, unit="months", theme="papers")
def passport_months_left(cases: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    """Months for which the passport is still valid.

    Negative once it has run out.
    """
    return -days_since(cases, take(persons, "passport_expires_on", "latest", len(cases))) / MONTH
