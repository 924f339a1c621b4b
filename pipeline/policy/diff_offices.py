"""What the dry run tells of the offices, in words and as bars."""

from collections.abc import Sequence
from typing import Any

from pipeline.audit.labels import Numbers, in_order
from pipeline.core.messages import Words
from pipeline.policy.diff import Diff, group_names
from pipeline.policy.load import Office

ARROW, ABOUT = "\u2192", "\u2248\u00a0"


def told(diff: Diff, words: Words) -> list[dict[str, Any]]:
    """One row an office, in the order of the office table; none where no interviews are held."""
    names = _names(diff, words)
    return [{"name": names[office.office], **row(office, words)} for office in _ordered(diff)]


def row(office: Office, words: Words) -> dict[str, Any]:
    """An office, or all of them: every number before and after; `ABOUT` stands before what is rounded or follows from it."""

    def two(values: Sequence[float | None], digits: int, pile: str = "") -> str:
        said = [words("cannot tell") if value is None else Numbers(words).decimal(value, digits) for value in values]
        about = ABOUT if pile in office.rounded and None not in values else ""
        return about + (said[0] if said[0] == said[1] else f"{said[0]} {ARROW} {said[1]}")

    def waited(which: str) -> str:
        """Nothing where nobody waits on either side."""
        waits = [
            getattr(wait, which) if files else 0.0 for wait, files in zip(office.waits, office.interviews, strict=True)
        ]
        return two(waits, 1, "interviews") if any(office.interviews) else ""

    return {
        "interviews": two(office.interviews, 0, "interviews"), "reviews": two(office.reviews, 0, "reviews"),
        "a_day": two(office.a_day, 1), "work": two([wait.days_of_work for wait in office.waits], 1, "interviews"),
        "median": waited("median"), "longest": waited("longest"),
    }  # fmt: skip


def bars(diff: Diff, words: Words) -> dict[str, tuple[list[str], list[list[float]], str]]:
    """What bars to draw: name of the picture -> offices, numbers before and after, what is measured.

    Working days of interviews for the offices where they are known, files held for an officer for all.
    """
    names = _names(diff, words)
    busy = [office for office in _ordered(diff) if any((*office.interviews, *office.reviews))]
    days = [office for office in busy if all(wait.days_of_work is not None for wait in office.waits)]
    work = [[office.waits[side].days_of_work or 0.0 for office in days] for side in (0, 1)]
    held = [[float(office.reviews[side]) for office in busy] for side in (0, 1)]
    found = {
        "interviews": ([names[office.office] for office in days], work, words("working days of interviews")),
        "reviews": ([names[office.office] for office in busy], held, words("files held for an officer")),
    }
    return {name: drawn for name, drawn in found.items() if drawn[0]}


def _ordered(diff: Diff) -> list[Office]:
    if diff.load is None:
        return []
    shown = {office.office: office for office in diff.load.offices}
    programme = diff.old.law.programme
    keys = in_order(programme, diff.office, list(shown)) if diff.office in programme.groups else sorted(shown)
    return [shown[key] for key in keys]


def _names(diff: Diff, words: Words) -> dict[str, str]:
    return group_names(diff, diff.office, words)
