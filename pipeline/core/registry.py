"""Which model is approved: an append-only record of promotions, chained by hash, and the models themselves as text files.

`data/registry/<programme>/` holds `records.ndjson` (one signed decision a line, each naming the hash of the line before),
`models/<version>/` (a model's folder as it was approved) and `champion.json` (the last decision, for whoever reads only
that). The records decide; `champion.json` and the alias in MLflow follow them and are mended after a kill.
"""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from pipeline.core.errors import Problem
from pipeline.core.law import Text
from pipeline.core.yaml import Strict

FOLDER, RECORDS, CHAMPION, MODELS = "data/registry/{}", "records.ndjson", "champion.json", "models"
START = "0" * 64  # what the first record names as the line before it
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Version = Annotated[str, Field(pattern=r"^[1-9][0-9]*$")]


class Check(Strict):
    """One thing that was looked at before a promotion, and what was found."""

    name: Text
    passed: bool
    told: Text
    figures: dict[Text, int | float | str | None] = {}


class Content(Strict):
    """What two people decided; this is what they sign."""

    format: Literal["qonys-model-1"] = "qonys-model-1"
    programme: Text
    action: Literal["promote", "rollback"]
    version: Version  # in MLflow
    model: Text  # the model's version by content
    files: Annotated[dict[Text, Digest], Field(min_length=1)]  # of the model's folder, by name
    previous: Version | None  # the champion until now
    checks: list[Check]
    reason: str
    law: Text
    code: Text
    after: Digest  # SHA-256 of the line before


class Record(Strict):
    """One line of `records.ndjson`; what the two signatures say, `pipeline.life.approval` checks."""

    content: Content
    signatures: Annotated[list[dict[str, str]], Field(min_length=2, max_length=2)]


class Champion(Strict):
    """`champion.json`: the last decision, `record` being the SHA-256 of its line. Nothing promoted yet: all are None."""

    version: Version | None = None
    model: str | None = None
    record: Digest | None = None


def folder(root: Path, programme: str) -> Path:
    """Where the approved models of a programme lie."""
    return root / FOLDER.format(programme)


def records(home: Path) -> tuple[list[Record], str]:
    """Every decision in `home`, oldest first, and the SHA-256 of the last line.

    A last line without its end was being written when the machine died: it decided nothing and is left out. Raises
    Problem where a line is no record or does not follow the one before: somebody edited the file.
    """
    path = home / RECORDS
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return [], START
    found, before = [], START
    for number, line in enumerate(lines, start=1):
        try:
            record = Record.model_validate_json(line)
        except ValidationError:
            raise Problem(f"{path}:{number}: is no record of a promotion; bring the file back as it was.") from None
        if record.content.after != before:
            raise Problem(f"{path}:{number}: does not follow the line before it; the file was edited, bring it back.")
        found.append(record)
        before = hashlib.sha256(line).hexdigest()
    return found, before


def model(home: Path, record: Record) -> Path:
    """The folder of the model that `record` speaks of; raises Problem where it is not, byte for byte, what was approved."""
    path = home / MODELS / record.content.version
    there = digests(path) if path.is_dir() else {}
    if not there:
        raise Problem(f"{path}: the approved model is missing; bring it back, or promote it again.")
    if wrong := sorted(
        name for name in {*there, *record.content.files} if there.get(name) != record.content.files.get(name)
    ):
        raise Problem(f"{path / wrong[0]}: is not what was approved; bring it back as it was.")
    return path


def champion(root: Path, programme: str) -> tuple[Record, Path]:
    """The last decision and the folder of its model, verified.

    Raises Problem where nothing was promoted, `champion.json` does not say what the records say, or a file was edited.
    """
    home = folder(root, programme)
    found, last = records(home)
    if not found:
        raise Problem(f"{programme}: no model was promoted yet; `qonys promote` does it.")
    try:
        said = Champion.model_validate_json((home / CHAMPION).read_bytes())
    except (FileNotFoundError, ValidationError):
        said = Champion()
    if said.record != last or said.version != found[-1].content.version:
        raise Problem(f"{home / CHAMPION}: does not say what {RECORDS} says; `qonys versions` mends it.")
    return found[-1], model(home, found[-1])


def pointer(found: list[Record], last: str) -> str:
    """The text of `champion.json` after these records."""
    said = (
        Champion(version=found[-1].content.version, model=found[-1].content.model, record=last) if found else Champion()
    )
    return json.dumps(said.model_dump(mode="json"), indent=1, sort_keys=True) + "\n"


def digests(path: Path) -> dict[str, str]:
    """SHA-256 of every file in the folder `path`, by name."""
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(path.iterdir())}


def seal(files: dict[str, str], law: str) -> str:
    """One SHA-256 for a model (digests of its files by name) read under the description `law` of its programme."""
    return hashlib.sha256(json.dumps([files, law], sort_keys=True).encode()).hexdigest()
