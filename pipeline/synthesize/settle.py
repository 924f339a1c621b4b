"""The causal model of the synthetic register: what decides whether a person who got the permit stays.

Every number here is INVENTED. Citizenship, ethnicity, sex, disability and the language of the form are no arguments:
they act only through the facts they go together with (a picture: docs/synthetic.md).
"""

from dataclasses import dataclass

import numpy as np

OWN, RENT, RELATIVES, NONE = range(4)  # housing, in the order of the questionnaire's codes
HOUSING = ["own", "rent", "relatives", "none"]

INTERCEPT = -1.03
DISPOSITION_WEIGHT = 0.60


@dataclass(frozen=True)
class Facts:
    """What is true on the decision day, one value a file; all arrays of shape (files,).

    `kazakh_points` 0-60; `tightness` natural log of (vacancies + 1) / (seekers + 1) of occupation and region;
    `housing` one of OWN, RENT, RELATIVES, NONE; `present_days` of the last 365; `wage_kzt` of the running contract,
    0 where none; `russian` 0-3; `north` settlement in a northern region; `experience` and `age` in years.
    """

    kazakh_points: np.ndarray
    job_offer: np.ndarray
    tightness: np.ndarray
    housing: np.ndarray
    relatives: np.ndarray
    present_days: np.ndarray
    offences: np.ndarray
    wage_kzt: np.ndarray
    experience: np.ndarray
    studied_years: np.ndarray
    family_size: np.ndarray
    russian: np.ndarray
    north: np.ndarray
    age: np.ndarray

    def of(self, rows: np.ndarray) -> "Facts":
        """The facts at the positions `rows`."""
        return Facts(**{name: values[rows] for name, values in vars(self).items()})


def logistic(logit: np.ndarray) -> np.ndarray:
    """The probability whose log-odds are `logit`."""
    return 1 / (1 + np.exp(-logit))


def settle_probability(facts: Facts, disposition: np.ndarray) -> np.ndarray:
    """P(still holding the permit and living in Kazakhstan 24 months after the grant); shape (files,), within 0..1.

    `disposition` is the latent wish to stay, standard normal, seen by nobody; officers sense a part of it in the
    interview. The form is nonlinear on purpose: language saturates and counts for more where there are no relatives,
    presence in the country has a knee and counts for more where there is no house, the better of an offer (as good as
    the occupation is in demand there) and a running contract counts, a large family holds people who are housed and
    drives out people who are not, the middle of life stays best, Russian counts in the north.
    """
    works = facts.wage_kzt > 0
    wage = np.where(works, np.log(np.maximum(facts.wage_kzt, 1) / 300_000), 0.0)
    housed = np.isin(facts.housing, (OWN, RELATIVES))
    language = 1 - np.exp(-facts.kazakh_points / 16)
    presence = np.clip((facts.present_days - 90) / 140, 0, 1)
    isolated = facts.relatives == 0
    job = facts.job_offer * (0.25 + 0.75 * np.clip(facts.tightness, -0.3, 1.2))
    pay = works * (0.30 + 0.45 * np.clip(wage, -0.6, 1))
    family = np.log1p(np.minimum(facts.family_size, 8) - 1.0)
    logit = (
        INTERCEPT
        + language * np.where(isolated, 2.1, 0.9)
        + 1.3 * np.maximum(job, pay)
        + np.choose(facts.housing, (0.75, 0.0, 0.35, -0.45))
        + 1.5 * (1 - np.exp(-facts.relatives / 1.5))
        - 0.6 * ((facts.housing == NONE) & isolated)
        + presence * np.where(housed, 0.5, 1.4)
        - 0.75 * (1 - np.exp(-facts.offences / 1.2))
        + 0.30 * np.sqrt(np.minimum(facts.experience, 16) / 16)
        + 0.45 * np.minimum(facts.studied_years, 4) / 4
        + family * np.where(housed, 0.70, -0.60)
        + facts.russian / 3 * np.where(facts.north, 0.75, 0.05)
        - 0.7 * np.minimum(((facts.age - 41) / 15) ** 2, 1.6)
    )
    return logistic(logit + DISPOSITION_WEIGHT * disposition)


def grant_probability(passes: np.ndarray, facts: Facts, impression: np.ndarray, leniency: np.ndarray) -> np.ndarray:
    """P(officer grants), shape (files,): the historical practice, which selects on more than the file shows.

    `passes`: no legal ground stands against it; `impression` of the interview (disposition and noise); `leniency` of
    the officer. A file with a ground against it was granted in a few percent of the cases.
    """
    logit = (
        1.55
        + 0.45 * impression
        + 0.9 * (facts.kazakh_points / 60 - 0.6)
        + 0.5 * facts.job_offer
        + 0.3 * (facts.housing != NONE)
        + leniency
    )
    return np.where(passes, logistic(logit), 0.06)
