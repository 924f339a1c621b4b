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


def test_a_filled_folder_takes_the_place_of_the_old_one(tmp_path: Path):
    target = tmp_path / "deep" / "report"
    for text in ("old", "new"):
        with files.folder(target) as staged:
            assert staged.parent == target.parent
            (staged / "page").write_text(text)
    assert (target / "page").read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in target.parent.iterdir()] == ["report"]


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_a_folder_that_is_not_finished_leaves_the_old_one_and_no_trace(tmp_path: Path, error: BaseException):
    target = tmp_path / "report"
    with files.folder(target) as staged:
        (staged / "page").write_text("old")
    with pytest.raises(type(error)), files.folder(target) as staged:
        (staged / "page").write_text("half")
        raise error
    assert (target / "page").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_full_disk_is_a_sentence_that_names_the_folder(tmp_path: Path):
    with pytest.raises(Problem, match="report: cannot be written .no space left"), files.folder(tmp_path / "report"):
        raise OSError(28, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_a_filled_folder_brings_back_what_a_kill_left_aside(tmp_path: Path):
    (tmp_path / ".report.before").mkdir()
    (tmp_path / ".report.before" / "page").write_text("old")
    with pytest.raises(ValueError, match="no"), files.folder(tmp_path / "report"):
        raise ValueError("no")
    assert (tmp_path / "report" / "page").read_text() == "old"


def test_the_digest_knows_names_and_bytes(tmp_path: Path):
    for name in ("a", "b"):
        (tmp_path / name).write_text("x")
    both = files.digest([tmp_path / "a", tmp_path / "b"], tmp_path)
    assert both == files.digest([tmp_path / "b", tmp_path / "a"], tmp_path)
    (tmp_path / "b").rename(tmp_path / "c")
    assert both != files.digest([tmp_path / "a", tmp_path / "c"], tmp_path)
