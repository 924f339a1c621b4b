"""One file explained: what the lists say of it, with everything that was looked at, on any day."""

import json
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core import tables
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme, load
from pipeline.gates import cases, rulebook
from pipeline.gates.evaluate import evaluate
from pipeline.gates.records import ANSWERS
from pipeline.policy import explain


@pytest.fixture(scope="module")
def answers(register: Path) -> pd.DataFrame:
    return tables.read_table(register / "data/interim/kz_2026/gates").set_index("case_id")


def test_the_explanation_says_what_the_lists_say(kz: Programme, register: Path, answers: pd.DataFrame):
    for verdict in ("PASS", "FAIL", "UNKNOWN"):
        case = answers.index[answers["verdict"] == verdict][0]
        found = explain.application(kz, register, case, kz.as_of)
        assert found["result"] == verdict
        assert {gate["gate"]: gate["verdict"] for gate in found["gates"]} == answers.loc[case].filter(
            like="G"
        ).to_dict()
        assert " ".join(gate["gate"] for gate in found["gates"] if gate["waits"]) == answers.loc[case, "waiting"]
        assert json.loads(json.dumps(found)) == found


def test_the_facts_told_are_enough_to_ask_the_law_again(kz: Programme, register: Path, answers: pd.DataFrame):
    book = rulebook.load(kz)
    for case in answers.index[answers["set_aside"] == ""][:8]:
        found = explain.application(kz, register, case, kz.as_of)
        given = {
            name: date.fromisoformat(fact["value"]) if book.kinds[name] == "date" and fact["value"] else fact["value"]
            for name, fact in found["facts"].items()
        }
        again = evaluate(book.gates, book.points, cases.frame(book, [given]), kz.as_of)
        assert [gate["verdict"] for gate in found["gates"]] == [ANSWERS[code] for code in again.answers[:, 0]]


def test_values_come_with_source_status_and_period(kz: Programme, register: Path, answers: pd.DataFrame):
    found = explain.application(kz, register, answers.index[0], kz.as_of)
    mci = next(gate for gate in found["gates"] if gate["gate"] == "G02")["values"]["mci"]
    assert mci["value"] == 4325 and mci["status"] == "CONFIRMED" and mci["source"] == "[LADA-AI][GH-M]"
    assert (mci["from"], mci["to"]) == ("2026-01-01", "2026-12-31") and set(mci["title"]) == {"kk", "ru", "en"}
    routes = next(gate for gate in found["gates"] if gate["gate"] == "G12")["values"]["outside_routes"]
    assert [name["en"] for name in routes["told"]] == ["in-demand profession", "digital nomad"]


def test_a_record_that_was_set_aside_is_said(kz: Programme, register: Path, answers: pd.DataFrame):
    hidden = answers.index[(answers["set_aside"] != "") & (answers["verdict"] == "UNKNOWN")]
    found = explain.application(kz, register, hidden[0], kz.as_of)
    assert any(fact["set_aside"] for fact in found["facts"].values())
    assert all(fact["value"] is None for fact in found["facts"].values() if fact["set_aside"])


def test_a_later_day_only_adds_what_became_known(kz: Programme, register: Path, answers: pd.DataFrame):
    """On the day of lodging authorities have not answered; the same file is then waiting, never held for their answer."""
    case = answers.index[answers["verdict"] == "PASS"][0]
    lodged = tables.read_table(register / "data/interim/kz_2026/cases").set_index("case_id").loc[case, "lodged_on"]
    first = explain.application(kz, register, case, lodged.date())
    assert first["result"] == "UNKNOWN" and first["on"] == lodged.date().isoformat()
    with pytest.raises(Problem, match=f"was lodged on {lodged.date()}; ask for that day or a later one"):
        explain.application(kz, register, case, lodged.date() - timedelta(days=1))


def test_an_unknown_file_and_missing_tables_are_one_sentence(kz: Programme, register: Path, tmp_path: Path):
    with pytest.raises(Problem, match=r"A99999999: no accepted row of applications\.csv names this file"):
        explain.application(kz, register, "A99999999", kz.as_of)
    with pytest.raises(Problem, match="run `qonys ingest` first"):
        explain.application(kz, tmp_path, "A99999999", kz.as_of)


def typed(folder: Path, text: str) -> Path:
    path = folder / "profile.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_facts_can_be_typed_in(kz: Programme, tmp_path: Path):
    found = explain.profile(kz, typed(tmp_path, "route: digital_nomad\noffences: 0\n"), kz.as_of)
    told = {gate["gate"]: gate["verdict"] for gate in found["gates"]}
    assert (told["G12"], told["G03"], told["G11"], told["G05"]) == ("FAIL", "NOT_APPLICABLE", "PASS", "UNKNOWN")
    assert found["file"] == "profile.yaml" and "clocks" not in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("route: standard\nroutes: x\n", ":2: routes: there is no such fact; there are "),
        ("offences: many\n", ":1: offences: `many` is no number"),
        ("route: stanard\n", ":1: route: `stanard` is none of standard, family, kandas"),
        ("- route\n", ":1: should be a mapping of facts"),
    ],
)
def test_a_profile_that_makes_no_sense_names_its_line(kz: Programme, tmp_path: Path, text: str, said: str):
    with pytest.raises(Problem, match=said):
        explain.profile(kz, typed(tmp_path, text), kz.as_of)


def test_points_say_what_is_missing_and_what_would_change_them(kz: Programme, tmp_path: Path):
    facts = "birth_date: 1990-05-01\neducation: secondary\nlistening_points: 9\nreading_points: 15\n"
    points = explain.profile(kz, typed(tmp_path, facts), kz.as_of)["points"]
    by_name = {entry["name"]: entry for entry in points["criteria"]}
    assert points["threshold"] == 400 and points["provisional_rows"] == 36
    assert points["points_least"] == sum(entry["least"] for entry in by_name.values())
    assert {band["adds"] for band in by_name["education"]["better"]} == {50, 100, 140}
    assert by_name["age"]["better"] == []  # nobody can change an age
    assert by_name["experience"]["missing"] and by_name["experience"]["least"] == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(day=st.dates(date(2026, 2, 13), date(2026, 12, 31)))
def test_the_same_question_has_the_same_answer(kz: Programme, tmp_path: Path, day: date):
    path = typed(tmp_path, "route: standard\noffences: 0\nexpulsion_answer: found\nexpelled_on: 2021-08-01\n")
    assert explain.profile(kz, path, day) == explain.profile(load("kz_2026"), path, day)
