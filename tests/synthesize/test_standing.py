"""On what people are here, and by what the law exempts them."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.core import programme
from pipeline.synthesize import figures, forms, people, standing

DAY = 20_500
SOURCES = programme.load("kz_2026").tables


@pytest.fixture(scope="module")
def drawn() -> SimpleNamespace:
    """60,000 persons of 2026 and their standing."""
    rng = np.random.default_rng(4)
    first = np.full(60_000, DAY)
    who = people.draw(rng, 1, first, first)
    route = np.where(rng.random(len(who)) < 0.17, forms.FAMILY, forms.STANDARD)
    route = np.where(rng.random(len(who)) < 0.05, forms.IN_DEMAND, route)
    arrival = first - rng.integers(10, 900, len(who))
    return SimpleNamespace(
        people=who, route=route, arrival=arrival, standing=standing.draw(rng, who, route, arrival, first)
    )


def test_codes_are_those_of_the_register():
    persons, applications = SOURCES["persons"].columns, SOURCES["applications"].columns
    assert persons["family_of"].codes == standing.FAMILY
    assert persons["stateless_basis"].codes == standing.BASES
    assert applications["entry_basis"].codes == standing.ENTRIES


def test_what_exempts_people_is_protected():
    columns = SOURCES["persons"].columns
    names = ("family_of", "treaty_citizen", "refugee", "stateless_basis", "married_women_convention")
    assert all(columns[name].protected for name in names)
    assert not columns["permit_held_since"].protected


def test_shares_are_as_declared(drawn: SimpleNamespace):
    made = drawn.standing
    assert 0.05 < (made.family_of > 0).mean() < 0.075
    assert 0.003 < made.refugee.mean() < 0.008
    assert made.holds.mean() == pytest.approx(figures.PERMIT_HELD.value, abs=0.002)
    assert 0 < made.married_women.mean() < 0.002
    assert not (made.married_women & ~drawn.people.female).any()


def test_only_stateless_people_have_a_basis(drawn: SimpleNamespace):
    stateless = drawn.people.origin == people.STATELESS
    assert (drawn.standing.stateless[~stateless] == 0).all()
    assert set(drawn.standing.stateless[stateless]) == {0, 1, 2}


def test_a_treaty_right_goes_with_the_country(drawn: SimpleNamespace):
    countries = np.array(people.CITIZENSHIPS)[drawn.people.origin]
    assert set(countries[drawn.standing.treaty]) == set(figures.TREATY)


def test_permits_were_issued_after_the_entry_and_before_the_first_application(drawn: SimpleNamespace):
    held = drawn.standing.holds
    assert (drawn.standing.permit_since[held] >= drawn.arrival[held]).all()
    assert (drawn.standing.permit_since[held] < DAY).all()


def test_nearly_everyone_may_apply_and_ethnic_kazakhs_on_any_visa(drawn: SimpleNamespace):
    made = drawn.standing
    assert set(made.entry) == set(range(len(standing.ENTRIES)))
    assert 0 < 1 - made.may_apply.mean() < 0.01
    assert made.may_apply[drawn.people.ethnic].all()
    assert ((made.entry == standing.OTHER_VISA) & drawn.people.ethnic).any()
    assert ((made.entry == standing.REFUGEE) == made.refugee).all()
    assert (drawn.route[made.entry == standing.IN_DEMAND_VISA] == forms.IN_DEMAND).all()


def test_columns_have_few_gaps(past: SimpleNamespace):
    for frame, names in (
        (past.persons, ["family_of", "treaty_citizen", "refugee"]),
        (past.applications, ["entry_basis"]),
    ):
        for name in names:
            assert 0 < frame[name].isna().mean() < 0.01
    assert past.persons["permit_held_since"].isna().mean() > 0.98
    permits = past.persons.dropna(subset="permit_held_since").merge(past.applications, on="person_id")
    assert (pd.to_datetime(permits["permit_held_since"]) < pd.to_datetime(permits["lodged_on"])).all()
