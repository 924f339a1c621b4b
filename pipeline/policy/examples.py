"""The cases that stand beside the rules: run every one, and say which are missing (`qonys policy test`)."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.core.law import NO_VALUE, Dated, Period
from pipeline.core.programme import Programme
from pipeline.gates import cases, rulebook
from pipeline.gates.book import Gate, Rulebook
from pipeline.gates.cases import Example, check
from pipeline.gates.records import Table
from pipeline.gates.rulebook import POINTS, File
from pipeline.policy import formulas, spans
from pipeline.policy.findings import Finding
from pipeline.policy.possible import Files
from pipeline.policy.reach import Reach

__all__ = ["Results", "check", "run", "told"]
ASKED = ("PASS", "FAIL", "UNKNOWN")


@dataclass(frozen=True)
class Results:
    """What the cases said. `counts`: gate -> answer expected -> number of cases; `exempted`: gate -> exemption -> number."""

    counts: Mapping[str, Mapping[str, int]]
    exempted: Mapping[str, Mapping[str, int]]
    disagreements: Sequence[Finding]  # cases that contradict their rule
    missing: Sequence[Finding]  # cases that nobody has written

    @property
    def cases(self) -> int:
        """How many cases were run."""
        return sum(sum(counts.values()) for counts in self.counts.values())

    @property
    def findings(self) -> list[Finding]:
        """Disagreements and missing cases, by file and line."""
        return sorted({*self.disagreements, *self.missing})


def run(programme: Programme) -> Results:
    """Runs every case of `programme`.

    Raises Problem with file and line where a rule or a case cannot be read.
    """
    law = rulebook.survey(programme)
    for problem in law.problems:
        raise problem
    return told(programme, law.book, law.files, cases.load(programme, law.book))


def told(
    programme: Programme, book: Rulebook, where: Mapping[str, File], examples: Sequence[Example],
    unread: Collection[str] = (),
) -> Results:  # fmt: skip
    """The results of `examples` on the gates of `book`, whose files are `where`.

    Of gates in `unread`, whose cases could not all be read, nobody can say which are missing.
    """
    answers = cases.disagreements(book, examples)
    wrong = [
        Finding(example.path, example.line, "contradicted case", "error", f"{text.removeprefix(f'{example.path}:{example.line}: ')}.")
        for example, text in zip(examples, answers, strict=True) if text
    ]  # fmt: skip
    own = {gate.code: [each for each in examples if each.gate.code == gate.code] for gate in book.gates}
    files = Files(programme, book, optional=True) if book.gates else None
    missing: list[Finding] = []
    for gate in book.gates:
        if gate.code in unread:
            continue
        can_fail = files is None or _can_fail(files, book, gate, where[gate.code])
        missing += _gate(gate, own[gate.code], where[gate.code], can_fail)
    if book.points is not None and not any(gate.scored and gate.code in unread for gate in book.gates):
        scored = [each for gate in book.gates if gate.scored for each in own[gate.code]]
        missing += _points(book.points, scored, where[POINTS])
    return Results(
        {code: Counter(each.case.expect for each in mine) for code, mine in own.items()},
        {code: Counter(each.case.exemption for each in mine if each.case.exemption) for code, mine in own.items()},
        wrong, sorted(missing),
    )  # fmt: skip


def _can_fail(files: Files, book: Rulebook, gate: Gate, file: File) -> bool:
    days = [formulas.within(span) for span in spans.of_gate(gate, book.points)]
    return Reach(files, [formulas.read(files, gate, book.points, day) for day in days], file).fails()


def _gate(gate: Gate, mine: Sequence[Example], file: File, can_fail: bool) -> Iterator[Finding]:
    rule = gate.rule
    if not mine:
        yield _missing(file, ("code",), f"{rule.code} has no case; write them in cases/{file.path.name}.")
        return
    expected = {each.case.expect for each in mine}
    for answer in ASKED:
        if answer not in expected and (answer != "FAIL" or can_fail) and (answer != "UNKNOWN" or gate.facts):
            yield _missing(file, ("pass_when",), f"{rule.code} has no case that expects {answer}.")
    for name in rule.exempt:
        if name not in {each.case.exemption for each in mine}:
            yield _missing(file, ("exempt", name), f"{rule.code} has no case for the exemption `{name}`.")
    days = {each.case.on for each in mine}
    for name, items in rule.values.items():
        yield from _days(f"{rule.code}: `{name}`", rule.effective, items, days, file, ("values", name))
    names: Counter[str] = Counter(each.case.name for each in mine)
    for each in mine:
        if names[each.case.name] > 1:
            said = f"`{each.case.name}` is the sentence of {names[each.case.name]} cases; say what sets this one apart."
            yield Finding(each.path, each.line, "equal cases", "warning", said)


def _points(table: Table, scored: Sequence[Example], file: File) -> Iterator[Finding]:
    """Cases on the first and last day of each threshold and of each band."""
    days = {each.case.on for each in scored}
    yield from _days("the threshold", table.effective, table.threshold, days, file, ("threshold",))
    for name, criterion in table.criteria.items():
        for place, band in enumerate(criterion.bands):
            what = f"{name}: the band `{band.when.text}`"
            yield from _ends(what, table.effective, band, days, file, ("criteria", name, "bands", place))


def _days(
    what: str, effective: Period, items: Sequence[Dated], days: set[date], file: File, steps: tuple[Any, ...]
) -> Iterator[Finding]:
    for place, item in enumerate(items):
        if item.value != NO_VALUE:
            yield from _ends(what, effective, item, days, file, (*steps, place))


def _ends(
    what: str, effective: Period, period: Period, days: set[date], file: File, steps: tuple[Any, ...]
) -> Iterator[Finding]:
    """A case on the first and on the last day of a period, as far as the rule is in force then."""
    ends = [("first", max(period.from_, effective.from_))]
    if period.to is not None:
        ends.append(("last", period.to))
    for which, day in ends:
        if effective.covers(day) and period.covers(day) and day not in days:
            yield _missing(file, steps, f"{what} has no case on its {which} day, {day}.")


def _missing(file: File, steps: tuple[Any, ...], said: str) -> Finding:
    return Finding(file.path, file.line(*steps), "missing case", "error", said)
