"""The dry run: the same intake under two versions of the law."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from pipeline.audit import groups as audited
from pipeline.audit import labels
from pipeline.audit.labels import Numbers
from pipeline.core import params as parameters
from pipeline.core.messages import Words
from pipeline.core.params import Audit
from pipeline.core.stage import Progress
from pipeline.gates import rulebook
from pipeline.gates.book import Rulebook
from pipeline.gates.evaluate import evaluate
from pipeline.gates.records import NOT_APPLICABLE, UNKNOWN
from pipeline.policy import changes, flips, intake, load, shares
from pipeline.policy.changes import Change
from pipeline.policy.flips import Counts
from pipeline.policy.law import Law
from pipeline.policy.load import Described, Load
from pipeline.policy.shares import Row

MANY = 0.1  # a larger share of flipped files is a concern


@dataclass(frozen=True)
class Side:
    """One of the two laws with its gates, asked on `today`; `gaps` is what it does not say on that day."""

    law: Law
    book: Rulebook
    today: date

    @property
    def gaps(self) -> list[str]:
        """One sentence each, in English."""
        return self.book.gaps(self.today)

    @property
    def provisional(self) -> bool:
        """Whether a row of its points table is PROVISIONAL."""
        return self.book.points is not None and self.book.points.provisional > 0


@dataclass(frozen=True)
class Diff:
    """Everything that the dry run found; `groups` and `load` are covered already, `counts` are not and stay inside.

    `as_of` is the day of the intake, on which facts are looked up for both sides.
    """

    old: Side
    new: Side
    as_of: date
    counts: Counts
    office: str  # the attribute that is the office
    groups: Mapping[str, list[Row]]
    load: Load | None  # None unless both laws hold interviews
    in_force: list[Change]
    written: list[Change]
    params: Audit

    @property
    def files(self) -> int:
        """How many files the intake has."""
        return int(self.counts.matrix.sum())

    @property
    def flipped(self) -> int:
        """How many files have another verdict under the new law."""
        return self.files - int(self.counts.matrix.trace())


def compare(a: Law, b: Law, root: Path, progress: Progress) -> Diff:
    """The intake of the last run of A's programme under `root`, judged by A and by B.

    Facts are looked up as known on the as-of day of the intake, for both laws, each as its own programme.yaml takes
    them; each law is asked on its own day, or on the as-of day. Memory stays at one part of the intake. Raises Problem
    for a law that does not read, an intake that is not there, and a fact that the ingested tables cannot give.
    """
    params = parameters.load(root)
    books = [rulebook.load(law.programme) for law in (a, b)]
    described = (load.describe(a.programme), load.describe(b.programme))
    queue = intake.find(a.programme, root)
    old, new = (Side(law, book, law.day or queue.as_of) for law, book in zip((a, b), books, strict=True))
    wanted = [(side.law, side.book.wanted(side.law.programme)) for side in (old, new)]
    for law, takes in wanted:
        intake.check(queue, law, takes)
    scored = old.book.points is not None and new.book.points is not None
    codes = sorted({gate.code for side in (old, new) for gate in side.book.gates})
    counts = flips.start(codes, queue.attributes, scored)
    for number in range(queue.parts):
        progress.step(0.9 * number / queue.parts, f"part {number + 1} of {queue.parts}")
        part = intake.read(queue, number, *wanted)
        before, after = (
            evaluate(side.book.gates, side.book.points, found, side.today, hidden)
            for side, found, hidden in ((old, part.old, part.old_hidden), (new, part.new, part.new_hidden))
        )
        flips.add(counts, part.case_id, before, after, part.groups)
    progress.step(0.9, "counting by group and office")
    return Diff(
        old=old, new=new, as_of=queue.as_of, counts=counts, office=queue.office,
        groups={name: shares.rows(_declared(queue, name) | counts.groups[name], params.audit) for name in queue.attributes},
        load=_load(counts, queue, described, params),
        in_force=changes.in_force((old.book, old.today), (new.book, new.today)),
        written=changes.written(a.programme, b.programme), params=params.audit,
    )  # fmt: skip


def _declared(queue: intake.Intake, attribute: str) -> dict[str, np.ndarray]:
    """The groups that the attribute has by its description, without files: a group that nobody is in is shown, too."""
    rule = queue.groups.get(attribute)
    names = queue.programme.offices.list_ if rule is None else audited.declared(queue.programme, rule)
    return {name: np.zeros((3, 3), dtype="int64") for name in names}


def _load(
    counts: Counts,
    queue: intake.Intake,
    described: tuple[Described | None, Described | None],
    params: parameters.Params,
) -> Load | None:
    old, new = described
    if old is None or new is None:
        return None
    before, after = (load.capacity(each, queue.accepted, queue.as_of, params.schedule.weeks) for each in (old, new))
    by_office = _declared(queue, queue.office) | counts.groups[queue.office]
    return load.load(by_office, (before, after), params.audit.smallest_cell)


def concerns(diff: Diff, words: Words | None = None) -> list[str]:
    """What a person must accept before the new law is released: one sentence each (English by default).

    No covered number stands in them.
    """
    words = words or Words("en")
    numbers = Numbers(words)
    files = diff.files
    if not files:
        return [words("The intake is empty: the dry run says nothing about this law.")]
    found = [
        words("{gate} cannot be answered for any file it applies to.", gate=code)
        for code, states in zip(diff.counts.codes, diff.counts.gates, strict=True)
        if _unanswered(states.sum(axis=0)) and not _unanswered(states.sum(axis=1))
    ]
    before = {gap.replace(diff.old.today.isoformat(), diff.new.today.isoformat()) for gap in diff.old.gaps}
    found += [words("The law does not say: {gap}", gap=gap) for gap in diff.new.gaps if gap not in before]
    if diff.flipped > MANY * files:
        share = numbers.percent(diff.flipped / files)
        found.append(
            words("{flipped} of {files} files ({share}) change their verdict.", flipped=numbers.whole(diff.flipped), files=numbers.whole(files), share=share)
        )  # fmt: skip
    limit = numbers.gap(diff.params.tolerance, "share", signed=False)
    for attribute, rows in diff.groups.items():
        names = group_names(diff, attribute, words)
        fallen = [row for row in rows if row.drop > diff.params.tolerance]
        told = [names[row.group] for row in fallen if row.gap is not None]
        title = attribute_title(diff, attribute, words)
        if told:
            found.append(
                words(
                    "{attribute}: in this intake the share that goes on falls by more than the tolerated {limit} among {groups}.",
                    attribute=title, limit=limit, groups=", ".join(told),
                )
            )  # fmt: skip
        if len(told) < len(fallen):  # to name them would tell what is covered
            found.append(
                words(
                    "{attribute}: the share that goes on falls by more than tolerated in groups whose numbers are covered; flips.csv names the files.",
                    attribute=title,
                )
            )
    return found + _load_concerns(diff.load, words, numbers)


def _unanswered(states: np.ndarray) -> bool:
    """Whether every file that a gate applies to waits for it, and it applies to any; `states` (6,) files by new state.

    A finding that nobody has recorded is noted and holds no file up, so it counts for nothing here.
    """
    return bool(states[UNKNOWN] > 0 and states[UNKNOWN] == states.sum() - states[NOT_APPLICABLE])


def _load_concerns(load: Load | None, words: Words, numbers: Numbers) -> list[str]:
    if load is None:
        return []
    found = []
    before, after = load.whole.reviews
    if after > (1 + MANY) * before:
        found.append(
            words("The files that an officer must review grow from {before} to {after}.", before=numbers.whole(before), after=numbers.whole(after))
        )  # fmt: skip
    waits = [wait.longest for wait in load.whole.waits]
    if waits[0] is not None and waits[1] is not None and waits[1] > (1 + MANY) * waits[0]:
        found.append(
            words(
                "The longest wait for an interview grows from {before} to {after} working days.",
                before=numbers.decimal(waits[0], 1), after=numbers.decimal(waits[1], 1),
            )
        )  # fmt: skip
    return found


def attribute_title(diff: Diff, attribute: str, words: Words) -> str:
    """What people call an attribute."""
    group = diff.old.law.programme.groups.get(attribute)
    return words("Office") if group is None else words.name(group.title)


def group_names(diff: Diff, attribute: str, words: Words) -> dict[str, str]:
    """Group -> its name."""
    programme, keys = diff.old.law.programme, [row.group for row in diff.groups[attribute]]
    if attribute in programme.groups:
        return labels.group_names(programme, attribute, keys, words)
    offices = programme.offices.list_
    return {key: words.name(offices[key].name) if key in offices else key for key in keys}
