"""What applicants state: route, office, family and occupation on the form, and the questionnaire's answers.

Every rate here is INVENTED.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthesize import figures, people, settle, text
from pipeline.synthesize.places import OCCUPATION_CODES, OCCUPATIONS
from pipeline.synthesize.plans import Files

ROUTES = ["standard", "family", "kandas", "in_demand_profession", "digital_nomad"]
STANDARD, FAMILY, KANDAS, IN_DEMAND, NOMAD = range(5)
HIGHER = figures.EDUCATIONS.index("higher")
ELSEWHERE = 0.08  # applies at another office than that of the region of settlement
NO_OCCUPATION = 0.04
NEAR = ["RUS", "UKR", "BLR", "XXA"]  # where Russian is spoken by nearly all
FAR = ["CHN", "TUR", "AFG", "DEU"]
LEVELS = ["none", "A", "B", "C"]
ANSWERS = ["education", "years_experience", "russian_level", "english_level", "job_offer", "monthly_income_kzt", "housing",
           "relatives_in_kz", "studied_in_kz_years"]  # fmt: skip
NO_QUESTIONNAIRE = 0.008
NO_ANSWER = 0.012
LANGUAGES = ["kk", "ru", "en"]
KAZAKH, RUSSIAN, ENGLISH = range(3)


@dataclass(frozen=True)
class Traits:
    """What the form says of each person; arrays of shape (persons,), positions in the lists of codes."""

    occupation: np.ndarray
    no_occupation: np.ndarray
    office: np.ndarray
    route: np.ndarray
    language: np.ndarray
    family: np.ndarray


@dataclass(frozen=True)
class Answers:
    """True facts that the questionnaire asks for; arrays of shape (persons,)."""

    education: np.ndarray
    experience: np.ndarray
    russian: np.ndarray
    english: np.ndarray
    job_offer: np.ndarray
    income: np.ndarray
    housing: np.ndarray
    relatives: np.ndarray
    studied: np.ndarray


def draw_traits(rng: np.random.Generator, persons: people.People, lodged: np.ndarray) -> Traits:
    """The form of each person as lodged on `lodged` (the day of the last application)."""
    count = len(persons)
    fits = np.array([[np.exp(-1.6 * abs(need - level)) for need, _ in OCCUPATIONS.values()] for level in range(5)])
    bounds = np.cumsum(fits / fits.sum(axis=1, keepdims=True), axis=1)
    occupation = (rng.random(count)[:, None] >= bounds[persons.education, :-1]).sum(axis=1)
    elsewhere = rng.random(count) < ELSEWHERE
    away = people.choose(figures.region_shares(), rng.random(count))
    pick = rng.random(count)
    educated = persons.education >= HIGHER
    route = np.where(pick < 0.17, FAMILY, STANDARD)
    route = np.where(persons.ethnic & (pick > 0.55), KANDAS, route)
    route = np.where(educated & (pick > 0.42) & (pick < 0.52), IN_DEMAND, route)
    route = np.where(educated & (pick > 0.40) & (pick < 0.42), NOMAD, route)
    tongue = rng.random(count)
    russian_speaking = np.isin(people.CITIZENSHIPS, ["RUS", "UKR", "BLR", "DEU", "XXA", "AZE", "GEO"])[persons.origin]
    language = np.select(
        [persons.ethnic, russian_speaking],
        [np.where(tongue > 0.78, RUSSIAN, KAZAKH), np.where(tongue < 0.97, RUSSIAN, ENGLISH)],
        np.select([tongue < 0.35, tongue < 0.85], [KAZAKH, RUSSIAN], ENGLISH),
    )
    grown = np.clip((persons.age(lodged) - 18) / 15, 0, 1)
    return Traits(
        occupation=occupation,
        no_occupation=rng.random(count) < NO_OCCUPATION,
        office=np.where(elsewhere, away, persons.region),
        route=route,
        language=language,
        family=1 + np.minimum(rng.poisson(1.7 * grown), 11),
    )


def draw_answers(rng: np.random.Generator, persons: people.People, day: np.ndarray, wage: np.ndarray) -> Answers:
    """What is true on `day`; `wage` is the wage of a running contract, 0 where none."""
    count = len(persons)
    age, wish, skill, level = persons.age(day), persons.disposition, persons.skill, persons.education
    relatives = rng.poisson(np.exp(-0.15 + 0.22 * wish + 0.55 * persons.ethnic + 0.3 * persons.compatriot))
    working = np.maximum(age - 18 - 1.6 * level, 0)
    offer = rng.random(count) < settle.logistic(-1.05 + 0.25 * level + 0.35 * skill + 0.2 * wish)
    offer |= (wage > 0) & (rng.random(count) < 0.55)
    russian = 1.4 + 1.6 * _from(persons, NEAR) - 1.2 * _from(persons, FAR) + 0.25 * level + rng.normal(0, 0.7, count)
    english = -0.6 + 0.45 * level + 0.35 * skill + rng.normal(0, 0.7, count)
    unregistered = 180_000 * np.exp(0.15 * level + rng.normal(0, 0.5, count))
    return Answers(
        education=level,
        experience=np.minimum(np.floor(working * rng.beta(2.2, 1.6, count)), 45),
        russian=np.clip(np.round(russian), 0, 3).astype(int),
        english=np.clip(np.round(english), 0, 3).astype(int),
        job_offer=offer & (age < 70),
        income=np.round(np.where(wage > 0, wage * rng.uniform(0.9, 1.2, count), unregistered), -3),
        housing=_housing(rng, age, 0.3 * wish + 0.2 * skill, relatives),
        relatives=np.minimum(relatives, 12),
        studied=np.where(rng.random(count) < 0.10 + 0.06 * (age < 30), rng.integers(1, 7, count), 0),
    )


def _from(persons: people.People, countries: list[str]) -> np.ndarray:
    return np.isin(people.CITIZENSHIPS, countries)[persons.origin]


def _housing(rng: np.random.Generator, age: np.ndarray, wish: np.ndarray, relatives: np.ndarray) -> np.ndarray:
    """Housing as a choice among own, rent, relatives, none: older people own, relatives house."""
    own = -0.6 + wish + 0.02 * (age - 35)
    rent = np.full(len(age), 0.4)
    weights = np.exp(np.stack([own, rent, -0.9 + 0.45 * np.minimum(relatives, 4), -0.75 - wish]))
    bounds = np.cumsum(weights / weights.sum(axis=0), axis=0)
    return (rng.random(len(age)) >= bounds[:-1]).sum(axis=0)


@dataclass(frozen=True)
class Questionnaires:
    """Rows of questionnaires.ndjson; where the block of answers is missing as a whole; applications without a row."""

    table: pa.Table
    blocks_missing: np.ndarray
    unasked: list[str]


def questionnaires(
    rng: np.random.Generator, answers: Answers, files: Files, application_id: pa.Array, *, as_of: int, dirt: float
) -> Questionnaires:
    """What was submitted by `as_of`; an answer here and there is missing, in a share `dirt` all of them are."""
    count, who = len(files), files.who
    years_before = (files.person_last[who] - files.lodged) // 365
    submitted = files.lodged + np.where(rng.random(count) < 0.9, 0, rng.integers(1, 6, count))
    gap = rng.random((len(ANSWERS), count)) < NO_ANSWER
    table = pa.table(
        {
            "application_id": application_id,
            "schema_version": text.pick(["2026-1"], np.zeros(count)),
            "submitted_on": text.dates(submitted),
            "education": text.pick(figures.EDUCATIONS, answers.education[who], gap[0]),
            "years_experience": text.integers(np.maximum(answers.experience[who] - years_before, 0), gap[1]),
            "russian_level": text.pick(LEVELS, answers.russian[who], gap[2]),
            "english_level": text.pick(LEVELS, answers.english[who], gap[3]),
            "job_offer": text.booleans(answers.job_offer[who], gap[4]),
            "monthly_income_kzt": text.integers(answers.income[who], gap[5]),
            "housing": text.pick(settle.HOUSING, answers.housing[who], gap[6]),
            "relatives_in_kz": text.integers(answers.relatives[who], gap[7]),
            "studied_in_kz_years": text.integers(answers.studied[who], gap[8]),
        }
    )
    block = rng.random(count) < dirt
    asked = (rng.random(count) >= NO_QUESTIONNAIRE) & (submitted <= as_of)
    return Questionnaires(
        table=table.filter(pa.array(asked)),
        blocks_missing=block[asked],
        unasked=application_id.filter(pa.array(~asked)).to_pylist(),
    )


def applications(
    traits: Traits,
    files: Files,
    persons: people.People,
    ids: pa.Array,
    person_id: pa.Array,
    standing: dict[str, pa.Array],
) -> pa.Table:
    """The rows of applications.csv; `ids` by file, `person_id` by person, `standing` further columns by file."""
    who = files.who
    return pa.table(
        {
            "application_id": ids,
            "person_id": person_id.take(pa.array(who)),
            "lodged_on": text.dates(files.lodged),
            "route": text.pick(ROUTES, traits.route[who]),
            "office": text.pick(figures.REGION_CODES, traits.office[who]),
            "settlement_region": text.pick(figures.REGION_CODES, persons.region[who]),
            "form_language": text.pick(LANGUAGES, traits.language[who]),
            "family_size": text.integers(traits.family[who]),
            "occupation": text.pick(OCCUPATION_CODES, traits.occupation[who], traits.no_occupation[who]),
            **standing,
        }
    )
