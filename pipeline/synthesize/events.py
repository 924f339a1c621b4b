"""What happened to persons: tests, border crossings, offences, contracts. Every rate here is INVENTED."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthesize import text
from pipeline.synthesize.people import CITIZENSHIPS, People
from pipeline.synthesize.places import OCCUPATIONS, Places
from pipeline.synthesize.settle import logistic

LISTENING, READING = 20, 40
PASS_LISTENING, PASS_READING = 6, 12
ATTEMPTS = 3
TURKIC = np.isin(CITIZENSHIPS, ["UZB", "KGZ", "TKM", "TUR", "AZE"])
YEAR = 365
NEVER = 10**6  # a day far in the future
LATE_CROSSING = 0.004
NO_WAGE = 0.02
LATER_OFFENCES = 300  # days after the decision in which offences are still made up


@dataclass(frozen=True)
class Tests:
    """KAZTEST attempts, one value an attempt, and each person's Kazakh (items of 60) as it truly is."""

    person: np.ndarray
    taken: np.ndarray
    published: np.ndarray
    listening: np.ndarray
    reading: np.ndarray
    stopped: np.ndarray
    unread: np.ndarray
    points: np.ndarray
    passed: np.ndarray


def draw_tests(rng: np.random.Generator, people: People, lodged: np.ndarray) -> Tests:
    """Attempts before the application: who fails tries again, three times at most; few apply without having passed."""
    count = len(people)
    ability = (
        0.15 + 1.25 * people.ethnic + 0.55 * TURKIC[people.origin] + 0.35 * people.skill + 0.55 * people.disposition
        + rng.normal(0, 0.6, count)
    )  # fmt: skip
    noise = rng.normal(0, 0.35, (ATTEMPTS, 2, count))
    gain = np.array([0.0, 0.35, 0.6])[:, None]
    listening = np.round(LISTENING * logistic(ability + gain + noise[:, 0]))
    reading = np.round(READING * logistic(ability - 0.1 + gain + noise[:, 1]))
    stopped = rng.random((ATTEMPTS, count)) < 0.006
    good = (listening >= PASS_LISTENING) & (reading >= PASS_READING) & ~stopped
    again = rng.random((ATTEMPTS, count))
    # Most who failed try again before they apply; some who passed try for a better result.
    second = np.where(good[0], again[0] < 0.12, again[0] < 0.95)
    third = second & ~good[0] & ~good[1] & (again[1] < 0.85)
    # Few who never passed apply all the same: the others prepared until they did.
    held = good[0] | (second & good[1]) | (third & good[2])
    prepared = ~held & (rng.random(count) < 0.75)
    last = np.where(third, 2, np.where(second, 1, 0))
    rows = np.flatnonzero(prepared)
    listening[last[rows], rows] = PASS_LISTENING + rng.integers(0, 4, len(rows))
    reading[last[rows], rows] = PASS_READING + rng.integers(0, 8, len(rows))
    stopped[last[rows], rows] = False
    held |= prepared
    final = lodged - 3 - np.floor(rng.exponential(45, count)).astype(int)
    final = np.where(rng.random(count) < 0.02, lodged + rng.integers(0, 25, count), final)
    gap = rng.integers(30, 120, (ATTEMPTS, count))
    taken = np.stack(
        [
            final - np.where(last > 1, gap[0] + gap[1], np.where(last > 0, gap[0], 0)),
            final - np.where(last > 1, gap[1], 0),
            final,
        ]
    )
    done = np.stack([np.ones(count, dtype=bool), second, third])
    attempt, person = np.nonzero(done)
    order = np.lexsort((attempt, person))
    attempt, person = attempt[order], person[order]
    take = taken[attempt, person]
    best = np.where(done & ~stopped, listening + reading, 0).max(axis=0)
    return Tests(
        person=person, taken=take, published=take + rng.integers(0, 5, len(take)),
        listening=listening[attempt, person], reading=reading[attempt, person], stopped=stopped[attempt, person],
        unread=(rng.random(len(take)) < 0.004), points=best, passed=held,
    )  # fmt: skip


@dataclass(frozen=True)
class Stays:
    """Border crossings, one value a crossing, and the days each person was present in the year before `day`."""

    person: np.ndarray
    crossed: np.ndarray
    inward: np.ndarray
    present: np.ndarray


def draw_arrival(rng: np.random.Generator, first: np.ndarray) -> np.ndarray:
    """The day of the first entry, before the person's first application."""
    return first - 10 - np.floor(rng.gamma(1.6, 330, len(first))).astype(int)


def draw_stays(rng: np.random.Generator, people: People, arrival: np.ndarray, day: np.ndarray) -> Stays:
    """Entry and trips abroad up to ten days before `day`; who wishes to stay travels less and for shorter."""
    count = len(people)
    trips = rng.poisson(0.75 * np.exp(-0.22 * people.disposition))
    person = np.repeat(np.arange(count), trips)
    out, back = _trips(
        rng, arrival[person] + 5, day[person] - 12, trips, 38 * np.exp(-0.25 * people.disposition[person])
    )
    first = day - YEAR
    away = np.bincount(
        person, np.clip(np.minimum(back, day[person]) - np.maximum(out, first[person]), 0, None), minlength=count
    )
    present = np.clip(day - np.maximum(arrival, first) - away, 0, YEAR)
    return Stays(
        person=np.concatenate([np.arange(count), person, person]),
        crossed=np.concatenate([arrival, out, back]),
        inward=np.concatenate(
            [np.ones(count, dtype=bool), np.zeros(len(person), dtype=bool), np.ones(len(person), dtype=bool)]
        ),
        present=present,
    )


def draw_later_stays(rng: np.random.Generator, start: np.ndarray, end: np.ndarray, leaves: np.ndarray) -> Stays:
    """Trips after the decision (from `start` to `end`), and the last way out of those who leave on `end`."""
    count = len(start)
    trips = rng.poisson(0.35, count) * (end - start > 60)
    person = np.repeat(np.arange(count), trips)
    out, back = _trips(rng, start[person] + 5, end[person] - 5, trips, np.full(len(person), 20.0))
    gone = np.flatnonzero(leaves)
    return Stays(
        person=np.concatenate([person, person, gone]),
        crossed=np.concatenate([out, back, end[gone]]),
        inward=np.concatenate(
            [np.zeros(len(person), dtype=bool), np.ones(len(person), dtype=bool), np.zeros(len(gone), dtype=bool)]
        ),
        present=np.zeros(count),
    )


def _trips(
    rng: np.random.Generator, start: np.ndarray, end: np.ndarray, trips: np.ndarray, mean: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Days out and back of each trip: the time from `start` to `end` is cut into as many slots as there are trips."""
    total = np.repeat(trips, trips)
    place = np.arange(len(start)) - np.repeat(np.cumsum(trips) - trips, trips)
    slot = np.maximum(end - start, 2 * total) / np.maximum(total, 1)
    length = np.minimum(rng.exponential(mean), 0.8 * slot)
    out = start + place * slot + rng.random(len(start)) * (slot - length)
    return np.floor(out).astype(int), np.floor(out + length).astype(int)


@dataclass(frozen=True)
class Offences:
    """Administrative offences, one value an offence; `before` counts each person's offences before the day."""

    person: np.ndarray
    committed: np.ndarray
    decided: np.ndarray
    article: np.ndarray
    fine: np.ndarray
    before: np.ndarray


ARTICLES = ["492", "495", "517", "519", "other"]
_FINES = np.array([10, 60, 15, 30, 5])  # MCI, about what the Code provides [LAW-AC]


def draw_offences(
    rng: np.random.Generator, people: People, arrival: np.ndarray, day: np.ndarray, as_of: int
) -> Offences:
    """Offences from the arrival until some time after `day`; those decided by `day` count for the decision."""
    end = np.minimum(day + LATER_OFFENCES, as_of)
    count = len(people)
    number = rng.poisson(0.075 * np.exp(-0.35 * people.disposition - 0.15 * people.skill))
    person = np.repeat(np.arange(count), number)
    committed = arrival[person] + np.floor(
        rng.random(len(person)) * np.maximum(end[person] - arrival[person], 1)
    ).astype(int)
    decided = committed + np.floor(rng.exponential(18, len(person))).astype(int)
    article = np.searchsorted([0.30, 0.32, 0.72, 0.76], rng.random(len(person)), side="right")
    return Offences(
        person=person, committed=committed, decided=decided, article=article,
        fine=np.round(_FINES[article] * rng.choice([1, 1, 2], len(person))),
        before=np.bincount(person, decided <= day[person], minlength=count),
    )  # fmt: skip


@dataclass(frozen=True)
class Contracts:
    """Contracts of work, one value a contract; `ended` is NEVER where no end was agreed; `wage_now` is the wage of the one running on the day, 0 where none."""

    person: np.ndarray
    employer: np.ndarray
    started: np.ndarray
    ended: np.ndarray
    wage: np.ndarray
    wage_now: np.ndarray


def draw_contracts(
    rng: np.random.Generator,
    people: People,
    *,
    arrival: np.ndarray,
    day: np.ndarray,
    occupation: np.ndarray,
    places: Places,
) -> Contracts:
    """Contracts from the first entry on, some of them only after the day of the decision."""
    count = len(people)
    number = np.minimum(rng.poisson(np.exp(-0.42 + 0.25 * people.skill + 0.12 * people.disposition)), 4)
    number = np.where(people.age(day) > 65, 0, number)
    person = np.repeat(np.arange(count), number)
    span = np.maximum(day[person] + 150 - arrival[person], 30)
    started = arrival[person] + np.floor(np.sqrt(rng.random(len(person))) * span).astype(int)
    length = np.floor(rng.exponential(520, len(person))).astype(int) + 20
    endless = rng.random(len(person)) < 0.45
    ended = np.where(endless, NEVER, started + length)
    level = np.log([wage for _, wage in OCCUPATIONS.values()])[occupation[person]]
    wage = 300_000 * np.exp(
        level + 0.10 * people.education[person] - 0.2 + 0.2 * people.skill[person] + rng.normal(0, 0.28, len(person))
    )
    wage = np.round(wage, -3)
    region = np.where(
        rng.random(len(person)) < 0.85,
        people.region[person],
        rng.integers(0, len(places.employer_bounds) - 1, len(person)),
    )
    low, high = places.employer_bounds[region], places.employer_bounds[region + 1]
    active = (started <= day[person]) & (ended >= day[person])
    wage_now = np.zeros(count)
    np.maximum.at(wage_now, person[active], wage[active])
    return Contracts(
        person=person, employer=low + np.floor(rng.random(len(person)) * (high - low)).astype(int), started=started,
        ended=ended, wage=wage, wage_now=wage_now,
    )  # fmt: skip


@dataclass(frozen=True)
class Known:
    """Turns events into rows of the exports: only what was known by `as_of`, numbered from `base`."""

    person_id: pa.Array
    base: int
    as_of: int

    def tests(self, tests: Tests) -> pa.Table:
        """The rows of language_tests.csv published by the day."""
        rows = np.flatnonzero(tests.published <= self.as_of)
        unread = tests.unread | tests.stopped
        return pa.table(
            {
                "attempt_id": self._numbers("K", rows),
                "person_id": self._persons(tests.person[rows]),
                "taken_on": text.dates(tests.taken[rows]),
                "published_on": text.dates(tests.published[rows]),
                "listening_points": text.integers(tests.listening[rows], unread[rows]),
                "reading_points": text.integers(tests.reading[rows], unread[rows]),
                "stopped": text.booleans(tests.stopped[rows]),
            }
        )

    def stays(self, stays: list[Stays], rng: np.random.Generator) -> pa.Table:
        """The rows of border_crossings.csv recorded by the day, by person and day; few are recorded weeks later."""
        person = np.concatenate([part.person for part in stays])
        crossed = np.concatenate([part.crossed for part in stays])
        inward = np.concatenate([part.inward for part in stays])
        tardy = rng.random(len(person)) < LATE_CROSSING
        recorded = crossed + np.where(tardy, rng.integers(20, 120, len(person)), rng.integers(0, 2, len(person)))
        # The way out stands before the way in of the same day: a trip without a night abroad.
        order = np.lexsort((inward, crossed, person))
        rows = order[recorded[order] <= self.as_of]
        return pa.table(
            {
                "crossing_id": self._numbers("B", rows),
                "person_id": self._persons(person[rows]),
                "crossed_on": text.dates(crossed[rows]),
                "direction": text.pick(["out", "in"], inward[rows]),
                "recorded_on": text.dates(recorded[rows]),
            }
        )

    def offences(self, offences: Offences) -> pa.Table:
        """The rows of offences.csv decided by the day."""
        rows = np.flatnonzero(offences.decided <= self.as_of)
        return pa.table(
            {
                "offence_id": self._numbers("V", rows),
                "person_id": self._persons(offences.person[rows]),
                "article": text.pick(ARTICLES, offences.article[rows]),
                "committed_on": text.dates(offences.committed[rows]),
                "decided_on": text.dates(offences.decided[rows]),
                "fine_mci": text.integers(offences.fine[rows]),
            }
        )

    def contracts(self, contracts: Contracts, employer_bin: pa.Array, rng: np.random.Generator) -> pa.Table:
        """The rows of employment.csv recorded by the day; a contract that still runs then has no last day."""
        recorded = contracts.started + rng.integers(0, 12, len(contracts.started))
        rows = np.flatnonzero(recorded <= self.as_of)
        return pa.table(
            {
                "contract_id": self._numbers("E", rows),
                "person_id": self._persons(contracts.person[rows]),
                "employer_bin": employer_bin.take(pa.array(contracts.employer[rows])),
                "started_on": text.dates(contracts.started[rows]),
                "ended_on": text.dates(contracts.ended[rows], contracts.ended[rows] > self.as_of),
                "recorded_on": text.dates(recorded[rows]),
                "monthly_wage_kzt": text.integers(contracts.wage[rows], rng.random(len(rows)) < NO_WAGE),
            }
        )

    def _numbers(self, prefix: str, rows: np.ndarray) -> pa.Array:
        return text.numbered(prefix, self.base + np.arange(len(rows)), 9)

    def _persons(self, who: np.ndarray) -> pa.Array:
        return self.person_id.take(pa.array(who))
