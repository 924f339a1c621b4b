"""A finding: something in the law's own files that a person should look at, with its file and line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.core.errors import Problem

Severity = Literal["error", "warning", "note"]
# Words of a sentence that stopped a reader -> the kind of finding it is.
_KINDS = {
    "there are two ": "overlap", "has points twice for one day": "overlap", "in two caps at once": "overlap",
    "no fact or value": "unknown fact", "no source has": "no source", "which is zero": "division by zero",
    "there is no such fact": "unknown fact", "translation": "missing translation",
}  # fmt: skip
_PLACED = re.compile(r"(?P<path>.+?\.ya?ml)(:(?P<line>\d+))?: (?P<text>.+)", re.DOTALL)


@dataclass(frozen=True, order=True)
class Finding:
    """One sentence about one line. An `error` must be mended before a release, a `warning` looked at, a `note` known."""

    path: Path
    line: int
    kind: str
    severity: Severity
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.severity}: {self.kind}: {self.sentence}"

    def document(self) -> dict[str, str | int]:
        """As JSON can hold it."""
        return {
            "path": str(self.path), "line": self.line, "kind": self.kind, "severity": self.severity,
            "sentence": self.sentence,
        }  # fmt: skip


def of_problem(problem: Problem, path: Path) -> list[Finding]:
    """What stopped a reader, as findings; `path` is blamed where the sentence names no file and line."""
    found = []
    for text in problem.each:
        kind = next((kind for words, kind in _KINDS.items() if words in text), "structure")
        placed = _PLACED.fullmatch(text)
        if placed is None:
            found.append(Finding(path, 1, kind, "error", text))
        else:
            found.append(Finding(Path(placed["path"]), int(placed["line"] or 1), kind, "error", placed["text"]))
    return found


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, by file and line."""
    return sorted(set(findings))
