import pandas as pd

from pipeline.core.programme import Source, load
from pipeline.validate import checks


def test_every_part_of_a_column_record_becomes_a_demand(source: Source):
    found = [(check.reason, check.column) for check in checks.of(source)]
    assert found == [
        ("missing", "id"), ("bad_pattern", "id"), ("missing", "person"), ("not_a_number", "wage"), ("out_of_range", "wage"),
        ("unknown_code", "sex"), ("not_a_date", "start"), ("missing", "start"), ("out_of_range", "start"), ("not_a_date", "end"),
        ("rule:ordered", "end, start"), ("second_header", "(the whole line)"), ("duplicate_key", "id"),
        ("duplicate_row_fields", "passport"), ("unknown_reference", "person"),
    ]  # fmt: skip


def test_bounds_of_dates_reach_the_library_as_days_since_1970(source: Source):
    bound = next(check for check in checks.of(source) if check.column == "start" and check.reason == "out_of_range")
    assert bound.arguments["min_value"] == (pd.Timestamp("2015-01-01") - pd.Timestamp("1970-01-01")).days
    days = checks._day(pd.Series(pd.to_datetime(["2014-12-31", None, "2015-01-01"])))
    assert checks._outside(pd.Series(days), bound.arguments["min_value"], None).tolist() == [True, False, False]


def test_check_digits_are_demanded_where_a_column_names_them():
    persons = load("kz_2026").tables["persons"]
    assert {check.column for check in checks.of(persons) if check.reason == "bad_check_digit"} == {"iin", "mrz_line2"}
