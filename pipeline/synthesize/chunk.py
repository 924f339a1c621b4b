"""One chunk of the register: some thousand files with everything that hangs on them, from a seed of their own."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthesize import events, figures, papers, people, settle, text
from pipeline.synthesize.places import NORTH, OCCUPATION_CODES, OCCUPATIONS, Places

TOPICS = (
    "persons",
    "identity",
    "files",
    "tests",
    "stays",
    "offences",
    "contracts",
    "answers",
    "papers",
    "outcomes",
    "later",
)
STRIDE = 1_000_000  # numbers of events a chunk may use of each kind
DECISION_DAYS = 29
OPEN_DAYS = 58  # files lodged in these last days are open
PAST_GAP = 61
ROUTES = ["standard", "family", "kandas", "in_demand_profession", "digital_nomad"]
IN_DEMAND = ROUTES.index("in_demand_profession")
OUTCOMES = ["settled", "annulled", "left", "granted", "refused", "withdrawn"]
SETTLED, ANNULLED, LEFT, GRANTED, REFUSED, WITHDRAWN = range(6)


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


@dataclass(frozen=True)
class Chunk:
    """Rows for each export, the truth, and rows that are planted but fit to keep (source -> row numbers, kind)."""

    tables: dict[str, pa.Table]
    truth: pa.Table
    kept: dict[str, tuple[np.ndarray, str]]
    blocks_missing: np.ndarray
    unasked: list[str]  # applications without a questionnaire


def build(plan: Plan, seed: np.random.SeedSequence, places: Places, as_of: int, dirt: float) -> Chunk:
    """The rows of `plan`; they depend on nothing but `plan`, `seed` and the reference tables."""
    rng = {topic: np.random.default_rng(part) for topic, part in zip(TOPICS, seed.spawn(len(TOPICS)), strict=True)}
    files = rng["files"]
    span = plan.end - plan.start + 1
    lodged = np.sort(
        plan.start + np.floor(span * files.random(plan.files) ** (1.0 if plan.open_ else 0.92)).astype(int)
    )
    persons = people.draw(rng["persons"], plan.person, lodged)
    passports = people.draw_passports(rng["papers"], persons, lodged)
    main = np.arange(plan.files)
    room = lodged - plan.past
    earlier = np.argsort(np.where(room > 150, files.random(plan.files), 2.0), kind="stable")[: plan.earlier]
    earlier_day = (
        lodged[earlier] - 100 - np.floor(files.random(plan.earlier) * np.maximum(room[earlier] - 100, 1)).astype(int)
    )
    first = lodged.copy()
    first[earlier] = earlier_day

    who = np.concatenate([main, earlier])
    day_lodged = np.concatenate([lodged, earlier_day])
    order = np.argsort(day_lodged, kind="stable")
    who, day_lodged = who[order], day_lodged[order]
    is_main = order < plan.files
    number = plan.application + np.arange(len(who))
    day = lodged + DECISION_DAYS  # of each person's last file

    traits = _traits(files, persons, lodged, places)
    tests = events.draw_tests(rng["tests"], persons, lodged)
    arrival = events.draw_arrival(rng["stays"], first)
    stays = events.draw_stays(rng["stays"], persons, arrival, day)
    offences = events.draw_offences(rng["offences"], persons, arrival, day, np.minimum(day + 300, as_of))
    contracts = events.draw_contracts(rng["contracts"], persons, arrival, day, traits["occupation"], places)
    answers = _answers(rng["answers"], persons, traits, day, contracts.wage_now)
    facts = settle.Facts(
        kazakh_points=tests.points,
        job_offer=answers["job_offer"],
        tightness=places.tightness_on(day, persons.region, traits["occupation"]),
        housing=answers["housing"],
        relatives=answers["relatives"],
        present_days=stays.present,
        offences=offences.before,
        wage_kzt=contracts.wage_now,
        experience=answers["experience"],
        studied_years=answers["studied"],
        family_size=traits["family"],
        russian=answers["russian"],
        north=NORTH[persons.region],
        age=persons.age(day),
    )
    probability = settle.settle_probability(facts, persons.disposition)
    stays_on = rng["outcomes"].random(plan.files) < probability

    exempt = persons.ethnic | persons.compatriot | (traits["route"] == IN_DEMAND)
    checks = papers.draw_checks(rng["papers"], day_lodged, plan.open_, dirt)
    documents = papers.draw_documents(
        rng["papers"], day_lodged, exempt[who], answers["housing"][who] != settle.NONE, plan.open_
    )
    grounds = (
        passports.none[who]
        | (passports.expires[who] - day_lodged <= 180)
        | (documents.low & ~exempt[who])
        | ~tests.passed[who]
        | checks.against
    )
    impression = (0.6 * persons.disposition + 0.8 * rng["outcomes"].standard_normal(plan.files))[who]
    officer = np.floor(rng["outcomes"].random(len(who)) * places.officers_of[traits["office"][who]]).astype(int)
    leniency = places.leniency[traits["office"][who], officer]
    granted = rng["outcomes"].random(len(who)) < settle.grant_probability(
        ~grounds, _take(facts, who), impression, leniency
    )
    withdrawn = rng["outcomes"].random(len(who)) < 0.05
    outcome = np.select(
        [withdrawn, ~granted | ~is_main, stays_on[who]],
        [WITHDRAWN, REFUSED, SETTLED],
        np.where(rng["outcomes"].random(len(who)) < 0.25, ANNULLED, LEFT),
    )
    decided = day_lodged + DECISION_DAYS + np.minimum(np.floor(rng["outcomes"].gamma(1.5, 4, len(who))), 25).astype(int)
    happened = decided + 15 + np.floor(rng["outcomes"].beta(1.3, 1.1, len(who)) * 700).astype(int)
    shown, recorded = _recorded(rng["outcomes"], outcome, decided, happened, as_of)
    is_open = is_main & plan.open_

    stayed_until = np.minimum(day + 900, as_of)
    gone = np.zeros(plan.files, dtype=bool)
    rows = np.flatnonzero(is_main & ~is_open & (outcome == LEFT) & (happened <= as_of))
    gone[who[rows]] = True
    stayed_until[who[rows]] = happened[rows]
    later = events.draw_later_stays(rng["later"], np.minimum(day, as_of), stayed_until, gone)

    base = plan.index * STRIDE + 1
    person_id = text.numbered("P", persons.number, 8)
    application_id = text.numbered("A", number, 8)
    tables = {
        "persons": people.table(persons, passports, rng["identity"], first, plan.index, plan.of),
        "applications": pa.table(
            {
                "application_id": application_id,
                "person_id": person_id.take(pa.array(who)),
                "lodged_on": text.dates(day_lodged),
                "route": text.pick(ROUTES, traits["route"][who]),
                "office": text.pick(figures.REGION_CODES, traits["office"][who]),
                "settlement_region": text.pick(figures.REGION_CODES, persons.region[who]),
                "form_language": text.pick(["kk", "ru", "en"], traits["language"][who]),
                "family_size": text.integers(traits["family"][who]),
                "occupation": text.pick(OCCUPATION_CODES, traits["occupation"][who], traits["no_occupation"][who]),
            }
        ),
        "language_tests": events.tests_table(tests, person_id, base, as_of),
        "border_crossings": events.stays_table([stays, later], person_id, base, as_of, rng["later"]),
        "offences": events.offences_table(offences, person_id, base, as_of),
        "employment": events.contracts_table(contracts, person_id, places.employer_bin, base, as_of, rng["contracts"]),
        "documents": documents.table(application_id, base, as_of),
    }
    tables["agency_checks"], late = checks.table(application_id, base, as_of)
    tables["questionnaires"], block, unasked = _questionnaires(
        rng["answers"], answers, who, day_lodged, lodged, application_id, dirt, as_of
    )
    decided_rows = np.flatnonzero(~is_open)
    tables["outcomes"] = pa.table(
        {
            "application_id": application_id,
            "decided_on": text.dates(decided),
            "recorded_on": text.dates(recorded),
            "outcome": text.pick(OUTCOMES, shown),
            "decided_by": text.numbered(
                "O", np.array(figures.REGION_CODES, dtype=int)[traits["office"][who]] * 1000 + officer + 1, 5
            ),
            "law_version": text.from_bytes(_law(day_lodged)),
        }
    ).take(pa.array(decided_rows))
    # An earlier file has no probability of its own: it was refused or withdrawn, and its facts are not kept.
    truth = pa.table(
        {
            "application_id": application_id,
            "probability": pa.array(probability[who], mask=~is_main),
            "settles": text.booleans(stays_on[who], ~is_main),
            "outcome": text.pick(OUTCOMES, outcome, is_open),
        }
    )
    return Chunk(
        tables=tables, truth=truth, kept={"agency_checks": (late, "late_answer")}, blocks_missing=block, unasked=unasked
    )


def _take(facts: settle.Facts, rows: np.ndarray) -> settle.Facts:
    return settle.Facts(**{name: values[rows] for name, values in vars(facts).items()})


def _traits(
    rng: np.random.Generator, persons: people.People, lodged: np.ndarray, places: Places
) -> dict[str, np.ndarray]:
    """What the form says about the person: route, office, language of the form, family, occupation."""
    count = len(persons)
    fits = np.array([[np.exp(-1.6 * abs(need - level)) for need, _ in OCCUPATIONS.values()] for level in range(5)])
    bounds = np.cumsum(fits / fits.sum(axis=1, keepdims=True), axis=1)
    occupation = (rng.random(count)[:, None] >= bounds[persons.education, :-1]).sum(axis=1)
    other = rng.random(count) < 0.08
    away = people.choose(figures.region_shares(), rng.random(count))
    pick = rng.random(count)
    route = np.select([pick < 0.17, pick < 0.20], [1, 0], 0)
    route = np.where(persons.ethnic & (pick > 0.55), ROUTES.index("kandas"), route)
    route = np.where((persons.education >= 3) & (pick > 0.42) & (pick < 0.52), IN_DEMAND, route)
    route = np.where((persons.education >= 3) & (pick > 0.40) & (pick < 0.42), ROUTES.index("digital_nomad"), route)
    speaks_russian = np.isin(people.CITIZENSHIPS, ["RUS", "UKR", "BLR", "DEU", "XXA", "AZE", "GEO"])[persons.origin]
    tongue = rng.random(count)
    language = np.where(
        persons.ethnic, (tongue > 0.78).astype(int), np.where(speaks_russian, np.where(tongue < 0.97, 1, 2), 0)
    )
    mixed = ~persons.ethnic & ~speaks_russian
    language = np.where(mixed, np.select([tongue < 0.35, tongue < 0.85], [0, 1], 2), language)
    settled_age = np.clip((persons.age(lodged) - 18) / 15, 0, 1)
    return {
        "occupation": occupation,
        "no_occupation": rng.random(count) < 0.04,
        "office": np.where(other, away, persons.region),
        "route": route,
        "language": language,
        "family": 1 + np.minimum(rng.poisson(1.7 * settled_age), 11),
    }


def _answers(
    rng: np.random.Generator, persons: people.People, traits: dict[str, np.ndarray], day: np.ndarray, wage: np.ndarray
) -> dict[str, np.ndarray]:
    """True facts that the questionnaire asks for, one value a person."""
    count = len(persons)
    age = persons.age(day)
    relatives = np.minimum(
        rng.poisson(np.exp(-0.15 + 0.22 * persons.disposition + 0.55 * persons.ethnic + 0.3 * persons.compatriot)), 12
    )
    working = np.maximum(age - 18 - 1.6 * persons.education, 0)
    experience = np.minimum(np.floor(working * rng.beta(2.2, 1.6, count)), 45)
    offer = rng.random(count) < 1 / (
        1 + np.exp(-(-1.05 + 0.25 * persons.education + 0.35 * persons.skill + 0.2 * persons.disposition))
    )
    offer |= (wage > 0) & (rng.random(count) < 0.55)
    offer &= age < 70
    wish = 0.3 * persons.disposition + 0.2 * persons.skill
    weights = np.exp(
        np.stack(
            [-0.6 + wish + 0.02 * (age - 35), 0.4 + 0 * wish, -0.9 + 0.45 * np.minimum(relatives, 4), -0.75 - wish]
        )
    )  # own, rent, relatives, none
    bounds = np.cumsum(weights / weights.sum(axis=0), axis=0)
    housing = (rng.random(count) >= bounds[:-1]).sum(axis=0)
    near = np.isin(people.CITIZENSHIPS, ["RUS", "UKR", "BLR", "XXA"])[persons.origin]
    far = np.isin(people.CITIZENSHIPS, ["CHN", "TUR", "AFG", "DEU"])[persons.origin]
    russian = 1.4 + 1.6 * near - 1.2 * far + 0.25 * persons.education + rng.normal(0, 0.7, count)
    english = -0.6 + 0.45 * persons.education + 0.35 * persons.skill + rng.normal(0, 0.7, count)
    studied = np.where(rng.random(count) < 0.10 + 0.06 * (age < 30), rng.integers(1, 7, count), 0)
    income = np.where(
        wage > 0,
        wage * rng.uniform(0.9, 1.2, count),
        180_000 * np.exp(0.15 * persons.education + rng.normal(0, 0.5, count)),
    )
    return {
        "relatives": relatives,
        "experience": experience,
        "job_offer": offer,
        "housing": housing,
        "russian": np.clip(np.round(russian), 0, 3).astype(int),
        "english": np.clip(np.round(english), 0, 3).astype(int),
        "studied": studied,
        "income": np.round(income, -3),
        "education": persons.education,
    }


LEVELS = ["none", "A", "B", "C"]
ANSWERS = ["education", "years_experience", "russian_level", "english_level", "job_offer", "monthly_income_kzt", "housing",
           "relatives_in_kz", "studied_in_kz_years"]  # fmt: skip
NO_QUESTIONNAIRE = 0.008
NO_ANSWER = 0.012


def _questionnaires(
    rng: np.random.Generator, answers: dict[str, np.ndarray], who: np.ndarray, day_lodged: np.ndarray, lodged: np.ndarray,
    application_id: pa.Array, dirt: float, as_of: int,
) -> tuple[pa.Table, np.ndarray, list[str]]:  # fmt: skip
    """The rows of questionnaires.ndjson, where the block of answers is missing as a whole, and who has no row."""
    count = len(who)
    years_before = (lodged[who] - day_lodged) // 365
    submitted = day_lodged + np.where(rng.random(count) < 0.9, 0, rng.integers(1, 6, count))
    experience = np.maximum(answers["experience"][who] - years_before, 0)
    gap = rng.random((len(ANSWERS), count)) < NO_ANSWER
    table = pa.table(
        {
            "application_id": application_id,
            "schema_version": pa.array(["2026-1"]).take(pa.array(np.zeros(count, dtype=np.int32))),
            "submitted_on": text.dates(submitted),
            "education": text.pick(figures.EDUCATIONS, answers["education"][who], gap[0]),
            "years_experience": text.integers(experience, gap[1]),
            "russian_level": text.pick(LEVELS, answers["russian"][who], gap[2]),
            "english_level": text.pick(LEVELS, answers["english"][who], gap[3]),
            "job_offer": text.booleans(answers["job_offer"][who], gap[4]),
            "monthly_income_kzt": text.integers(answers["income"][who], gap[5]),
            "housing": text.pick(settle.HOUSING, answers["housing"][who], gap[6]),
            "relatives_in_kz": text.integers(answers["relatives"][who], gap[7]),
            "studied_in_kz_years": text.integers(answers["studied"][who], gap[8]),
        }
    )
    block = rng.random(count) < dirt
    asked = (rng.random(count) >= NO_QUESTIONNAIRE) & (submitted <= as_of)
    rows = np.flatnonzero(asked)
    return table.take(pa.array(rows)), block[rows], application_id.filter(pa.array(~asked)).to_pylist()


def _recorded(
    rng: np.random.Generator, outcome: np.ndarray, decided: np.ndarray, happened: np.ndarray, as_of: int
) -> tuple[np.ndarray, np.ndarray]:
    """The outcome as the register shows it on `as_of`, and since when it shows that."""
    count = len(outcome)
    at_once = decided + rng.integers(0, 5, count)
    matured = text.add_months(decided, 24) + rng.integers(0, 6, count)
    noticed = happened + rng.integers(3, 31, count)
    later = np.select([outcome == SETTLED, np.isin(outcome, (ANNULLED, LEFT))], [matured, noticed], at_once)
    unknown = later > as_of
    return np.where(unknown, GRANTED, outcome), np.where(unknown, at_once, later)


def _law(lodged: np.ndarray) -> np.ndarray:
    """The version of the rules: year and half; ASCII codes of shape (files, 6)."""
    month = lodged.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    digits = text.digits(text.years_of(lodged) * 10 + month // 6 + 1, 5) + text.ZERO
    return np.concatenate([digits[:, :4], np.full((len(lodged), 1), ord("-"), dtype=np.uint8), digits[:, 4:]], axis=1)
