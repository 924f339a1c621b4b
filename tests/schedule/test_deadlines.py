import numpy as np
import pandas as pd

from pipeline.schedule.deadlines import deadlines, run_out


def starts(*days):
    return pd.Series(pd.to_datetime(list(days)).astype("datetime64[s]"))


def test_calendar_days_count_from_the_day_after(law, days):
    clock = law.clocks["whole_procedure"]
    assert run_out(starts("2026-06-01", None), clock, days).astype(str).tolist() == ["2026-06-30", "NaT"]


def test_working_days_skip_holidays_and_stay_missing_outside_the_calendar(law, days):
    clock = law.clocks["after_check"]
    found = run_out(starts("2026-06-30", "2025-06-30", None), clock, days).astype(str).tolist()
    assert found == ["2026-07-29", "NaT", "NaT"]  # 20 working days, 6 July is off


def test_only_binding_clocks_make_the_deadline(law, days):
    facts = pd.DataFrame(
        {"whole_procedure": starts("2026-06-29", None), "after_check": starts("2026-06-01", "2026-06-01")}
    )
    deadline, ends = deadlines(facts, law.clocks, days)
    assert deadline.astype(str).tolist() == ["2026-07-28", "NaT"]
    assert ends["after_check"][0] == np.datetime64("2026-06-29")
    both = {name: clock.model_copy(update={"binds": True}) for name, clock in law.clocks.items()}
    assert deadlines(facts, both, days)[0].astype(str).tolist() == ["2026-06-29", "2026-06-29"]
