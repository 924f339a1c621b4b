"""Decisions of officers on past files, and what would become of them if nobody appealed."""

from dataclasses import dataclass

import numpy as np

from pipeline.synthesize import figures, settle, text
from pipeline.synthesize.places import Places
from pipeline.synthesize.plans import DECISION_DAYS, Files

CODES = ["settled", "annulled", "left", "granted", "refused", "withdrawn", "appealed"]
SETTLED, ANNULLED, LEFT, GRANTED, REFUSED, WITHDRAWN, APPEALED = range(7)
WITHDRAWN_SHARE = 0.05  # INVENTED, as the two below
ANNULLED_SHARE = 0.25  # of the permits that do not last
SENSED = 0.6  # how much of the disposition an interview shows (correlation)
MONTHS = 24


@dataclass(frozen=True)
class Outcomes:
    """The first decision on each file and its course, arrays of shape (files,); `open_` files have no decision yet.

    `code` is the end, `ends` how a permit of this person would end (ANNULLED or LEFT) or SETTLED. `decided` is the day of
    the decision, known on `recorded`; a permit that does not last ends on `happened`, known on `noticed`; that it has
    lasted is known `late` days after 24 months. `officer` is the position among `officers` of the office in `region`.
    `last` files are the only ones that can have a permit.
    """

    code: np.ndarray
    ends: np.ndarray
    decided: np.ndarray
    recorded: np.ndarray
    happened: np.ndarray
    noticed: np.ndarray
    late: np.ndarray
    region: np.ndarray
    officer: np.ndarray
    officers: np.ndarray
    last: np.ndarray
    open_: np.ndarray


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
    ends = np.where(stays[who], SETTLED, fails)
    decided = files.lodged + DECISION_DAYS + np.minimum(np.floor(rng.gamma(1.5, 4, count)), 25).astype(int)
    happened = decided + 15 + np.floor(rng.beta(1.3, 1.1, count) * 700).astype(int)
    recorded, late = decided + rng.integers(0, 5, count), rng.integers(0, 6, count)
    return Outcomes(
        code=np.select([withdrawn, ~granted], [WITHDRAWN, REFUSED], ends),
        ends=ends,
        decided=decided,
        recorded=recorded,
        happened=happened,
        noticed=happened + rng.integers(3, 31, count),
        late=late,
        region=np.array(figures.REGION_CODES, dtype=int)[office],
        officer=officer,
        officers=places.officers_of[office],
        last=files.last,
        open_=files.last & open_,
    )


def lasted(since: np.ndarray, late: np.ndarray) -> np.ndarray:
    """The day on which it is known that a permit of the day `since` has lasted 24 months."""
    return text.add_months(since, MONTHS) + late


def law_version(lodged: np.ndarray) -> np.ndarray:
    """The version of the rules, year and half as in `2026-1`; ASCII codes of shape (files, 6)."""
    month = lodged.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    digits = text.digits(text.years_of(lodged) * 10 + month // 6 + 1, 5) + text.ZERO
    return np.concatenate([digits[:, :4], np.full((len(lodged), 1), ord("-"), dtype=np.uint8), digits[:, 4:]], axis=1)
