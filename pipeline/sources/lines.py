"""Exported files as blocks of whole lines, with their numbers; memory stays at one block."""

import contextlib
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.core.errors import Problem

BOM = b"\xef\xbb\xbf"


class Block(NamedTuple):
    """Whole lines of one file."""

    lines: list[bytes]  # without their line ends
    first: int  # number of the first line, from 1
    cut: bool  # the last line is the file's last and has no line end


def blocks(path: Path, size: int) -> Iterator[Block]:
    """The lines of `path` (gzip where the name ends in .gz), about `size` bytes at a time.

    Raises Problem, with the line where it can be known, for a file that is missing, empty, not UTF-8, or a gzip
    file that is cut off or damaged.
    """
    first, rest = 1, b""
    for read in _bytes(path, size):
        data = _start(path, read) if first == 1 and not rest else read
        whole, newline, rest_now = (rest + data).rpartition(b"\n")
        rest = rest_now
        if newline:
            lines = whole.split(b"\n")
            yield Block(_decoded(path, lines, first), first, cut=False)
            first += len(lines)
    if rest:
        yield Block(_decoded(path, [rest], first), first, cut=True)
    elif first == 1:
        raise Problem(f"{path}: is empty; export it again.")


def count(path: Path) -> int:
    """How many lines `path` has, the last one without a line end included."""
    total, last = 0, b"\n"
    for data in _bytes(path, 1 << 22):
        total += data.count(b"\n")
        last = data[-1:]
    return total + (last != b"\n")


def _bytes(path: Path, size: int) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
            while data := stream.read(size):
                yield data
    except FileNotFoundError:
        raise Problem(f"{path}: there is no such file; export it, or say where it is with --raw.") from None
    except IsADirectoryError:
        raise Problem(f"{path}: is a folder, not a file.") from None
    except EOFError:
        raise Problem(
            f"{path}: the compressed file is cut off after line {_whole_lines(path)}; export it again."
        ) from None
    except (gzip.BadGzipFile, zlib.error):
        raise Problem(
            f"{path}: the compressed file is damaged after line {_whole_lines(path)}; export it again."
        ) from None
    except PermissionError:
        raise Problem(f"{path}: may not be read; change its rights.") from None


def _whole_lines(path: Path) -> int:
    """How many lines of a broken gzip file can still be read, in small steps."""
    read = 0
    with contextlib.suppress(EOFError, gzip.BadGzipFile, zlib.error), gzip.open(path, "rb") as stream:
        while data := stream.read(512):
            read += data.count(b"\n")
    return read


def _start(path: Path, data: bytes) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Problem(f"{path}: is UTF-16 text; export it as UTF-8.")
    return data.removeprefix(BOM)


def _decoded(path: Path, lines: list[bytes], first: int) -> list[bytes]:
    """The lines, known to be UTF-8."""
    try:
        b"\n".join(lines).decode("utf-8")
    except UnicodeDecodeError as error:
        at = first + b"\n".join(lines)[: error.start].count(b"\n")
        raise Problem(f"{path}: line {at} is not UTF-8 text; export the file as UTF-8.") from None
    return [line.removesuffix(b"\r") for line in lines]
