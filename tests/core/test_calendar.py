from datetime import date

import numpy as np
import pytest

from pipeline.core import calendar
from pipeline.core.errors import Problem
from pipeline.core.programme import load as programme

FILE = programme("kz_2026").folder / "calendar.yaml"


def d(*texts):
    return np.array(texts, dtype="datetime64[D]")


@pytest.fixture(scope="module")
def days():
    return calendar.load(FILE)


# Weekdays off, as in the domain notes 8.7 and the library `holidays` 0.109: a new release that changes one must be looked at.
OFF = d(
    "2026-01-01", "2026-01-02", "2026-01-07", "2026-03-09", "2026-03-23", "2026-03-24", "2026-03-25", "2026-05-01",
    "2026-05-07", "2026-05-11", "2026-05-27", "2026-07-06", "2026-10-26", "2026-12-16",
    "2027-01-01", "2027-01-04", "2027-01-07", "2027-03-08", "2027-03-15", "2027-03-22", "2027-03-23", "2027-03-24",
    "2027-05-03", "2027-05-07", "2027-05-10", "2027-07-06", "2027-10-25", "2027-12-16",
)  # fmt: skip


def test_weekdays_off_in_2026_and_2027(days):
    every = np.arange(np.datetime64("2026-01-01"), np.datetime64("2028-01-01"))
    weekdays = every[np.is_busday(every)]
    assert weekdays[~days.is_working(weekdays)].tolist() == OFF.tolist()
    assert not days.is_working(every[~np.is_busday(every)]).any()


def test_moved_days_of_the_domain_notes_and_the_settled_conflict(days):
    assert not days.is_working(d("2026-03-09", "2026-03-24", "2026-03-25", "2026-05-11", "2026-10-26")).any()
    assert days.is_working(d("2026-08-31")).all()  # the newer reading holds; see `conflicts`


def test_counting_agrees_with_numpy(days):
    start = np.arange(np.datetime64("2026-01-01"), np.datetime64("2027-06-01"))
    for count in (1, 5, 20):
        expected = np.busday_offset(start, count, roll="backward", holidays=OFF)
        assert (days.add_working_days(start, count) == expected).all()
    assert len(days.working_days(date(2026, 7, 1), date(2026, 7, 10))) == 7
    assert days.add_working_days(date(2026, 6, 30), 6) == np.datetime64("2026-07-09")


def test_counting_back_mirrors_counting_on(days):
    start = np.arange(np.datetime64("2026-03-01"), np.datetime64("2027-12-31"))
    for count in (1, 3, 20):
        assert (
            days.add_working_days(start, -count) == np.busday_offset(start, -count, roll="forward", holidays=OFF)
        ).all()
    assert days.add_working_days(d("2026-07-04", "2026-07-07"), 0).tolist() == d("2026-07-07", "2026-07-07").tolist()
    each = days.add_working_days(d("2026-07-01", "2026-07-01"), np.array([1, 3]))
    assert each.tolist() == d("2026-07-02", "2026-07-07").tolist()  # 4 to 6 July are off


def test_days_between_agree_with_numpy(days):
    first = np.arange(np.datetime64("2026-01-01"), np.datetime64("2027-06-01"))
    one = np.timedelta64(1, "D")
    for length in (0, 1, 9, 40):
        expected = np.busday_count(first + one, first + length + one, holidays=OFF)
        assert (days.count(first, first + length) == expected).all()
    assert days.count(date(2026, 7, 10), date(2026, 7, 1)) == 0


def test_days_outside_the_years_stop(days):
    with pytest.raises(Problem, match="2028-01-03 is outside"):
        days.is_working(d("2028-01-03"))
    with pytest.raises(Problem, match="end after 2027-12-31"):
        days.add_working_days(d("2027-12-30"), 5)
    with pytest.raises(Problem, match="3 working days begin before 2026-01-01"):
        days.add_working_days(d("2026-01-05"), -3)


def edited(tmp_path, old, new):
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "calendar.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_a_conflict_can_be_settled_the_other_way(tmp_path):
    path = edited(tmp_path, "decided: working", 'decided: "off"')
    assert not calendar.load(path).is_working(d("2026-08-31")).any()


def test_a_saturday_can_be_worked(tmp_path):
    worked = "working_days:\n  - {day: 2026-07-11, instead_of: 2026-07-10, name: moved, status: SINGLE, source: test}\nignored: "
    path = edited(tmp_path, "working_days: []", worked.removesuffix("ignored: "))
    assert calendar.load(path).is_working(d("2026-07-11", "2026-07-12")).tolist() == [True, False]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "day: 2026-10-26, instead_of: 2026-10-25",
            "day: 2026-10-27, instead_of: 2026-10-25",
            "2026-10-27 contradicts",
        ),
        (
            "working_days: []",
            "working_days:\n  - {day: 2026-07-06, name: x, status: SINGLE, source: y}",
            "2026-07-06 contradicts",
        ),
        ("    library: working", '    library: "off"', "no longer says `off` for 2026-08-31"),
        ("day: 2026-01-02", "day: 2026-01-01", "2026-01-01 is given twice"),
        ("day: 2026-01-02", "day: 2025-01-02", "2025-01-02 lies outside"),
        ("years: [2026, 2027]", "years: [2026, 2028]", "row of years"),
        ("weekly_rest: [saturday", "weekly_rest: [caturday", "calendar.yaml:"),
    ],
)
def test_mistakes_are_one_sentence(tmp_path, old, new, said):
    with pytest.raises(Problem, match=said):
        calendar.load(edited(tmp_path, old, new))
