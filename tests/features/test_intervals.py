import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.intervals import present_days, union_days

SPANS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(-3, 12)), max_size=15)
CROSSINGS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.booleans()), max_size=15)


def columns(rows, count):
    return (
        [np.array(column, dtype="int64") for column in zip(*rows, strict=True)]
        if rows
        else [np.zeros(0, "int64")] * count
    )


@settings(deadline=None)
@given(SPANS)
def test_union_days_counts_each_day_once(spans):
    case, start, length = columns(spans, 3)
    expected = [len({day for c, s, n in spans if c == one for day in range(s, s + n)}) for one in range(3)]
    assert union_days(case, start, start + length, 3).tolist() == expected


def stays(crossings, opens, closes):
    """Day by day, as a person would count with a passport in hand."""
    balance = {}
    for day, entry in crossings:
        balance[day] = balance.get(day, 0) + (1 if entry else -1)
    turns = sorted((day, total > 0) for day, total in balance.items() if total)
    if not turns:
        return None
    inside, days = not turns[0][1], 0
    for day in range(-50, closes):
        inside = dict(turns).get(day, inside)
        days += inside and day >= opens
    return days


@settings(deadline=None)
@given(CROSSINGS, st.integers(0, 30), st.integers(0, 20))
def test_present_days_is_the_count_by_hand(rows, opens, span):
    case, day, entry = columns(rows, 3)
    window = np.full(3, opens), np.full(3, opens + span)
    days, known = present_days(case, day, entry.astype(bool), *window)
    for one in range(3):
        expected = stays([(d, e) for c, d, e in rows if c == one], opens, opens + span)
        assert known[one] == (expected is not None)
        assert days[one] == (expected or 0)
