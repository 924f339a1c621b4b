"""The stage: only files of the queue, part by part, the same bytes each time, figures and lines."""

import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline.core import params, tables
from pipeline.core.errors import Problem
from pipeline.core.stage import execute
from pipeline.stages.clocks import STAGE, check

AS_OF = date(2026, 6, 30)
ROOT = Path(__file__).resolve().parents[2]


class Quiet:
    def say(self, text):
        pass

    def step(self, done, text):
        assert 0 <= done <= 1


def run(register, root, day=AS_OF):
    return execute(STAGE, register.programme, root, params.load(ROOT), day, "en", Quiet())


@pytest.fixture
def here(register, tmp_path):
    register.file("A1", "2026-06-01").file("A2", "2026-05-01").file("A3", "2026-05-02").file("A4", "2026-06-20")
    register.hold("A4", "held", "2026-06-22")
    folder = tmp_path / "data/interim/kz_2026"
    accepted = register.write(folder, parts=2)
    for part in range(2):
        ids = tables.read_part(accepted / "applications", part, ["application_id"])["application_id"]
        cases = pd.DataFrame({"case_id": ids, "queue": ids != "A3"})
        tables.write_frame(cases, tables.part_path(folder / "cases", part))
    return tmp_path


def test_one_row_a_file_of_the_queue_and_clock(here, register, book):
    report = run(register, here)
    made = tables.read_table(here / "data/interim/kz_2026/clocks")
    assert len(made) == 3 * len(book.registered) and set(made["case_id"]) == {"A1", "A2", "A4"}
    whole = made[made["clock"] == "whole_procedure"].set_index("case_id")
    assert whole["state"].to_dict() == {"A1": "running", "A2": "overdue", "A4": "held"}
    assert whole.loc["A4", "due_on"] == pd.Timestamp("2026-07-27") and whole.loc["A4", "days_left"] == 27
    assert "Whole procedure: 1 overdue, 1 held, 1 running" in report.lines
    assert report.lines[-1].startswith("UNKNOWN in every source, so not counted: kaztest_retake")
    record = json.loads((here / "data/out/kz_2026/run.json").read_text(encoding="utf-8"))
    counted = record["stages"]["clocks"]["states"]["whole_procedure"]
    assert (counted["overdue"], counted["held"], counted["running"], sum(counted.values())) == (1, 1, 1, 3)
    assert "PA" not in json.dumps(record)
    before = [path.read_bytes() for path in sorted((here / "data/interim/kz_2026/clocks").iterdir())]
    run(register, here)
    assert [path.read_bytes() for path in sorted((here / "data/interim/kz_2026/clocks").iterdir())] == before


def test_a_day_without_a_length_in_force_is_a_finding(here, register):
    assert run(register, here).findings == []
    assert any("`whole_procedure`" in finding for finding in run(register, here, date(2027, 1, 1)).findings)


def test_a_programme_without_clocks_gets_an_empty_table(here, register, kz, tmp_path):
    folder = tmp_path / "none"
    shutil.copytree(kz.folder, folder)
    (folder / "clocks.yaml").unlink()
    register.programme = kz.model_copy(update={"folder": folder})
    assert run(register, here).lines == ["no clocks in this programme"]
    made = tables.read_table(here / "data/interim/kz_2026/clocks")
    assert made.empty and {"case_id", "clock", "due_on", "state"} <= set(made.columns)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("route not in outside_routes", 'route == "standart"', r"clocks.yaml:\d+: clocks.kaztest_certificate.applies_when: .*never `standart`"),
        ("applies_when: ethnic_kazakh", "applies_when: starts_on", "is a date, not a condition"),
        ("years(birth_date, starts_on) < 18", "birth_date < 18", "cannot be compared"),
    ],
)  # fmt: skip
def test_a_condition_that_compares_unlike_things_stops_before_data_are_read(spoil, old, new, said):
    with pytest.raises(Problem, match=said):
        check(spoil((old, new)))


def test_the_programmes_that_ship_are_sound(kz):
    check(kz)
