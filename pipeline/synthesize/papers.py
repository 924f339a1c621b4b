"""What hangs on an application: checks by the authorities and documents. Every rate here is INVENTED."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthesize import figures, text

AGENCIES = ["KNB", "MIA_CONVICTION", "MIA_EXPULSION", "MIA_FINGERPRINT", "HEALTH"]
KNB, CONVICTION, EXPULSION, FINGERPRINT, HEALTH = range(5)
STATES = ["pending", "clear", "found", "refused"]
PENDING, CLEAR, FOUND, REFUSED = range(4)
MEAN_ANSWER_DAYS = (4.2, 1.6, 1.6, 1.2, 2.0)
PENDING_ROWS = 0.25  # closed checks whose pending state is still in the export
BAN_DAYS = 5 * 365 + 1

KINDS = ["solvency", "criminal_record", "medical", "housing"]
SOLVENCY = 0


@dataclass(frozen=True)
class Checks:
    """One value for each of five checks a file, shape (files, 5); `against`: a ground stands against the file."""

    requested: np.ndarray
    answered: np.ndarray
    recorded: np.ndarray
    answer: np.ndarray
    found: np.ndarray  # day of what was found, -1 where nothing
    late: np.ndarray
    pending: np.ndarray
    against: np.ndarray

    def table(self, application_id: pa.Array, base: int, as_of: int) -> tuple[pa.Table, np.ndarray]:
        """The rows of agency_checks.csv known by `as_of`, and which of them are answers that came late."""
        files = len(self.requested)
        # Two rows a check: its request, then its answer.
        shape = (files, len(AGENCIES), 2)
        answer = np.stack([np.full_like(self.answer, PENDING), self.answer], axis=2)
        recorded = np.stack([self.requested, self.recorded], axis=2)
        known = recorded <= as_of
        waits = self.pending | (self.recorded > as_of)
        # A check answered on the day of its request has one row: two states of one day would have no order.
        waits &= self.recorded > self.requested
        keep = known & np.stack([waits, np.ones_like(waits)], axis=2)
        rows = np.flatnonzero(keep.ravel())
        file, agency, step = np.unravel_index(rows, shape)
        is_answer = step == 1
        found = self.found[file, agency]
        table = pa.table(
            {
                "check_id": text.numbered("C", base + np.arange(len(rows)), 9),
                "application_id": application_id.take(pa.array(file)),
                "agency": text.pick(AGENCIES, agency),
                "requested_on": text.dates(self.requested[file, agency]),
                "answered_on": text.dates(self.answered[file, agency], ~is_answer),
                "recorded_on": text.dates(recorded.ravel()[rows]),
                "answer": text.pick(STATES, answer.ravel()[rows]),
                "found_on": text.dates(found, ~is_answer | (found < 0)),
            }
        )
        return table, np.flatnonzero(self.late[file, agency] & is_answer)


def draw_checks(rng: np.random.Generator, lodged: np.ndarray, open_: bool, late: float) -> Checks:
    """Five checks a file, requested a day or two after it was lodged."""
    files = len(lodged)
    shape = (files, len(AGENCIES))
    requested = np.repeat((lodged + rng.integers(1, 3, files))[:, None], len(AGENCIES), axis=1)
    wait = np.floor(rng.gamma(2.0, np.array(MEAN_ANSWER_DAYS) / 2, shape)).astype(int)
    answered = requested + np.minimum(wait, 45)
    tardy = rng.random(shape) < late
    delay = np.where(tardy, rng.integers(61, 200, shape), rng.choice([0, 0, 0, 0, 1, 2], shape))
    answer = np.full(shape, CLEAR, dtype=np.int8)
    found = np.full(shape, -1)
    luck = rng.random(shape)
    answer[luck[:, KNB] < figures.KNB_REFUSAL.value, KNB] = REFUSED
    answer[luck[:, FINGERPRINT] < figures.NO_FINGERPRINT.value, FINGERPRINT] = (
        FOUND  # found: the registration is missing
    )
    answer[luck[:, HEALTH] < figures.HEALTH_FOUND.value, HEALTH] = FOUND
    convicted = luck[:, CONVICTION] < figures.CONVICTION.value
    answer[convicted, CONVICTION] = FOUND
    found[convicted, CONVICTION] = (lodged - rng.integers(100, 3000, files))[convicted]
    recent = luck[:, EXPULSION] < figures.RECENT_EXPULSION.value
    expelled = luck[:, EXPULSION] < figures.RECENT_EXPULSION.value + figures.OLD_EXPULSION.value
    answer[expelled, EXPULSION] = FOUND
    back = np.where(recent, rng.integers(30, BAN_DAYS - 120, files), rng.integers(BAN_DAYS + 30, 3600, files))
    found[expelled, EXPULSION] = (lodged - back)[expelled]
    grounds = (answer == REFUSED) | (answer == FOUND)
    grounds[:, EXPULSION] = recent
    return Checks(
        requested=requested, answered=answered, recorded=answered + delay, answer=answer, found=found,
        late=tardy, pending=rng.random(shape) < (1.0 if open_ else PENDING_ROWS), against=grounds.any(axis=1),
    )  # fmt: skip


@dataclass(frozen=True)
class Documents:
    """One value for each of four documents a file, shape (files, 4); `low`: the certified sum is too small."""

    present: np.ndarray
    issued: np.ndarray
    received: np.ndarray
    amount: np.ndarray
    low: np.ndarray

    def table(self, application_id: pa.Array, base: int, as_of: int) -> pa.Table:
        """The rows of documents.csv handed in by `as_of`."""
        rows = np.flatnonzero((self.present & (self.received <= as_of)).ravel())
        file, kind = np.unravel_index(rows, self.present.shape)
        return pa.table(
            {
                "document_id": text.numbered("D", base + np.arange(len(rows)), 9),
                "application_id": application_id.take(pa.array(file)),
                "kind": text.pick(KINDS, kind),
                "issued_on": text.dates(self.issued[file, kind]),
                "received_on": text.dates(self.received[file, kind]),
                "amount_kzt": text.integers(self.amount[file], kind != SOLVENCY),
            }
        )


def draw_documents(
    rng: np.random.Generator, lodged: np.ndarray, exempt: np.ndarray, housed: np.ndarray, open_: bool
) -> Documents:
    """Bank certificate (those who are exempt seldom bring one), criminal record, medical certificate, housing paper."""
    files = len(lodged)
    shape = (files, len(KINDS))
    gap = 0.012 if open_ else 0.006  # open files are still waiting for some papers
    there = np.stack(
        [np.where(exempt, 0.35, 1 - gap), np.full(files, 1 - gap), np.full(files, 1 - gap), housed * 0.85], axis=1
    )
    received = lodged[:, None] + np.where(rng.random(shape) < 0.93, 0, rng.integers(1, 15, shape))
    age = np.minimum(np.floor(rng.exponential(40, shape)), 170).astype(int)
    stale = rng.random(shape) < 0.01
    issued = received - np.where(stale, rng.integers(185, 400, shape), age) - 1
    year = text.years_of(lodged)
    per_year = {int(value): figures.mci(int(value)) for value in np.unique(year)}
    need = figures.SOLVENCY_MCI.value * np.array([per_year[value] for value in year.tolist()])
    low = rng.random(files) < figures.LOW_SOLVENCY.value
    factor = np.where(low, rng.uniform(0.4, 0.99, files), 1 + rng.exponential(0.35, files))
    return Documents(
        present=rng.random(shape) < there, issued=issued, received=received, amount=np.ceil(need * factor), low=low
    )
