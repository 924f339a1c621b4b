from datetime import date, timedelta

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clocks import count, holds

quick = settings(max_examples=60, deadline=None)
FIRST = date(2026, 3, 1)
DAY = date(2026, 6, 30)
NONE = np.array(["NaT"], dtype="datetime64[D]")
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["held", "resumed"]), st.sampled_from(["papers_asked", "court"]),
        st.dates(FIRST, DAY + timedelta(days=5)),
    ),
    max_size=12,
)  # fmt: skip


def table(events):
    rows = [(case, event, reason, pd.Timestamp(on)) for case, event, reason, on in events]
    return pd.DataFrame(rows, columns=["case", "event", "reason", "happened_on"]).astype({"case": "int64"})


def made(events, day=DAY):
    return holds.spans(table(events), "happened_on", np.datetime64(day, "D"))


def walk(events, case, day=DAY):
    """Day by day: the days on which the file is held, told apart by reason."""
    found, on_hold = set(), {"papers_asked": False, "court": False}
    today = FIRST
    while today <= day:
        for reason in ("papers_asked", "court"):
            said = {event for who, event, why, on in events if (who, why, on) == (case, reason, today)}
            held_before = on_hold[reason]
            if len(said) == 1:
                on_hold[reason] = said == {"held"}
            if held_before:  # the day of `resumed` is still a held one, the day of `held` not yet
                found.add(today)
        today += timedelta(days=1)
    return found, any(on_hold.values())


@given(EVENTS)
@quick
def test_spans_are_the_days_that_a_walk_through_the_calendar_finds(events):
    found = made(events)
    for case in range(3):
        mine = found.row == case
        days = {
            (after + np.timedelta64(step + 1, "D")).astype(date)
            for after, until in zip(found.after[mine], found.until[mine], strict=True)
            for step in range(int((until - after).astype(int)))
        }
        expected, held = walk(events, case)
        assert days == expected
        assert bool(found.open[mine].any()) == held


@given(events=EVENTS, start=st.dates(FIRST, DAY), length=st.integers(1, 30), working=st.booleans())
@quick
def test_a_term_counts_exactly_the_days_on_which_the_file_was_not_held(book, events, start, length, working):
    events = [event for event in events if event[0] == 0]
    unit = "working_days" if working else "calendar_days"
    starts = np.array([start], dtype="datetime64[D]")
    last = count.last_day(starts, length, unit, book.calendar)
    pushed, now = holds.push(last, starts, NONE, made(events), book.calendar if working else None)
    held, _ = walk(events, 0)
    today, counted = start, 0
    while counted < length:
        today += timedelta(days=1)
        open_day = not working or bool(book.calendar.is_working(np.datetime64(today)))
        counted += today not in held and open_day
    assert pushed[0].astype(date) == today
    assert bool(now[0]) <= (today > DAY)


@given(events=EVENTS, more=EVENTS, start=st.dates(FIRST, DAY))
@quick
def test_a_hold_never_brings_the_last_day_nearer(book, events, more, start):
    starts = np.array([start], dtype="datetime64[D]")
    last = count.last_day(starts, 20, "working_days", book.calendar)
    only_held = [(0, "held", f"more {place}", on) for place, (_, _, _, on) in enumerate(more)]
    with_some = holds.push(last, starts, NONE, made([event for event in events if event[0] == 0]), book.calendar)[0]
    with_more = holds.push(last, starts, NONE, made([*(e for e in events if e[0] == 0), *only_held]), book.calendar)[0]
    assert last[0] <= with_some[0] <= with_more[0]


@given(EVENTS, st.randoms())
@quick
def test_the_order_of_rows_does_not_matter(events, random):
    mixed = events[:]
    random.shuffle(mixed)
    for one, other in zip(vars(made(events)).values(), vars(made(mixed)).values(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_two_reasons_hold_together_and_an_open_hold_reaches_to_the_day_asked():
    events = [(0, "held", "court", date(2026, 3, 2)), (0, "held", "papers_asked", date(2026, 3, 4)),
              (0, "resumed", "court", date(2026, 3, 6)), (1, "held", "court", date(2026, 6, 20))]  # fmt: skip
    found = made(events)
    assert found.after.astype(str).tolist() == ["2026-03-02", "2026-06-20"]
    assert found.until.astype(str).tolist() == ["2026-06-30", "2026-06-30"] and found.open.all()


def test_a_hold_on_or_after_the_last_day_or_after_the_end_changes_nothing(book):
    start, last = np.array(["2026-06-01"], dtype="datetime64[D]"), np.array(["2026-06-10"], dtype="datetime64[D]")
    late = made([(0, "held", "court", date(2026, 6, 10))])
    pushed, now = holds.push(last, start, NONE, late, None)
    assert pushed == last and not now
    ended = np.array(["2026-06-05"], dtype="datetime64[D]")
    over = made([(0, "held", "court", date(2026, 6, 3))])
    assert holds.push(last, start, ended, over, None)[0].astype(str) == "2026-06-12"  # two held days before the end
    assert holds.push(last, start, np.array(["2026-06-03"], dtype="datetime64[D]"), over, None)[0] == last


def test_a_register_without_reasons_is_one_reason():
    found = holds.spans(
        table([(0, "held", "court", date(2026, 3, 2)), (0, "resumed", "papers_asked", date(2026, 3, 4))]).drop(
            columns="reason"
        ),
        "happened_on",
        np.datetime64(DAY),
    )
    assert found.until.astype(str).tolist() == ["2026-03-04"]
