"""Points: the first band that holds, and an interval while a fact is missing."""

from datetime import date

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.expressions import column
from pipeline.gates import cases
from pipeline.gates.evaluate import evaluate
from pipeline.gates.points import score
from pipeline.gates.records import Table

THREE = {"kk": "а", "ru": "а", "en": "a"}
DAY = date(2026, 6, 30)


def table(bands, **more):
    made = [
        {"from": "2026-01-01", "status": "PROVISIONAL", "source": "made up", "title": THREE, **band} for band in bands
    ]
    return Table.model_validate(
        {
            "title": THREE, "law": {"act": THREE, "article": "1"}, "effective": {"from": "2026-01-01"},
            "threshold": [{"from": "2026-01-01", "value": 10, "source": "[X]"}], "rounding": "UNKNOWN", "maximum": 30,
            "criteria": {"one": {"title": THREE, "bands": made, **more}},
        }
    )  # fmt: skip


def interval(points, values, day=DAY):
    found = score(points, {"x": column(pd.Series(values, dtype="Float64"))}, len(values), day)
    return list(zip(found.total_least.tolist(), found.total_most.tolist(), strict=True))


BANDS = [{"when": "x < 3", "points": 5}, {"when": "x < 6", "points": 30}, {"when": "x < 9", "points": 10}]


def test_the_first_band_that_holds_counts_and_none_gives_nothing():
    assert interval(table(BANDS), [1, 3, 8, 9]) == [(5, 5), (30, 30), (10, 10), (0, 0)]


def test_a_missing_fact_gives_the_interval_of_what_is_possible():
    assert interval(table(BANDS), [None]) == [(0, 30)]
    assert interval(table([{"when": "x >= 3 or x < 3", "points": 5}, {"when": "true", "points": 7}]), [None]) == [
        (5, 7)
    ]
    assert interval(table([{"when": "true", "points": 5}]), [None]) == [(5, 5)]


def test_points_may_be_taken_off():
    assert interval(table([{"when": "x < 3", "points": -5}]), [1, None, 9]) == [(-5, -5), (-5, 0), (0, 0)]


def test_a_measure_is_what_the_bands_cut():
    bands = [{"when": "measure < 10", "points": 5}, {"when": "measure >= 10", "points": 30}]
    assert interval(table(bands, measure="x * 2"), [4, 5, None]) == [(5, 5), (30, 30), (0, 30)]


def test_an_answer_that_settles_nothing_leaves_every_band_possible():
    bands = [{"when": "x == 1", "points": 5}, {"when": "x == 2", "points": 30}]
    assert interval(table(bands, unknown_when="x == 2"), [1, 2, 3]) == [(5, 5), (0, 30), (0, 0)]


def test_bands_are_dated():
    bands = [
        {"when": "x > 0", "points": 5, "from": "2026-01-01", "to": "2026-06-29"},
        {"when": "x > 0", "points": 30, "from": "2026-06-30"},
    ]
    assert interval(table(bands), [1], date(2026, 6, 29)) == [(5, 5)]
    assert interval(table(bands), [1], DAY) == [(30, 30)]
    assert interval(table(bands), [1], date(2025, 6, 29)) == [(0, 0)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 30)), min_size=1, max_size=5), st.integers(0, 10))
def test_the_interval_of_a_missing_fact_holds_the_points_of_every_fact(edges, value):
    bands = [{"when": f"x < {edge}", "points": points} for edge, points in dict(edges).items()]
    (least, most), (exact, same) = interval(table(bands), [None, value])
    assert least <= exact == same <= most


def several(criteria, caps=(), maximum=99):
    """A table of several criteria, each `(bands, more fields)`, and caps `(names, most)`."""
    row = {"from": "2026-01-01", "status": "OFFICIAL", "source": "made up", "title": THREE}
    return Table.model_validate(
        {
            "title": THREE, "law": {"act": THREE, "article": "1"}, "effective": {"from": "2026-01-01"},
            "threshold": [{"from": "2026-01-01", "value": 10, "source": "[X]"}], "rounding": "none", "maximum": maximum,
            "criteria": {
                name: {"title": THREE, "bands": [{**row, **band} for band in bands], **more}
                for name, (bands, more) in criteria.items()
            },
            "caps": [{**row, "criteria": names, "most": most} for names, most in caps],
        }
    )  # fmt: skip


ITEMS = [{"when": "x < 3", "points": 5}, {"when": "x < 6", "points": 30}, {"when": "x > 7", "points": -10}]


def test_every_band_that_holds_adds_its_points():
    items = several({"one": (ITEMS, {"add": "all"})})
    assert interval(items, [1, 4, 6, 8]) == [(35, 35), (30, 30), (0, 0), (-10, -10)]
    assert interval(items, [None]) == [(-10, 35)]


def test_an_answer_that_settles_nothing_may_add_every_item():
    items = several({"one": (ITEMS, {"add": "all", "unknown_when": "x == 4"})})
    assert interval(items, [4, 1]) == [(-10, 35), (35, 35)]


def test_items_are_dated():
    ended = [{**ITEMS[0], "to": "2026-06-29"}, ITEMS[1]]
    items = several({"one": (ended, {"add": "all"})})
    assert interval(items, [1], date(2026, 6, 29)) == [(35, 35)]
    assert interval(items, [1], DAY) == [(30, 30)]


def test_a_cap_limits_what_its_criteria_give_together_and_says_what_it_limited():
    both = {"one": (ITEMS, {"add": "all"}), "two": ([{"when": "x < 9", "points": 4}], {}), "free": ([{"when": "true", "points": 1}], {})}  # fmt: skip
    capped = several(both, [(["one", "two"], 32)])
    assert interval(capped, [1, 4, 6, None]) == [(33, 33), (33, 33), (5, 5), (-9, 33)]
    found = score(capped, {"x": column(pd.Series([1], dtype="Float64"))}, 1, DAY)
    assert [(each.cap.most, each.least.tolist(), each.most.tolist()) for each in found.capped] == [(32, [39.0], [39.0])]
    assert found.least["one"].tolist() == [35.0]


def test_caps_are_dated():
    capped = several({"one": (ITEMS, {"add": "all"})}, [(["one"], 20)])
    later = capped.model_copy(update={"caps": [capped.caps[0].model_copy(update={"from_": DAY, "most": 10})]})
    assert interval(later, [1], date(2026, 6, 29)) == [(35, 35)]
    assert interval(later, [1], DAY) == [(10, 10)]


@st.composite
def tables(draw):
    """Random criteria over x and y with random caps that share no criterion, and what a file may know."""
    bands = st.lists(
        st.builds(
            lambda name, edge, points: {"when": f"{name} < {edge}", "points": points},
            st.sampled_from("xy"), st.integers(0, 9), st.integers(-5, 20),
        ),
        min_size=1, max_size=4, unique_by=lambda band: band["when"],
    )  # fmt: skip
    names = draw(st.permutations(["a", "b", "c", "d"]))
    criteria = {name: (draw(bands), {"add": draw(st.sampled_from(["first", "all"]))}) for name in names}
    cut = draw(st.integers(0, 4))
    caps = [(group, draw(st.integers(0, 30))) for group in (names[:cut], names[cut:]) if group and draw(st.booleans())]
    return criteria, caps


def bounds(points, x, y):
    known = {name: column(pd.Series([value], dtype="Float64")) for name, value in (("x", x), ("y", y))}
    found = score(points, known, 1, DAY)
    return found.total_least[0], found.total_most[0]


VALUES = st.integers(-1, 10)


@settings(max_examples=60, deadline=None)
@given(tables(), VALUES, VALUES)
def test_caps_never_raise_and_knowing_more_never_widens(made, x, y):
    criteria, caps = made
    free, capped = several(criteria), several(criteria, caps)
    for facts in ((x, y), (x, None), (None, y), (None, None)):
        low, high = bounds(capped, *facts)
        assert low <= high
        assert low <= bounds(free, *facts)[0] and high <= bounds(free, *facts)[1]
    wide, half, exact = bounds(capped, None, None), bounds(capped, x, None), bounds(capped, x, y)
    assert wide[0] <= half[0] <= exact[0] == exact[1] <= half[1] <= wide[1]


@settings(max_examples=40, deadline=None)
@given(tables(), VALUES, st.one_of(VALUES, st.none()), st.randoms(use_true_random=False))
def test_the_order_of_criteria_and_caps_is_irrelevant(made, x, y, random):
    criteria, caps = made
    shuffled, other = list(criteria.items()), [(list(names), most) for names, most in caps]
    random.shuffle(shuffled)
    random.shuffle(other)
    for names, _ in other:
        random.shuffle(names)
    assert bounds(several(criteria, caps), x, y) == bounds(several(dict(shuffled), other), x, y)


def test_points_that_are_only_taken_off_have_no_most_below_nothing():
    assert several({"one": ([{"when": "x < 3", "points": -5}], {})}).highest(DAY) == 0


@settings(max_examples=40, deadline=None)
@given(tables(), VALUES, VALUES)
def test_no_file_has_more_than_the_most_the_table_says(made, x, y):
    criteria, caps = made
    assert bounds(several(criteria, caps), x, y)[1] <= several(criteria, caps).highest(DAY)


def test_a_plausible_applicant_reaches_400_to_700_of_1000(book):
    usual = {
        "route": "standard", "education": "vocational", "listening_points": 11, "reading_points": 22, "russian_level": "B",
        "english_level": "A", "years_experience": 7, "studied_in_kz_years": 0, "job_offer": False, "health_answer": "clear",
    }  # fmt: skip
    files = [{**usual, "birth_date": date(year, 5, 1)} for year in (1960, 1968, 1979, 1990, 2004)]
    files += [{**files[3], "education": level} for level in ("secondary", "higher", "postgraduate")]
    found = evaluate(book.gates, book.points, cases.frame(book, files), DAY).score
    assert found is not None and found.known.all()
    assert found.total.min() >= 400 and found.total.max() <= 700


def test_a_file_may_have_a_day_of_its_own():
    """Past files count ages to their own day, by the bands in force on one day."""
    ages = table([{"when": "years(born, today) < 40", "points": 10}, {"when": "years(born, today) >= 40", "points": 3}])
    born = column(pd.Series(pd.to_datetime(["1990-06-01", "1990-06-01"])))
    own = column(pd.Series(pd.to_datetime(["2026-06-30", "2040-06-30"])))
    assert score(ages, {"born": born}, 2, DAY).total_least.tolist() == [10, 10]
    assert score(ages, {"born": born, "today": own}, 2, DAY).total_least.tolist() == [10, 3]
