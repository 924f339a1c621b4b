"""Writes that are whole or absent: aside first, then renamed."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.core.errors import Problem

BLOCK = 1 << 20


def replace(staged: Path, target: Path) -> None:
    """Puts the finished file or folder `staged` in the place of `target`.

    A file is replaced in one step. A folder needs two renames; if the process dies between them, the next
    call of `restore` (the stage runner makes it) brings the old folder back.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if staged.is_dir():
        aside = _aside(target)
        if target.exists():
            if aside.exists():
                shutil.rmtree(aside)
            target.rename(aside)
        staged.rename(target)
        if aside.exists():
            shutil.rmtree(aside)
    else:
        staged.replace(target)


def restore(target: Path) -> None:
    """Undoes half a folder replacement that a kill left behind."""
    aside = _aside(target)
    if aside.exists():
        if target.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(target)


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.before")


@contextlib.contextmanager
def folder(target: Path) -> Iterator[Path]:
    """A folder to fill, beside `target`; put in its place when the block ends, gone without a trace when it fails.

    Raises Problem where the disk does not let us write, inside the block as well.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        restore(target)
        staged = Path(tempfile.mkdtemp(prefix=f".{target.name}-{os.getpid()}-", dir=target.parent))
        try:
            yield staged
            staged.chmod(0o755)
            replace(staged, target)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        raise Problem(cannot_write(target, error)) from None


def write_text(target: Path, text: str) -> None:
    """Writes `text` as UTF-8 to `target`, aside first, then renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        staged.write_text(text, encoding="utf-8")
        staged.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            staged.unlink(missing_ok=True)
        raise Problem(cannot_write(target, error)) from None


def cannot_write(target: Path, error: OSError) -> str:
    """One sentence for a disk that is full, read-only or closed to us."""
    reason = (error.strerror or str(error)).lower()
    return f"{target}: cannot be written ({reason}); free space or change the rights, then run again."


def digest(paths: Iterable[Path], root: Path) -> str:
    """SHA-256 over names (relative to `root`) and bytes of `paths`, in sorted order; 64 hex digits."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        with path.open("rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()
