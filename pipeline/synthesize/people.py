"""Persons of a chunk: who they are, their papers, and the latent traits behind the facts."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.checkdigits import NONE, iin_check_digit, mrz_td3_line
from pipeline.synthesize import figures, names, text

PASSPORT_SPACE = 10**8  # passport numbers are a permutation of the person's number in this range
PASSPORT_STEP = 61_803_399  # odd and not a multiple of 5, so multiplication permutes
LETTERS = "ABCEKLMNPRSTX"
# The zone of a German passport carries `D<<`; the register's citizenship column is alpha-3 throughout.
MRZ_STATES = {"DEU": "D<<"}

CITIZENSHIPS = figures.COUNTRIES
STATELESS = CITIZENSHIPS.index("XXA")


@dataclass(frozen=True)
class People:
    """Facts and latent traits of persons, one value each, all of shape (persons,); days count from 1970-01-01.

    `skill` and `disposition` are standard normal and independent of citizenship, ethnicity, sex and disability.
    """

    number: np.ndarray
    origin: np.ndarray  # position in CITIZENSHIPS
    region: np.ndarray  # of settlement, position in figures.REGION_CODES
    ethnic: np.ndarray
    compatriot: np.ndarray
    female: np.ndarray
    disability: np.ndarray
    birth: np.ndarray
    education: np.ndarray  # position in figures.EDUCATIONS
    skill: np.ndarray
    disposition: np.ndarray

    def __len__(self) -> int:
        return len(self.number)

    def age(self, day: np.ndarray) -> np.ndarray:
        """Years lived on `day`, as a number with fractions."""
        return (day - self.birth) / 365.25


def draw(rng: np.random.Generator, number: int, lodged: np.ndarray, first: np.ndarray) -> People:
    """Persons numbered from `number`, one for each day in `lodged`, the day of the person's last application.

    `first` is the day of the first one, on which everybody is of age.
    """
    count = len(lodged)
    year = text.years_of(lodged)
    origin = np.zeros(count, dtype=np.int8)
    region = np.zeros(count, dtype=np.int8)
    pick_origin, pick_region = rng.random((2, count))
    for value in np.unique(year):
        rows = np.flatnonzero(year == value)
        origin[rows] = choose(figures.origin_shares(int(value)), pick_origin[rows])
        table = np.cumsum(figures.region_given_origin(int(value)), axis=1)
        region[rows] = (pick_region[rows][:, None] >= table[origin[rows], :-1]).sum(axis=1)
    ethnic = rng.random(count) < np.array([figures.ETHNIC[code].value for code in CITIZENSHIPS])[origin]
    compatriot = rng.random(count) < np.array([figures.COMPATRIOT[code].value for code in CITIZENSHIPS])[origin]
    bands = list(figures.AGES)
    band = choose(np.array([figure.value for figure in figures.AGES.values()]), rng.random(count))
    low, high = np.array(bands).T
    age = low[band] + rng.random(count) * (high - low)[band]
    skill, disposition, noise = rng.standard_normal((3, count))
    rank = 0.6 * skill + 0.8 * noise  # standard normal again, so the public shares of education stay as they are
    education = np.where(ethnic, _cut(figures.EDUCATION_KANDAS, rank), _cut(figures.EDUCATION_OTHERS, rank))
    return People(
        number=np.arange(number, number + count),
        origin=origin,
        region=region,
        ethnic=ethnic,
        compatriot=compatriot,
        female=rng.random(count) < 0.51,
        disability=rng.random(count) < figures.DISABILITY.value,
        birth=(first - 1 - np.floor(age * 365.25)).astype(np.int64),
        education=education.astype(np.int8),
        skill=skill,
        disposition=disposition,
    )


def choose(shares: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """The category each number in [0, 1) falls into when categories have these `shares`."""
    bounds = np.cumsum(shares / shares.sum())[:-1]
    return np.searchsorted(bounds, uniform, side="right").astype(np.int8)


def _cut(shares: dict[str, figures.Figure], rank: np.ndarray) -> np.ndarray:
    """The ordered category of each standard normal `rank`, so that categories have the given shares."""
    bounds = np.cumsum([figure.value for figure in shares.values()])[:-1]
    return np.searchsorted([NormalDist().inv_cdf(float(bound)) for bound in bounds], rank, side="right")


@dataclass(frozen=True)
class Passports:
    """The last day each passport is valid, and who has none."""

    expires: np.ndarray
    none: np.ndarray


def draw_passports(rng: np.random.Generator, people: People, lodged: np.ndarray) -> Passports:
    """Passports as they stand on the day of the last application."""
    count = len(people)
    days = rng.integers(200, 3500, count)
    short = rng.random(count) < figures.SHORT_PASSPORT.value
    days = np.where(short, rng.integers(-20, 181, count), days)
    none = (people.origin == STATELESS) | (rng.random(count) < figures.NO_PASSPORT.value)
    return Passports(expires=lodged + days, none=none)


def table(
    people: People,
    passports: Passports,
    rng: np.random.Generator,
    *,
    first: np.ndarray,
    chunk: int,
    chunks: int,
    standing: dict[str, pa.Array],
) -> pa.Table:
    """The rows of persons.csv; `first` is the day of each person's first application, `standing` further columns.

    `chunk` of `chunks` bands the serials of IINs, so that numbers are unique without remembering earlier chunks.
    """
    count = len(people)
    origin = people.origin
    script = _script(people, rng)
    drawn = names.draw(rng, script, people.female)
    passport = _passports(people.number, rng)
    iin, no_iin = _iins(people, rng, chunk, chunks)
    registered = first - rng.integers(0, 60, count)
    latin = _join(
        names.WORDS["surname_latin"].take(pa.array(drawn["surname"])),
        names.WORDS["given_latin"].take(pa.array(drawn["given"])),
    )
    return pa.table(
        {
            "person_id": text.numbered("P", people.number, 8),
            "iin": text.from_bytes(iin + text.ZERO, no_iin),
            "surname": names.WORDS["surname"].take(pa.array(drawn["surname"])),
            "given_name": names.WORDS["given"].take(pa.array(drawn["given"])),
            "patronymic": names.PATRONYMICS.take(pa.array(drawn["patronymic"], mask=drawn["patronymic"] < 0)),
            "latin_name": latin,
            "mrz_line2": text.from_bytes(_zones(people, passport, passports.expires), passports.none),
            "birth_date": text.dates(people.birth),
            "sex": text.pick(["m", "f"], people.female.astype(np.int8)),
            "citizenship": text.pick(CITIZENSHIPS, origin),
            "ethnic_kazakh": text.booleans(people.ethnic, rng.random(count) < 0.005),
            "former_compatriot": text.booleans(people.compatriot, rng.random(count) < 0.01),
            "disability": text.booleans(people.disability, rng.random(count) < 0.02),
            "passport_no": text.from_bytes(passport, passports.none),
            "passport_expires_on": text.dates(passports.expires, passports.none),
            "registered_on": text.dates(registered),
            **standing,
        }
    )


def _join(first: pa.Array, second: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(first, second, " ")


def _script(people: People, rng: np.random.Generator) -> np.ndarray:
    """In which script and tradition each person's name is written."""
    default = np.array(
        [
            {"UZB": names.UZBEK, "RUS": names.RUSSIAN, "CHN": names.CHINESE, "MNG": names.MONGOLIAN, "TUR": names.TURKISH,
             "DEU": names.GERMAN, "GEO": names.GEORGIAN, "AFG": names.ARABIC, "KGZ": names.KAZAKH, "TKM": names.UZBEK,
             "AZE": names.TURKISH}.get(code, names.RUSSIAN)
            for code in CITIZENSHIPS
        ]
    )[people.origin]  # fmt: skip
    other = rng.random(len(people))
    chinese = people.origin == CITIZENSHIPS.index("CHN")
    script = np.where(people.ethnic, names.KAZAKH, default)
    script = np.where(people.ethnic & chinese & (other < 0.35), names.TOTE, script)
    script = np.where(people.ethnic & chinese & (other > 0.80), names.CHINESE, script)
    script = np.where(
        people.ethnic & (people.origin == CITIZENSHIPS.index("MNG")) & (other < 0.25), names.MONGOLIAN, script
    )
    return np.where(
        (people.origin == CITIZENSHIPS.index("UZB")) & ~people.ethnic & (other < 0.3), names.RUSSIAN, script
    )


def _passports(number: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Passport numbers, one letter and eight digits, unique for a person; ASCII codes of shape (persons, 9)."""
    letters = np.frombuffer(LETTERS.encode(), dtype=np.uint8)
    body = text.digits(number * PASSPORT_STEP % PASSPORT_SPACE, 8) + text.ZERO
    return np.concatenate([letters[rng.integers(0, len(letters), len(number))][:, None], body], axis=1)


def _zones(people: People, passport: np.ndarray, expires: np.ndarray) -> np.ndarray:
    """Second lines of the machine-readable zone; ASCII codes of shape (persons, 44)."""
    states = np.frombuffer(
        "".join(MRZ_STATES.get(code, code) for code in CITIZENSHIPS).encode(), dtype=np.uint8
    ).reshape(-1, 3)
    line = np.full((len(people), 44), ord("<"), dtype=np.uint8)
    line[:, 0:9] = passport
    line[:, 10:13] = states[people.origin]
    line[:, 13:19] = text.yymmdd(people.birth) + text.ZERO
    line[:, 20] = np.where(people.female, ord("F"), ord("M"))
    line[:, 21:27] = text.yymmdd(expires) + text.ZERO
    return mrz_td3_line(line)


def _iins(people: People, rng: np.random.Generator, chunk: int, chunks: int) -> tuple[np.ndarray, np.ndarray]:
    """IINs as digits of shape (persons, 12), and who has none.

    Serials of one birth day and sex are numbered within the chunk, from a start that depends on the day alone; each
    chunk uses its own residue by `chunks`. A serial without a check digit was never issued: that person has no IIN.
    """
    count = len(people)
    slots = 10_000 // chunks
    group = people.birth * 2 + people.female
    order = np.argsort(group, kind="stable")
    starts = np.r_[True, np.diff(group[order]) > 0]
    place = np.arange(count)
    within = np.empty(count, dtype=np.int64)
    within[order] = place - np.maximum.accumulate(np.where(starts, place, 0))
    serial = (group * 7919 + within) % slots * chunks + chunk
    century = np.where(text.years_of(people.birth) < 2000, 3, 5) + people.female
    number = np.concatenate(
        [text.yymmdd(people.birth), century[:, None].astype(np.uint8), text.digits(serial, 4)], axis=1
    )
    check = iin_check_digit(number.astype(np.int16))
    none = (check == NONE) | (rng.random(count) < figures.NO_IIN.value) | (within >= slots)
    return np.concatenate([number, np.maximum(check, 0)[:, None].astype(np.uint8)], axis=1), none
