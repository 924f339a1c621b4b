"""Margins of the synthetic register. Public figures carry the key of their source (addresses: docs/synthetic.md).

`DERIVED` is arithmetic on public figures; `INVENTED` has no source and is a choice made here.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

DERIVED = "DERIVED"
INVENTED = "INVENTED"


class Figure(NamedTuple):
    """A share (0..1) or another quantity, and where it comes from: `[KEY]`, DERIVED or INVENTED."""

    value: float
    source: str


# Arrivals for permanent residence by country of origin, share of the year's arrivals. What the public figures leave
# open is spread over the remaining origins in the proportions of REST.
ORIGINS: dict[int, dict[str, Figure]] = {
    2023: {
        "UZB": Figure(6519 / 25387, "[MG3]"),
        "RUS": Figure(11711 / 25387, "[MG3]"),
        "TKM": Figure(1166 / 25387, "[MG3]"),
    },
    2024: {
        "UZB": Figure(0.41, "[INB]"),
        "RUS": Figure(0.27, "[INB]"),
        "CHN": Figure(0.068, "[INB]"),
        "MNG": Figure(0.044, "[INB]"),
        "TKM": Figure(0.038, "[INB]"),
        "KGZ": Figure(842 / 29300, "[INB]"),
        "TJK": Figure(749 / 29300, "[INB]"),
        "TUR": Figure(527 / 29300, "[INB]"),
        "DEU": Figure(403 / 29300, "[INB]"),
        "GEO": Figure(238 / 29300, "[INB]"),
    },
    2025: {
        "UZB": Figure(2614 / 4923, "[BNK]"),
        "RUS": Figure(982 / 4923, "[BNK]"),
        "CHN": Figure(427 / 4923, "[BNK]"),
        "MNG": Figure(129 / 4923, "[BNK]"),
        "TUR": Figure(57 / 4923, "[BNK]"),
    },
}
REST: dict[str, Figure] = {
    code: Figure(weight, INVENTED)
    for code, weight in {
        "CHN": 5.0, "MNG": 3.5, "TKM": 3.0, "KGZ": 3.0, "TJK": 2.6, "TUR": 1.8, "DEU": 1.4, "GEO": 0.8,
        "UKR": 1.6, "AZE": 1.2, "BLR": 0.6, "AFG": 0.5, "XXA": 0.5,
    }.items()
}  # fmt: skip
COUNTRIES = ["UZB", "RUS", "CHN", "MNG", "TKM", "KGZ", "TJK", "TUR", "DEU", "GEO", "UKR", "AZE", "BLR", "AFG", "XXA"]

# Share recorded as ethnic Kazakh, by origin. DERIVED: kandas of 2025 by origin [ZK4] over arrivals of 2025 [BNK][LITER].
ETHNIC: dict[str, Figure] = {
    "CHN": Figure(0.985, "[BES]"),
    "MNG": Figure(0.985, "[BES]"),
    "UZB": Figure(0.445 * 16805 / (0.531 * 23761), DERIVED),
    "RUS": Figure(0.025 * 16805 / (0.1995 * 23761), DERIVED),
    "TKM": Figure(0.04 * 16805 / (0.038 * 23761), DERIVED),
    "KGZ": Figure(0.25, INVENTED),
    "TJK": Figure(0.15, INVENTED),
    "TUR": Figure(0.20, INVENTED),
    "AFG": Figure(0.30, INVENTED),
    "XXA": Figure(0.30, INVENTED),
    "DEU": Figure(0.02, INVENTED),
    "GEO": Figure(0.01, INVENTED),
    "UKR": Figure(0.02, INVENTED),
    "AZE": Figure(0.01, INVENTED),
    "BLR": Figure(0.01, INVENTED),
}

# Born in, or once a citizen of, the Kazakh SSR or Kazakhstan.
COMPATRIOT: dict[str, Figure] = {
    code: Figure(
        {"RUS": 0.14, "DEU": 0.50, "UKR": 0.12, "BLR": 0.10, "UZB": 0.04, "XXA": 0.25}.get(code, 0.01), INVENTED
    )
    for code in COUNTRIES
}

# Region of settlement: three are public for 2025, Astana for January to September (1.0k of three quarters of 23,761).
REGIONS: dict[str, Figure] = {
    "19": Figure(5754 / 23761, "[LITER]"),
    "75": Figure(4068 / 23761, "[LITER]"),
    "47": Figure(3562 / 23761, "[LITER]"),
    "71": Figure(1000 / (23761 * 0.75), "[NM-S]"),
}
OTHER_REGIONS: dict[str, Figure] = {
    "61": Figure(0.098, "[EL3]"),
    "79": Figure(0.081, "[EL3]"),
    "31": Figure(0.063, "[EL3]"),
    **{
        code: Figure(weight, INVENTED)
        for code, weight in {
            "35": 0.050, "55": 0.040, "39": 0.036, "11": 0.032, "15": 0.030, "59": 0.027, "63": 0.025, "27": 0.022,
            "10": 0.020, "33": 0.018, "23": 0.016, "43": 0.013, "62": 0.006,
        }.items()
    },
}  # fmt: skip
REGION_CODES = sorted([*REGIONS, *OTHER_REGIONS])

# Which origins settle where more often than the margins alone would say (factor before both margins are restored).
AFFINITY: dict[tuple[str, str], float] = {
    **{("UZB", region): 2.5 for region in ("61", "79", "31", "43")},
    **{("RUS", region): 3.0 for region in ("39", "59", "55", "11", "63", "35", "27", "71")},
    **{("CHN", region): 2.5 for region in ("19", "33", "10", "75")},
    **{("MNG", region): 3.0 for region in ("55", "10", "71", "11")},
    **{("TKM", region): 4.0 for region in ("47",)},
}

# Age of adult applicants in five-year bands. Public: 61.7 % of arrivals of all ages are 20-44 and 35-39 is the largest
# band; pensioners are 8.6 % of kandas of all ages, 13 % of adults. The split within is invented.
AGES: dict[tuple[int, int], Figure] = {
    (18, 20): Figure(0.03, INVENTED),
    (20, 25): Figure(0.11, INVENTED),
    (25, 30): Figure(0.13, INVENTED),
    (30, 35): Figure(0.145, INVENTED),
    (35, 40): Figure(0.165, "[LITER] for being the largest"),
    (40, 45): Figure(0.11, INVENTED),
    (45, 50): Figure(0.08, INVENTED),
    (50, 55): Figure(0.06, INVENTED),
    (55, 60): Figure(0.05, INVENTED),
    (60, 80): Figure(0.12, "[ZK4] 8.6 of 66 adults in 100 kandas, rounded down"),
}

EDUCATIONS = ["none", "secondary", "vocational", "higher", "postgraduate"]
EDUCATION_KANDAS: dict[str, Figure] = {
    "none": Figure(0.063, "[ZK4]"),
    "secondary": Figure(0.512, "[ZK4]"),
    "vocational": Figure(0.275, "[ZK4]"),
    "higher": Figure(0.14, "[ZK4] 15 % together with postgraduate"),
    "postgraduate": Figure(0.01, INVENTED),
}
EDUCATION_OTHERS: dict[str, Figure] = {
    "none": Figure(0.03, INVENTED),
    "secondary": Figure(0.36, INVENTED),
    "vocational": Figure(0.31, INVENTED),
    "higher": Figure(0.27, INVENTED),
    "postgraduate": Figure(0.03, INVENTED),
}

MCI_2026 = Figure(4325, "[LADA-AI]")  # KZT
SOLVENCY_MCI = Figure(1320, "[AZP]")
MCI_GROWTH = Figure(1.09, INVENTED)  # a year, for the sums in older files

# Shares that make the gates answer in every way; none is public.
SHORT_PASSPORT = Figure(0.013, INVENTED)
NO_PASSPORT = Figure(0.008, INVENTED)
NO_IIN = Figure(0.12, INVENTED)
DISABILITY = Figure(0.03, INVENTED)
LOW_SOLVENCY = Figure(0.035, INVENTED)
OLD_EXPULSION = Figure(0.006, INVENTED)
RECENT_EXPULSION = Figure(0.007, INVENTED)
CONVICTION = Figure(0.007, INVENTED)
NO_FINGERPRINT = Figure(0.006, INVENTED)
KNB_REFUSAL = Figure(0.007, INVENTED)
HEALTH_FOUND = Figure(0.003, INVENTED)
OTHER_VISA = Figure(0.007, INVENTED)  # here on a visa that gives no right to apply
OTHER_VISA_ETHNIC = Figure(0.10, INVENTED)  # of ethnic Kazakhs who need a visa: any visa will do for them
INVESTOR_VISA = Figure(0.004, INVENTED)
FAMILY_OF_ROUTE = Figure(0.25, INVENTED)  # on the family route: family of a person whom the law exempts
FAMILY_OF_OTHERS = Figure(0.025, INVENTED)
REFUGEE = Figure(0.004, INVENTED)
REFUGEE_AFG = Figure(0.15, INVENTED)
MARRIED_WOMEN = Figure(0.0008, INVENTED)  # of women
PERMIT_HELD = Figure(0.005, INVENTED)
NO_HOME_CONSENT = Figure(0.02, INVENTED)  # of those who owe one
NO_AUTOBIOGRAPHY = Figure(0.007, INVENTED)
NO_FEE = Figure(0.005, INVENTED)
SHORT_FEE = Figure(0.005, INVENTED)
FEE_MCI = Figure(4, "[TINV]")
FINDING = Figure(0.04, INVENTED)  # files about which somebody recorded a finding
HOLDER_CHECKED = Figure(0.9, INVENTED)  # permit holders whose days in the country were counted
HOLDER_BREACH = Figure(0.08, INVENTED)  # of these, with what was looked for established
HELD = Figure(0.05, INVENTED)  # files whose clock stopped
HELD_AGAIN = Figure(0.08, INVENTED)  # of these, a second time
APPEALED_REFUSAL = Figure(0.12, INVENTED)  # of refusals
FALLS_REFUSAL = Figure(0.25, INVENTED)  # of the refusals appealed: the permit is granted after all
WRONG_ANNULMENT = Figure(0.015, INVENTED)  # of the permits that would have lasted
APPEALED_WRONG = Figure(0.80, INVENTED)  # of these
FALLS_WRONG = Figure(0.70, INVENTED)  # of these appeals: the permit stands again, and lasts
APPEALED_ANNULMENT = Figure(0.30, INVENTED)  # of the other annulments
FALLS_ANNULMENT = Figure(0.20, INVENTED)  # of these appeals: the permit stands again, and the person leaves later
TO_COURT = Figure(0.25, INVENTED)  # of the appeals that failed; what falls there, falls as often
REAPPLIED = Figure(
    0.03, INVENTED
)  # applications that an earlier one of the same person, refused or withdrawn, precedes

# A right to simplified citizenship under a treaty, by origin.
TREATY: dict[str, Figure] = {code: Figure(0.08, INVENTED) for code in ("RUS", "BLR", "KGZ")}

FAMILY_OF: dict[str, Figure] = {
    "ethnic_kazakh": Figure(0.72, INVENTED),
    "former_compatriot": Figure(0.20, INVENTED),
    "treaty_citizen": Figure(0.08, INVENTED),
}
STATELESS_BASIS: dict[str, Figure] = {
    "none": Figure(0.10, INVENTED),
    "no_papers": Figure(0.55, INVENTED),
    "ussr_passport_1974": Figure(0.35, INVENTED),
}

# What findings are about, relative to each other. The two that only a holder of a permit can meet are drawn apart, and
# an invalid marriage is looked for on the family route alone.
GROUNDS: dict[str, Figure] = {
    ground: Figure(weight, INVENTED)
    for ground, weight in {
        "unlawful_arrival": 8, "prosecuted_abroad": 5, "prison_release": 2, "crimes_against_humanity": 0.3,
        "ethnic_hatred": 0.6, "constitutional_order": 0.4, "sovereignty": 0.4, "forged_or_false": 14,
        "papers_not_in_time": 22, "rights_of_others": 3, "absent_183_days": 0, "marriage_invalid": 12,
        "national_security": 1.5, "citizenship_lost": 2, "citizenship_deprived": 0.3, "not_in_profession": 0,
        "entry_ban": 3, "unpaid_penalties": 12, "undeclared_income": 8, "no_means_of_stay": 8, "false_entry_data": 6,
        "fingerprint_check_refused": 1.5,
    }.items()
}  # fmt: skip
# How findings follow one another: the states of one ground in one file.
COURSES: dict[tuple[str, ...], Figure] = {
    ("not_established",): Figure(0.50, INVENTED),
    ("established",): Figure(0.09, INVENTED),
    ("suspected", "not_established"): Figure(0.28, INVENTED),
    ("suspected", "established"): Figure(0.06, INVENTED),
    ("under_review", "not_established"): Figure(0.04, INVENTED),
    ("suspected", "under_review", "not_established"): Figure(0.03, INVENTED),
}
HOLD_REASONS: dict[str, Figure] = {
    "papers_asked": Figure(0.62, INVENTED),
    "expert_opinion": Figure(0.16, INVENTED),
    "court": Figure(0.06, INVENTED),
    "applicant_request": Figure(0.16, INVENTED),
}


def origin_shares(year: int) -> np.ndarray:
    """Share of each of COUNTRIES among the arrivals of `year`; shape (15,), sums to 1."""
    known = ORIGINS[min(max(year, min(ORIGINS)), max(ORIGINS))]
    open_ = {code: figure.value for code, figure in REST.items() if code not in known}
    left = 1 - sum(figure.value for figure in known.values())
    scale = left / sum(open_.values())
    return np.array([known[code].value if code in known else open_[code] * scale for code in COUNTRIES])


def region_shares() -> np.ndarray:
    """Share of each of REGION_CODES; shape (20,), sums to 1."""
    known = sum(figure.value for figure in REGIONS.values())
    scale = (1 - known) / sum(figure.value for figure in OTHER_REGIONS.values())
    shares = {code: figure.value for code, figure in REGIONS.items()}
    shares |= {code: figure.value * scale for code, figure in OTHER_REGIONS.items()}
    return np.array([shares[code] for code in REGION_CODES])


def region_given_origin(year: int) -> np.ndarray:
    """P(region | origin), shape (15, 20): AFFINITY fitted to both margins of `year` (iterative proportional fitting)."""
    origins, regions = origin_shares(year), region_shares()
    table = np.array([[AFFINITY.get((country, region), 1.0) for region in REGION_CODES] for country in COUNTRIES])
    for _ in range(200):
        table *= (origins / table.sum(axis=1))[:, None]
        table *= regions / table.sum(axis=0)
    return table / table.sum(axis=1, keepdims=True)


def weights(table: Mapping[Any, Figure]) -> np.ndarray:
    """The values of `table` in its order."""
    return np.array([figure.value for figure in table.values()], dtype=float)


def mci(year: int) -> float:
    """The monthly calculation index of a year, KZT: public for 2026, earlier years scaled back (invented)."""
    return float(np.round(MCI_2026.value / MCI_GROWTH.value ** (2026 - year)))
