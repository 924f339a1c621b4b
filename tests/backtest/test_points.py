"""Points of past cases: the same evaluator as for the queue, on facts and age of the case's own day."""

import numpy as np
import pandas as pd

from pipeline.backtest import points
from pipeline.core import facts
from pipeline.core.expressions import column
from pipeline.core.programme import load
from pipeline.gates.points import score


def test_they_are_those_that_the_gates_would_give_on_that_day(kz, home):
    law = points.table(kz, kz.as_of)
    accepted = home / "data/interim/kz_2026/tables"
    cases = pd.read_parquet(home / "data/interim/kz_2026/cases", columns=["case_id", "decision_day"]).iloc[:60]
    found = points.of_part(kz, law, accepted, 0, cases, kz.as_of)
    wanted = {name: kz.facts[name] for name in law.points_facts}
    for place in (0, 7, 33, 59):
        one = cases.iloc[[place]].reset_index(drop=True)
        day = one["decision_day"].iloc[0].date()
        told = facts.of_cases(kz, wanted, accepted, 0, one["case_id"], day)[0]
        columns = {name: column(told[name]) for name in told}
        columns["today"] = column(pd.Series([pd.Timestamp(day)]))
        assert found[place] == score(law.points, columns, 1, kz.as_of).total_least[0]


def test_age_counts_to_the_own_day(kz, home):
    law = points.table(kz, kz.as_of)
    accepted = home / "data/interim/kz_2026/tables"
    cases = pd.read_parquet(home / "data/interim/kz_2026/cases", columns=["case_id", "decision_day"])
    later = cases.assign(decision_day=cases["decision_day"] + pd.DateOffset(years=40))
    now, then = (points.of_part(kz, law, accepted, 0, frame, kz.as_of) for frame in (cases, later))
    assert (now != then).mean() > 0.5 and np.isfinite(now).all()


def test_a_programme_without_points_has_none():
    perm = load("perm_2016")
    assert points.table(perm, perm.as_of) is None


def test_points_not_yet_in_force_are_none(kz):
    assert points.table(kz, kz.as_of.replace(year=2020)) is None
