"""The points table of a programme for the page of the law."""

from pipeline.core.law import NO_VALUE
from pipeline.core.programme import Programme
from pipeline.gates.records import Criterion, Table
from pipeline.policy.law_rules import dates, law, period, value
from pipeline.policy.markdown import HEADS, SPEAK, code, heading, safe, table, three
from pipeline.policy.phrases import Vocabulary, measured, vocabulary


def section(programme: Programme, points: Table) -> str:
    """The table: threshold, rounding, criteria with their bands, caps; each row with its period, status and source."""
    known = vocabulary(programme)
    rows = [
        [f"**{safe(words('Legal basis:'))}** {safe(law(points.law, words))}" for words in SPEAK.values()],
        [f"**{safe(words('In force:'))}** {safe(period(points.effective, words))}" for words in SPEAK.values()],
    ]
    provisional = points.provisional
    said = (
        f"**{provisional} rows are PROVISIONAL: not official, made up by this project.**"
        if provisional
        else "Every row is OFFICIAL."
    )
    thresholds = [
        [value(None, known, "threshold", item), *dates(item), item.status or "", safe(item.source)]
        for item in points.threshold
    ]
    return (
        f"{three(points.title)}\n\n{said}\n\n"
        + table(HEADS, rows)
        + f"\nAt most {points.maximum} points. Rounding: {_rounding(points)}\n\n"
        + table(["Threshold", "From", "To", "Status", "Source"], thresholds)
        + "".join(_criterion(programme, name, criterion, known) for name, criterion in points.criteria.items())
        + _caps(points)
    )


def _rounding(points: Table) -> str:
    if points.rounding == NO_VALUE:
        return "UNKNOWN; points are whole numbers, so nothing is rounded."
    return "none; the law gives whole points."


def _criterion(programme: Programme, name: str, criterion: Criterion, known: Vocabulary) -> str:
    notes = []
    if criterion.measure is not None:
        told = " · ".join(safe(measured(criterion.measure, known, words)) for words in SPEAK.values())
        notes.append(f"`measure` is {code(criterion.measure.text)}: {told}.")
    if criterion.unknown_when is not None:
        notes.append(f"Not known while {code(criterion.unknown_when.text)}.")
    notes.append(
        "Every band that holds adds its points."
        if criterion.add == "all"
        else "The first band that holds gives its points."
    )
    if not criterion.changeable:
        notes.append("Nobody is told to change it.")
    rows = [
        [*(safe(band.title[lang]) for lang in ("kk", "ru", "en")), code(band.when.text), f"**{band.points}**", *dates(band), band.status, safe(band.source)]
        for band in criterion.bands
    ]  # fmt: skip
    head = [*HEADS, "When", "Points", "From", "To", "Status", "Source"]
    return (
        heading(4, three(criterion.title), f"{programme.programme}-points-{name}")
        + " ".join(notes)
        + "\n\n"
        + table(head, rows)
    )


def _caps(points: Table) -> str:
    rows = [
        [*(safe(cap.title[lang]) for lang in ("kk", "ru", "en")), ", ".join(code(name) for name in cap.criteria), f"**{cap.most}**", *dates(cap), cap.status, safe(cap.source)]
        for cap in points.caps
    ]  # fmt: skip
    head = [*HEADS, "Criteria", "At most", "From", "To", "Status", "Source"]
    return "\nCaps: what some criteria give together at most.\n\n" + table(head, rows) if rows else ""
