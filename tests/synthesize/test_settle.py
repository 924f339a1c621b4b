"""The causal model."""

import dataclasses

import numpy as np
import pytest

from pipeline.synthesize import settle
from pipeline.synthesize.settle import NONE, OWN, RELATIVES, RENT, Facts, grant_probability, settle_probability

USUAL = {
    "kazakh_points": 40, "job_offer": False, "tightness": 0.0, "housing": RENT, "relatives": 1, "present_days": 300,
    "offences": 0, "wage_kzt": 0, "experience": 8, "studied_years": 0, "family_size": 3, "russian": 2, "north": False,
    "age": 38.0,
}  # fmt: skip


def probability(disposition: float = 0.0, **changes: object) -> float:
    facts = Facts(**{name: np.array([value]) for name, value in {**USUAL, **changes}.items()})
    return float(settle_probability(facts, np.array([disposition]))[0])


def test_no_protected_attribute_is_an_argument():
    names = {field.name for field in dataclasses.fields(Facts)}
    assert not names & {"ethnic", "ethnic_kazakh", "citizenship", "origin", "sex", "female", "disability", "language"}


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("kazakh_points", [0, 10, 20, 40, 60]),
        ("present_days", [0, 90, 160, 300]),
        ("relatives", [1, 2, 4]),
        ("experience", [0, 4, 16]),
        ("studied_years", [0, 2, 4]),
        ("russian", [0, 1, 3]),
        ("wage_kzt", [200_000, 300_000, 600_000]),
    ],
)
def test_more_is_never_less(column: str, values: list[int]):
    found = [probability(**{column: value}) for value in values]
    assert found == sorted(found)


def test_offences_count_against():
    assert probability(offences=2) < probability(offences=1) < probability()


def test_an_offer_helps_in_so_far_as_the_work_is_wanted():
    gain = [probability(job_offer=True, tightness=value) - probability(tightness=value) for value in (-1, 0, 1)]
    assert 0 <= gain[0] < gain[1] < gain[2]


def test_a_family_holds_who_is_housed_and_drives_out_who_is_not():
    assert probability(housing=OWN, family_size=6) > probability(housing=OWN, family_size=1)
    assert probability(housing=NONE, family_size=6) < probability(housing=NONE, family_size=1)
    assert probability(housing=RELATIVES) > probability(housing=RENT) > probability(housing=NONE)


def test_language_counts_more_for_who_is_alone_and_russian_in_the_north():
    alone = probability(relatives=0, kazakh_points=50) - probability(relatives=0, kazakh_points=5)
    assert alone > probability(relatives=3, kazakh_points=50) - probability(relatives=3, kazakh_points=5)
    north = probability(north=True, russian=3) - probability(north=True, russian=0)
    assert north > 3 * (probability(russian=3) - probability(russian=0))


def test_the_middle_of_life_stays_best():
    assert probability(age=41) > probability(age=25)
    assert probability(age=41) > probability(age=65)


def test_the_latent_disposition_counts():
    assert probability(disposition=-1) < probability() < probability(disposition=1)


def test_grants_are_rare_against_a_ground_and_follow_the_impression():
    facts = Facts(**{name: np.repeat(value, 3) for name, value in USUAL.items()})
    passes, zero = np.array([False, True, True]), np.zeros(3)
    found = grant_probability(passes, facts, np.array([0.0, -1.0, 1.0]), zero)
    assert found[0] < 0.1 < found[1] < found[2]


def test_facts_can_be_taken_by_position():
    facts = Facts(**{name: np.array([value, value]) for name, value in USUAL.items()})
    assert len(facts.of(np.array([1, 0, 1])).age) == 3
    assert settle.logistic(np.array([0.0])) == pytest.approx([0.5])
