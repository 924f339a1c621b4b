"""`qonys model table`: exit codes and sentences."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.stages.train import STAGE
from tests.stages.conftest import Project

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(project):
    shutil.copy(TOP / "params.yaml", project.root)
    return project.root


def test_it_prints_the_model_and_what_changed(qonys, home, project, tmp_path):
    code, said, _ = qonys(
        "model", "table", "-p", "perm_2016", "--root", home, "--lang", "kk", "--against", project.path("model")
    )
    assert code == 0 and "questions with an effect" in said and "AUC" in said and "nothing changed" in said
    page = home / "data/out/perm_2016/model/index.html"
    assert 'lang="kk"' in page.read_text(encoding="utf-8")
    other = Project(tmp_path, trees=5).fill(seed=2)
    other.run(STAGE)
    code, said, _ = qonys("model", "table", "-p", "perm_2016", "--root", home, "--against", other.path("model"))
    assert code == 0 and "questions changed" in said
    assert json.loads((page.parent / "table.json").read_text(encoding="utf-8"))["against"]["changes"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("-p", "ca_fsw"), "no model to print"),
        (("-p", "kz_2026"), "missing; run the road first"),
        (("-p", "perm_2016", "--lang", "de"), "no language"),
        (("-p", "perm_2016", "--against", "nowhere"), "there is no such folder"),
    ],
)
def test_what_cannot_run_ends_with_2_and_a_sentence(qonys, home, options, sentence):
    code, _, said = qonys("model", "table", "--root", home, *options)
    assert code == 2 and sentence in said and "Traceback" not in said


def test_an_unconstrained_model_gives_one_clear_sentence(qonys, tmp_path):
    free = Project(tmp_path, additive=False).fill()
    free.run(STAGE)
    shutil.copy(TOP / "params.yaml", tmp_path)
    code, _, said = qonys("model", "table", "-p", "perm_2016", "--root", tmp_path)
    assert code == 2 and said.count("\n") == 1 and "not additive, so it has no tables" in said
