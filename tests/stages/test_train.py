"""Training as a stage: the model folder, its version, and what stops it."""

import json

import pandas as pd
import pytest

from features import sets
from models.scorer import Scorer
from pipeline.core import versions
from pipeline.stages import train

FILES = ["calibration.json", "doubt.json", "model.txt", "schema.json", "tables.json", "training.json"]


def test_the_folder_and_the_figures(project):
    report = project.fill().run(train.STAGE)
    folder = project.path("model")
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert report.figures["versions"]["model"] == versions.of(folder.iterdir(), folder)
    assert report.figures["trees"] == 20 and report.findings == []
    training = json.loads((folder / "training.json").read_text())
    assert training["cases"] == {"train": report.figures["n_train"], "calibrate": report.figures["n_calibrate"]}
    assert training["params"]["train"]["additive"] is True
    cases = pd.concat(pd.read_parquet(path) for path in project.path("interim/cases").iterdir())
    assert report.figures["n_train"] == (cases["split"] == "train").sum()
    assert report.figures["members"] == len(Scorer(folder).doubt.members) == 8
    assert training["params"]["doubt"] == {"members": 8, "level": 0.9, "share": 0.1}
    assert "calibration: slope" in report.lines[1] and "a person first where the 90 % interval" in report.lines[2]
    assert Scorer(folder).schema.names == [record["name"] for record in sets.describe(project.programme.features)]


@pytest.mark.parametrize("parts", [1, 5])
def test_the_number_of_parts_changes_no_byte(project, another, parts):
    project.fill(parts=2).run(train.STAGE)
    other = another("other").fill(parts=parts)
    other.run(train.STAGE)
    assert [(project.path("model") / name).read_bytes() for name in FILES] == [
        (other.path("model") / name).read_bytes() for name in FILES
    ]


def test_cases_of_the_test_window_teach_nothing(project, another):
    def flip(cases: pd.DataFrame) -> pd.DataFrame:
        later = (cases["split"] == "test").to_numpy()
        return cases.assign(label=cases["label"].where(~later, 1 - cases["label"]))

    project.fill().run(train.STAGE)
    other = another("other").fill(change=flip)
    other.run(train.STAGE)
    assert (project.path("model") / "model.txt").read_bytes() == (other.path("model") / "model.txt").read_bytes()


@pytest.mark.parametrize(
    ("split", "value", "message"),
    [
        ("train", 1, "Only positive outcomes among the .* train window lodged before 2016-0"),
        ("calibrate", 0, "Only negative outcomes among the .* calibrate window"),
        ("train", None, "No matured outcome in the train window"),
    ],
)
def test_one_class_or_nothing_matured_stops_in_one_sentence(project, split, value, message):
    def change(cases: pd.DataFrame) -> pd.DataFrame:
        chosen = cases["split"] == split
        if value is None:
            return cases.assign(status=cases["status"].mask(chosen, "censored"), label=cases["label"].mask(chosen))
        return cases.assign(label=cases["label"].mask(chosen, value))

    project.fill().run(train.STAGE)
    before = (project.path("model") / "model.txt").read_bytes()
    project.fill(change=change)
    with pytest.raises(ValueError, match=message):
        project.run(train.STAGE)
    assert (project.path("model") / "model.txt").read_bytes() == before


def test_a_score_that_runs_backwards_is_a_finding(project):
    def flip(cases: pd.DataFrame) -> pd.DataFrame:
        later = (cases["split"] == "calibrate").to_numpy()
        return cases.assign(label=cases["label"].where(~later, 1 - cases["label"]))

    assert "runs against the outcomes" in project.fill(change=flip).run(train.STAGE).findings[0]


def test_every_member_moves_the_progress(project):
    project.fill().run(train.STAGE)
    done = project.progress.done
    assert len(set(done)) >= 8 + 4 and done == sorted(done)


def test_an_unconstrained_model_has_no_members_and_says_so(another):
    project = another("whole", additive=False)
    report = project.fill().run(train.STAGE)
    assert report.figures["members"] == 0 and "gives no intervals" in report.lines[2]
    assert not {"doubt.json", "tables.json"} & {path.name for path in project.path("model").iterdir()}


def test_too_few_days_for_the_members_stop_in_one_sentence(project):
    def few_days(cases: pd.DataFrame) -> pd.DataFrame:
        early = cases["split"] == "train"
        return cases.assign(lodged_on=cases["lodged_on"].mask(early, cases["lodged_on"].min()))

    with pytest.raises(ValueError, match="lower `doubt.members` in params.yaml"):
        project.fill(change=few_days).run(train.STAGE)
    assert not project.path("model").exists()


def test_corrected_labels_weigh_in_the_calibration_too(project, another):
    def heavier(cases: pd.DataFrame) -> pd.DataFrame:
        chosen = (cases["split"] == "calibrate") & (cases["label"] == 1).fillna(False).astype(bool)
        return cases.assign(weight=cases["weight"].mask(chosen, 3.0))

    project.fill().run(train.STAGE)
    other = another("other").fill(change=heavier)
    other.run(train.STAGE)
    plain, weighed = (Scorer(one.path("model")).calibration for one in (project, other))
    assert weighed.intercept > plain.intercept + 0.5
    assert (project.path("model") / "model.txt").read_bytes() == (other.path("model") / "model.txt").read_bytes()
