"""On what a person is in the country and by what the law exempts a person. Every rate here is INVENTED (figures.py)."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthesize import figures, forms, text
from pipeline.synthesize.people import CITIZENSHIPS, STATELESS, People, choose

FAMILY = ["none", *figures.FAMILY_OF]
BASES = list(figures.STATELESS_BASIS)
ENTRIES = ["permanent_visa", "investor_visa", "in_demand_visa", "visa_free", "refugee", "other_visa"]
PERMANENT_VISA, INVESTOR_VISA, IN_DEMAND_VISA, VISA_FREE, REFUGEE, OTHER_VISA = range(6)
NEED_A_VISA = np.isin(CITIZENSHIPS, ["CHN", "MNG", "TKM", "AFG", "XXA"])  # INVENTED: the lists are longer and change
GAP = 0.003  # not recorded


@dataclass(frozen=True)
class Standing:
    """Facts of persons that exemptions hang on; arrays of shape (persons,), positions in the lists of codes.

    `permit_since` is the day of issue of the permit the person holds, meaningless where `holds` is false.
    `owes_consent`: the law asks for the home state's consent; `may_apply`: the entry gives a right to apply (Art. 7).
    """

    family_of: np.ndarray
    treaty: np.ndarray
    refugee: np.ndarray
    stateless: np.ndarray
    married_women: np.ndarray
    holds: np.ndarray
    permit_since: np.ndarray
    entry: np.ndarray
    owes_consent: np.ndarray
    may_apply: np.ndarray

    def persons(self, rng: np.random.Generator) -> dict[str, pa.Array]:
        """The columns of persons.csv; here and there a value is not recorded."""
        family, treaty, refugee, married = rng.random((4, len(self.holds))) < GAP
        return {
            "family_of": text.pick(FAMILY, self.family_of, family),
            "treaty_citizen": text.booleans(self.treaty, treaty),
            "refugee": text.booleans(self.refugee, refugee),
            "stateless_basis": text.pick(BASES, self.stateless),
            "married_women_convention": text.booleans(self.married_women, married),
            "permit_held_since": text.dates(self.permit_since, ~self.holds),
        }

    def applications(self, rng: np.random.Generator, who: np.ndarray) -> dict[str, pa.Array]:
        """The columns of applications.csv; `who` is the person of each file."""
        return {"entry_basis": text.pick(ENTRIES, self.entry[who], rng.random(len(who)) < GAP)}


def draw(
    rng: np.random.Generator, people: People, route: np.ndarray, arrival: np.ndarray, first: np.ndarray
) -> Standing:
    """One value a person; `route` as in forms.ROUTES, `arrival` and `first` the days of entry and first application."""
    count, origin = len(people), people.origin
    luck = rng.random((7, count))
    entitled = np.array([figures.TREATY[code].value if code in figures.TREATY else 0.0 for code in CITIZENSHIPS])
    rate = np.where(route == forms.FAMILY, figures.FAMILY_OF_ROUTE.value, figures.FAMILY_OF_OTHERS.value)
    of = 1 + choose(figures.weights(figures.FAMILY_OF), rng.random(count))
    afghan = origin == CITIZENSHIPS.index("AFG")
    refugee = luck[2] < np.where(afghan, figures.REFUGEE_AFG.value, figures.REFUGEE.value)
    entry = _entry(luck[6], people, route, refugee)
    chinese_kazakh = people.ethnic & (origin == CITIZENSHIPS.index("CHN"))
    basis = choose(figures.weights(figures.STATELESS_BASIS), rng.random(count))
    return Standing(
        family_of=np.where(luck[1] < rate, of, 0),
        treaty=luck[0] < entitled[origin],
        refugee=refugee,
        stateless=np.where(origin == STATELESS, basis, 0),
        married_women=people.female & (luck[3] < figures.MARRIED_WOMEN.value),
        holds=luck[4] < figures.PERMIT_HELD.value,
        permit_since=arrival + np.floor(luck[5] * (first - arrival)).astype(int),
        entry=entry,
        owes_consent=~refugee & ~chinese_kazakh & (origin != STATELESS),
        may_apply=people.ethnic | (entry != OTHER_VISA),
    )


def _entry(luck: np.ndarray, people: People, route: np.ndarray, refugee: np.ndarray) -> np.ndarray:
    """On what each person is here: nearly everyone on something that gives a right to apply."""
    visa = NEED_A_VISA[people.origin]
    other = np.where(people.ethnic & visa, figures.OTHER_VISA_ETHNIC.value, figures.OTHER_VISA.value)
    usual = np.where(visa, np.where(route == forms.IN_DEMAND, IN_DEMAND_VISA, PERMANENT_VISA), VISA_FREE)
    investor = luck > 1 - figures.INVESTOR_VISA.value
    return np.select([refugee, luck < other, investor], [REFUGEE, OTHER_VISA, INVESTOR_VISA], usual)
