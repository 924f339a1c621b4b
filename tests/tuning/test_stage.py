"""The search as a stage: killed or not it ends the same; it reads the training window alone and changes no parameter."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from pipeline.core import params, stage
from pipeline.core.errors import Problem
from pipeline.tuning.stage import STAGE, run
from tests.stages.conftest import AS_OF, TOP, Project
from tests.tuning.conftest import TRIALS, fill

TOLD = ("trials.csv", "best.yaml", "history.png", "slices.png", "index.html")


def tune(project: Project, fresh: bool = False, as_of: date = AS_OF) -> stage.Report:
    record = replace(STAGE, run=partial(run, fresh=fresh))
    known = params.load(project.root)
    return stage.execute(record, project.programme, project.root, known, as_of, "en", project.progress)


def told(project: Project) -> dict[str, bytes]:
    return {name: (project.path("out/tuning") / name).read_bytes() for name in TOLD}


def on_disk(project: Project) -> int:
    """Trials in the study, read by nothing but SQLite."""
    path = project.root / "data/tuning/perm_2016.db"
    if not path.exists():
        return 0
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
        return int(base.execute("select count(*) from trials").fetchone()[0])


def logged(project: Project) -> list[tuple[str, str]]:
    from models import tracking

    client = tracking.initialise(project.root / "data/mlflow")
    experiment = client.get_experiment_by_name("perm_2016-tuning")
    runs = client.search_runs([experiment.experiment_id])
    return sorted((f"{int(run.data.tags['trial']):02}", run.info.status) for run in runs)


@pytest.fixture(scope="module")
def once(tmp_path_factory, book):
    """A project in which one trial was made."""
    project = fill(tmp_path_factory.mktemp("once"), trials=1)
    (project.root / "data/mlflow").mkdir()
    shutil.copy(book, project.root / "data/mlflow/mlflow.db")
    tune(project)
    return project


@pytest.fixture
def tuned(once, tmp_path):
    """A copy of it."""
    shutil.copytree(once.root, tmp_path / "tuned")
    return Project(tmp_path / "tuned")


def test_killed_in_the_middle_it_ends_as_if_nothing_had_been(filled):
    calm, killed = filled("calm"), filled("killed")
    tune(calm)
    for at_least in (1, 4):
        command = [sys.executable, "-m", "pipeline.cli", "tune", "-p", "perm_2016", "--as-of", str(AS_OF), "--root", str(killed.root)]  # fmt: skip
        work = subprocess.Popen(command, cwd=TOP, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while on_disk(killed) < at_least and work.poll() is None:
            time.sleep(0.01)
        work.send_signal(signal.SIGKILL)
        assert work.wait() == -signal.SIGKILL  # it had not ended by itself
        assert at_least <= on_disk(killed) < TRIALS
        assert not killed.path("out/tuning").exists()
    tune(killed)
    assert told(killed) == told(calm)
    assert logged(killed) == logged(calm) == [(f"{number:02}", "FINISHED") for number in range(1, TRIALS + 1)]
    assert not list((killed.root / "data").glob(".staging-*"))


def test_a_second_call_adds_nothing_and_says_the_same(filled):
    project = filled()
    before = (project.root / "params.yaml").read_bytes()
    first = tune(project)
    kept = told(project)
    second = tune(project)
    assert told(project) == kept and second.lines == first.lines and len(logged(project)) == TRIALS
    assert (project.root / "params.yaml").read_bytes() == before
    record = json.loads(project.path("out/run.json").read_text(encoding="utf-8"))["stages"]["tune"]
    assert record["trials"] == TRIALS and record["best"] == first.figures["best"]
    assert set(record["gain"]) == {"measure", "mean", "low", "high", "folds"}


def test_the_later_windows_and_the_threads_change_no_byte(filled):
    def flip(cases):
        later = (cases["split"] != "train").to_numpy()
        return cases.assign(label=cases["label"].where(~later, 1 - cases["label"]))

    project, other = filled(), filled("other", flip)
    params.turned(other.root, other.root, {"run": {"threads": 2}})
    tune(project)
    tune(other)
    assert told(project) == told(other)


def test_with_other_data_it_refuses_until_it_is_told_to_begin_anew(tuned, filled):
    kept = told(tuned)
    other = filled("other", lambda cases: cases.assign(weight=1.0))  # labels weigh
    shutil.copytree(other.path("interim/cases"), tuned.path("interim/cases"), dirs_exist_ok=True)
    with pytest.raises(Problem, match="begin anew with --fresh"):
        tune(tuned)
    assert told(tuned) == kept and on_disk(tuned) == 1
    tune(tuned, fresh=True)
    assert told(tuned) != kept and on_disk(tuned) == 1 and len(logged(tuned)) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"train": {"additive": False}},
        {"train": {"min_rows_per_leaf": 41}},
        {"run": {"seed": 1}},
        {"tune": {"measure": "auc"}},
        {"tune": {"folds": 2}},
        {"tune": {"space": {"trees": {"low": 3, "high": 31, "log": True}}}},
    ],
)
def test_what_the_trials_hang_on_is_part_of_the_study(tuned, change):
    params.turned(tuned.root, tuned.root, change)
    with pytest.raises(Problem, match="--fresh"):
        tune(tuned)


def test_what_is_searched_or_the_number_of_trials_is_not(tuned):
    params.turned(tuned.root, tuned.root, {"train": {"trees": 25, "learning_rate": 0.1}, "tune": {"trials": 2}})
    report = tune(tuned)
    assert report.figures["trials"] == 2
    assert "\npresent,complete,25,8,0.1," in (tuned.path("out/tuning") / "trials.csv").read_text(encoding="utf-8")


def test_a_search_for_the_auc_takes_the_highest(filled):
    project = filled(measure="auc")
    report = tune(project)
    rows = (project.path("out/tuning") / "trials.csv").read_text(encoding="utf-8").split("\n")
    place = rows[0].split(",").index("mean_auc")
    means = [float(row.split(",")[place]) for row in rows[2:] if ",complete," in row]
    assert f"AUC {max(means):.4f}, present" in report.lines[1]


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        (lambda cases: cases.assign(label=cases["label"].mask(cases["split"] == "train", 1)), ValueError, "only positive outcomes"),
        (lambda cases: cases.assign(status="open", split="none"), ValueError, "0 matured outcomes on 0 lodging days, too few"),
        (lambda cases: cases.assign(lodged_on=cases["lodged_on"].min()), ValueError, "on 1 lodging days, too few for 3 folds"),
    ],
)  # fmt: skip
def test_what_cannot_be_searched_is_told_and_earlier_results_stay(tuned, filled, change, error, sentence):
    kept = told(tuned)
    shutil.copytree(filled("other", change).path("interim/cases"), tuned.path("interim/cases"), dirs_exist_ok=True)
    with pytest.raises(error, match=sentence) as caught:
        tune(tuned, fresh=True)
    assert "\n" not in str(caught.value) and told(tuned) == kept and on_disk(tuned) == 1


def test_the_parts_of_the_tables_must_be_there(tuned):
    shutil.rmtree(tuned.path("interim/features"))
    with pytest.raises(Problem, match="interim/perm_2016/features: missing; run the stages before `tune` first"):
        tune(tuned)
