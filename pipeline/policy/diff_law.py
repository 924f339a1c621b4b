"""What the dry run tells of the law itself, in words: which gates moved files, and what differs between the two laws."""

from datetime import date
from typing import Any

import numpy as np
from babel.dates import format_date

from pipeline.audit.labels import Numbers
from pipeline.core.messages import LANGUAGES, Words
from pipeline.gates.book import Gate
from pipeline.policy import flips
from pipeline.policy.changes import POINTS, Change
from pipeline.policy.diff import Diff

NONE = "\u2014"


class Teller:
    """Says it in one language; a gate has the title of the new law, or of the old one where the new law has it not."""

    def __init__(self, diff: Diff, words: Words) -> None:
        self.diff, self.words, self.numbers = diff, words, Numbers(words)
        self.gates: dict[str, Gate] = {gate.code: gate for side in (diff.old, diff.new) for gate in side.book.gates}
        self.states = {
            "PASS": words("met"), "FAIL": words("not met"), "UNKNOWN": words("unknown, the file waits"), "NOTED": words("unknown, the file goes on"),
            "NOT_APPLICABLE": words("does not apply"), "ABSENT": words("not in this law"),
        }  # fmt: skip

    def gate(self, code: str) -> str:
        """`G08 Points threshold`."""
        return f"{code} {self.words.name(self.gates[code].rule.title)}" if code in self.gates else code

    def causes(self) -> list[dict[str, Any]]:
        """The gates that moved files, those that moved most first."""
        counts, found = self.diff.counts, []
        for code, moved, alone in zip(counts.codes, counts.moved, counts.alone, strict=True):
            total = int(moved.sum())
            if total:
                ways = {name: self._count(int(n)) for name, n in flips.towards(moved).items()}
                share = total / max(self.diff.flipped, 1)
                found.append((-total, code, {"gate": self.gate(code), **ways, "all": self._count(total), "alone": self._count(int(alone.sum())), "share": f"{100 * share:.1f}"}))  # fmt: skip
        return [row for *_, row in sorted(found, key=lambda each: each[:2])]

    def answers(self) -> list[dict[str, Any]]:
        """Every gate some file's answer changed of: the changes from state to state, the most frequent first."""
        found = []
        for code, table in zip(self.diff.counts.codes, self.diff.counts.gates, strict=True):
            changed = table * (1 - np.eye(len(table), dtype="int64"))
            steps = sorted(((-int(changed[old, new]), int(old), int(new)) for old, new in np.argwhere(changed)))
            if steps:
                told = [
                    (self.states[flips.STATES[old]], self.states[flips.STATES[new]], self._count(-files))
                    for files, old, new in steps
                ]
                found.append({"gate": self.gate(code), "steps": told})
        return found

    def in_force(self) -> list[dict[str, str]]:
        """What holds on the two days, where it differs."""
        return [self._told(change, self._held(change)) for change in self.diff.in_force]

    def written(self) -> list[dict[str, str]]:
        """What differs between the two folders."""
        return [self._told(change, self._where_written(change)) for change in self.diff.written]

    def _told(self, change: Change, what: str) -> dict[str, str]:
        where = self.words("Points") if change.where == POINTS else self.gate(change.where)
        return {
            "where": where,
            "what": what,
            "old": self.text(change.old),
            "new": self.text(change.new),
            "source": change.source,
        }

    def _held(self, change: Change) -> str:
        if change.what == "in_force":
            return self.words("in force")
        if change.where == POINTS and change.what == "values.threshold":
            return self.words("threshold")
        return change.what.removeprefix("values.")

    def _where_written(self, change: Change) -> str:
        if change.what:
            return change.what
        return self.words("new in the law") if change.old is None else self.words("no longer in the law")

    def text(self, value: Any) -> str:
        """A value of the law as a person reads it."""
        if value is None:
            return NONE
        if isinstance(value, bool):
            return self.words("yes") if value else self.words("no")
        if isinstance(value, date):
            return format_date(value, "d MMM y", locale=self.words.lang)
        if isinstance(value, int | float):
            return self.numbers.decimal(value, 0 if float(value).is_integer() else 2)
        if isinstance(value, list):
            return ", ".join(self.text(item) for item in value)
        if isinstance(value, dict):
            return self._record(value)
        return str(value)

    def _record(self, value: dict[str, Any]) -> str:
        if value and set(value) <= set(LANGUAGES):
            return str(value.get(self.words.lang) or next(iter(value.values())))
        if "value" in value:
            day, last = self.text(value.get("from")), value.get("to")
            said = self.words("{value} from {day}", value=self.text(value["value"]), day=day)
            return f"{said} {self.words('to {day}', day=self.text(last))}" if last else said
        if "title" in value and "law" in value:  # a gate or an exemption
            return f"{self.text(value['title'])} ({self.text(value['law'].get('article'))})"
        return "; ".join(f"{key}: {self.text(item)}" for key, item in value.items())

    def _count(self, files: int) -> str:
        return self.numbers.whole(files)
