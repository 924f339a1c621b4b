"""What became of a case, as far as it was known on a day: a label, or an honest reason why there is none."""
# ruff: noqa: D102  (the fields of `Rule` are told in its own docstring)

from collections.abc import Collection
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd

OPEN = "open"  # no outcome known by the day
CENSORED = "censored"  # decided, but too young (or still running) to say how it ended
OBSERVED = "observed"
EXCLUDED = "excluded:"  # followed by the code: neither outcome


class Rule(Protocol):
    """How a register's outcomes become labels; `label` in a programme's YAML is one.

    `column`, `decided_on` and `known_on` name columns of the outcomes, `by`, `law_version` and `basis` further ones
    where there are such; the codes of `column` are parted into four. An outcome teaches `maturity_months` after its
    decision; one that corrects another counts `corrected_weight` times.
    """

    @property
    def column(self) -> str: ...
    @property
    def decided_on(self) -> str: ...
    @property
    def known_on(self) -> str: ...
    @property
    def by(self) -> str | None: ...
    @property
    def law_version(self) -> str | None: ...
    @property
    def basis(self) -> str | None: ...
    @property
    def positive(self) -> Collection[str]: ...
    @property
    def negative(self) -> Collection[str]: ...
    @property
    def excluded(self) -> Collection[str]: ...
    @property
    def pending(self) -> Collection[str]: ...
    @property
    def maturity_months(self) -> int: ...
    @property
    def corrected_weight(self) -> float: ...


PROVENANCE = ("by", "law_version", "basis")  # of the row a label rests on, where the register tells them
COLUMNS = ("decided_on", "known_on", "status", "label", "weight", "corrected", *PROVENANCE)


def label(cases: pd.DataFrame, outcomes: pd.DataFrame, rule: Rule, as_of: date) -> pd.DataFrame:
    """The label of each case as it could be known on `as_of`; rows and index as in `cases`, columns as in `COLUMNS`.

    `cases` has `case_id` and `lodged_on`; `outcomes` has `case_id` and the columns that `rule` names: one row for each
    thing that became known (a decision, its later course, a decision on appeal). Of the rows known by `as_of` the
    latest counts, by `known_on`, then `decided_on`, then what is no longer pending, then code and provenance. A row that
    became known later, or nobody knows when, does not exist yet, and one without a code says nothing: without any row
    a case is `open`.

    An outcome counts only once it is `maturity_months` old (`decided_on` plus that many calendar months is not after
    `as_of`): younger ones are `censored` whichever way they went, because a failure shows earlier than a success and
    would otherwise be over-represented. A future outcome is never 0.

    `corrected` says that an earlier row had settled the case otherwise (positive, negative or excluded: an appeal, a
    court): the later row is the label, and its `weight` is `corrected_weight` instead of 1. `label` is Int8, missing
    unless observed; dates are NaT unless known.

    Raises ValueError for a code the programme does not name.
    """
    today = pd.Timestamp(as_of)
    known = course(cases, outcomes, rule, as_of)
    told = [name for name in PROVENANCE if getattr(rule, name)]
    found = known.drop_duplicates("case_id", keep="last").set_index("case_id").reindex(cases["case_id"])
    code, came = (found[name].astype("str").to_numpy(dtype=object, na_value="") for name in (rule.column, "way"))
    decided, recorded = (
        pd.Series(found[name].to_numpy(dtype="datetime64[s]"), index=cases.index)
        for name in (rule.decided_on, rule.known_on)
    )
    mature = (decided + pd.DateOffset(months=rule.maturity_months) <= today).to_numpy(dtype=bool)
    observed = np.isin(came, ["positive", "negative"]) & mature
    status = np.select([code == "", came == "excluded", observed], [OPEN, EXCLUDED + code, OBSERVED], default=CENSORED)
    values = pd.array((came == "positive").astype("int8"), dtype="Int8")
    values[~observed] = pd.NA
    several = known[known["settled"]].groupby("case_id")["way"].nunique().reindex(cases["case_id"])
    corrected = observed & (several.fillna(0) > 1).to_numpy(dtype=bool)
    provenance = {
        name: found[getattr(rule, name)].astype("str").to_numpy() if name in told else None for name in PROVENANCE
    }
    return pd.DataFrame(
        {
            "decided_on": decided,
            "known_on": recorded,
            "status": pd.Series(status, index=cases.index, dtype="str"),
            "label": pd.Series(values, index=cases.index),
            "weight": np.where(corrected, rule.corrected_weight, 1.0),
            "corrected": corrected,
            **{name: pd.Series(values, index=cases.index, dtype="str") for name, values in provenance.items()},
        }
    )


def course(cases: pd.DataFrame, outcomes: pd.DataFrame, rule: Rule, as_of: date) -> pd.DataFrame:
    """The rows of `outcomes` known by `as_of` about `cases`, in the order in which they count (the last of a case is its label).

    With the columns `way` (positive, negative, excluded, pending) and `settled`. Raises ValueError for a code the
    programme does not name.
    """
    known = _known(cases, outcomes, rule, as_of)
    ways = {code: way for way in ("positive", "negative", "excluded", "pending") for code in getattr(rule, way)}
    way = known[rule.column].map(ways)
    if way.isna().any():
        strange = sorted(known.loc[way.isna(), rule.column].unique())
        raise ValueError(
            f"Outcome code {', '.join(strange)} is neither positive, negative, excluded nor pending; "
            "name it under `label` in programme.yaml."
        )
    told = [getattr(rule, name) for name in PROVENANCE if getattr(rule, name)]
    order = [rule.known_on, rule.decided_on, "settled", rule.column, *told]
    return known.assign(way=way, settled=way != "pending").sort_values(
        order, na_position="first", kind="stable", ignore_index=True
    )


def first_decided(cases: pd.DataFrame, outcomes: pd.DataFrame, rule: Rule, as_of: date) -> pd.Series:
    """The day of the first decision on each case, as known on `as_of` (datetime64[s], index as in `cases`).

    An appeal or a court decides again, later; what a file showed on the day of its first decision does not change.
    """
    known = _known(cases, outcomes, rule, as_of)
    first = known.groupby("case_id")[rule.decided_on].min().reindex(cases["case_id"])
    return pd.Series(first.to_numpy(dtype="datetime64[s]"), index=cases.index)


def _known(cases: pd.DataFrame, outcomes: pd.DataFrame, rule: Rule, as_of: date) -> pd.DataFrame:
    """The rows about `cases` that say something and were known by `as_of`."""
    by_then = (outcomes[rule.known_on] <= pd.Timestamp(as_of)).to_numpy(dtype=bool, na_value=False)
    return outcomes[by_then & outcomes[rule.column].notna() & outcomes["case_id"].isin(cases["case_id"])]


def count(status: pd.Series) -> dict[str, object]:
    """How many cases are observed, censored, open and excluded (by code); nothing is dropped in silence."""
    found = status.value_counts()
    codes = sorted(name for name in found.index if name.startswith(EXCLUDED))
    return {
        **{name: int(found.get(name, 0)) for name in (OBSERVED, CENSORED, OPEN)},
        "excluded": {name.removeprefix(EXCLUDED): int(found[name]) for name in codes},
    }
