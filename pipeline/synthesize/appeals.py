"""The register as events: what became known of each file and when, with appeals and courts. Every rate is INVENTED."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthesize import figures, text
from pipeline.synthesize.outcomes import (
    ANNULLED,
    APPEALED,
    CODES,
    GRANTED,
    LEFT,
    MONTHS,
    REFUSED,
    SETTLED,
    Outcomes,
    lasted,
    law_version,
)

BASES = ["decision", "course", "appeal", "court"]
DECISION, COURSE, APPEAL, COURT = range(4)
NO_OFFICER = 0  # a court decided
# Of refusals, of annulments that are wrong, and of other ones: how many are appealed, and how many of these appeals succeed.
APPEALED_OF = (figures.APPEALED_REFUSAL, figures.APPEALED_WRONG, figures.APPEALED_ANNULMENT)
FALLS_OF = (figures.FALLS_REFUSAL, figures.FALLS_WRONG, figures.FALLS_ANNULMENT)
HEARD = {APPEAL: (15, 45), COURT: (40, 160)}  # days until an appeal is decided: the least, and how many more at most


@dataclass(frozen=True)
class Entries:
    """What became known, file by file and in order of time; arrays of shape (entries,). `file` is a position."""

    file: np.ndarray
    code: np.ndarray
    basis: np.ndarray
    decided: np.ndarray
    recorded: np.ndarray
    officer: np.ndarray

    def table(self, lodged: np.ndarray, application_id: pa.Array, base: int) -> pa.Table:
        """The rows of outcomes.csv, numbered from `base`; `lodged` and `application_id` are by file."""
        rows = pa.array(self.file)
        return pa.table(
            {
                "event_id": text.numbered("R", base + np.arange(len(self.file)), 9),
                "application_id": application_id.take(rows),
                "decided_on": text.dates(self.decided),
                "recorded_on": text.dates(self.recorded),
                "outcome": text.pick(CODES, self.code),
                "basis": text.pick(BASES, self.basis),
                "decided_by": text.numbered("O", self.officer, 5, self.officer == NO_OFFICER),
                "law_version": text.from_bytes(law_version(lodged[self.file])),
            }
        )


@dataclass(frozen=True)
class Course:
    """How each file ended after all (`code`, and `happened` for a permit that did not last), and all entries about it."""

    code: np.ndarray
    happened: np.ndarray
    entries: Entries


def draw(rng: np.random.Generator, first: Outcomes, as_of: int) -> Course:
    """What the register shows on `as_of`, once some refusals and annulments have been appealed.

    A few permits that would have lasted are annulled wrongly. An appeal runs from the day it is filed; another officer of the
    office decides it, and of those that fail some go to court. A refusal that falls is a grant of that day, with a course
    of its own; after an annulment that falls the first grant stands again.
    """
    count = len(first.code)
    everyone = np.arange(count)
    wrong = (first.code == SETTLED) & (rng.random(count) < figures.WRONG_ANNULMENT.value)
    code = np.where(wrong, ANNULLED, first.code)
    granted = np.isin(code, (SETTLED, ANNULLED, LEFT))
    officer = first.region * 1000 + first.officer + 1
    other = (first.officer + 1 + np.floor(rng.random(count) * (first.officers - 1)).astype(int)) % first.officers
    other = first.region * 1000 + other + 1

    decision = np.where(granted, GRANTED, code)
    found = [_entries(everyone, decision, DECISION, first.decided, first.recorded, officer)]
    known = np.where(code == SETTLED, lasted(first.decided, first.late), first.noticed)
    # An annulment is a course that may be undone; so is nothing else.
    found.append(_entries(everyone[granted], code, COURSE, first.decided, known, officer))

    refused, annulled = code == REFUSED, code == ANNULLED
    kinds = [refused, wrong, annulled]
    share = np.select(kinds, [rate.value for rate in APPEALED_OF], 0.0)
    falls = np.select(kinds, [rate.value for rate in FALLS_OF], 0.0)
    stood = np.where(refused, first.recorded, first.noticed)  # since when the decision appealed against is known
    happened, open_to_appeal = first.happened, refused | annulled
    for basis in (APPEAL, COURT):
        luck, wait, days, delay = rng.random((4, count))
        going = open_to_appeal & (luck < share)
        filed = stood + 5 + np.floor(25 * wait).astype(int)
        least, more = HEARD[basis]
        heard = filed + least + np.floor(more * days).astype(int)
        recorded = heard + np.floor(5 * delay).astype(int)
        by = other if basis == APPEAL else np.full(count, NO_OFFICER)
        luck, gone, again = rng.random((3, count))
        won = going & (luck < falls) & (annulled | first.last)
        leaves = recorded + 10 + np.floor(60 * gone).astype(int)  # of those whose annulment fell and who would not stay
        won &= refused | wrong | (leaves < text.add_months(first.decided, MONTHS))
        rows = everyone[going]
        found.append(_entries(rows, APPEALED, basis, first.decided, filed, officer))
        result = np.where(won, GRANTED, code)
        since = np.where(won & refused, heard, first.decided)
        found.append(_entries(rows, result, basis, since, recorded, by))

        code = np.select([won & refused, won & wrong, won], [first.ends, SETTLED, LEFT], code)
        happened = np.select([won & refused, won & ~wrong], [heard + first.happened - first.decided, leaves], happened)
        noticed = happened + 3 + np.floor(28 * again).astype(int)
        known = np.where(code == SETTLED, np.maximum(lasted(since, first.late), recorded + 1), noticed)
        rows = everyone[won]
        found.append(_entries(rows, code, COURSE, since, known, np.where(refused, by, officer)))
        open_to_appeal, stood, share = going & ~won, recorded, np.full(count, figures.TO_COURT.value)
    return Course(code, happened, _in_order(found, first.open_, as_of))


def _entries(
    rows: np.ndarray, code: np.ndarray | int, basis: int, decided: np.ndarray, recorded: np.ndarray, officer: np.ndarray
) -> Entries:
    """One entry for each file in `rows`; the other arrays are by file."""
    codes = np.full(len(decided), code) if isinstance(code, int) else code
    return Entries(rows, codes[rows], np.full(len(rows), basis), decided[rows], recorded[rows], officer[rows])


def _in_order(found: list[Entries], open_: np.ndarray, as_of: int) -> Entries:
    """All entries known by `as_of` on files that are decided."""
    whole = {name: np.concatenate([getattr(part, name) for part in found]) for name in Entries.__dataclass_fields__}
    order = np.lexsort((whole["recorded"], whole["file"]))
    kept = order[((whole["recorded"] <= as_of) & ~open_[whole["file"]])[order]]
    return Entries(**{name: values[kept] for name, values in whole.items()})
