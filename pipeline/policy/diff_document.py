"""The dry run as a file for programs: `diff.json`. Nothing in it that is covered."""

from dataclasses import asdict
from datetime import date
from typing import Any

from pipeline.core.messages import Words
from pipeline.gates.records import PASS
from pipeline.policy import flips
from pipeline.policy.changes import Change
from pipeline.policy.diff import Diff, Side, attribute_title, concerns
from pipeline.policy.load import Office
from pipeline.policy.shares import FEW, Row, Share

DIGITS = 6


def document(diff: Diff) -> dict[str, Any]:
    """The content of the file: plain records, floats rounded to 6 digits, missing as None. Words are English."""
    counts, english = diff.counts, Words("en")
    return {
        "programme": diff.old.law.programme.programme,
        "as_of": diff.as_of.isoformat(),
        "old": _side(diff.old),
        "new": _side(diff.new),
        "confidence": diff.params.confidence,
        "tolerance": diff.params.tolerance,
        "smallest_cell": diff.params.smallest_cell,
        "few": FEW,
        "files": diff.files,
        "flipped": diff.flipped,
        "towards": {name: int(number) for name, number in flips.towards(counts.matrix).items()},
        "verdicts": {
            side: dict(zip(flips.VERDICTS, counts.matrix.sum(axis=axis).tolist(), strict=True))
            for side, axis in (("old", 1), ("new", 0))
        },
        "matrix": _nested(counts.matrix, flips.VERDICTS),
        "gates": {
            code: {"changed": int(states.sum() - states.trace()), "states": _nested(states, flips.STATES), "moved": _ways(moved), "alone": _ways(alone)}
            for code, states, moved, alone in zip(counts.codes, counts.gates, counts.moved, counts.alone, strict=True)
        },
        "points": None if counts.points is None else {
            "cannot_tell": counts.points.cannot_tell,
            "changes": {str(change): files for change, files in sorted(counts.points.changes.items())},
        },
        "groups": {
            name: {"title": attribute_title(diff, name, english), "rows": [_row(row) for row in rows]}
            for name, rows in diff.groups.items()
        },
        "load": None if diff.load is None else {
            "estimate": "days_of_work = interviews / a_day; the wait of the file ranked k-th at its office = k / a_day, in working days from the first day of interviews",
            "cannot_tell": diff.load.why,
            "whole": _office(diff.load.whole),
            "offices": {office.office: _office(office) for office in diff.load.offices},
        },
        "law": {"in_force": [_change(each) for each in diff.in_force], "written": [_change(each) for each in diff.written]},
        "concerns": concerns(diff),
    }  # fmt: skip


def _side(side: Side) -> dict[str, Any]:
    return {
        "law": side.law.label, "version": side.law.version, "today": side.today.isoformat(),
        "status": side.law.programme.status, "provisional_points": side.provisional, "gaps": side.gaps,
    }  # fmt: skip


def _nested(matrix: Any, names: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """Old -> new -> files; what never happened is left out."""
    table = {
        old: {new: int(files) for new, files in zip(names, row, strict=True) if files}
        for old, row in zip(names, matrix, strict=True)
    }
    return {old: row for old, row in table.items() if row}


def _ways(matrix: Any) -> dict[str, int]:
    return {name: int(number) for name, number in flips.towards(matrix).items()}


def _row(row: Row) -> dict[str, Any]:
    ways = {name: _share(share) for name, share in row.towards.items()}
    shown = {name: _number(getattr(row, name)) for name in ("n", "before", "after", "gap", "low", "high")}
    return {"group": row.group, **shown, "verdict": row.verdict, "rounded": row.rounded, "towards": ways}


def _share(share: Share | None) -> dict[str, Any] | None:
    return None if share is None else {name: _number(value) for name, value in asdict(share).items()}


def _office(office: Office) -> dict[str, Any]:
    waits = [{name: _number(value) for name, value in asdict(each).items()} for each in office.waits]
    sides = {
        side: {
            "interviews": office.interviews[place], "reviews": office.reviews[place],
            "a_day": _number(office.a_day[place]), **waits[place],
        }
        for place, side in enumerate(("old", "new"))
    }  # fmt: skip
    return {**sides, "rounded": list(office.rounded)}


def _change(change: Change) -> dict[str, Any]:
    return {
        "where": change.where, "what": change.what, "old": plain(change.old), "new": plain(change.new), "source": change.source,
    }  # fmt: skip


def plain(node: Any) -> Any:
    """A value of the law as JSON can hold it: days as text."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    return node.isoformat() if isinstance(node, date) else node


def _number(value: float | None) -> float | int | None:
    if value is None or isinstance(value, int):
        return value
    rounded = round(float(value), DIGITS) + 0.0  # -0.0 becomes 0.0
    return int(rounded) if rounded.is_integer() else rounded


assert flips.VERDICTS[PASS] == "PASS"
