"""What a search tells: figures that add up, text that can be pasted, a verdict that does not flatter."""

import csv
from dataclasses import replace
from io import StringIO

import pytest

from pipeline.core import yaml
from pipeline.core.params import Train
from pipeline.tuning.study import Trial


def lifted(result, by, auc=0.0):
    """The same search, had its best trial done better than the present settings by `by` of log loss in every fold."""
    present = result.present.folds
    folds = {
        "log_loss": [value - by for value in present["log_loss"]],
        "auc": [value + auc for value in present["auc"]],
    }
    won = Trial(99, result.best.settings, folds, pruned=False)
    worse = {"log_loss": [9.0] * 3, "auc": [0.5] * 3}
    return replace(result, trials=[replace(trial, folds=worse) for trial in result.trials if not trial.pruned] + [won])


def test_the_table_holds_the_present_settings_and_every_trial(result):
    present, *rows = csv.DictReader(StringIO(result.csv()))
    assert present["trial"] == "present" and present["trees"] == str(result.train.trees)
    assert [row["trial"] for row in rows] == [str(trial.number) for trial in result.trials]
    for row, trial in zip(rows, result.trials, strict=True):
        known = [float(row[f"log_loss_{place}"]) for place in (1, 2, 3) if row[f"log_loss_{place}"]]
        assert known == trial.folds["log_loss"] and (row["state"] == "pruned") == trial.pruned == (
            row["mean_auc"] == ""
        )
    complete = [float(row["mean_log_loss"]) for row in rows if row["state"] == "complete"]
    assert min(complete) == result.best.mean("log_loss")


def test_the_text_to_paste_is_the_section_with_the_best_settings(result, tmp_path):
    path = tmp_path / "best.yaml"
    path.write_text(result.yaml(), encoding="utf-8")
    pasted = Train(**yaml.plain(yaml.read(path))["train"])
    assert pasted == result.train.model_copy(update=result.best.settings)
    assert pasted.additive == result.train.additive and pasted.pairs == result.train.pairs
    assert all(line.startswith("#") for line in result.yaml().split("train:\n")[0].strip().split("\n"))


def test_the_command_names_every_setting_and_the_programme(result):
    best = result.best.settings
    assert result.command == (
        f"dvc exp run -S train.trees={best['trees']} -S train.leaves={best['leaves']} "
        f"-S train.learning_rate={best['learning_rate']} evaluate@perm_2016"
    )
    own = result.programme.model_copy(update={"programme": "somebodys_own"})
    assert "@" not in replace(result, programme=own).command


@pytest.mark.parametrize(("by", "sure"), [(0.01, True), (0.0, False), (-0.01, False)])
def test_the_verdict_follows_the_interval(result, by, sure):
    found = lifted(result, by)
    assert found.best.number == 99 and found.gain.mean == pytest.approx(by, abs=1e-12)
    lines = "\n".join(found.lines())
    assert ("Worth a try on later cases" in lines) == sure
    assert ("Keep the present settings: the difference is within noise." in lines) == (not sure)


@pytest.mark.parametrize(("auc", "mixed"), [(-0.01, True), (0.0, False), (0.01, False)])
def test_what_is_lost_by_the_other_measure_is_not_passed_over(result, auc, mixed):
    found = lifted(result, 0.01, auc)
    assert found.gain.sure and ("what is won by one measure is lost by the other" in found.verdict()) == mixed
    assert not lifted(result, -0.01, auc).mixed


def test_both_measures_are_told_beside_the_present_ones_that_of_the_search_first(result):
    first, second = result.lines()[1:3]
    assert first.startswith(f"log loss {result.best.mean('log_loss'):.4f}, present settings {result.present.mean('log_loss'):.4f}: ")  # fmt: skip
    assert second.startswith("AUC ") and "on 3 folds" in second
    assert f"{result.gain.low:.4f} to {result.gain.high:.4f}" in first
