"""The command: exit codes that a scheduler can use, sentences that name what rings."""

import json
import shutil

import pandas as pd
import pytest

from pipeline.core import params


@pytest.fixture
def copy(home, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(home, root, ignore=shutil.ignore_patterns("raw", "truth", "tables"))
    return root


WINDOW = ("--from", "2023-08-01", "--to", "2023-11-30")


def test_a_quiet_window_ends_with_0(qonys, copy):
    code, said, _ = qonys("drift", "--root", copy, *WINDOW)
    assert code == 0 and "None of" in said, said
    record = json.loads((copy / "data/out/kz_2026/drift/drift.json").read_text(encoding="utf-8"))
    assert record["verdicts"]["ring"] == 0 and record["current"]["from"] == "2023-08-01"


def test_a_planted_shift_ends_with_1_and_is_named(qonys, copy):
    for path in (copy / "data/interim/kz_2026/features").glob("*.parquet"):
        frame = pd.read_parquet(path)
        late = pd.read_parquet(copy / "data/interim/kz_2026/cases" / path.name)["lodged_on"] >= "2023-08-01"
        frame.loc[late, "age"] += 15
        frame.loc[late, "housing"] = "yurt"
        frame.to_parquet(path)
    code, said, _ = qonys("drift", "--root", copy, *WINDOW)
    assert code == 1 and "Age on the decision day" in said and "yurt" in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--from", "soon"), "is not a day"),
        (("--from", "2001-01-01"), "learnt from cases lodged before"),
        (("--lang", "de"), "no language"),
        (("--months", "3", "--from", "2023-09-01"), "leave out --from"),
        (("--months", "999"), "learnt from cases lodged before"),
        (("-p", "ca_fsw"), "no model"),
    ],
)
def test_what_cannot_run_ends_with_2_and_a_sentence(qonys, copy, options, sentence):
    code, _, said = qonys("drift", "--root", copy, *options)
    assert code == 2 and sentence in said and "Traceback" not in said


def test_a_lost_feature_is_named(qonys, copy):
    for path in (copy / "data/interim/kz_2026/features").glob("*.parquet"):
        pd.read_parquet(path).drop(columns="age").to_parquet(path)
    code, _, said = qonys("drift", "--root", copy, *WINDOW)
    assert code == 2 and "`age` is missing" in said and "Traceback" not in said


def test_limits_come_from_params(qonys, copy):
    params.turned(copy, copy, {"drift": {"psi_limit": 9.0, "volume_limit": 99.0, "missing_limit": 0.9}})
    assert qonys("drift", "--root", copy)[0] == 0


def test_months_are_walked_one_by_one_and_write_no_page(qonys, copy):
    code, said, _ = qonys("drift", "--root", copy, "--months", 3, "--to", "2023-11-30", "--lang", "en")
    lines = said.splitlines()
    assert [line[2:9] for line in lines if line.startswith("  2023-")] == ["2023-09", "2023-10", "2023-11"]
    rang = sum(line.startswith("    ") for line in lines)
    assert lines[-1].startswith(f"  3 months: {rang} of ") and code == (1 if rang else 0)
    assert not (copy / "data/out/kz_2026/drift").exists()
