"""Features about work and income: what is declared, what the contract register shows, where staff is short."""

import numpy as np
import pandas as pd

from features.asof import as_days, latest_by, latest_published, log_amount, numbers, take
from features.intervals import union_days
from features.registry import feature

TOPIC = "livelihood"

MONTH = 365.2425 / 12  # days


@feature(
    reads={"questionnaires": "monthly_income_kzt"},
    unit="log of KZT a month",
    monotone=+1,
    theme="work",
    change="state",
    advice="Stating the income in the questionnaire",
)
def declared_income(cases: pd.DataFrame, questionnaires: pd.DataFrame) -> pd.Series:
    """Declared monthly income."""
    return log_amount(take(questionnaires, "monthly_income_kzt", "latest", len(cases)))


@feature(
    reads={"employment": "started_on ended_on"},
    unit="months",
    monotone=+1,
    theme="work",
    change="more",
    advice="Working under a registered contract for longer",
)
def registered_work_months(cases: pd.DataFrame, employment: pd.DataFrame) -> pd.Series:
    """Months of registered work in Kazakhstan.

    Contracts that overlap count once; a contract that ends after the decision day counts up to that day. None on
    record is 0: the register answers for everybody.
    """
    case = employment["case"].to_numpy()
    day = as_days(cases["decision_day"])[case]
    ended = as_days(employment["ended_on"])
    until = np.where(np.isnat(ended), day, np.minimum(ended + 1, day))
    started = as_days(employment["started_on"])
    days = union_days(case, started.astype("int64"), until.astype("datetime64[D]").astype("int64"), len(cases))
    return pd.Series(days / MONTH)


@feature(reads={"employment": "started_on monthly_wage_kzt"}, unit="log of KZT a month", monotone=+1, theme="work")
def registered_wage(cases: pd.DataFrame, employment: pd.DataFrame) -> pd.Series:
    """Monthly wage in the contract that started last.

    Missing where no contract is on record or that contract names no wage.
    """
    return log_amount(latest_by(_begun(cases, employment), "started_on", "monthly_wage_kzt", len(cases)))


@feature(
    reads={"employment": "started_on ended_on"},
    unit="1 yes, 0 no",
    monotone=+1,
    theme="work",
    change="more",
    advice="Taking up work under a registered contract, where the law lets the person work",
)
def employed_now(cases: pd.DataFrame, employment: pd.DataFrame) -> pd.Series:
    """Has a registered contract that runs on the decision day."""
    begun = _begun(cases, employment)
    ended = as_days(begun["ended_on"])
    day = as_days(cases["decision_day"])[begun["case"].to_numpy()]
    return take(begun[np.isnat(ended) | (ended >= day)], "case", "count", len(cases)) > 0


@feature(reads={"employment": "employer_bin started_on"}, unit="employers", theme="work")
def employer_count(cases: pd.DataFrame, employment: pd.DataFrame) -> pd.Series:
    """Number of employers in registered contracts."""
    return take(_begun(cases, employment).drop_duplicates(["case", "employer_bin"]), "case", "count", len(cases))


@feature(
    reads={
        "cases": "settlement_region occupation",
        "labour_demand": "region occupation published_on vacancies seekers",
    },
    unit="vacancies per job seeker",
    monotone=+1,
    theme="demand",
)
def vacancies_per_seeker(cases: pd.DataFrame, labour_demand: pd.DataFrame) -> pd.Series:
    """Vacancies per registered job seeker for the occupation in the region of settlement.

    From the latest figures published by the decision day; where nobody is registered as seeking, per one seeker.
    Missing where the occupation is not given or no figures were published.
    """
    ratio = numbers(labour_demand["vacancies"]) / np.maximum(numbers(labour_demand["seekers"]), 1)
    match = {"settlement_region": "region", "occupation": "occupation"}
    return latest_published(cases, labour_demand.assign(ratio=ratio), match, "published_on", "ratio")


def _begun(cases: pd.DataFrame, employment: pd.DataFrame) -> pd.DataFrame:
    """Contracts whose first day of work has come: one recorded ahead of time is no work yet."""
    day = as_days(cases["decision_day"])[employment["case"].to_numpy()]
    return employment[as_days(employment["started_on"]) <= day]
