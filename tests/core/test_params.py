from pathlib import Path

import pytest

from pipeline.core import params
from pipeline.core.errors import Problem

SHIPPED = Path("params.yaml").read_text(encoding="utf-8")


def test_the_shipped_file_is_complete():
    assert params.load(Path()).run.seed > 0


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  trees:", "  tress:", "tress|trees"),
        ("  trees: ", "  trees: -", "trees"),
        ("audit:", "audits:", "audit"),
        ("  lang: en", "  lang: fr", "lang"),
        ("  pairs: []", "  pairs: [[age]]", "pairs"),
        ("  pairs: []", "  pairs: [age, fines]", "pairs"),
        ("  pairs: []", "", "pairs"),
    ],
)
def test_a_wrong_key_or_value_stops(tmp_path: Path, old: str, new: str, sentence: str):
    assert old in SHIPPED
    (tmp_path / "params.yaml").write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Problem, match=sentence):
        params.load(tmp_path)


def test_turned_knobs_are_checked_and_the_others_stay(tmp_path: Path):
    params.turned(Path(), tmp_path, {"synthesize": {"past": 500}})
    assert params.load(tmp_path).synthesize.past == 500
    assert params.load(tmp_path).train == params.load(Path()).train
    with pytest.raises(Problem, match="past"):
        params.turned(Path(), tmp_path, {"synthesize": {"past": -1}})
