"""Point-in-time joins: for each case, only the rows that were known on its day."""

import numpy as np
import pandas as pd

CASE = "case"  # position of the case among the cases, 0..n-1


def known_by(
    cases: pd.DataFrame, events: pd.DataFrame, link: str, day: np.ndarray, known_on: str | None
) -> pd.DataFrame:
    """The rows of `events` that belong to a case and were known on its day, with the column `case` in front.

    `link` is the column both frames share; `day` is datetime64[D], one a case. Rows are sorted by case, then by the
    day they became known, then by every other column, so the order in which they were exported never matters.
    A row whose `known_on` is missing is left out: nobody can say that it was known.
    """
    keys = pd.DataFrame({link: cases[link].to_numpy(), CASE: np.arange(len(cases)), "_day": day.astype("datetime64[s]")})
    rows = events.merge(keys, on=link, how="inner", sort=False)
    if known_on is not None:
        rows = rows[(rows[known_on] <= rows["_day"]).to_numpy(dtype=bool, na_value=False)]
    rows = rows.drop(columns="_day")
    order = [CASE, *([known_on] if known_on else []), *sorted(name for name in events.columns if name != known_on)]
    return rows.sort_values(order, kind="stable", ignore_index=True)[[CASE, *events.columns]]


def take(rows: pd.DataFrame, column: str, how: str, cases: int) -> pd.Series:
    """One value a case from `rows` (as `known_by` gives them): `latest`, `largest`, `smallest`, `count` or `sum`.

    `latest` is the last row's value, missing if that row has none. `count` and `sum` of no row are 0: use them only
    where the register answers for everybody. Others of no row are missing.
    """
    if how == "count":
        return pd.Series(np.bincount(rows[CASE].to_numpy(), minlength=cases).astype("float64"))
    if how == "sum":
        return pd.Series(np.bincount(rows[CASE].to_numpy(), weights=rows[column].fillna(0).to_numpy(dtype="float64"), minlength=cases))
    if how == "latest":
        found = rows.drop_duplicates(CASE, keep="last").set_index(CASE)[column]
    else:
        found = rows.groupby(CASE)[column].agg("max" if how == "largest" else "min")
    return found.reindex(range(cases)).reset_index(drop=True)
