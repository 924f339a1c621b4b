"""What holds whatever the registers say: later events, the order of rows and the number of parts never matter."""

from datetime import date, timedelta

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FIRST, LAST = date(2026, 4, 1), date(2026, 8, 31)
DAYS = st.dates(FIRST, LAST)
FILES = ("A1", "A2", "A3")
AGENCIES = ("KNB", "MIA_CONVICTION", "MIA_EXPULSION", "MIA_FINGERPRINT", "HEALTH", "MIA_REGISTERS")
HOLD = st.tuples(
    st.sampled_from(FILES),
    st.sampled_from(["held", "resumed"]),
    DAYS,
    st.integers(0, 9),
    st.sampled_from(["court", "papers_asked"]),
)
CHECK = st.tuples(
    st.sampled_from(FILES), st.sampled_from(AGENCIES), DAYS, st.integers(0, 30), st.sampled_from(["pending", "clear"])
)
WORLD = st.tuples(st.lists(DAYS, min_size=3, max_size=3), st.lists(HOLD, max_size=8), st.lists(CHECK, max_size=12))
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fill(register, world, known_by=None):
    """The register of `world`; with `known_by` only what had become known by that day."""
    lodged, holds, checks = world
    for name, day in zip(FILES, lodged, strict=False):
        if known_by is None or day <= known_by:
            register.file(name, day.isoformat(), passport_expires_on="2026-12-31")
    there = {row["application_id"] for row in register.rows["applications"]}
    for name, event, on, later, reason in holds:
        recorded = on + timedelta(days=later)
        if name in there and (known_by is None or recorded <= known_by):
            register.hold(name, event, on.isoformat(), reason, recorded.isoformat())
    for name, agency, on, later, answer in checks:
        known = on + timedelta(days=later if answer != "pending" else 0)
        if name in there and (known_by is None or known <= known_by):
            register.check(name, agency, on.isoformat(), answer, None if answer == "pending" else known.isoformat())
    return register


@given(world=WORLD, day=DAYS)
@few
def test_later_events_never_change_an_earlier_days_answer(another, tmp_path, world, day):
    now = fill(another(), world)
    then = fill(another(), world, known_by=day)
    if not then.rows["applications"]:
        return
    lodged = {row["application_id"] for row in then.rows["applications"]}
    seen = now.ask(tmp_path / "now", day)
    pd.testing.assert_frame_equal(
        seen[seen["case_id"].isin(lodged)].reset_index(drop=True), then.ask(tmp_path / "then", day)
    )


@given(world=WORLD, day=DAYS, seed=st.integers(0, 99))
@few
def test_the_order_of_rows_and_the_number_of_parts_do_not_matter(another, tmp_path, world, day, seed):
    register = fill(another(), world)
    whole = register.ask(tmp_path / "whole", day)
    pd.testing.assert_frame_equal(register.ask(tmp_path / "mixed", day, shuffle=seed), whole)
    pd.testing.assert_frame_equal(register.ask(tmp_path / "parts", day, parts=2), whole)


@given(world=WORLD, day=DAYS)
@few
def test_a_file_does_not_depend_on_the_others(another, tmp_path, world, day):
    together = fill(another(), world).ask(tmp_path / "all", day)
    alone = fill(
        another(), (world[0][:1], [hold for hold in world[1] if hold[0] == "A1"], [c for c in world[2] if c[0] == "A1"])
    )
    mine = together[together["case_id"] == "A1"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.ask(tmp_path / "one", day), mine)


def test_a_hold_counts_from_the_day_on_which_it_was_recorded(register, tmp_path):
    register.file("A1").hold("A1", "held", "2026-06-10", recorded_on="2026-06-20")
    assert register.one(tmp_path, "whole_procedure", date(2026, 6, 19)) == ("running", "2026-06-30", 11)
    assert register.one(tmp_path, "whole_procedure", date(2026, 6, 20)) == ("held", "2026-07-10", 20)


def test_a_programme_without_the_register_of_holds_holds_nothing(register, tmp_path):
    register.file("A1").hold("A1", "held", "2026-06-10")
    assert register.one(tmp_path, "whole_procedure")[0] == "held"
    kz = register.programme
    register.programme = kz.model_copy(
        update={"tables": {name: table for name, table in kz.tables.items() if name != "holds"}}
    )
    assert register.one(tmp_path, "whole_procedure") == ("running", "2026-06-30", 0)
