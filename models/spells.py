"""From when until when each outcome stood as a case's label: what an earlier case may tell a later one, and when."""

from datetime import date

import numpy as np
import pandas as pd

from models.labels import Rule, course


def spells(cases: pd.DataFrame, outcomes: pd.DataFrame, rule: Rule, as_of: date) -> pd.DataFrame:
    """One row for each stretch of days on which `labels.label` would have found a case `observed`, by what is known on `as_of`.

    `case` (row of `cases`, from 0), `since` and `until` (datetime64[s]; the label stands from the one until the day before
    the other, where a later row takes its place; NaT: still) and `positive`. On any day up to `as_of` a case has a row that
    covers the day exactly if `label` as of that day gives it a label, and `positive` is that label.
    """
    known = course(cases, outcomes, rule, as_of)
    case = pd.Index(cases["case_id"]).get_indexer(pd.Index(known["case_id"]))
    order = np.argsort(case, kind="stable")
    case, known = case[order], known.iloc[order]
    told = known[rule.known_on].to_numpy(dtype="datetime64[s]")
    until = np.full(len(case), np.datetime64("NaT", "s"))
    until[:-1] = np.where(case[1:] == case[:-1], told[1:], until[1:])
    mature = (known[rule.decided_on] + pd.DateOffset(months=rule.maturity_months)).to_numpy(dtype="datetime64[s]")
    since = np.maximum(told, mature)  # NaT where nobody knows when it was decided: it never matures
    stood = known["way"].isin(["positive", "negative"]).to_numpy(dtype=bool) & ~np.isnat(since) & ~(since >= until)
    return pd.DataFrame(
        {
            "case": case[stood],
            "since": since[stood],
            "until": until[stood],
            "positive": (known["way"] == "positive").to_numpy(dtype=bool)[stood],
        }
    )
