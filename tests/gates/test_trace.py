"""The trace is valid JSON that holds exactly the facts, the values and the points that were looked at."""

import json
from datetime import date

import pandas as pd
import pyarrow as pa

from pipeline.gates import cases
from pipeline.gates.evaluate import evaluate
from pipeline.gates.trace import SCHEMA

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
    frame = pa.concat_tables(verdicts.trace(ids)).to_pandas()
    return frame.set_index(["case_id", "gate"]), verdicts.table(ids).set_index("case_id")


def test_one_row_a_case_and_gate_with_the_answer_of_the_table(book):
    trace, table = traced(book, FILES)
    assert len(trace) == len(FILES) * len(book.gates)
    for (case, gate), row in trace.iterrows():
        assert row["verdict"] == table.loc[case, gate]
    assert set(trace["version"]) == {gate.version for gate in book.gates}


def test_facts_are_what_was_used_and_missing_ones_are_null(book):
    trace, _ = traced(book, FILES)
    facts = trace["facts"].map(json.loads)
    assert facts["A0", "G01"] == {"lodged_on": "2026-06-01", "passport_expires_on": "2027-06-01"}
    assert facts["A1", "G01"] == {"lodged_on": None, "passport_expires_on": None}
    assert facts["A0", "G02"]["solvency_kzt"] == 5709000.25
    assert facts["A0", "G11"] == {"ethnic_kazakh": False, "listed_offences": 1, "offences": 2}
    assert facts["A0", "G09"]["citizenship"] == 'A"\\Z'
    assert trace.loc[("A0", "G02"), "exemption"] == "former_compatriot"
    assert trace.loc[("A0", "G01"), "exemption"] == ""


def test_values_are_those_of_the_day(book):
    for day, mci in ((DAY, 4325), (date(2025, 6, 30), 3932), (date(2024, 6, 30), None)):
        trace, _ = traced(book, FILES, day)
        assert json.loads(trace.loc[("A0", "G02"), "values"]) == {"mci": mci, "sum_in_mci": 1320}
    assert json.loads(trace.loc[("A0", "G04"), "values"]) == {"ban_years": 5, "today": "2024-06-30"}


def test_the_points_are_broken_down_by_criterion_and_hold_no_birth_date(book):
    trace, table = traced(book, FILES)
    facts = json.loads(trace.loc[("A0", "G08"), "facts"])
    assert facts["points"]["education"] == 160 and facts["points"]["health"] == 50
    assert facts["points"]["age"] == [0, 150]
    assert facts["points_least"] == 210 and facts["points_most"] == 960
    assert pd.isna(table.loc["A0", "points"])
    assert "birth_date" not in "".join(trace["facts"])


def test_the_columns_are_texts(book):
    verdicts = evaluate(book.gates, book.points, cases.frame(book, FILES), DAY)
    assert all(part.schema == SCHEMA for part in verdicts.trace(pd.Series(["a", "b"], dtype="str")))


def test_whole_numbers_stay_whole_and_endless_ones_are_null(book):
    trace, _ = traced(book, [{"solvency_kzt": 5709000.0}, {"solvency_kzt": float("inf")}])
    assert '"solvency_kzt":5709000}' in trace.loc[("A0", "G02"), "facts"]
    assert '"solvency_kzt":null}' in trace.loc[("A1", "G02"), "facts"]
