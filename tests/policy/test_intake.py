"""The same files for both laws, with the facts known on one day."""

import json

import pandas as pd
import pytest

from pipeline.core import programme as programmes
from pipeline.core import tables
from pipeline.core.errors import Problem
from pipeline.gates import rulebook
from pipeline.policy import intake
from pipeline.policy.law import resolve

pytest_plugins = ["tests.policy.dry_run"]


def asked(root, folder):
    law = resolve(str(folder), root)
    return law, rulebook.load(law.programme).wanted(law.programme)


def found(project):
    return intake.find(programmes.load(str(project.folder)), project.root)


def test_the_queue_part_by_part_with_groups(whole):
    queue = found(whole)
    assert (queue.parts, queue.as_of.isoformat(), queue.office) == (1, "2026-06-30", "office")
    assert queue.attributes == ("sex", "age", "route", "office")
    sides = asked(whole.root, whole.folder), asked(whole.root, whole.folder)
    part = intake.read(queue, 0, *sides)
    files = whole.register(600)["files"]
    assert part.case_id.tolist() == files["case_no"].tolist()
    assert (
        part.groups["sex"].tolist() == files["sex"].tolist()
        and part.groups["office"].tolist() == files["office"].tolist()
    )
    assert set(part.groups["age"]) == {"<30", "30-59", "60+"}
    pd.testing.assert_frame_equal(part.old, part.new)
    assert set(part.old["answer"].dropna()) == {"clear", "found", "pending"}


def test_only_files_of_the_queue(fresh):
    fresh.lay(fresh.register(8))
    path = tables.part_path(fresh.root / "data/interim/mini/cases", 0)
    cases = pd.read_parquet(path)
    tables.write_frame(cases.assign(queue=[True, False] * 4), path)
    sides = (asked(fresh.root, fresh.folder),) * 2
    assert intake.read(found(fresh), 0, *sides).case_id.tolist() == [f"C{place:06d}" for place in range(0, 8, 2)]


def test_each_law_takes_facts_its_own_way(fresh):
    def edit(documents):
        documents["programme"]["facts"]["answer"]["where"] = 'answer != "pending"'
        documents["programme"]["facts"]["years"]["from"] = "files.fee"

    other = fresh.law("other", edit)
    fresh.lay(fresh.register(60))
    part = intake.read(found(fresh), 0, asked(fresh.root, fresh.folder), asked(fresh.root, other))
    assert "pending" in set(part.old["answer"]) and "pending" not in set(part.new["answer"].dropna())
    assert part.new["years"].equals(part.old["fee"]) and part.new["fee"].equals(part.old["fee"])


def refused(project, edit, frames=None):
    other = project.law("other", edit)
    project.lay(frames or project.register(8))
    with pytest.raises(Problem) as raised:
        intake.check(found(project), *asked(project.root, other))
    return str(raised.value)


def new_fact(take, **column):
    def edit(documents):
        documents["sources/checks"]["columns"]["place"] = {"kind": "text", "meaning": "x", **column}
        documents["programme"]["facts"]["place"] = take
        documents["gates/G02_gate"]["pass_when"] = 'answer == "clear" and known(place)'

    return edit


def test_a_fact_that_was_not_ingested_is_named(fresh):
    said = refused(fresh, new_fact({"from": "checks.place"}))
    assert (
        "the fact `place` needs `place`, which is not in tables/checks of the intake" in said and "qonys ingest" in said
    )


def test_a_condition_on_what_was_set_aside_is_named(fresh):
    def edit(documents):
        documents["programme"]["facts"]["answer"]["where"] = 'check_no != "K000000"'

    other = fresh.law("other", edit)
    fresh.lay(fresh.register(8))
    folder = fresh.root / "data/interim/mini/set_aside/checks"
    for path in folder.iterdir():
        tables.write_frame(pd.read_parquet(path).drop(columns="check_no"), path)
    intake.check(found(fresh), *asked(fresh.root, fresh.folder))  # the law as it is needs nothing of that column
    with pytest.raises(Problem, match="the fact `answer` needs `check_no`, which is not in set_aside/checks"):
        intake.check(found(fresh), *asked(fresh.root, other))


def test_a_column_of_another_kind_is_named(fresh):
    def edit(documents):
        documents["sources/files"]["columns"]["route"] = {"kind": "number", "meaning": "x"}
        documents["gates/G01_gate"]["exempt"]["family"]["when"] = "route == 1"

    said = refused(fresh, lambda documents: (edit(documents), documents["programme"]["groups"].pop("route")))
    assert "the fact `route` needs `route` as number, which is of another kind" in said


def test_laws_of_other_cases_are_not_compared(fresh):
    fresh.lay(fresh.register(8))
    with pytest.raises(Problem, match="compare two laws of one programme"):
        intake.check(found(fresh), *asked(fresh.root, "perm_2016"))


@pytest.mark.parametrize("name", ["data/interim/mini/cases", "data/interim/mini/tables", "data/out/mini/run.json"])
def test_an_intake_that_is_not_there(fresh, name):
    fresh.lay(fresh.register(8))
    path = fresh.root / name
    path.rename(path.with_name("gone"))
    with pytest.raises(Problem, match=rf"{name}: missing; run `qonys ingest` and `qonys features` for mini first"):
        found(fresh)


def test_a_record_without_its_day(fresh):
    fresh.lay(fresh.register(8))
    (fresh.root / "data/out/mini/run.json").write_text(json.dumps({"stages": {}}), encoding="utf-8")
    with pytest.raises(Problem, match="does not say for which day"):
        found(fresh)


def test_an_audited_group_that_is_the_office_is_used(fresh):
    def edit(documents):
        documents["programme"]["groups"]["desk"] = {"from": "files.office", "title": {"kk": "a", "ru": "b", "en": "c"}}

    programme = programmes.load(str(fresh.law("other", edit)))
    fresh.lay(fresh.register(8))
    queue = intake.find(programme, fresh.root)
    assert queue.office == "desk" and queue.attributes == ("sex", "age", "route", "desk")
