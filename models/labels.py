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
    latest counts, by `known_on`, then `decided_on`, then what is no longer pending, then the code. A row that became known later, or
    nobody knows when, does not exist yet: without any row a case is `open`.

    An outcome counts only once it is `maturity_months` old (`decided_on` plus that many calendar months is not after
    `as_of`): younger ones are `censored` whichever way they went, because a failure shows earlier than a success and
    would otherwise be over-represented. A future outcome is never 0.

    `corrected` says that an earlier row had settled the case in another way (an appeal, a court): the later row is the
    label, and its `weight` is `corrected_weight` instead of 1. `label` is Int8, missing unless observed; dates are NaT
    unless known.

    Raises ValueError for a code the programme does not name.
    """
    today = pd.Timestamp(as_of)
    known = outcomes[(outcomes[rule.known_on] <= today).to_numpy(dtype=bool, na_value=False)]
    known = known[known["case_id"].isin(cases["case_id"])]
    named = [*rule.positive, *rule.negative, *rule.excluded, *rule.pending]
    strange = sorted(set(known[rule.column].dropna().astype("str").unique()) - set(named))
    if strange:
        raise ValueError(
            f"Outcome code {', '.join(strange)} is neither positive, negative, excluded nor pending; "
            "name it under `label` in programme.yaml."
        )
    settled = ~known[rule.column].isin(list(rule.pending))
    known = known.assign(settled=settled).sort_values(
        [rule.known_on, rule.decided_on, "settled", rule.column], na_position="first", ignore_index=True
    )
    found = known.drop_duplicates("case_id", keep="last").set_index("case_id").reindex(cases["case_id"])
    code = found[rule.column].astype("str")
    decided, recorded = (
        pd.Series(found[name].to_numpy(dtype="datetime64[s]"), index=cases.index)
        for name in (rule.decided_on, rule.known_on)
    )
    mature = (decided + pd.DateOffset(months=rule.maturity_months) <= today).to_numpy(dtype=bool)
    is_positive = code.isin(list(rule.positive)).to_numpy()
    ended = is_positive | code.isin(list(rule.negative)).to_numpy()
    status = np.full(len(cases), OPEN, dtype=object)
    status[code.notna().to_numpy()] = CENSORED
    status[ended & mature] = OBSERVED
    for name in sorted(rule.excluded):
        status[(code == name).to_numpy(dtype=bool, na_value=False)] = EXCLUDED + name
    observed = status == OBSERVED
    values = pd.array(is_positive.astype("int8"), dtype="Int8")
    values[~observed] = pd.NA
    ways = known[known["settled"]].drop_duplicates(["case_id", rule.column])["case_id"].value_counts()
    corrected = observed & (cases["case_id"].map(ways).fillna(0) > 1).to_numpy(dtype=bool)
    told = {
        name: found[column].astype("str").to_numpy() if (column := getattr(rule, name)) else None for name in PROVENANCE
    }
    return pd.DataFrame(
        {
            "decided_on": decided,
            "known_on": recorded,
            "status": pd.Series(status, index=cases.index, dtype="str"),
            "label": pd.Series(values, index=cases.index),
            "weight": np.where(corrected, rule.corrected_weight, 1.0),
            "corrected": corrected,
            **{name: pd.Series(values, index=cases.index, dtype="str") for name, values in told.items()},
        }
    )


def count(status: pd.Series) -> dict[str, object]:
    """How many cases are observed, censored, open and excluded (by code); nothing is dropped in silence."""
    found = status.value_counts()
    codes = sorted(name for name in found.index if name.startswith(EXCLUDED))
    return {
        **{name: int(found.get(name, 0)) for name in (OBSERVED, CENSORED, OPEN)},
        "excluded": {name.removeprefix(EXCLUDED): int(found[name]) for name in codes},
    }
