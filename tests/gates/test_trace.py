"""The trace holds exactly the facts, the values and the points that were looked at, and can be asked again."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.gates import cases, trace
from pipeline.gates.evaluate import evaluate
from pipeline.gates.records import ANSWERS

DAY = date(2026, 6, 30)
FILES = [
    {"route": "standard", "lodged_on": date(2026, 6, 1), "passport_expires_on": date(2027, 6, 1), "solvency_kzt": 5709000.25,
     "ethnic_kazakh": False, "former_compatriot": True, "health_answer": "clear", "education": "higher", "offences": 2, "listed_offences": 1,
     "citizenship": 'A"\\Z', "knb_answer": "refused"},
    {},
]  # fmt: skip


def traced(book, files, today=DAY):
    verdicts = evaluate(book.gates, book.points, cases.frame(book, files), today)
    ids = pd.Series([f"A{place}" for place in range(len(files))], dtype="str")
    law = json.loads(json.dumps(trace.law(book, today)))
    rows = verdicts.trace(ids).to_pylist()
    records = {(row["case_id"], entry["gate"]): entry for row in rows for entry in trace.record(row, law)}
    return records, verdicts.table(ids).set_index("case_id")


def test_one_record_a_case_and_gate_with_the_answer_of_the_table(book):
    records, table = traced(book, FILES)
    assert len(records) == len(FILES) * len(book.gates)
    for (case, gate), entry in records.items():
        assert entry["verdict"] == table.loc[case, gate]
    assert {entry["version"] for entry in records.values()} == {gate.version for gate in book.gates}


def test_facts_are_what_was_used_and_missing_ones_are_null(book):
    records, _ = traced(book, FILES)
    assert records["A0", "G01"]["facts"] == {"lodged_on": "2026-06-01", "passport_expires_on": "2027-06-01"}
    assert records["A1", "G01"]["facts"] == {"lodged_on": None, "passport_expires_on": None}
    assert records["A0", "G02"]["facts"]["solvency_kzt"] == 5709000.25
    assert (
        records["A0", "G11"]["facts"].items() >= {"ethnic_kazakh": False, "listed_offences": 1, "offences": 2}.items()
    )
    assert records["A0", "G09"]["facts"]["citizenship"] == 'A"\\Z'
    assert records["A0", "G02"]["exemption"] == "former_compatriot"
    assert records["A0", "G01"]["exemption"] == ""


def test_values_are_those_of_the_day(book):
    for day, mci in ((DAY, 4325), (date(2025, 6, 30), 3932), (date(2024, 6, 30), None)):
        records, _ = traced(book, FILES, day)
        assert records["A0", "G02"]["values"] == {"mci": mci, "sum_in_mci": 1320}
    assert records["A0", "G04"]["values"] == {"ban_years": 5, "today": "2024-06-30"}


def test_the_points_are_broken_down_by_criterion(book):
    records, table = traced(book, FILES)
    points = records["A0", "G08"]["points"]
    assert points["education"] == [160, 160] and points["health"] == [50, 50]
    assert points["age"] == [0, 150]
    assert points["points_least"] == 210 and points["points_most"] == 960
    assert pd.isna(table.loc["A0", "points"])


def test_endless_numbers_are_null_and_whole_ones_whole(book):
    records, _ = traced(book, [{"solvency_kzt": 5709000.0}, {"solvency_kzt": float("inf")}])
    assert json.dumps(records["A0", "G02"]["facts"]["solvency_kzt"]) == "5709000"
    assert records["A1", "G02"]["facts"]["solvency_kzt"] is None


@pytest.mark.parametrize(("value", "told"), [(np.float64(2.5), 2.5), (np.int8(3), 3), (pd.NaT, None), (pd.NA, None),
                                             (np.bool_(True), True), (pd.Timestamp("2026-06-30"), "2026-06-30")])  # fmt: skip
def test_values_become_what_json_can_hold(value, told):
    assert trace.plain(value) == told and type(trace.plain(value)) is type(told)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_asking_again_from_the_trace_alone_gives_the_same_answers(book, data):
    """What oversight does: the facts of the trace, the rules of the version it names."""
    number = st.one_of(st.none(), st.integers(0, 60))
    files = [
        {
            fact: data.draw({"number": number, "boolean": st.sampled_from([None, True, False]),
                             "date": st.one_of(st.none(), st.dates(date(2015, 1, 1), date(2030, 1, 1))),
                             "text": st.sampled_from([None, "clear", "pending", "standard", "found"])}[book.kinds[fact]])
            for fact in book.facts
        }
    ]  # fmt: skip
    first = evaluate(book.gates, book.points, cases.frame(book, files), DAY)
    row = first.trace(pd.Series(["A"], dtype="str")).to_pylist()[0]
    again = cases.frame(book, [{fact: row[trace.FACT + fact] for fact in book.facts}])
    second = evaluate(book.gates, book.points, again, DAY)
    np.testing.assert_array_equal(first.answers, second.answers)
    assert [row[trace.GATE + gate.code] for gate in book.gates] == [ANSWERS[code] for code in first.answers[:, 0]]
