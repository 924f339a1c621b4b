"""Which law is meant: a programme by name or folder, as it is written, on another day, or as it was released."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.core import programme as programmes
from pipeline.core import versions
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme

RELEASES = "data/releases"
_RELEASED = re.compile(r"(?P<name>[A-Za-z0-9_-]+):(?P<version>[0-9a-f]{12})")
_HOW = "write a programme's name, a folder, or NAME:VERSION of a release, and after it @2027-01-01 for the law of a day"


@dataclass(frozen=True)
class Law:
    """One side of a comparison. `day`: the day whose law is asked; None: the as-of day of the intake."""

    programme: Programme
    day: date | None
    label: str  # as the person wrote it
    version: str  # of the programme's files (`pipeline.core.versions.law`)


def resolve(text: str, root: Path) -> Law:
    """The law that `text` means: `NAME`, `FOLDER` or `NAME:VERSION`, any of them with `@2027-01-01` behind it.

    A release lies under `root` in `data/releases/NAME/VERSION/law/`. Raises Problem for a text that means nothing, a
    day that the calendar does not have, a release that is not there, and one whose files are no longer those released.
    """
    name, day = _parted(text)
    released = _RELEASED.fullmatch(name)
    if released is None:
        if ":" in name and not Path(name).exists():
            raise Problem(f"`{text}` means no law; {_HOW}. A version has 12 hexadecimal digits.")
        found = programmes.load(name)
        return Law(found, day, text, versions.law(found))
    folder = root / RELEASES / released["name"] / released["version"] / "law"
    if not (folder / "programme.yaml").exists():
        there = sorted(path.parent.name for path in (root / RELEASES / released["name"]).glob("[0-9a-f]*/law"))
        known = f"released are {', '.join(there)}" if there else f"nothing of {released['name']} is released yet"
        raise Problem(f"There is no release `{name}` in {RELEASES}; {known}.")
    found = programmes.load(str(folder))
    if versions.law(found) != released["version"]:
        raise Problem(
            f"{folder}: these files are not those that were released as {released['version']} (they are "
            f"{versions.law(found)}); restore the folder from its backup."
        )
    return Law(found, day, text, released["version"])


def _parted(text: str) -> tuple[str, date | None]:
    """What stands before the last `@`, and the day behind it."""
    if "@" not in text or Path(text).exists():
        return text, None
    name, _, written = text.rpartition("@")
    try:
        return name, date.fromisoformat(written)
    except ValueError:
        raise Problem(f"`{text}`: `{written}` is not a day; write it as {name}@2027-01-01.") from None
