"""`qonys policy ...` as people use it: what it prints, and the exit code that a script can use."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.core import tables
from pipeline.core.errors import Problem
from pipeline.core.programme import HOME


def qonys(*arguments: object) -> Result:
    found = CliRunner().invoke(app, ["policy", *map(str, arguments)])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


@pytest.fixture(scope="session")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """kz_2026 with a sum of money that nobody dated, and a case that contradicts its rule."""
    folder = tmp_path_factory.mktemp("law") / "kz_2026"
    shutil.copytree(HOME / "kz_2026", folder)
    for file, old, new in (
        ("gates/G39_state_fee.yaml", "effective: {from: 2026-02-13", "effective: {from: 2020-02-13"),
        ("cases/G04_expulsion.yaml", "clear}\n  expect: PASS", "clear}\n  expect: FAIL"),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, file
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_the_law_that_ships_has_no_error():
    for programme in ("kz_2026", "ca_fsw", "au_skilled", "perm_2016"):
        found = qonys("check", "-p", programme)
        assert found.exit_code == 0 and "0 errors" in found.output, found.output


def test_official_mode_makes_provisional_points_an_error():
    found = qonys("check", "--official", "--json")
    assert found.exit_code == 1
    assert any(
        each["severity"] == "error" and each["path"].endswith("points.yaml") for each in json.loads(found.output)
    )


def test_check_and_test_name_file_and_line_of_what_is_wrong(spoilt: Path):
    checked, tested = qonys("check", "-p", spoilt), qonys("test", "-p", spoilt)
    assert checked.exit_code == 1 and "G39_state_fee.yaml:" in checked.output
    assert tested.exit_code == 1 and "G04_expulsion.yaml:1: error: contradicted case" in tested.output.replace("\n", "")


def test_every_case_of_every_programme_agrees():
    for programme in ("kz_2026", "ca_fsw", "au_skilled"):
        found = qonys("test", "-p", programme)
        assert found.exit_code == 0 and " 0 contradict their rule, 0 that the law needs are not written" in found.output


def test_explain_speaks_three_languages_and_json(register: Path):
    case = tables.read_table(register / "data/interim/kz_2026/gates")["case_id"].iloc[0]
    texts = {lang: qonys("explain", case, "--root", register, "--lang", lang).output for lang in ("kk", "ru", "en")}
    assert len(set(texts.values())) == 3 and all(case in text for text in texts.values())
    found = json.loads(qonys("explain", case, "--root", register, "--json").output)
    assert found["file"] == case and found["on"] == "2026-06-30" and found["clocks"]


def test_explain_asks_for_one_thing(register: Path, tmp_path: Path):
    path = tmp_path / "facts.yaml"
    path.write_text("route: standard\n", encoding="utf-8")
    for arguments in ((), ("A00000001", "--facts", path)):
        with pytest.raises(Problem, match="and not both"):
            qonys("explain", *arguments, "--root", register)
    with pytest.raises(Problem, match="yesterday: is not a day; write it as 2026-06-30"):
        qonys("explain", "A00000001", "--on", "yesterday", "--root", register)
    assert qonys("explain", "--facts", path, "--root", register).exit_code == 0


def test_clocks_count_from_a_day():
    counted = qonys("clocks", "--start", "2026-11-02").output
    assert "2026-12-01" in counted  # 29 days after 2 November
    assert qonys("clocks", "--lang", "kk").output != qonys("clocks", "--lang", "ru").output


def test_a_law_beside_itself_moves_nobody(register: Path):
    found = qonys("diff", "kz_2026", "kz_2026", "--root", register)
    assert " 0 of " in found.output and (register / "data/out/kz_2026/policy/diff/index.html").exists()


def test_sensitivity_writes_a_page_and_the_files(register: Path):
    found = qonys("sensitivity", "--root", register)
    assert found.exit_code == 0 and "index.html" in found.output
    folder = register / "data/out/kz_2026/policy/sensitivity"
    assert {path.name for path in folder.iterdir()} >= {"index.html", "sensitivity.json", "flips.csv"}


def test_a_law_is_released_by_two_people(register: Path, tmp_path: Path):
    """Key, proposal, approval, verification; one person is not two."""
    keys = {name: tmp_path / f"{number}.pem" for number, name in enumerate(("Aigul S.", "Bolat T."))}
    entries = [
        qonys("key", name, "--out", path, "--on", "2026-07-01").output.splitlines() for name, path in keys.items()
    ]
    releases = register / "data/releases"
    releases.mkdir(parents=True, exist_ok=True)
    (releases / "signers.yaml").write_text(
        "\n".join([entries[0][-2], entries[0][-1], entries[1][-1], ""]), encoding="utf-8"
    )
    common = ("--on", "2026-07-02", "--root", register)
    with pytest.raises(Problem, match="is not proposed; propose it with --against"):
        qonys("release", "--by", "Aigul S.", "--key", keys["Aigul S."], *common)
    proposed = qonys("release", "--against", "kz_2026", "--by", "Aigul S.", "--key", keys["Aigul S."], *common)
    folder = next((releases / "kz_2026").iterdir())
    assert "proposed by Aigul S." in proposed.output
    assert qonys("verify", f"kz_2026:{folder.name}", "--root", register).exit_code == 1  # waits for a second person
    with pytest.raises(Problem, match="another person must approve it"):
        qonys("release", "--by", "Aigul S.", "--key", keys["Aigul S."], *common)
    assert "released" in qonys("release", "--by", "Bolat T.", "--key", keys["Bolat T."], *common).output
    assert qonys("verify", f"kz_2026:{folder.name}", "--root", register).exit_code == 0
    case = tables.read_table(register / "data/interim/kz_2026/gates")["case_id"].iloc[0]
    assert folder.name in qonys("explain", case, "--law", f"kz_2026:{folder.name}", "--root", register).output
    with (folder / "law/gates/G02_solvency.yaml").open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")
    spoilt = qonys("verify", folder, "--root", register)
    assert spoilt.exit_code == 1 and "G02_solvency.yaml" in spoilt.output


def test_each_concern_of_the_dry_run_needs_a_reason_of_its_own(register: Path, tmp_path: Path):
    key = tmp_path / "key.pem"
    qonys("key", "Aigul S.", "--out", key, "--on", "2026-07-01")
    signers = register / "data/releases/signers.yaml"
    signers.parent.mkdir(parents=True, exist_ok=True)
    if not signers.exists():
        signers.write_text("signers: []\n", encoding="utf-8")
    common = ("--by", "Aigul S.", "--key", key, "--on", "2026-07-02", "--root", register)
    with pytest.raises(Problem, match="The dry run has no concerns; leave --accept out"):
        qonys("release", "--against", "kz_2026", "--accept", "why not", *common)
    # Before the pilot nobody was asked for its gates; that they now hold files must be accepted, concern by concern.
    with pytest.raises(Problem, match=r"has [1-9][0-9]* concerns and --accept is given 0 times; .*\(1\) "):
        qonys("release", "--against", "kz_2026@2026-02-12", *common)
