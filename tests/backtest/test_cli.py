"""The command from end to end: exit codes, sentences, and the same bytes again."""

import json
import shutil

import pandas as pd
import pytest

from pipeline.core import params


@pytest.fixture
def copy(home, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(home, root, ignore=shutil.ignore_patterns("raw"))
    return root


def test_it_says_the_cost_and_the_choice_and_ends_with_0(qonys, copy):
    params.turned(copy, copy, {"backtest": {"splits": 1}})
    code, said, _ = qonys("backtest", "--root", copy)
    assert code == 0 and "ransparency" in said and "Picked: " in said and "index.html" in said, said
    record = copy / "data/out/kz_2026/backtest/backtest.json"
    before = record.read_bytes()
    code, said, _ = qonys("backtest", "--root", copy, "--lang", "ru")
    assert code == 0 and "Выбрано" in said
    assert record.read_bytes() == before  # the language is that of the page, not of the record
    assert json.loads(before)["windows"]["expanding"]["splits"] == 1


def test_no_matured_outcome_ends_with_1_and_a_sentence(qonys, copy):
    """Nobody's outcome was recorded before the last retrain day: nothing teaches, and the command says so."""
    for path in (copy / "data/interim/kz_2026/tables/outcomes").glob("*.parquet"):
        frame = pd.read_parquet(path)
        frame["recorded_on"] = frame["recorded_on"].clip(lower=pd.Timestamp("2026-06-01"))
        frame.to_parquet(path)
    code, said, _ = qonys("backtest", "--root", copy)
    assert code == 1 and "Cannot say" in said and "0 positive and 0 negative" in said, said
    assert (copy / "data/out/kz_2026/backtest/index.html").exists()


@pytest.mark.parametrize(
    ("options", "sentence"), [(("--lang", "de"), "no language"), (("-p", "ca_fsw"), "has no label"), (("-p", "perm_2016"), "missing; run the road")]
)  # fmt: skip
def test_what_cannot_run_ends_with_2_and_a_sentence(qonys, copy, options, sentence):
    code, _, said = qonys("backtest", "--root", copy, *options)
    assert code == 2 and sentence in said and "Traceback" not in said
