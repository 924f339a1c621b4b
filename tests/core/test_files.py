from pathlib import Path

import pytest

from pipeline.core import files
from pipeline.core.errors import Problem


def test_a_text_is_whole_or_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target = tmp_path / "a.txt"
    files.write_text(target, "old")

    def die(*_: object) -> None:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(Problem, match="cannot be written .no space left"):
        files.write_text(target, "new")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_is_replaced_and_half_a_replacement_is_undone(tmp_path: Path):
    target, staged = tmp_path / "table", tmp_path / "staged"
    for folder, text in ((target, "old"), (staged, "new")):
        folder.mkdir()
        (folder / "part").write_text(text)
    files.replace(staged, target)
    assert (target / "part").read_text() == "new"
    # killed between the two renames: only the folder put aside is there
    target.rename(tmp_path / ".table.before")
    files.restore(target)
    assert (target / "part").read_text() == "new"
    # killed before the old one was removed: the new one stays
    (tmp_path / ".table.before").mkdir()
    files.restore(target)
    assert (target / "part").read_text() == "new"
    assert not (tmp_path / ".table.before").exists()


def test_the_digest_knows_names_and_bytes(tmp_path: Path):
    for name in ("a", "b"):
        (tmp_path / name).write_text("x")
    both = files.digest([tmp_path / "a", tmp_path / "b"], tmp_path)
    assert both == files.digest([tmp_path / "b", tmp_path / "a"], tmp_path)
    (tmp_path / "b").rename(tmp_path / "c")
    assert both != files.digest([tmp_path / "a", tmp_path / "c"], tmp_path)
