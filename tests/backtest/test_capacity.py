"""Seats: by shifts and rooms where there are interviews, by a share elsewhere."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.backtest import capacity
from pipeline.core.programme import load


def test_an_office_holds_no_more_than_its_rooms_and_officers_allow(kz, home):
    found = capacity.a_week(kz, home, kz.as_of, 8)
    offices, officers = (
        pd.read_parquet(home / f"data/interim/kz_2026/tables/{name}") for name in ("offices", "officers")
    )
    places = list(kz.offices.list_)
    at_once = np.minimum(
        offices.set_index("office")["rooms"].reindex(places).fillna(0), officers["office"].value_counts().reindex(places).fillna(0)
    )  # fmt: skip
    assert len(found) == 20 and found.sum() > 0
    assert (found <= at_once.to_numpy() * 5 * 24 * 60 / 40).all()  # five days of interviews of 40 minutes
    assert (found[at_once.to_numpy() == 0] == 0).all()


def test_no_interviews_no_slots(home):
    assert capacity.a_week(load("perm_2016"), home, load("perm_2016").as_of, 8) is None


def test_an_office_that_reaches_half_of_its_files_sees_half_of_the_tested_ones():
    found = capacity.seats(
        np.array([5.0, 5.0, 0.0, 1.0]), np.array([100, 20, 10, 0]), np.array([40, 10, 4, 0]), 10.0, 0.2
    )
    assert found.tolist() == [20, 10, 0, 0]
    assert capacity.seats(None, np.array([100, 20]), np.array([40, 11]), 10.0, 0.2).tolist() == [8, 2]


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 500), st.floats(0, 1)), min_size=1, max_size=8))
def test_seats_never_exceed_the_tested_cases(offices):
    slots, lodged = np.array([office[0] for office in offices]), np.array([office[1] for office in offices])
    tested = np.floor(lodged * np.array([office[2] for office in offices])).astype(int)
    found = capacity.seats(slots, lodged, tested, 13.0, 0.2)
    assert (found >= 0).all() and (found <= tested).all()
