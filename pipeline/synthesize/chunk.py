"""One chunk of the register: some thousand files with everything that hangs on them, from a seed of their own."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthesize import (
    appeals,
    events,
    findings,
    forms,
    outcomes,
    papers,
    people,
    plans,
    settle,
    standing,
    text,
)
from pipeline.synthesize.forms import Questionnaires
from pipeline.synthesize.places import NORTH, Places
from pipeline.synthesize.plans import DECISION_DAYS, Plan

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
    "standing",
    "more papers",
    "findings",
    "holds",
    "appeals",
)
FOLLOWED_DAYS = 900  # how long border crossings are made up after the day of decision
PASSPORT_DAYS = 180


@dataclass(frozen=True)
class Chunk:
    """Rows of each export and of the truth; `late_checks` are row numbers of answers that came late."""

    tables: dict[str, pa.Table]
    questionnaires: Questionnaires
    late_checks: np.ndarray
    truth: pa.Table


def build(plan: Plan, seed: np.random.SeedSequence, places: Places, as_of: int, dirt: float) -> Chunk:
    """The rows of `plan`; they depend on nothing but the arguments. Each topic draws from a stream of its own."""
    rng = {topic: np.random.default_rng(part) for topic, part in zip(TOPICS, seed.spawn(len(TOPICS)), strict=True)}
    files = plans.draw(rng["files"], plan)
    who, day = files.who, files.person_last + DECISION_DAYS
    persons = people.draw(rng["persons"], plan.person, files.person_last, files.person_first)
    traits = forms.draw_traits(rng["files"], persons, files.person_last)
    tests = events.draw_tests(rng["tests"], persons, files.person_last)
    arrival = events.draw_arrival(rng["stays"], files.person_first)
    stays = events.draw_stays(rng["stays"], persons, arrival, day)
    offences = events.draw_offences(rng["offences"], persons, arrival, day, as_of)
    contracts = events.draw_contracts(
        rng["contracts"], persons, arrival=arrival, day=day, occupation=traits.occupation, places=places
    )
    answers = forms.draw_answers(rng["answers"], persons, day, contracts.wage_now)
    facts = settle.Facts(
        kazakh_points=tests.points,
        job_offer=answers.job_offer,
        tightness=places.tightness_on(day, persons.region, traits.occupation),
        housing=answers.housing,
        relatives=answers.relatives,
        present_days=stays.present,
        offences=offences.before,
        wage_kzt=contracts.wage_now,
        experience=answers.experience,
        studied_years=answers.studied,
        family_size=traits.family,
        russian=answers.russian,
        north=NORTH[persons.region],
        age=persons.age(day),
    )
    probability = settle.settle_probability(facts, persons.disposition)
    would_settle = rng["outcomes"].random(len(persons)) < probability

    passports = people.draw_passports(rng["papers"], persons, files.person_last)
    status = standing.draw(rng["standing"], persons, traits.route, arrival, files.person_first)
    exempt = (
        persons.ethnic | persons.compatriot | status.treaty | (status.family_of > 0) | (traits.route == forms.IN_DEMAND)
    )
    housed = answers.housing != settle.NONE
    waits = files.last & plan.open_
    found = findings.draw(rng["findings"], files.lodged, traits.route[who], status.holds[who], waits)
    checks = papers.draw_checks(rng["papers"], files.lodged, plan.open_, dirt)
    checks = papers.with_sweep(rng["more papers"], checks, found.in_registers(len(files)), plan.open_, dirt)
    documents = papers.draw_documents(rng["papers"], files.lodged, exempt[who], housed[who], plan.open_)
    documents = papers.with_consents_and_fee(
        rng["more papers"], documents, files.lodged, status.owes_consent[who], traits.family[who]
    )
    short = passports.none[who] | (passports.expires[who] - files.lodged <= PASSPORT_DAYS)
    decisions = outcomes.draw(
        rng["outcomes"],
        files=files,
        stays=would_settle,
        grounds=short
        | (documents.low & ~exempt[who])
        | ~tests.passed[who]
        | checks.against
        | found.against(len(files))
        | ~status.may_apply[who],
        facts=facts,
        disposition=persons.disposition,
        office=traits.office[who],
        places=places,
        open_=plan.open_,
    )
    course = appeals.draw(rng["appeals"], decisions, as_of)
    leaving = np.full(len(persons), events.NEVER)
    followed = np.minimum(day[who] + FOLLOWED_DAYS, as_of)
    left = np.flatnonzero((course.code == outcomes.LEFT) & ~decisions.open_ & (course.happened <= followed))
    leaving[who[left]] = course.happened[left]
    later = events.draw_later_stays(
        rng["later"],
        np.minimum(day, as_of),
        np.minimum(leaving, np.minimum(day + FOLLOWED_DAYS, as_of)),
        leaving < events.NEVER,
    )

    base = plan.index * plans.STRIDE + 1
    person_id, application_id = text.numbered("P", persons.number, 8), text.numbered("A", files.number, 8)
    check_rows, late = checks.table(application_id, base, as_of)
    sweep = checks.answered[:, papers.REGISTERS], checks.recorded[:, papers.REGISTERS]
    known = events.Known(person_id, base, as_of)
    return Chunk(
        tables={
            "persons": people.table(
                persons,
                passports,
                rng["identity"],
                first=files.person_first,
                chunk=plan.index,
                chunks=plan.of,
                standing=status.persons(rng["standing"]),
            ),
            "applications": forms.applications(
                traits, files, persons, application_id, person_id, status.applications(rng["standing"], who)
            ),
            "language_tests": known.tests(tests),
            "agency_checks": check_rows,
            "documents": documents.table(application_id, base, as_of),
            "border_crossings": known.stays([stays, later], rng["later"]),
            "offences": known.offences(offences),
            "employment": known.contracts(contracts, places.employer_bin, rng["contracts"]),
            "outcomes": course.entries.table(files.lodged, application_id, base),
            "findings": found.table(application_id, base, as_of, *sweep),
            "holds": findings.draw_holds(rng["holds"], files.lodged, waits, application_id, base, as_of),
        },
        questionnaires=forms.questionnaires(rng["answers"], answers, files, application_id, as_of=as_of, dirt=dirt),
        late_checks=late,
        # An earlier file has no probability of its own: it was refused or withdrawn, and its facts are not kept.
        truth=pa.table(
            {
                "application_id": application_id,
                "probability": pa.array(probability[who], mask=~files.last),
                "settles": text.booleans(would_settle[who], ~files.last),
                "outcome": text.pick(outcomes.CODES, course.code, decisions.open_),
            }
        ),
    )
