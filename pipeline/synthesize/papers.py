"""What hangs on an application: checks by the authorities and documents. Every rate here is INVENTED."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthesize import figures, text

AGENCIES = ["KNB", "MIA_CONVICTION", "MIA_EXPULSION", "MIA_FINGERPRINT", "HEALTH", "MIA_REGISTERS"]
KNB, CONVICTION, EXPULSION, FINGERPRINT, HEALTH, REGISTERS = range(6)
STATES = ["pending", "clear", "found", "refused"]
PENDING, CLEAR, FOUND, REFUSED = range(4)
MEAN_ANSWER_DAYS = (4.2, 1.6, 1.6, 1.2, 2.0, 1.4)
PENDING_ROWS = 0.25  # closed checks whose pending state is still in the export
BAN_DAYS = 5 * 365 + 1

KINDS = ["solvency", "criminal_record", "medical", "housing", "home_consent", "autobiography", "state_fee", "own_consent",
         "birth_certificate"]  # fmt: skip
SOLVENCY, CRIMINAL_RECORD, MEDICAL, HOUSING, HOME_CONSENT, AUTOBIOGRAPHY, STATE_FEE, OWN_CONSENT, BIRTH_CERTIFICATE = (
    range(9)
)
FIRST_DAY = np.datetime64("2010-01-01").astype(int)  # nothing issued earlier is in the register
NO_AMOUNT = -1
CERTIFICATE_AT_HAND = 0.7  # of files with children, whose birth certificates are asked for
CONSENT_OF_CHILD = 0.06  # of these, with a child old enough to consent


@dataclass(frozen=True)
class Checks:
    """One value for each check of a file, shape (files, checks); `against`: a ground stands against the file."""

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
        # Two rows a check: its request, then its answer.
        shape = (*self.answer.shape, 2)
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
    """Five checks a file, all but the sweep over the registers, requested a day or two after it was lodged."""
    files = len(lodged)
    shape = (files, REGISTERS)
    requested = np.repeat((lodged + rng.integers(1, 3, files))[:, None], REGISTERS, axis=1)
    answered, recorded, tardy = _answered(rng, requested, MEAN_ANSWER_DAYS[:REGISTERS], late)
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
        requested=requested, answered=answered, recorded=recorded, answer=answer, found=found,
        late=tardy, pending=rng.random(shape) < (1.0 if open_ else PENDING_ROWS), against=grounds.any(axis=1),
    )  # fmt: skip


def with_sweep(rng: np.random.Generator, checks: Checks, found: np.ndarray, open_: bool, late: float) -> Checks:
    """`checks` and the sweep over the registers as one more; it answers `found` in the files where `found` is true."""
    requested = checks.requested[:, :1]
    answered, recorded, tardy = _answered(rng, requested, MEAN_ANSWER_DAYS[REGISTERS:], late)
    sweep = Checks(
        requested=requested, answered=answered, recorded=recorded, answer=np.where(found, FOUND, CLEAR)[:, None],
        found=np.full_like(requested, -1), late=tardy,
        pending=rng.random(requested.shape) < (1.0 if open_ else PENDING_ROWS), against=found,
    )  # fmt: skip
    columns = {name: np.hstack([value, vars(sweep)[name]]) for name, value in vars(checks).items() if value.ndim == 2}
    return Checks(**columns, against=checks.against | sweep.against)


def _answered(
    rng: np.random.Generator, requested: np.ndarray, mean_days: tuple[float, ...], late: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Days of the answers and of their record, and which were recorded late; shape of `requested`."""
    shape = requested.shape
    wait = np.floor(rng.gamma(2.0, np.array(mean_days) / 2, shape)).astype(int)
    answered = requested + np.minimum(wait, 45)
    tardy = rng.random(shape) < late
    delay = np.where(tardy, rng.integers(61, 200, shape), rng.choice([0, 0, 0, 0, 1, 2], shape))
    return answered, answered + delay, tardy


@dataclass(frozen=True)
class Documents:
    """One value for each kind of document a file, shape (files, kinds); `low`: the certified sum is too small.

    `amount` is in KZT, NO_AMOUNT where the document carries none.
    """

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
                "amount_kzt": text.integers(self.amount[file, kind], self.amount[file, kind] == NO_AMOUNT),
            }
        )


def draw_documents(
    rng: np.random.Generator, lodged: np.ndarray, exempt: np.ndarray, housed: np.ndarray, open_: bool
) -> Documents:
    """Bank certificate (those who are exempt seldom bring one), criminal record, medical certificate, housing paper."""
    files = len(lodged)
    shape = (files, HOUSING + 1)
    gap = 0.012 if open_ else 0.006  # open files are still waiting for some papers
    there = np.stack(
        [
            np.where(exempt, 0.35, 1 - gap),
            np.full(files, 1 - gap),
            np.full(files, 1 - gap),
            np.where(housed, 0.99, 0.94),
        ],
        axis=1,
    )
    received = lodged[:, None] + np.where(rng.random(shape) < 0.93, 0, rng.integers(1, 15, shape))
    age = np.minimum(np.floor(rng.exponential(40, shape)), 170).astype(int)
    stale = rng.random(shape) < 0.01
    issued = received - np.where(stale, rng.integers(185, 400, shape), age) - 1
    need = figures.SOLVENCY_MCI.value * _mci(lodged)
    low = rng.random(files) < figures.LOW_SOLVENCY.value
    factor = np.where(low, rng.uniform(0.4, 0.99, files), 1 + rng.exponential(0.35, files))
    amount = np.full(shape, NO_AMOUNT)
    amount[:, SOLVENCY] = np.ceil(need * factor)
    return Documents(present=rng.random(shape) < there, issued=issued, received=received, amount=amount, low=low)


def with_consents_and_fee(
    rng: np.random.Generator, documents: Documents, lodged: np.ndarray, owes_consent: np.ndarray, family: np.ndarray
) -> Documents:
    """`documents` and those of the other kinds, handed in as the first ones were.

    `owes_consent`, shape (files,), is true where the law asks for the home state's consent, `family` the number of
    persons in the file. A minor's papers are those of a child in the file: all applicants are adults.
    """
    files = len(lodged)
    shape = (files, len(KINDS) - HOUSING - 1)
    luck = rng.random(shape)
    children = family > 2
    there = np.stack(
        [
            owes_consent * (1 - figures.NO_HOME_CONSENT.value),
            np.full(files, 1 - figures.NO_AUTOBIOGRAPHY.value),
            np.full(files, 1 - figures.NO_FEE.value),
            children * CONSENT_OF_CHILD,
            children * CERTIFICATE_AT_HAND,
        ],
        axis=1,
    )
    received = lodged[:, None] + np.where(rng.random(shape) < 0.93, 0, rng.integers(1, 15, shape))
    oldest = np.array([300, 20, 4, 60, 5000])  # days before they are handed in, one a kind
    issued = np.maximum(received - np.floor(rng.random(shape) * oldest).astype(int), FIRST_DAY)
    short = rng.random(files) < figures.SHORT_FEE.value
    amount = np.full(shape, NO_AMOUNT)
    amount[:, STATE_FEE - HOUSING - 1] = figures.FEE_MCI.value * _mci(lodged) * np.where(short, 0.75, 1)
    more = Documents(present=luck < there, issued=issued, received=received, amount=amount, low=documents.low)
    columns = {name: np.hstack([value, vars(more)[name]]) for name, value in vars(documents).items() if value.ndim == 2}
    return Documents(**columns, low=documents.low)


def _mci(lodged: np.ndarray) -> np.ndarray:
    """The monthly calculation index of each day's year, KZT."""
    years, place = np.unique(text.years_of(lodged), return_inverse=True)
    return np.array([figures.mci(int(year)) for year in years])[place]
