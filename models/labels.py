"""What became of a case, as far as it was known on a day: a label, or an honest reason why there is none."""

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd

OPEN = "open"  # no outcome known by the day
CENSORED = "censored"  # decided, but too young (or still running) to say how it ended
OBSERVED = "observed"
EXCLUDED = "excluded:"  # followed by the code: neither outcome


def label(
    cases: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    column: str,
    decided_on: str,
    known_on: str,
    positive: Collection[str],
    negative: Collection[str],
    excluded: Collection[str],
    pending: Collection[str],
    maturity_months: int,
    as_of: date,
) -> pd.DataFrame:
    """The label of each case as it could be known on `as_of`; rows and index as in `cases`.

    `cases` has `case_id` and `lodged_on`; `outcomes` has `case_id`, at most one row a case, and the columns named by
    `column` (code of the outcome), `decided_on` and `known_on` (dates). Result: `decided_on` (NaT unless known),
    `status` and `label` (Int8, missing unless observed).

    A row that became known after `as_of`, or nobody knows when, does not exist yet: its case is `open`. An outcome
    counts only once it is `maturity_months` old (`decided_on` plus that many calendar months is not after `as_of`):
    younger ones are `censored` whichever way they went, because a failure shows earlier than a success and would
    otherwise be over-represented. A future outcome is never 0.

    Raises ValueError for a code the programme does not name, or two outcomes of one case.
    """
    repeated = outcomes["case_id"].duplicated()
    if repeated.any():
        raise ValueError(
            f"{int(repeated.sum())} cases have more than one outcome; keep one row a case in the source of outcomes."
        )
    today = pd.Timestamp(as_of)
    known = outcomes[(outcomes[known_on] <= today).to_numpy(dtype=bool, na_value=False)]
    found = known.set_index("case_id")[[column, decided_on]].reindex(cases["case_id"])
    code = found[column].astype("str")
    decided = pd.Series(found[decided_on].to_numpy(dtype="datetime64[s]"), index=cases.index, name="decided_on")

    named = [*positive, *negative, *excluded, *pending]
    strange = sorted(set(code.dropna().unique()) - set(named))
    if strange:
        raise ValueError(
            f"Outcome code {', '.join(strange)} is neither positive, negative, excluded nor pending; "
            "name it under `label` in programme.yaml."
        )
    mature = (decided + pd.DateOffset(months=maturity_months) <= today).to_numpy(dtype=bool)
    is_positive = code.isin(list(positive)).to_numpy()
    ended = is_positive | code.isin(list(negative)).to_numpy()
    status = np.full(len(cases), OPEN, dtype=object)
    status[code.notna().to_numpy()] = CENSORED
    status[ended & mature] = OBSERVED
    for name in sorted(excluded):
        status[(code == name).to_numpy(dtype=bool, na_value=False)] = EXCLUDED + name
    observed = status == OBSERVED
    values = pd.array(is_positive.astype("int8"), dtype="Int8")
    values[~observed] = pd.NA
    return pd.DataFrame(
        {
            "decided_on": decided,
            "status": pd.Series(status, index=cases.index, dtype="str"),
            "label": pd.Series(values, index=cases.index),
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
