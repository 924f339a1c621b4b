import numpy as np
import pandas as pd

from pipeline.audit.metrics.days_waited import measure


def test_until_today_or_until_the_decision(queue):
    assert measure(queue())[""].tolist() == [29, 29, 29, 29, 20, 20, 20, 5]


def test_a_later_decision_is_not_known_today(queue):
    later = pd.Series(pd.to_datetime(["2026-07-20"] * 8)).astype("datetime64[s]")
    assert measure(queue(decided_on=later))[""].tolist() == [29] * 4 + [20] * 4


def test_no_day_of_lodging_is_no_waiting_time(queue):
    assert np.isnan(measure(queue(lodged_on=pd.Series([pd.NaT] * 8).astype("datetime64[s]")))[""]).all()
