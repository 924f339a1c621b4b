import shutil
from pathlib import Path

import pytest

from pipeline import road
from pipeline.core import programme
from pipeline.core.errors import Problem

BESIDE = {"registry/champion.json"}  # written by people who promote a model, not by a stage


def test_a_stage_comes_after_those_whose_outputs_it_reads():
    done: set[str] = set(BESIDE)
    for stage in road.stages():
        assert {name for name in stage.reads if name != "raw"} <= done, stage.name
        done |= set(stage.writes)


def test_only_a_programme_with_a_recipe_makes_up_its_register():
    assert road.of(programme.load("kz_2026"))[0].name == "synthesize"
    assert "synthesize" not in [stage.name for stage in road.of(programme.load("perm_2016"))]


def test_the_whole_description_is_checked_before_data_are_read(tmp_path: Path):
    road.check(programme.load("kz_2026"))
    road.check(programme.load("perm_2016"))
    for file, old, new, sentence in [
        ("gates/G01_passport_validity.yaml", "passport_expires_on", "passport_expiry", "passport_expiry"),
        ("interviews.yaml", "duration_minutes", "duration_minuts", "minuts|minutes"),
        ("sources/applications.yaml", "form_language: {kind: code, required: true, codes: [kk, ru, en], protected: true", "occupations: {kind: code, protected: true", "form_language"),
    ]:  # fmt: skip
        folder = tmp_path / file.replace("/", "-") / "kz"
        shutil.copytree(programme.HOME / "kz_2026", folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises((Problem, ValueError), match=sentence):
            road.check(programme.load(str(folder)))


def test_a_programme_of_rules_and_points_walks_a_short_road():
    for name in ("ca_fsw", "au_skilled"):
        walked = [stage.name for stage in road.of(programme.load(name))]
        assert walked[:3] == ["synthesize", "ingest", "features"] and "gates" in walked
        assert not {"train", "evaluate", "score", "rank", "schedule", "audit"} & set(walked)
        road.check(programme.load(name))
