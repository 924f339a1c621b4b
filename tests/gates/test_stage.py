"""The stage: facts as known on the as-of day, only files of the queue, part by part."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.core import tables
from pipeline.core.errors import Problem
from pipeline.core.params import Gates, Params
from pipeline.core.programme import load
from pipeline.core.stage import execute
from pipeline.gates import trace
from pipeline.stages.gates import STAGE

AS_OF = date(2026, 6, 30)
DTYPES = {"integer": "Int64", "number": "float64", "date": "datetime64[s]", "boolean": "boolean"}


class Quiet:
    def say(self, text: str) -> None:
        pass

    def step(self, done: float, text: str) -> None:
        pass


def rows(programme, source, records):
    columns = programme.tables[source].columns
    return pd.DataFrame(
        {
            name: pd.Series([record.get(name) for record in records], dtype=object).astype(
                DTYPES.get(column.kind, "str")
            )
            for name, column in columns.items()
        }
    )


def check(number, application, agency, answer, recorded):
    return {
        "check_id": f"C{number:09}", "application_id": application, "agency": agency, "requested_on": "2026-06-01",
        "recorded_on": recorded, "answer": answer,
    }  # fmt: skip


PAPERS = ("solvency", "criminal_record", "medical", "home_consent", "autobiography", "housing", "state_fee")
NOBODY = {
    "family_of": "none",
    "treaty_citizen": False,
    "refugee": False,
    "stateless_basis": "none",
    "married_women_convention": False,
}


def records():
    """Three files of two persons: A1 complete, A2 with answers that arrive late, A3 no longer in the queue."""
    persons = [
        {"person_id": "P1", "birth_date": "1990-05-01", "citizenship": "UZB", "ethnic_kazakh": False, "former_compatriot": False,
         "passport_expires_on": "2029-01-01", "registered_on": "2020-01-01", **NOBODY},
        {"person_id": "P2", "birth_date": "1990-05-01", "citizenship": "RUS", "ethnic_kazakh": False, "former_compatriot": False,
         "passport_expires_on": "2029-01-01", "registered_on": "2020-01-01", **NOBODY},
    ]  # fmt: skip
    applications = [
        {
            "application_id": name,
            "person_id": person,
            "lodged_on": "2026-06-01",
            "route": "standard",
            "entry_basis": "visa_free",
        }
        for name, person in (("A3", "P2"), ("A1", "P1"), ("A2", "P2"))
    ]
    agencies = ("KNB", "MIA_CONVICTION", "MIA_EXPULSION", "MIA_FINGERPRINT", "HEALTH", "MIA_REGISTERS")
    checks = [check(place, "A1", agency, "pending", "2026-06-01") for place, agency in enumerate(agencies)]
    checks += [check(10 + place, "A1", agency, "clear", "2026-06-20") for place, agency in enumerate(agencies)]
    checks += [check(20 + place, "A2", agency, "pending", "2026-06-01") for place, agency in enumerate(agencies)]
    checks += [check(30 + place, "A2", agency, "clear", "2026-07-01") for place, agency in enumerate(agencies)]
    documents = [
        {"document_id": f"D{place}{name}", "application_id": name, "kind": kind, "issued_on": "2026-05-01", "received_on": "2026-06-02",
         "amount_kzt": {"solvency": 6_000_000, "state_fee": 17_300}.get(kind)}
        for name in ("A1", "A2") for place, kind in enumerate(PAPERS)
    ]  # fmt: skip
    tests = [  # the best of each block of P2 would pass; no single attempt does
        {
            "attempt_id": "K1",
            "person_id": "P1",
            "published_on": "2026-03-01",
            "taken_on": "2026-03-01",
            "listening_points": 12,
            "reading_points": 24,
            "stopped": False,
        },
        {
            "attempt_id": "K2",
            "person_id": "P2",
            "published_on": "2026-03-01",
            "taken_on": "2026-03-01",
            "listening_points": 20,
            "reading_points": 2,
            "stopped": False,
        },
        {
            "attempt_id": "K3",
            "person_id": "P2",
            "published_on": "2026-04-01",
            "taken_on": "2026-04-01",
            "listening_points": 2,
            "reading_points": 40,
            "stopped": False,
        },
        {
            "attempt_id": "K4",
            "person_id": "P2",
            "published_on": "2026-05-01",
            "taken_on": "2026-05-01",
            "listening_points": 20,
            "reading_points": 40,
            "stopped": True,
        },
    ]
    forms = [
        {"application_id": "A1", "submitted_on": "2026-06-01", "education": "vocational", "years_experience": 8, "russian_level": "B",
         "english_level": "none", "job_offer": False, "studied_in_kz_years": 0},
    ]  # fmt: skip
    offences = [{"offence_id": "V1", "person_id": "P2", "article": "other", "decided_on": "2024-01-01"}]
    return {
        "persons": persons, "applications": applications, "agency_checks": checks, "documents": documents,
        "language_tests": tests, "questionnaires": forms, "offences": offences, "findings": [],
    }  # fmt: skip


@pytest.fixture
def project(tmp_path, kz):
    """A project folder with tables in two parts, a part a person."""

    def build(parts=2, hidden=None):
        interim = tmp_path / f"project{parts}" / "data" / "interim" / "kz_2026"
        given = records()
        owner = {record["application_id"]: record["person_id"] for record in given["applications"]}
        for source, found in given.items():
            frame = rows(kz, source, found)
            person = frame["person_id"] if "person_id" in frame else frame["application_id"].map(owner)
            for part in range(parts):
                mine = frame[((person == "P2").to_numpy().astype(int) if parts == 2 else np.zeros(len(frame))) == part]
                tables.write_frame(mine, tables.part_path(interim / "tables" / source, part))
                aside = rows(kz, source, (hidden or {}).get(source, []))
                here = aside["person_id"] if "person_id" in aside else aside["application_id"].map(owner)
                of_part = ((here == "P2").to_numpy().astype(int) if parts == 2 else np.zeros(len(aside))) == part
                tables.write_frame(aside[of_part], tables.part_path(interim / "set_aside" / source, part))
        for part, names in enumerate([["A1"], ["A2", "A3"]] if parts == 2 else [["A1", "A2", "A3"]]):
            frame = pd.DataFrame({"case_id": pd.Series(names, dtype="str"), "queue": [name != "A3" for name in names]})
            tables.write_frame(frame, tables.part_path(interim / "cases", part))
        return interim.parents[2]

    return build


def run(programme, root, as_of=AS_OF, lang="en", official=False):
    knobs = Params.model_construct(gates=Gates(official=official))
    report = execute(STAGE, programme, root, knobs, as_of, lang, Quiet())
    interim = root / "data" / "interim" / programme.programme
    return report, tables.read_table(interim / "gates"), interim / "trace"


def traced(folder):
    """(case, gate) -> record, as `record` joins them."""
    law = json.loads((folder / trace.LAW).read_text(encoding="utf-8"))
    rows = [row for part in sorted(folder.glob("part-*")) for row in pq.read_table(part).to_pylist()]
    return {(row["case_id"], entry["gate"]): entry for row in rows for entry in trace.record(row, law)}


def test_a_complete_file_passes_and_late_answers_are_unknown(project, kz):
    report, table, folder = run(kz, project())
    answers = table.set_index("case_id")
    assert list(answers.index) == ["A1", "A2"]
    assert "FAIL" not in set(answers.loc["A1"])
    assert answers.loc["A1", "points"] == 590 and answers.loc["A1", "verdict"] == "PASS"
    assert answers.loc["A1", "waiting"] == "" and answers.loc["A1", "set_aside"] == ""
    late = answers.loc["A2"]
    assert list(late[["G03", "G04", "G05", "G06", "G07", "G08", "G10", "G11"]]) == ["FAIL", *["UNKNOWN"] * 7]
    assert {"G04", "G07", "G11"} <= set(late["waiting"].split())
    assert np.isnan(late["points"]) and late["verdict"] == "FAIL"
    records = traced(folder)
    assert len(records) == 2 * len(report.figures["gates"])
    assert records["A2", "G03"]["facts"] == {"listening_points": 2, "reading_points": 40, "route": "standard"}
    assert report.figures["files"] == 2
    assert report.figures["verdicts"] == {"PASS": 1, "FAIL": 1, "UNKNOWN": 0}
    assert report.figures["gates"]["G07"] == {"PASS": 1, "FAIL": 0, "UNKNOWN": 1, "NOT_APPLICABLE": 0}
    assert report.figures["points"]["interval"] == 1
    assert "PROVISIONAL" in " ".join(report.lines) and report.findings == []


def test_an_offence_that_was_set_aside_is_not_taken_for_none(project, kz):
    unread = {"offence_id": "V9", "person_id": "P1", "decided_on": "2026-05-01"}
    _, table, folder = run(kz, project(hidden={"offences": [unread]}))
    answers = table.set_index("case_id")
    assert answers.loc["A1", ["G11", "verdict", "set_aside"]].tolist() == ["UNKNOWN", "UNKNOWN", "offences"]
    assert "G11" in answers.loc["A1", "waiting"].split() and answers.loc["A2", "set_aside"] == ""
    assert traced(folder)["A1", "G11"]["facts"]["offences"] is None


def test_a_finding_that_was_set_aside_is_not_taken_for_none(project, kz):
    unread = {"finding_id": "F9", "application_id": "A1", "recorded_on": "2026-06-10", "ground": "prison_release"}
    _, table, _ = run(kz, project(hidden={"findings": [unread]}))
    answers = table.set_index("case_id")
    assert answers.loc["A1", ["G15", "G13", "verdict"]].tolist() == ["UNKNOWN", "PASS", "UNKNOWN"]
    assert answers.loc["A1", "waiting"] == "G15"
    _, table, _ = run(kz, project(hidden={"findings": [{**unread, "ground": None}]}))  # it may be any ground
    waiting = table.set_index("case_id").loc["A1", "waiting"].split()
    assert {"G13", "G14", "G15", "G16", "G18", "G21", "G30"} <= set(waiting)


def test_official_mode_refuses_provisional_points_and_leaves_the_last_lists(project, kz):
    root = project()
    _, before, _ = run(kz, root)
    with pytest.raises(Problem, match="rows are PROVISIONAL, so nothing can be run as official"):
        run(kz, root, official=True)
    pd.testing.assert_frame_equal(tables.read_table(root / "data/interim/kz_2026/gates"), before)


def test_an_answer_counts_from_the_day_it_became_known(project, kz):
    root = project()
    for day, answer in ((date(2026, 6, 19), "UNKNOWN"), (date(2026, 6, 20), "PASS")):
        _, table, _ = run(kz, root, as_of=day)
        assert table.set_index("case_id").loc["A1", "G07"] == answer


def test_the_number_of_parts_changes_nothing(project, kz):
    (_, one, first), (_, two, second) = (run(kz, project(parts)) for parts in (1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert traced(first) == traced(second)


def test_a_second_run_writes_the_same_bytes(project, kz):
    root = project()

    def found():
        run(kz, root)
        return {
            path: path.read_bytes()
            for name in ("gates", "trace")
            for path in (root / "data/interim/kz_2026" / name).iterdir()
        }

    assert found() == found()


def test_a_law_that_is_silent_on_the_day_is_a_finding(project, kz):
    report, _, _ = run(kz, project(), as_of=date(2027, 1, 1))
    assert any("`mci` is unknown on 2027-01-01" in finding for finding in report.findings)


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_what_is_printed_is_translated(project, kz, lang):
    report, _, _ = run(kz, project(), lang=lang)
    assert all("files pass" not in line and "official weights" not in line for line in report.lines)


def test_a_programme_without_gates_lets_everything_pass(tmp_path):
    programme = load("perm_2016")
    interim = tmp_path / "data" / "interim" / "perm_2016"
    frame = pd.DataFrame({"case_id": pd.Series(["A-1", "A-2"], dtype="str"), "queue": [True, False]})
    tables.write_frame(frame, tables.part_path(interim / "cases", 0))
    tables.write_frame(
        rows(programme, "decisions", [{"case_no": "A-1"}, {"case_no": "A-2"}]),
        tables.part_path(interim / "tables" / "decisions", 0),
    )
    tables.write_frame(
        rows(programme, "decisions", [])[["case_no"]], tables.part_path(interim / "set_aside" / "decisions", 0)
    )
    report, table, folder = run(programme, tmp_path, date(2016, 9, 30))
    assert table.to_dict("list") == {
        "case_id": ["A-1"],
        "waiting": [""],
        "points": [pytest.approx(np.nan, nan_ok=True)],
        "verdict": ["PASS"],
        "set_aside": [""],
    }
    assert traced(folder) == {}
    assert report.figures["verdicts"]["PASS"] == 1
