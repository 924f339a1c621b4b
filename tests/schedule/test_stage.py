import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from icalendar import Calendar

from pipeline.core import params, tables
from pipeline.core.errors import Problem
from pipeline.core.programme import load
from pipeline.core.stage import execute
from pipeline.stages.schedule import STAGE

AS_OF = date(2026, 6, 30)
ROOT = Path(__file__).resolve().parents[2]
OUT = ("interim/kz_2026/plan.parquet", "out/kz_2026/interview_plan.csv", "out/kz_2026/interviews.ics")


class Quiet:
    def say(self, text):
        pass

    def step(self, done, text):
        assert 0 <= done <= 1


def run(root, programme="kz_2026", lang="en"):
    return execute(STAGE, load(programme), root, params.load(ROOT), AS_OF, lang, Quiet())


CHECKED = "A00000007"


def clocks(applications):
    """What the stage `clocks` leaves for files that only lodged; the check of one ranked file is done."""
    lodged = applications[["application_id", "lodged_on"]].rename(columns={"application_id": "case_id"})
    whole = lodged.assign(clock="whole_procedure", due_on=lodged["lodged_on"] + pd.Timedelta(days=29))
    none = pd.Series(pd.NaT, index=lodged.index, dtype="datetime64[s]")
    check = lodged.assign(clock="after_check", due_on=none)
    check.loc[check["case_id"] == CHECKED, "due_on"] = pd.Timestamp("2026-06-02")
    ended = lodged.assign(clock="kaztest_ban", due_on=pd.Timestamp("2020-01-01"))  # neither binds nor is counted
    return pd.concat([whole, check, ended], ignore_index=True)


@pytest.fixture
def here(tmp_path, world):
    made = world(60, 2, 2, 2, 8, 4, share_known=("kk ru", "kk"))
    folder = tmp_path / "data/interim/kz_2026"
    files = made.files
    applications = pd.DataFrame(
        {
            "application_id": files["case_id"], "person_id": files["person_id"],
            "lodged_on": (files["deadline"] - pd.Timedelta(days=29)).astype("datetime64[s]"), "route": "standard",
            "office": files["office"], "settlement_region": "75", "form_language": files["language"],
            "family_size": pd.array([1] * 60, dtype="Int64"), "occupation": "1111",
        }
    )  # fmt: skip
    for part, rows in enumerate((applications.iloc[:25], applications.iloc[25:])):
        tables.write_frame(rows, tables.part_path(folder / "tables/applications", part))
        tables.write_frame(clocks(rows), tables.part_path(folder / "clocks", part))
    for name in ("offices", "officers", "shifts"):
        tables.write_frame(getattr(made, name), tables.part_path(folder / "tables" / name, 0))
    ranking = files[["case_id", "office", "rank"]].assign(
        list="ranked", office_rank=1, score=0.5, lodged_on=applications["lodged_on"]
    )
    ranking.loc[:4, ["list", "rank"]] = ["held", pd.NA]
    tables.write_frame(ranking.astype({"rank": "Int64"}), folder / "ranking.parquet")
    return tmp_path


def test_plan_csv_and_calendar_agree(here):
    report = run(here)
    plan, csv, ics = (here / "data" / name for name in OUT)
    made, rows = pd.read_parquet(plan), pd.read_csv(csv, dtype=str, keep_default_na=False)
    figures = report.figures
    assert len(made) == len(rows) == figures["files"] == 55  # the five held files are not planned
    assert figures["placed"] + figures["not_placed"] == 55
    assert figures["placed"] == (rows["day"] != "").sum() == len(Calendar.from_ical(ics.read_bytes()).walk("VEVENT"))
    assert sum(figures["not_placed_by_reason"].values()) == figures["not_placed"] > 0
    assert figures["after_clock"]["whole_procedure"] == figures["late"] > 0
    assert set(figures["after_clock"]) == {"after_check", "whole_procedure"}
    assert figures["after_clock"]["after_check"] <= 1
    assert rows["reason"].ne("").equals(rows["day"].eq(""))
    assert "have an interview" in report.lines[0]
    assert report.lines[-1].endswith("shifts lie on days off and are not used")
    names = ["case_id", "office", "officer_id", "starts_at", "ends_at", "reason"]
    assert list(made.columns)[:6] == names
    assert pd.api.types.is_datetime64_dtype(made["starts_at"])
    for text in (csv.read_text(encoding="utf-8"), ics.read_text(encoding="utf-8")):
        assert "P0000" not in text  # no number of a person
    assert (
        json.loads((here / "data/out/kz_2026/run.json").read_text(encoding="utf-8"))["stages"]["schedule"]["placed"] > 0
    )


def test_same_inputs_same_bytes_and_words_in_the_language_asked_for(here):
    run(here)
    before = [(here / "data" / name).read_bytes() for name in OUT]
    run(here)
    assert [(here / "data" / name).read_bytes() for name in OUT] == before
    run(here, lang="ru")
    after = [(here / "data" / name).read_bytes() for name in OUT]
    assert after[0] == before[0]  # the plan itself has no language
    assert "никто из сотрудников" in after[1].decode()
    assert "SUMMARY:Собеседование A" in after[2].decode()


def test_a_ranked_file_that_the_tables_lack_stops(here):
    path = here / "data/interim/kz_2026/tables/applications/part-0001.parquet"
    tables.write_frame(pd.read_parquet(path).iloc[1:], path)
    with pytest.raises(Problem, match="lacks 1 of the ranked files"):
        run(here)


def test_a_ranked_file_without_clocks_stops(here):
    path = here / "data/interim/kz_2026/clocks/part-0001.parquet"
    made = pd.read_parquet(path)
    tables.write_frame(made[made["case_id"] != made["case_id"].iloc[0]], path)
    with pytest.raises(Problem, match="interim/clocks: lacks 1 of the ranked files"):
        run(here)


def test_the_earliest_binding_clock_is_the_deadline(here):
    run(here)
    path = here / "data/interim/kz_2026/plan.parquet"
    before = pd.read_parquet(path).set_index("case_id")["deadline"]
    kz = load("kz_2026")
    folder = here / "law"
    shutil.copytree(kz.folder, folder)
    text = (folder / "clocks.yaml").read_text(encoding="utf-8")
    head, tail = text.split("  after_check:", 1)
    (folder / "clocks.yaml").write_text(
        head + "  after_check:" + tail.replace("holds: true", "holds: true\n    binds: true", 1)
    )
    execute(STAGE, kz.model_copy(update={"folder": folder}), here, params.load(ROOT), AS_OF, "en", Quiet())
    after = pd.read_parquet(path).set_index("case_id")["deadline"]
    assert before.index[before != after].tolist() == [CHECKED]
    assert after[CHECKED] == pd.Timestamp("2026-06-02") < before[CHECKED]


def test_interviews_without_a_binding_clock_stop(tmp_path):
    kz = load("kz_2026")
    shutil.copytree(kz.folder, tmp_path / "law")
    path = tmp_path / "law" / "clocks.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("binds: true", "binds: false"), encoding="utf-8")
    with pytest.raises(Problem, match="mark one clock that has `starts` with `binds: true`"):
        STAGE.check(kz.model_copy(update={"folder": tmp_path / "law"}))


def test_nobody_ranked(here):
    path = here / "data/interim/kz_2026/ranking.parquet"
    tables.write_frame(pd.read_parquet(path).assign(list="held"), path)
    assert run(here).figures["placed"] == 0
    assert len((here / "data" / OUT[1]).read_text().splitlines()) == 1


def test_a_programme_without_interviews_gets_an_empty_plan(tmp_path):
    report = run(tmp_path, "perm_2016")
    assert report.lines == ["no interviews in this programme"]
    out = tmp_path / "data/out/perm_2016"
    assert len((out / "interview_plan.csv").read_text().splitlines()) == 1
    assert Calendar.from_ical((out / "interviews.ics").read_bytes()).walk("VEVENT") == []
    assert pd.read_parquet(tmp_path / "data/interim/perm_2016/plan.parquet").empty
