"""How a register is cut into chunks, and which files (applications) a chunk holds: numbers, persons, days of lodging."""

from dataclasses import dataclass

import numpy as np

from pipeline.synthesize import figures

FILES_A_CHUNK = 50_000
STRIDE = 1_000_000  # numbers of events a chunk may use of each kind
DECISION_DAYS = 29  # the whole procedure [II][PAT]
OPEN_DAYS = 58  # files lodged in these last days are open
PAST_GAP = 61  # files lodged longer ago are decided
APART = 100  # days at least between two applications of one person
GROWTH = 0.92  # below 1: slightly more files in later years (INVENTED)


@dataclass(frozen=True)
class Plan:
    """What one chunk holds: `files` applications lodged from `start` to `end`, and `earlier` ones of the same people.

    `person` and `application` are the first numbers it uses; days count from 1970-01-01.
    """

    index: int
    of: int
    open_: bool
    files: int
    earlier: int
    person: int
    application: int
    start: int
    end: int
    past: int  # first day of the register

    @property
    def applications(self) -> range:
        """The numbers of all applications in the chunk."""
        return range(self.application, self.application + self.files + self.earlier)

    @property
    def undecided(self) -> range:
        """The numbers of its open applications: they are lodged after all earlier ones."""
        return self.applications[self.earlier :] if self.open_ else range(0)


@dataclass(frozen=True)
class Files:
    """Applications in order of lodging, arrays of shape (files,); `who` is the position of the person in the chunk.

    `last` is true for the last application of a person, the only one whose outcome can be a permit. `person_last`
    and `person_first` are the days of each person's last and first application, shape (persons,).
    """

    number: np.ndarray
    who: np.ndarray
    lodged: np.ndarray
    last: np.ndarray
    person_last: np.ndarray
    person_first: np.ndarray

    def __len__(self) -> int:
        return len(self.who)


def plan(past: int, open_: int, years: int, as_of: int) -> list[Plan]:
    """The chunks of a register: past files first, then open ones; depends on nothing but the arguments.

    The people of the open files have earlier files too; those are counted among the `past` ones.
    """
    before = as_of - round(years * 365.25)
    earlier_of_open = min(round(open_ * figures.REAPPLIED.value), past)
    counts: list[tuple[bool, int, int]] = []  # open?, files, earlier ones
    for size in _sizes(past - earlier_of_open):
        earlier = round(size * figures.REAPPLIED.value)
        counts.append((False, size - earlier, earlier))
    sizes = _sizes(open_)
    shares = np.diff(np.round(np.cumsum([0, *sizes]) / max(open_, 1) * earlier_of_open)).astype(int)
    counts += [(True, size, int(earlier)) for size, earlier in zip(sizes, shares, strict=True)]
    plans = []
    person = application = 1
    for index, (is_open, files, earlier) in enumerate(counts):
        start, end = (as_of - OPEN_DAYS, as_of - 1) if is_open else (before, as_of - PAST_GAP)
        plans.append(Plan(index, len(counts), is_open, files, earlier, person, application, start, end, before))
        person += files
        application += files + earlier
    return plans


def draw(rng: np.random.Generator, plan: Plan) -> Files:
    """The files of `plan`; earlier ones go to people whose last application leaves room for one before."""
    span = plan.end - plan.start + 1
    shape = 1.0 if plan.open_ else GROWTH
    lodged = np.sort(plan.start + np.floor(span * rng.random(plan.files) ** shape).astype(int))
    room = lodged - plan.past - APART
    chosen = np.argsort(np.where(room > APART // 2, rng.random(plan.files), 2.0), kind="stable")[: plan.earlier]
    before = lodged[chosen] - APART - np.floor(rng.random(plan.earlier) * np.maximum(room[chosen], 1)).astype(int)
    first = lodged.copy()
    first[chosen] = before
    who = np.concatenate([np.arange(plan.files), chosen])
    days = np.concatenate([lodged, before])
    order = np.argsort(days, kind="stable")
    return Files(
        number=plan.application + np.arange(len(who)),
        who=who[order],
        lodged=days[order],
        last=order < plan.files,
        person_last=lodged,
        person_first=first,
    )


def _sizes(count: int) -> list[int]:
    return [min(FILES_A_CHUNK, count - start) for start in range(0, count, FILES_A_CHUNK)]
