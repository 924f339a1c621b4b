import gzip
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core import programme

TOP = Path(__file__).resolve().parents[2]
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """A project folder with a small programme: perm_2016's description and its first 3,000 decisions."""
    root = tmp_path / "project"
    root.mkdir()
    shutil.copy(TOP / "params.yaml", root)
    shutil.copytree(programme.HOME / "perm_2016", root / "mini")
    for file, old, new in (
        ("programme.yaml", "programme: perm_2016", "programme: mini"),
        ("sources/decisions.yaml", "rows: [30000, 35000]", "rows: [1, 5000]"),
    ):
        path = root / "mini" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    raw = root / "exports"
    raw.mkdir()
    with gzip.open(TOP / "data/public/perm_2016/perm_2016.csv.gz", "rt", encoding="utf-8") as stream:
        head = [next(stream) for _ in range(3001)]
    write(raw / "perm_2016.csv.gz", "".join(head))
    return root


def write(path: Path, text: str | bytes) -> None:
    """The text as a gzip file with the same bytes each time."""
    path.write_bytes(gzip.compress(text.encode("utf-8") if isinstance(text, str) else text, mtime=0))


def tree(folder: Path) -> dict[str, str]:
    """Every file below `folder` and the hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip
