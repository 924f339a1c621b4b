"""Decisions of officers on past files, what became of the permits, and what the register shows of it on the day."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthesize import figures, settle, text
from pipeline.synthesize.places import Places
from pipeline.synthesize.plans import DECISION_DAYS, Files

CODES = ["settled", "annulled", "left", "granted", "refused", "withdrawn"]
SETTLED, ANNULLED, LEFT, GRANTED, REFUSED, WITHDRAWN = range(6)
WITHDRAWN_SHARE = 0.05  # INVENTED, as the two below
ANNULLED_SHARE = 0.25  # of the permits that do not last
SENSED = 0.6  # how much of the disposition an interview shows (correlation)
MONTHS = 24


@dataclass(frozen=True)
class Outcomes:
    """What became of each file, arrays of shape (files,): the final code, who decided, and the days of it.

    `happened` is the day on which a permit that does not last ends; `shown` and `recorded` are the register's view.
    `open_` files have no decision yet.
    """

    code: np.ndarray
    decided: np.ndarray
    happened: np.ndarray
    shown: np.ndarray
    recorded: np.ndarray
    officer: np.ndarray
    open_: np.ndarray

    def table(self, files: Files, application_id: pa.Array) -> pa.Table:
        """The rows of outcomes.csv: one for each decided file."""
        return pa.table(
            {
                "application_id": application_id,
                "decided_on": text.dates(self.decided),
                "recorded_on": text.dates(self.recorded),
                "outcome": text.pick(CODES, self.shown),
                "decided_by": text.numbered("O", self.officer, 5),
                "law_version": text.from_bytes(_law_version(files.lodged)),
            }
        ).filter(pa.array(~self.open_))


def draw(
    rng: np.random.Generator,
    *,
    files: Files,
    stays: np.ndarray,
    grounds: np.ndarray,
    facts: settle.Facts,
    disposition: np.ndarray,
    office: np.ndarray,
    places: Places,
    as_of: int,
    open_: bool,
) -> Outcomes:
    """Decisions and their course.

    `stays` (persons,): whether the person would settle if given a permit; `grounds` (files,): a legal ground stands
    against the file; `facts` and `disposition` are by person, `office` is the region's position by file. Earlier
    files of a person who applied again are never granted.
    """
    count, who = len(files), files.who
    impression = (SENSED * disposition + np.sqrt(1 - SENSED**2) * rng.standard_normal(len(disposition)))[who]
    officer = np.floor(rng.random(count) * places.officers_of[office]).astype(int)
    chance = settle.grant_probability(~grounds, facts.of(who), impression, places.leniency[office, officer])
    granted = (rng.random(count) < chance) & files.last
    withdrawn = rng.random(count) < WITHDRAWN_SHARE
    fails = np.where(rng.random(count) < ANNULLED_SHARE, ANNULLED, LEFT)
    code = np.select([withdrawn, ~granted, stays[who]], [WITHDRAWN, REFUSED, SETTLED], fails)
    decided = files.lodged + DECISION_DAYS + np.minimum(np.floor(rng.gamma(1.5, 4, count)), 25).astype(int)
    happened = decided + 15 + np.floor(rng.beta(1.3, 1.1, count) * 700).astype(int)
    shown, recorded = _on_record(rng, code, decided, happened, as_of)
    region = np.array(figures.REGION_CODES, dtype=int)[office]
    return Outcomes(
        code=code,
        decided=decided,
        happened=happened,
        shown=shown,
        recorded=recorded,
        officer=region * 1000 + officer + 1,
        open_=files.last & open_,
    )


def _on_record(
    rng: np.random.Generator, code: np.ndarray, decided: np.ndarray, happened: np.ndarray, as_of: int
) -> tuple[np.ndarray, np.ndarray]:
    """The code as the register shows it on `as_of`, and since when it shows that.

    A permit that lasts is known to have lasted 24 months after the decision; until something is known, `granted`.
    """
    count = len(code)
    at_once = decided + rng.integers(0, 5, count)
    matured = text.add_months(decided, MONTHS) + rng.integers(0, 6, count)
    noticed = happened + rng.integers(3, 31, count)
    known = np.select([code == SETTLED, np.isin(code, (ANNULLED, LEFT))], [matured, noticed], at_once)
    return np.where(known > as_of, GRANTED, code), np.where(known > as_of, at_once, known)


def _law_version(lodged: np.ndarray) -> np.ndarray:
    """The version of the rules, year and half as in `2026-1`; ASCII codes of shape (files, 6)."""
    month = lodged.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    digits = text.digits(text.years_of(lodged) * 10 + month // 6 + 1, 5) + text.ZERO
    return np.concatenate([digits[:, :4], np.full((len(lodged), 1), ord("-"), dtype=np.uint8), digits[:, 4:]], axis=1)
