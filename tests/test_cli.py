import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.core import programme


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["qonys", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


def test_exit_codes_and_one_line_errors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    assert call(monkeypatch, "programmes") == 0
    assert "perm_2016: US permanent labour" in capsys.readouterr().out
    assert call(monkeypatch, "ingest", "--root", str(tmp_path)) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and said.startswith("qonys: ")
    assert call(monkeypatch, "ingest", "--no-such-option") == 2
    assert call(monkeypatch, "--help") == 0
    assert "Pre-screening" in capsys.readouterr().out


def test_a_wrong_rule_stops_ingest_before_any_export_is_looked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    folder = tmp_path / "kz"
    shutil.copytree(programme.HOME / "kz_2026", folder)
    shutil.copy("params.yaml", tmp_path)
    rule = folder / "gates/G01_passport_validity.yaml"
    rule.write_text(
        rule.read_text(encoding="utf-8").replace("passport_expires_on", "passport_expiry"), encoding="utf-8"
    )
    assert (
        call(
            monkeypatch, "ingest", "--programme", str(folder), "--raw", str(tmp_path / "none"), "--root", str(tmp_path)
        )
        == 2
    )
    assert "G01_passport_validity.yaml:" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_dvc_yaml_can_be_compared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    assert call(monkeypatch, "dvc-yaml", "--check", "--root", str(tmp_path)) == 1
    assert call(monkeypatch, "dvc-yaml", "--root", str(tmp_path)) == 0
    assert call(monkeypatch, "dvc-yaml", "--check", "--root", str(tmp_path)) == 0


def test_a_value_error_of_the_lower_packages_is_a_sentence_and_of_ours_a_mistake(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from models import split

    def lower() -> None:
        split.by_time([], train=0.5, calibrate=0.2)  # type: ignore[arg-type]

    for function, sentence in ((lower, "qonys: "), (lambda: int("x"), "mistake in the program itself")):
        monkeypatch.setattr(cli, "app", function)
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert end.value.code == 2
        assert sentence in capsys.readouterr().err


# Seconds each, and none is needed to say what the commands are: they are imported where they are used.
HEAVY = "great_expectations jinja2 lightgbm matplotlib mlflow optuna ortools scipy sklearn xlsxwriter z3"


def test_the_command_line_starts_without_what_only_some_commands_need():
    asked = f"import sys, pipeline.cli; print(*sorted(set('{HEAVY}'.split()) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_that_guard_would_see_a_heavy_library():
    asked = f"import sys, jinja2; print(*sorted(set('{HEAVY}'.split()) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["jinja2"]
