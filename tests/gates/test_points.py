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
