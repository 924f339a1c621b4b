"""The study: the same trials whether or not it was interrupted, whole or absent, and of one set of data only."""

import math
import shutil
import sqlite3
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import Problem
from pipeline.tuning import study
from pipeline.tuning.study import Trial


class Dies(Exception):
    """What stops a search in the middle of a trial."""


def hill(chosen):
    """A loss that is least at 10 trees, 4 leaves and a rate of 0.1; each fold has its own level."""
    away = math.log(chosen["trees"] / 10) ** 2 + (chosen["leaves"] - 4) ** 2 / 20 + math.log(chosen["learning_rate"] / 0.1) ** 2  # fmt: skip
    for level in (0.5, 0.1, 0.3):
        yield {"log_loss": level + away, "auc": 1 - away / 10}


@pytest.fixture(scope="module")
def whole(tmp_path_factory, knobs):
    path = tmp_path_factory.mktemp("whole") / "invented.db"
    return path, list(study.search(study.opened(path, "key", "log_loss", fresh=False), knobs, 7, hill))


@pytest.fixture(scope="module")
def unused(tmp_path_factory):
    path = tmp_path_factory.mktemp("unused") / "invented.db"
    study.opened(path, "key", "log_loss", fresh=False)
    return path


def test_a_search_finds_its_way(whole, knobs):
    _, trials = whole
    assert [trial.number for trial in trials] == list(range(1, 15))
    first = sorted(trial.mean("log_loss") for trial in trials[:5])
    assert study.best(trials, "log_loss").mean("log_loss") <= first[0]
    for trial in trials:
        assert set(trial.settings) == set(knobs.space)
        assert all(knobs.space[name].low <= value <= knobs.space[name].high for name, value in trial.settings.items())
        assert isinstance(trial.settings["trees"], int) and isinstance(trial.settings["leaves"], int)
        rate = trial.settings["learning_rate"]
        assert rate == float(f"{rate:.3g}")
        exact = [fold["log_loss"] for fold in hill(trial.settings)]
        assert trial.folds["log_loss"] == exact[: len(trial.folds["log_loss"])]  # what was measured is what is told


@settings(deadline=None, max_examples=5)
@given(stops=st.lists(st.tuples(st.integers(1, 14), st.integers(0, 2)), max_size=3))
def test_interrupted_anywhere_it_gives_the_same_trials(stops, unused, whole, knobs, tmp_path_factory):
    path = tmp_path_factory.mktemp("stopped") / "invented.db"
    shutil.copy(unused, path)
    for trials, fold in stops:
        found = study.opened(path, "key", "log_loss", fresh=False)
        known = study.trials(found)

        def dying(chosen, last=trials, fold=fold, known=known):
            for place, values in enumerate(hill(chosen)):
                if len(known) >= last - 1 and place == fold:
                    raise Dies
                yield values

        with suppress(Dies):
            for trial in study.search(found, knobs, 7, dying):
                known.append(trial)
        assert study.trials(study.opened(path, "key", "log_loss", fresh=False)) == whole[1][: len(known)] == known
    again = study.opened(path, "key", "log_loss", fresh=False)
    list(study.search(again, knobs, 7, hill))
    assert study.trials(again) == whole[1]


def test_more_trials_go_on_from_the_same_ones_and_none_are_repeated(whole, unused, tmp_path, knobs):
    path = tmp_path / "invented.db"
    shutil.copy(unused, path)
    for until in (3, 3, 9, 14):
        list(study.search(study.opened(path, "key", "log_loss", fresh=False), knobs.model_copy(update={"trials": until}), 7, hill))  # fmt: skip
    assert study.trials(study.opened(path, "key", "log_loss", fresh=False)) == whole[1]


def test_another_seed_proposes_others(whole, unused, tmp_path, knobs):
    path = tmp_path / "invented.db"
    shutil.copy(unused, path)
    few = knobs.model_copy(update={"trials": 3})
    other = list(study.search(study.opened(path, "key", "log_loss", fresh=False), few, 8, hill))
    assert not {str(trial.settings) for trial in other} & {str(trial.settings) for trial in whole[1]}


def test_poor_trials_end_early_but_none_of_the_first_five(whole):
    trials = whole[1]
    assert not any(trial.pruned for trial in trials[:5])
    ended = [trial for trial in trials if trial.pruned]
    assert ended
    for trial in trials:
        assert len(trial.folds["log_loss"]) == len(trial.folds["auc"])
        assert (len(trial.folds["auc"]) < 3) == trial.pruned
    done = [trial for trial in trials if not trial.pruned]
    for trial in ended:
        before = sorted(other.folds["log_loss"][0] for other in done if other.number < trial.number)
        assert trial.folds["log_loss"][0] > before[(len(before) - 1) // 2]


def test_a_study_of_other_data_is_refused_and_fresh_begins_anew(whole, tmp_path):
    path = tmp_path / "invented.db"
    shutil.copy(whole[0], path)
    with pytest.raises(Problem, match=r"made with other data.*begin anew with --fresh"):
        study.opened(path, "other", "log_loss", fresh=False)
    assert len(study.trials(study.opened(path, "key", "log_loss", fresh=False))) == 14
    assert study.trials(study.opened(path, "other", "log_loss", fresh=True)) == []
    assert study.trials(study.opened(path, "other", "log_loss", fresh=False)) == []
    assert [found.name for found in tmp_path.iterdir()] == ["invented.db"]


@pytest.mark.parametrize("broken", [b"no database at all" * 200, None])
def test_a_file_that_holds_no_study_is_told_and_fresh_mends_it(broken, tmp_path):
    path = tmp_path / "invented.db"
    if broken:
        path.write_bytes(broken)
    else:
        sqlite3.connect(path).execute("create table other (x)").connection.close()
    with pytest.raises(Problem, match=r"invented\.db: holds no study that can be read; begin anew with --fresh"):
        study.opened(path, "key", "log_loss", fresh=False)
    assert study.trials(study.opened(path, "key", "log_loss", fresh=True)) == []


def test_a_disk_that_cannot_be_written_is_told_and_what_was_found_stays(whole, unused, tmp_path, knobs, monkeypatch):
    with pytest.raises(Problem, match="The study invented cannot be written"):
        study.opened(tmp_path / "nowhere" / "invented.db", "key", "log_loss", fresh=False)
    path = tmp_path / "invented.db"
    shutil.copy(unused, path)
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # Optuna waits and tries again
    found = study.search(study.opened(path, "key", "log_loss", fresh=False), knobs, 7, hill)
    kept = [next(found), next(found)]
    with sqlite3.connect(path) as base:
        base.execute("create trigger full before insert on trials begin select raise(abort, 'disk is full'); end")
    with pytest.raises(Problem, match="The study invented cannot be written"):
        next(found)
    assert study.trials(study.opened(path, "key", "log_loss", fresh=False)) == kept == whole[1][:2]


def test_only_one_process_works_on_a_study(tmp_path):
    path = tmp_path / "tuning" / "invented.db"
    with study.alone(path), pytest.raises(Problem, match="another `qonys tune` is at work"), study.alone(path):
        pass
    with study.alone(path):
        pass


def test_the_best_is_measured_on_every_fold_and_of_equals_the_first():
    def trial(number, auc, pruned=False):
        return Trial(number, {}, {"auc": [auc], "log_loss": [1 - auc]}, pruned)

    trials = [trial(1, 0.5), trial(2, 0.75), trial(3, 0.75), trial(4, 0.875, pruned=True)]
    assert study.best(trials, "auc").number == study.best(trials, "log_loss").number == 2
