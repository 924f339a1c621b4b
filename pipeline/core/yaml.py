"""The only reader of YAML (ruamel, YAML 1.2): `NO` stays text, equal keys are refused, lines are known."""

import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipeline.core.errors import Problem


class Strict(BaseModel):
    """A record read from YAML: immutable, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


Record = TypeVar("Record", bound=BaseModel)


def read(path: Path) -> Any:
    """The document in `path` with line marks kept (`line_of` reads them).

    Raises Problem for a missing file, text that is not UTF-8, or a document that does not parse.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(f"{path}: there is no such file.") from None
    except UnicodeDecodeError:
        raise Problem(f"{path}: is not UTF-8 text; save it as UTF-8.") from None
    reader = YAML(typ="rt")
    reader.allow_duplicate_keys = False
    try:
        return reader.load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Problem(f"{path}:{line}: {error.problem or 'is not YAML'}.") from None
    except YAMLError:  # a character that YAML does not have
        raise Problem(f"{path}:1: holds a character that YAML does not allow; save it as plain UTF-8 text.") from None
    except ValueError as error:  # a date that the calendar does not have
        raise Problem(f"{path}:{_first_bad_date(text)}: {error}; correct the date.") from None


def _first_bad_date(text: str) -> int:
    for number, line in enumerate(text.splitlines(), start=1):
        for written in re.findall(r"\b\d{4}-\d{2}-\d{2}\b", line):
            try:
                date.fromisoformat(written)
            except ValueError:
                return number
    return 1


def load(path: Path, record: type[Record], **extra: Any) -> Record:
    """`path` as a `record`, every key known and every value of its type; errors name file and line.

    `extra` adds fields that the caller knows and the file does not hold (its own path, for instance).
    """
    document = read(path)
    if not isinstance(document, dict):
        raise Problem(f"{path}:1: should be a mapping of {', '.join(record.model_fields)}.")
    return build(path, document, record, **extra)


def build(path: Path, document: Any, record: type[Record], **extra: Any) -> Record:
    """The mapping `document`, read from `path`, as a `record`; errors name file and line."""
    try:
        return record.model_validate({**plain(document), **extra})
    except ValidationError as error:
        faults: dict[tuple[Any, ...], str] = {}
        for one in error.errors():
            # The alternatives of a value that may be of several types complain one by one, about one place.
            place = one["loc"] if one["type"] in _SAID else one["loc"][: _depth(document, one["loc"])]
            where = ".".join(str(step) for step in one["loc"])
            said = _SAID.get(one["type"]) or one["msg"].removeprefix("Value error, ")
            faults.setdefault(place, f"{path}:{line_of(document, one['loc'])}: {f'{where}: ' if where else ''}{said}")
        first = next(iter(faults.values()))
        more = f" ({error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise Problem(f"{first}{more}.", [f"{text}." for text in faults.values()]) from None


_SAID = {
    "extra_forbidden": "is not a known word here; correct the spelling or remove it",
    "missing": "is missing; add it",
}


def _depth(document: Any, steps: tuple[Any, ...]) -> int:
    """How many of `steps` the document knows."""
    for depth, step in enumerate(steps):
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return depth
    return len(steps)


def line_of(document: Any, steps: tuple[Any, ...]) -> int:
    """The 1-based line on which the deepest known step of `steps` stands."""
    line = 1
    for step in steps:
        marks = getattr(document, "lc", None)
        try:
            if marks is not None:
                line = (marks.key(step) if isinstance(document, dict) else marks.item(step))[0] + 1
            document = document[step]
        except (KeyError, IndexError, TypeError):
            break
    return line


def plain(node: Any) -> Any:
    """`node` as plain dicts, lists and scalars."""
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return node


def dump(document: Any) -> str:
    """`document` as block-style YAML text with keys in the order given."""
    writer = YAML()
    writer.default_flow_style = False
    writer.width = 120
    stream = StringIO()
    writer.dump(document, stream)
    return stream.getvalue()
