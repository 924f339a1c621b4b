import shutil
from pathlib import Path

from pipeline.core import programme, versions


def test_the_law_version_changes_with_a_rule_and_not_with_a_case(tmp_path: Path):
    folder = tmp_path / "kz"
    shutil.copytree(programme.HOME / "kz_2026", folder)
    first = versions.law(programme.load(str(folder)))
    assert first == versions.law(programme.load("kz_2026"))
    case = next((folder / "cases").glob("*.yaml"))
    case.write_text(case.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    assert versions.law(programme.load(str(folder))) == first
    gate = next((folder / "gates").glob("*.yaml"))
    gate.write_text(gate.read_text(encoding="utf-8") + "\n# a remark\n", encoding="utf-8")
    assert versions.law(programme.load(str(folder))) != first


def test_the_code_version_is_short_and_stable():
    assert versions.code() == versions.code()
    assert len(versions.code()) == 12
