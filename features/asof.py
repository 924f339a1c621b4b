"""Point-in-time joins: for each case, only the rows that were known on its day.

Everything here gives the same bits whatever order the rows were exported in, and whichever other cases stand in the
same frame: rows are put in one fixed order first, and ties are broken by the rows' own content.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

CASE = "case"  # position of the case among the cases, 0..n-1


def known_by(
    cases: pd.DataFrame, events: pd.DataFrame, link: str, day: np.ndarray, known_on: str | None
) -> pd.DataFrame:
    """The rows of `events` that belong to a case and were known on its day, with the column `case` in front.

    `link` is the column both frames share; `day` is datetime64[D], one a case. Rows are sorted by case, then by the
    day they became known, then by every other column, so the order in which they were exported never matters. An
    event of a person with several cases stands once for each of them. A row whose `known_on` is missing is left out:
    nobody can say that it was known.
    """
    event, case = _pairs(cases[link], events[link])
    if known_on is None:
        known = np.zeros(len(event), dtype="int64")
    else:
        known_day = as_days(events[known_on])[event]
        kept = known_day <= day.astype("datetime64[D]")[case]  # false where missing
        event, case, known = event[kept], case[kept], known_day[kept].astype("int64")
    order = np.lexsort((known, case))
    event, case, known = event[order], case[order], known[order]
    same = (case[1:] == case[:-1]) & (known[1:] == known[:-1])
    tied = np.flatnonzero(np.concatenate([[False], same]) | np.concatenate([same, [False]]))
    if len(tied):
        # Only rows that tie are compared on their whole content: sorting all rows on all columns costs ten times more.
        keys = pd.DataFrame({0: case[tied], 1: known[tied]})
        rest = events.iloc[event[tied]].reset_index(drop=True)
        rest = rest[sorted(name for name in events.columns if name not in (known_on, link))]
        coded = {name: "str" for name in rest.columns if isinstance(rest[name].dtype, pd.CategoricalDtype)}
        keys = pd.concat([keys, rest.astype(coded)], axis=1)  # categories sort by their code, texts by themselves
        event[tied] = event[tied][keys.sort_values(list(keys.columns), kind="stable").index.to_numpy()]
    rows = events.take(event).reset_index(drop=True)
    rows.insert(0, CASE, case)
    return rows


def _pairs(cases: pd.Series, events: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Positions (event, case) of every pair with the same key; a missing key belongs to nobody."""
    codes, _ = pd.factorize(pd.concat([cases, events], ignore_index=True))
    of_case, of_event = codes[: len(cases)], codes[len(cases) :]
    keys = int(of_case.max(initial=-1)) + 1
    held = of_case[of_case >= 0]
    event = np.flatnonzero((of_event >= 0) & (of_event < keys))
    counts = np.bincount(held, minlength=keys)
    starts = np.cumsum(counts) - counts
    by_key = np.flatnonzero(of_case >= 0)[np.argsort(held, kind="stable")]
    repeats = counts[of_event[event]]
    within = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    event = np.repeat(event, repeats)
    return event, by_key[starts[of_event[event]] + within]


def take(rows: pd.DataFrame, column: str, how: str, cases: int) -> pd.Series:
    """One value a case from `rows` (as `known_by` gives them): `latest`, `largest`, `smallest`, `count` or `sum`.

    `latest` is the last row's value, missing if that row has none. `count` and `sum` of no row are 0: use them only
    where the register answers for everybody. Others of no row are missing. The result has the index 0..cases-1.
    """
    case = rows[CASE].to_numpy()
    if how == "count":
        return pd.Series(np.bincount(case, minlength=cases).astype("float64"))
    if how == "sum":
        return pd.Series(np.bincount(case, weights=numbers(rows[column].fillna(0)), minlength=cases))
    if how == "latest":
        last = np.flatnonzero(np.append(case[1:] != case[:-1], True)) if len(case) else np.zeros(0, dtype="int64")
        found = rows[column].iloc[last].set_axis(case[last])
    else:
        found = rows.groupby(CASE)[column].agg("max" if how == "largest" else "min")
    return found.reindex(range(cases)).reset_index(drop=True)


def latest_by(rows: pd.DataFrame, by: str, column: str, cases: int) -> pd.Series:
    """`column` of each case's row with the latest day in `by`; equal days: the one that became known last."""
    dated = rows[rows[by].notna()]
    order = np.lexsort((as_days(dated[by]).astype("int64"), dated[CASE].to_numpy()))
    return take(dated.iloc[order], column, "latest", cases)


def latest_published(
    cases: pd.DataFrame, table: pd.DataFrame, match: Mapping[str, str], known_on: str, column: str
) -> pd.Series:
    """For each case, `column` of the newest row of a reference table that was published by its decision day.

    `match` maps columns of `cases` to columns of `table`. Two rows published on the same day for the same thing: the
    larger value. Missing where nothing was published yet, or where the case has a gap in a matched column.
    """
    left = cases[[*match]].set_axis([*match.values()], axis=1)
    left = left.assign(_day=as_days(cases["decision_day"]).astype("datetime64[s]"), _row=np.arange(len(cases)))
    right = table[[*match.values(), known_on, column]].dropna()
    right = right.assign(_day=as_days(right[known_on]).astype("datetime64[s]")).sort_values(["_day", column])
    right = right.drop_duplicates([*match.values(), "_day"], keep="last")[[*match.values(), "_day", column]]
    left = left.dropna().sort_values("_day", kind="stable")
    found = pd.merge_asof(left, right, on="_day", by=[*match.values()])
    return found.set_index("_row")[column].reindex(range(len(cases))).reset_index(drop=True)


def as_days(dates: pd.Series) -> np.ndarray:
    """Dates as datetime64[D]; missing ones as NaT."""
    return dates.to_numpy().astype("datetime64[D]")


def numbers(values: pd.Series) -> np.ndarray:
    """Numbers or booleans as float64; missing ones as NaN."""
    return values.to_numpy(dtype="float64", na_value=np.nan)


def log_amount(values: pd.Series) -> pd.Series:
    """The natural logarithm of 1 + an amount, so that nothing earned stays a number; missing where it is negative."""
    amounts = numbers(values)
    return pd.Series(np.log1p(np.where(amounts >= 0, amounts, np.nan)))


def days_since(cases: pd.DataFrame, dates: pd.Series) -> pd.Series:
    """Whole days from each case's date to its decision day; missing where the date is."""
    gap = (as_days(cases["decision_day"]) - as_days(dates)).astype("timedelta64[D]")
    return pd.Series(np.where(np.isnat(gap), np.nan, gap.astype("float64")))
