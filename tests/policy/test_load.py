"""Capacity, waits and piles, by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core import programme as programmes
from pipeline.core import tables
from pipeline.gates.records import FAIL, PASS
from pipeline.policy import load
from pipeline.policy.load import Capacity, Wait

pytest_plugins = ["tests.policy.dry_run"]
AS_OF = date(2026, 6, 30)


@pytest.fixture(scope="session")
def described(whole):
    return load.describe(programmes.load(str(whole.folder)))


def test_capacity_is_what_officers_and_rooms_allow(whole, described):
    """Shifts of 9 to 12 hold four interviews of 40 minutes; A has two officers and one room, B one officer."""
    found = load.capacity(described, whole.root / "data/interim/mini/tables", AS_OF, 8)
    assert found == Capacity({"A": 4.0, "B": 4.0})


def test_days_without_a_shift_count(fresh, described):
    frames = fresh.register(4)
    frames["shifts"] = frames["shifts"][frames["shifts"]["day"].dt.day_of_week == 0]  # Mondays
    fresh.lay(frames)
    found = load.capacity(described, fresh.root / "data/interim/mini/tables", AS_OF, 8).by_office
    assert 0.7 < found["A"] == found["B"] < 0.9


def test_an_office_without_officers_holds_none(fresh, described):
    frames = fresh.register(4)
    frames["officers"] = frames["officers"][frames["officers"]["office"] == "B"]
    fresh.lay(frames)
    assert load.capacity(described, fresh.root / "data/interim/mini/tables", AS_OF, 8).by_office == {"A": 0.0, "B": 4.0}


def test_shifts_of_the_past_leave_it_unknown(fresh, described):
    fresh.lay(fresh.register(4))
    found = load.capacity(described, fresh.root / "data/interim/mini/tables", date(2026, 12, 1), 2)
    assert found.by_office == {} and found.why.startswith("shifts: none lies after 2026-12-01")


def test_no_interviews_no_rules(whole):
    programme = programmes.load(str(whole.folder))
    assert load.describe(programme.model_copy(update={"interviews": False})) is None


def test_waits_by_hand():
    assert load.wait(5, 2.0) == Wait(days_of_work=2.5, median=1.5, longest=2.5)  # 0.5 1 1.5 2 2.5
    assert load.wait(4, 2.0) == Wait(2.0, 1.25, 2.0)
    assert load.wait(0, 0.0) == Wait(0.0, None, None)
    assert load.wait(3, 0.0) == load.wait(3, None) == Wait(None, None, None)


def test_the_whole_queue_waits_as_its_offices_do():
    found = load.everywhere({"A": 4, "B": 1, "C": 0}, {"A": 2.0, "B": 0.5, "C": 0.0})
    assert found == Wait(days_of_work=2.0, median=1.5, longest=2.0)  # 0.5 1 1.5 2 and 2
    assert load.everywhere({"A": 4, "C": 1}, {"A": 2.0, "C": 0.0}) == Wait(None, None, None)
    assert load.everywhere({}, {}) == Wait(0.0, None, None)


def piles(passing, held, passing_after, held_after):
    """The least flips between the two piles that give these sizes."""
    matrix = np.zeros((3, 3), dtype="int64")
    moved = passing - passing_after
    matrix[PASS, PASS], matrix[FAIL, FAIL] = min(passing, passing_after), min(held, held_after)
    matrix[(PASS, FAIL) if moved > 0 else (FAIL, PASS)] = abs(moved)
    return matrix


TWO = Capacity({"A": 10.0, "B": 5.0})


def test_piles_and_waits_of_offices():
    found = load.load({"A": piles(100, 20, 80, 40), "B": piles(60, 10, 50, 20)}, (TWO, TWO), 30)
    a, b = found.offices
    assert (a.interviews, a.reviews, a.rounded) == ((100, 80), (20, 40), ())
    assert [wait.days_of_work for wait in b.waits] == [12.0, 10.0] and b.a_day == (5.0, 5.0)
    assert found.whole.interviews == (160, 130) and found.whole.reviews == (30, 60)
    assert found.whole.waits[0].longest == 12.0 and found.why == ""


def test_few_flips_round_the_piles_of_two_offices():
    found = load.load({"A": piles(103, 20, 101, 22), "B": piles(68, 10, 51, 27)}, (TWO, TWO), 30)
    a, b = found.offices
    assert (a.interviews, b.interviews) == ((100, 100), (70, 50)) and set(a.rounded) == set(b.rounded) == {
        "interviews",
        "reviews",
    }
    assert a.waits[0].days_of_work == 10.0  # it follows from what is shown
    assert found.whole.interviews == (171, 152)


def test_unknown_capacity_is_told_and_waits_are_not():
    found = load.load({"A": piles(50, 0, 50, 0)}, (TWO, Capacity({}, "no shift")), 30)
    assert found.why == "no shift" and found.offices[0].a_day == (10.0, None)
    assert found.offices[0].waits[1] == found.whole.waits[1] == Wait(None, None, None)


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=9, max_size=9), min_size=1, max_size=6))
def test_no_few_files_are_read_off_an_office(cells):
    counts = {f"O{place}": np.array(each).reshape(3, 3) for place, each in enumerate(cells)}
    found = load.load(counts, (Capacity({}, "unknown"),) * 2, 30)
    for office in found.offices:
        matrix = counts[office.office]
        for pile, code in (("interviews", PASS), ("reviews", FAIL)):
            shown = getattr(office, pile)
            moves = matrix[code].sum() - matrix[code, code], matrix[:, code].sum() - matrix[code, code]
            if pile in office.rounded:
                assert all(number % 10 == 0 for number in shown)
            else:
                assert shown == (matrix[code].sum(), matrix[:, code].sum())
                assert not any(0 < move < 5 for move in moves) and not 0 < matrix.sum() < 30


def test_more_files_never_wait_less():
    waits = [load.wait(files, 3.0) for files in range(1, 30)]
    assert [each.longest for each in waits] == sorted(each.longest for each in waits)


def test_tables_are_read_where_they_lie(whole):
    assert (
        len(tables.read_table(whole.root / "data/interim/mini/tables/shifts"))
        == pd.bdate_range("2026-07-01", "2026-09-30").size * 3
    )
