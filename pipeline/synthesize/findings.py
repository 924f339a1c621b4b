"""Findings of those whom the law lets establish a ground, and the days on which the clock of a file stood still.

Every rate here is INVENTED (figures.py). What one body found does not depend on what another one answered, but for the
sweep over the ministry's registers: it answers `found` exactly where a ground that registers show is established.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthesize import figures, forms, text
from pipeline.synthesize.people import choose

STATES = ["established", "not_established", "suspected", "under_review"]
GROUNDS = list(figures.GROUNDS)
ABSENT, IDLE, MARRIAGE = (GROUNDS.index(name) for name in ("absent_183_days", "not_in_profession", "marriage_invalid"))
MADE_BY: dict[str, tuple[str, ...]] = {
    "unlawful_arrival": ("border_service",),
    "prosecuted_abroad": ("prosecutor",),
    "prison_release": ("police",),
    "crimes_against_humanity": ("prosecutor", "court"),
    "ethnic_hatred": ("knb",),
    "constitutional_order": ("knb",),
    "sovereignty": ("knb",),
    "forged_or_false": ("officer", "police"),
    "papers_not_in_time": ("officer",),
    "rights_of_others": ("officer", "court"),
    "absent_183_days": ("border_service",),
    "marriage_invalid": ("court",),
    "national_security": ("knb",),
    "citizenship_lost": ("police",),
    "citizenship_deprived": ("police", "court"),
    "not_in_profession": ("labour_inspection",),
    "entry_ban": ("knb", "border_service", "health_authority"),
    "unpaid_penalties": ("police",),
    "undeclared_income": ("tax_authority",),
    "no_means_of_stay": ("officer",),
    "false_entry_data": ("officer", "border_service"),
    "fingerprint_check_refused": ("police",),
}
BODIES = sorted({body for bodies in MADE_BY.values() for body in bodies})
BY_REGISTER = np.isin(
    GROUNDS,
    ["unlawful_arrival", "prison_release", "absent_183_days", "marriage_invalid", "citizenship_lost",
     "citizenship_deprived", "not_in_profession", "unpaid_penalties", "undeclared_income", "fingerprint_check_refused"],
)  # fmt: skip
COURSES = list(figures.COURSES)
STEPS = max(len(course) for course in COURSES)
NO_STEP = -1
_STATES_OF = np.array(
    [[STATES.index(state) for state in course] + [NO_STEP] * (STEPS - len(course)) for course in COURSES]
)
_ENDS_ESTABLISHED = np.array([course[-1] == "established" for course in COURSES])
_AT_ONCE = {state: COURSES.index((state,)) for state in ("established", "not_established")}
_BODY_OF = np.array(
    [[BODIES.index(MADE_BY[ground][turn % len(MADE_BY[ground])]) for turn in range(6)] for ground in GROUNDS]
)

EVENTS = ["held", "resumed"]
REASONS = list(figures.HOLD_REASONS)
LAGS = [0, 0, 0, 1]  # days until an event is on record; shorter than the days between two events of a file
WAITING_DAYS = 40  # the longest step in a file that is still open


@dataclass(frozen=True)
class Findings:
    """One entry for each ground looked into in a file, ordered by file; arrays of shape (entries,) and (entries, STEPS).

    `file` is the position of the file, `course` a position in COURSES, `made` and `recorded` the days of its steps.
    """

    file: np.ndarray
    ground: np.ndarray
    course: np.ndarray
    body: np.ndarray
    made: np.ndarray
    recorded: np.ndarray

    def against(self, files: int) -> np.ndarray:
        """Which of `files` files have an established ground against them, in the end."""
        return _any(self.file[_ENDS_ESTABLISHED[self.course]], files)

    def in_registers(self, files: int) -> np.ndarray:
        """Which of `files` files have an established ground that the ministry's registers show."""
        return _any(self.file[self._swept], files)

    @property
    def _swept(self) -> np.ndarray:
        return BY_REGISTER[self.ground] & _ENDS_ESTABLISHED[self.course]

    def table(
        self, application_id: pa.Array, base: int, as_of: int, answered: np.ndarray, recorded: np.ndarray
    ) -> pa.Table:
        """The rows of findings.csv known by `as_of`.

        `answered` and `recorded`, shape (files,), are the days of the sweep over the registers: what it establishes is
        found and known on its days.
        """
        swept = self._swept[:, None]
        made = np.where(swept, answered[self.file][:, None], self.made)
        known = np.where(swept, recorded[self.file][:, None], self.recorded)
        state = _STATES_OF[self.course]
        entry, step = np.nonzero((state != NO_STEP) & (known <= as_of))
        return pa.table(
            {
                "finding_id": text.numbered("F", base + np.arange(len(entry)), 9),
                "application_id": application_id.take(pa.array(self.file[entry])),
                "ground": text.pick(GROUNDS, self.ground[entry]),
                "state": text.pick(STATES, state[entry, step]),
                "made_by": text.pick(BODIES, self.body[entry]),
                "made_on": text.dates(made[entry, step]),
                "recorded_on": text.dates(known[entry, step]),
            }
        )


def draw(
    rng: np.random.Generator, lodged: np.ndarray, route: np.ndarray, holds: np.ndarray, waits: np.ndarray
) -> Findings:
    """Findings about files lodged on `lodged`, on `route` (as in forms.ROUTES), by people who hold a permit or not.

    Few files have any. All steps are on record before a file is decided; where it still `waits`, they may take longer.
    Whoever holds a permit has the days in the country counted, and work in the profession if that is the route.
    """
    files = len(lodged)
    looked = np.flatnonzero(rng.random(files) < figures.FINDING.value)
    ground = choose(figures.weights(figures.GROUNDS), rng.random(len(looked))).astype(int)
    fits = (ground != MARRIAGE) | (route[looked] == forms.FAMILY)
    course = choose(figures.weights(figures.COURSES), rng.random(len(looked)))
    counted = np.flatnonzero(holds & (rng.random(files) < figures.HOLDER_CHECKED.value))
    working = counted[route[counted] == forms.IN_DEMAND]
    held = np.concatenate([counted, working])
    breach = rng.random(len(held)) < figures.HOLDER_BREACH.value
    file = np.concatenate([looked[fits], held])
    ground = np.concatenate([ground[fits], np.full(len(counted), ABSENT), np.full(len(working), IDLE)])
    course = np.concatenate(
        [course[fits], np.where(breach, _AT_ONCE["established"], _AT_ONCE["not_established"])]
    ).astype(int)
    order = np.lexsort((ground, file))
    file, ground, course = file[order], ground[order], course[order]
    course = np.where(BY_REGISTER[ground] & _ENDS_ESTABLISHED[course], _AT_ONCE["established"], course)
    longest = np.where(waits[file], WAITING_DAYS, 9)[:, None]
    first, later = rng.integers(1, 12, (len(file), 1)), rng.integers(3, longest, (len(file), STEPS - 1))
    made = lodged[file][:, None] + np.cumsum(np.hstack([first, later]), axis=1)
    return Findings(
        file=file,
        ground=ground,
        course=course,
        body=_BODY_OF[ground, rng.integers(0, _BODY_OF.shape[1], len(file))],
        made=made,
        recorded=made + rng.choice(LAGS, made.shape),
    )


def draw_holds(
    rng: np.random.Generator, lodged: np.ndarray, waits: np.ndarray, application_id: pa.Array, base: int, as_of: int
) -> pa.Table:
    """The rows of holds.csv known by `as_of`: the clock of a file stops and, unless the file still `waits`, runs again.

    A decided file ran again before it was decided. Few files are held twice, then for the same reason.
    """
    file = np.flatnonzero(rng.random(len(lodged)) < figures.HELD.value)
    again = rng.random(len(file)) < figures.HELD_AGAIN.value
    reason = choose(figures.weights(figures.HOLD_REASONS), rng.random(len(file)))
    longest = np.where(waits[file], WAITING_DAYS, 7)[:, None]
    stood = rng.integers(2, longest, (len(file), 2))
    started = rng.integers([2, 2], [11, 6], (len(file), 2))
    happened = lodged[file][:, None] + np.cumsum(np.stack([started, stood], axis=2).reshape(len(file), 4), axis=1)
    recorded = happened + rng.choice(LAGS, happened.shape)
    there = np.stack([np.ones_like(again), np.ones_like(again), again, again], axis=1)
    hold, event = np.nonzero(there & (recorded <= as_of))
    return pa.table(
        {
            "hold_event_id": text.numbered("H", base + np.arange(len(hold)), 9),
            "application_id": application_id.take(pa.array(file[hold])),
            "event": text.pick(EVENTS, event % 2),
            "reason": text.pick(REASONS, reason[hold]),
            "happened_on": text.dates(happened[hold, event]),
            "recorded_on": text.dates(recorded[hold, event]),
        }
    )


def _any(of: np.ndarray, files: int) -> np.ndarray:
    """Which of `files` positions occur in `of`."""
    return np.bincount(of, minlength=files) > 0
