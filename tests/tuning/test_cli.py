"""The command: exit codes, one sentence where it cannot run, and what its options do."""

import json

import pytest

from pipeline.core import params
from tests.stages.conftest import AS_OF

HERE = ("-p", "perm_2016", "--as-of", AS_OF)


def trials(project):
    return json.loads(project.path("out/run.json").read_text(encoding="utf-8"))["stages"]["tune"]["trials"]


def test_it_searches_goes_on_and_begins_anew(qonys, filled):
    project = filled(trials=3)
    code, said = qonys("tune", *HERE, "--root", project.root, "--trials", 2)
    assert code == 0 and trials(project) == 2, said
    assert "best of 2 trials" in said and "dvc exp run -S train.trees=" in said and "trial 1 of 2" in said
    code, said = qonys("tune", *HERE, "--root", project.root)
    assert code == 0 and trials(project) == 3 and "2 trials are there already" in said
    code, said = qonys("tune", *HERE, "--root", project.root, "--fresh", "--trials", 1, "--lang", "kk")
    assert code == 0 and trials(project) == 1 and "already" not in said
    assert '<html lang="kk">' in (project.path("out/tuning") / "index.html").read_text(encoding="utf-8")


def test_other_parameters_are_refused_with_a_sentence(qonys, filled):
    project = filled(trials=1)
    assert qonys("tune", *HERE, "--root", project.root)[0] == 0
    params.turned(project.root, project.root, {"run": {"seed": 3}})
    code, said = qonys("tune", *HERE, "--root", project.root)
    assert code == 2 and "begin anew with --fresh" in said and "Traceback" not in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("-p", "ca_fsw"), "has no outcome to learn from, so there is nothing to tune"),
        (("--as-of", "soon"), "is not a day"),
        (("--lang", "de"), "no language `de`"),
        (("-p", "nobodys"), "nobodys"),
    ],
)
def test_what_cannot_run_ends_with_2_and_a_sentence(qonys, filled, options, sentence):
    code, said = qonys("tune", *options, "--root", filled(trials=1).root)
    assert code == 2 and sentence in said and "Traceback" not in said


def test_a_day_other_than_that_of_the_tables_is_refused(qonys, filled):
    project = filled(trials=1)
    record = {"stages": {"features": {"as_of": "2016-09-30", "wrote": ["interim/cases"]}}}
    project.path("out/run.json").parent.mkdir(parents=True)
    project.path("out/run.json").write_text(json.dumps(record), encoding="utf-8")
    code, said = qonys("tune", "-p", "perm_2016", "--as-of", "2016-06-30", "--root", project.root)
    assert code == 2 and "`features` was run for 2016-09-30" in said


def test_one_outcome_only_is_told(qonys, filled):
    project = filled(change=lambda cases: cases.assign(label=cases["label"].mask(cases["status"] == "observed", 0)))
    code, said = qonys("tune", *HERE, "--root", project.root)
    assert code == 2 and "holds only negative outcomes" in said and "Traceback" not in said


@pytest.mark.parametrize(
    ("space", "sentence"),
    [
        ({"leaves": {"low": 1, "high": 8, "log": False}}, "tune.space.leaves: 1 is no value of train.leaves"),
        ({"trees": {"low": 10, "high": 20.5, "log": False}}, "tune.space.trees: 20.5 is no value of train.trees"),
        ({"l2": {"low": 0, "high": 8, "log": True}}, "low must be more than 0 where log is true"),
        ({"l2": {"low": 9, "high": 8, "log": False}}, "low must be less than high"),
        ({"additive": {"low": 0, "high": 1, "log": False}}, "additive"),
        ({}, "space"),
    ],
)
def test_a_space_that_cannot_be_searched_is_told(qonys, filled, space, sentence):
    project = filled()
    text = (project.root / "params.yaml").read_text(encoding="utf-8")
    before, rest = text.split("  space:\n")
    after = rest[rest.index("\nevaluate:") :]
    (project.root / "params.yaml").write_text(f"{before}  space: {json.dumps(space)}{after}", encoding="utf-8")
    code, said = qonys("tune", *HERE, "--root", project.root)
    assert code == 2 and sentence in said and "Traceback" not in said
