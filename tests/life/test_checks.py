"""Every check finds what it is for, and says its figure."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from models import tracking
from models.scorer import Scorer
from models.tables import Axis, Table, Tables
from pipeline.core import params
from pipeline.life import checks, compare
from pipeline.stages.evaluate import BOOK


@pytest.fixture(scope="module")
def both(home):
    return tracking.versions(home / BOOK, "kz_2026")


class Fake:
    """A scorer of given tables, for directions and reasons alone."""

    def __init__(self, real: Scorer, tables: Tables | None) -> None:
        self.schema, self.tables, self._real = real.schema, tables, real

    def encode(self, frame):
        return self._real.encode(frame)

    def margin(self, x):
        return self._real.margin(x)

    def contributions(self, x):
        return self._real.contributions(x)


def table(name: str, effects: list, *more: Axis) -> Table:
    return Table(axes=[Axis(feature=name, up_to=[float(i) for i in range(3)]), *more], effects=effects)


def test_all_pass_on_a_sound_model(home, room, kz, both):
    found = checks.run(kz, room, params.load(room), both[1], both[0])
    assert [check.name for check in found] == ["seals", "order", "directions", "reasons", "fairness"]
    assert all(check.passed for check in found), [check.told for check in found]
    order = found[1].figures
    assert order["low"] < order["auc_difference"] < order["high"] and order["margin"] == 0.02 and order["n"] > 50


@pytest.mark.parametrize("file", ["tables.json", "calibration.json", "training.json", "schema.json", "model.txt"])
def test_a_file_edited_by_hand_breaks_the_seal(kz, both, tmp_path, file):
    model = shutil.copytree(both[1].model, tmp_path / "model")
    text = (model / file).read_text()
    (model / file).write_text(text.replace("1", "2", 1))
    check = checks.seals(kz, replace(both[1], model=model))
    assert not check.passed and check.told
    assert checks.run(kz, tmp_path, None, replace(both[1], model=model), None) == [check]


def test_a_folder_edited_with_its_digests_breaks_the_seal_too(kz, both, tmp_path):
    model = shutil.copytree(both[1].model, tmp_path / "model")
    training = json.loads((model / "training.json").read_text())
    (model / "training.json").write_text(json.dumps(training | {"as_of": "2020-01-01"}))
    assert Scorer(model).sha256
    check = checks.seals(kz, replace(both[1], model=model))
    assert not check.passed and "is not what was registered" in check.told


def test_another_law_is_said(kz, both):
    check = checks.seals(kz, replace(both[1], tags={**both[1].tags, "law": "0" * 12}, digest="0" * 64))
    assert not check.passed and "was described otherwise" in check.told


def test_a_worse_candidate_is_found(room, kz, both, monkeypatch):
    real = Scorer.margin
    monkeypatch.setattr(
        Scorer, "margin", lambda self, x: real(self, x) * (-1 if self.training["as_of"] == "2026-06-30" else 1)
    )
    check = checks.non_inferior(kz, room, params.load(room), both[1], both[0])
    assert not check.passed and check.figures["low"] < -0.02


@pytest.mark.parametrize(
    ("metrics", "passed", "said"),
    [
        ({"auc": 0.7, "auc_low": 0.65, "auc_high": 0.75, "oldest_first_auc": 0.6}, True, "oldest first, has 0.6000"),
        ({"auc": 0.52, "auc_low": 0.49, "auc_high": 0.55, "oldest_first_auc": 0.4}, False, "chance is 0.5"),
        ({"auc": 0.7, "auc_low": 0.65, "auc_high": 0.75, "oldest_first_auc": 0.76}, False, "0.7600"),
        ({"brier": 0.1}, False, "could not be measured"),
    ],
)
def test_the_first_champion_must_beat_chance_and_baselines(both, metrics, passed, said):
    check = checks.better_than_chance(replace(both[0], metrics=metrics))
    assert check.passed == passed and said in check.told


def test_a_table_against_its_direction_is_found(kz, both):
    real = Scorer(both[1].model)
    declared = {f.name: f.monotone for f in real.schema.features if f.monotone}
    name, way = next(iter(declared.items()))
    other = next(f.name for f in real.schema.features if not f.monotone and f.kind == "number")
    rising = np.arange(4.0) * way
    made = {
        "kept": ([table(name, [*rising, -9.0])], True),  # a missing value has no place in the order
        "broken": ([table(name, [*rising[::-1], 0.0])], False),
        "broken in one cell": ([table(name, [0.0, way, way - 1e-6 * way, way * 2, 0.0])], False),
        "other way where nothing is declared": ([table(other, [3.0, 2.0, 1.0, 5.0, 0.0])], True),
        "broken in a pair": (
            [table(other, [[0.0, -way, 0, 0, 0.0]] * 5, Axis(feature=name, up_to=[0.0, 1.0, 2.0]))],
            False,
        ),
    }
    for what, (tables, passed) in made.items():
        fake = Fake(real, Tables(constant=0.0, features=real.schema.names, tables=tables))
        check = checks.directions(kz, fake)
        assert check.passed == passed, what
        assert passed or name in check.told
    assert not checks.directions(kz, Fake(real, None)).passed


def test_a_reason_that_may_not_be_told_is_found(kz, both, home, monkeypatch):
    real = Scorer(both[1].model)
    place = compare.cases_of(kz, home, both[1])
    assert checks.reason_codes(kz, real, place).passed
    known, closed = checks.described(kz)
    name = next(iter(real.tables.tables)).features[0]
    for planted, said in (
        (({key: value for key, value in known.items() if key != name}, closed), f"{name} is not described"),
        ((known, closed | {name}), f"{name} rests on a protected or secret column"),
        (
            ({**known, name: replace(known[name], meaning="Nobody translated this")}, closed),
            f"{name} has no words in kk, and 1 more",
        ),
    ):
        monkeypatch.setattr(checks, "described", lambda programme, planted=planted: planted)
        check = checks.reason_codes(kz, real, place)
        assert not check.passed and said in check.told
    monkeypatch.setattr(checks, "described", lambda programme: (known, closed))
    fake = Fake(real, real.tables)
    fake.margin = lambda x: real.margin(x) + 1e-6
    assert "the effects miss the score by up to 1.0e-06" in checks.reason_codes(kz, fake, place).told
