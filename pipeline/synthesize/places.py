"""Reference tables: offices, officers and their shifts, employers, labour demand. All quantities are INVENTED."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from pipeline.core.checkdigits import NONE, iin_check_digit
from pipeline.synthesize import figures, text

REGIONS = figures.REGION_CODES
CITIES = {
    "10": "Семей", "11": "Көкшетау", "15": "Ақтөбе", "19": "Қонаев", "23": "Атырау", "27": "Орал", "31": "Тараз",
    "33": "Талдықорған", "35": "Қарағанды", "39": "Қостанай", "43": "Қызылорда", "47": "Ақтау", "55": "Павлодар",
    "59": "Петропавл", "61": "Түркістан", "62": "Жезқазған", "63": "Өскемен", "71": "Астана", "75": "Алматы", "79": "Шымкент",
}  # fmt: skip
NORTH = np.isin(REGIONS, ["10", "11", "35", "39", "55", "59", "63"])

# Occupation groups (four digits, as in ISCO-08) with the education they ask for and a level of wages.
OCCUPATIONS: dict[str, tuple[int, float]] = {
    "2111": (3, 1.4), "2142": (3, 1.5), "2144": (3, 1.5), "2166": (3, 1.2), "2211": (4, 1.5), "2212": (4, 1.8),
    "2221": (3, 1.0), "2330": (3, 1.0), "2341": (3, 0.9), "2411": (3, 1.3), "2512": (3, 1.9), "2513": (3, 1.7),
    "3112": (2, 1.2), "3113": (2, 1.2), "3221": (2, 0.8), "3313": (2, 1.0), "4110": (2, 0.8), "4321": (2, 0.8),
    "5120": (1, 0.7), "5223": (1, 0.7), "5322": (1, 0.6), "6130": (1, 0.6), "7112": (2, 1.0), "7212": (2, 1.1),
    "7231": (2, 1.0), "7411": (2, 1.1), "8322": (1, 0.9), "8332": (1, 1.2), "9211": (0, 0.5), "9313": (0, 0.7),
}  # fmt: skip
OCCUPATION_CODES = list(OCCUPATIONS)

INTERVIEW_MINUTES = 40
SHIFT = (540, 1080)  # minutes after midnight
WEEKS = 12  # of shifts after the as-of date
PLANNED_WEEKS = 8
EXPECTED_PASS = 0.72
# Regions whose office has fewer interview days than it needs: the share of the expected interviews it can hold.
SHORT_OFFICES = {"47": 0.65, "61": 0.75, "71": 0.7}
FORMER_OFFICERS = 4  # officers an office had in the past besides those of today


@dataclass(frozen=True)
class Places:
    """What the other tables draw from.

    `tightness` is log((vacancies + 1) / (seekers + 1)) by quarter, region and occupation, `published` the day of each
    quarter; `leniency` is by region and officer; employers are sorted by region, `employer_bounds` says where.
    """

    tables: dict[str, pa.Table]
    tightness: np.ndarray
    published: np.ndarray
    officers_of: np.ndarray  # officers ever at each office
    leniency: np.ndarray
    employer_bin: pa.Array
    employer_bounds: np.ndarray

    def tightness_on(self, day: np.ndarray, region: np.ndarray, occupation: np.ndarray) -> np.ndarray:
        """Tightness as last published by `day`; shape (rows,)."""
        quarter = np.maximum(np.searchsorted(self.published, day, side="right") - 1, 0)
        return self.tightness[quarter, region, occupation]


def draw(seeds: list[np.random.SeedSequence], as_of: date, years: int, applications: int, open_: int) -> Places:
    """All reference tables; `seeds` are three independent ones (demand, employers, officers)."""
    demand, tightness, published = _labour_demand(np.random.default_rng(seeds[0]), as_of, years)
    employers, bounds = _employers(np.random.default_rng(seeds[1]), max(60, applications // 40))
    rng = np.random.default_rng(seeds[2])
    offices, officers, shifts, today = _officers(rng, as_of, open_)
    leniency = rng.normal(0, 0.35, (len(REGIONS), today.max() + FORMER_OFFICERS))
    return Places(
        tables={
            "labour_demand": demand,
            "employers": employers,
            "offices": offices,
            "officers": officers,
            "shifts": shifts,
        },
        tightness=tightness,
        published=published,
        officers_of=today + FORMER_OFFICERS,
        leniency=leniency,
        employer_bin=employers.column("employer_bin").combine_chunks(),
        employer_bounds=bounds,
    )


def _labour_demand(rng: np.random.Generator, as_of: date, years: int) -> tuple[pa.Table, np.ndarray, np.ndarray]:
    last = as_of.year * 4 + (as_of.month - 1) // 3
    quarters = np.arange(last - years * 4 - 3, last)
    ends = ((quarters - 1970 * 4 + 1) * 3).astype("datetime64[M]").astype("datetime64[D]").astype(int)
    published = ends + 14
    keep = published <= np.datetime64(as_of, "D").astype(int)
    quarters, published = quarters[keep], published[keep]
    shape = (len(quarters), len(REGIONS), len(OCCUPATION_CODES))
    base = (
        rng.normal(0, 0.45, (1, shape[1], 1))
        + rng.normal(0, 0.55, (1, 1, shape[2]))
        + rng.normal(0, 0.35, (1, *shape[1:]))
    )
    drift = np.cumsum(rng.normal(0, 0.12, shape), axis=0)
    size = figures.region_shares()[None, :, None] * 2500 + 15
    vacancies = np.floor(size * np.exp(0.5 * (base + drift)) * rng.uniform(0.8, 1.2, shape)).astype(int)
    seekers = np.floor(size * np.exp(-0.5 * (base + drift)) * rng.uniform(0.8, 1.2, shape)).astype(int)
    quarter, region, occupation = (index.ravel() for index in np.indices(shape))
    label = quarters // 4 * 10 + quarters % 4 + 1
    identity = np.full((quarter.size, 15), ord("-"), dtype=np.uint8)
    identity[:, 0:2] = text.digits(np.array(REGIONS, dtype=int), 2)[region] + text.ZERO
    identity[:, 3:7] = text.digits(np.array(OCCUPATION_CODES, dtype=int), 4)[occupation] + text.ZERO
    identity[:, 8:12] = text.digits(label // 10, 4)[quarter] + text.ZERO
    identity[:, 12] = ord("Q")
    identity[:, 13] = (label % 10 + text.ZERO)[quarter]
    table = pa.table(
        {
            "demand_id": text.from_bytes(identity[:, :14]),
            "region": text.pick(REGIONS, region),
            "occupation": text.pick(OCCUPATION_CODES, occupation),
            "published_on": text.dates(published[quarter]),
            "vacancies": text.integers(vacancies.ravel()),
            "seekers": text.integers(seekers.ravel()),
        }
    )
    return table, np.log((vacancies + 1) / (seekers + 1)), published


def _employers(rng: np.random.Generator, count: int) -> tuple[pa.Table, np.ndarray]:
    """Employers sorted by region, at least one in each, and the bounds of each region's rows."""
    region = np.sort(
        np.r_[np.arange(len(REGIONS)), rng.choice(len(REGIONS), count - len(REGIONS), p=figures.region_shares())]
    )
    serial = rng.permutation(np.arange(max(4 * count, 10_000)))[: 2 * count]
    founded = (rng.integers(5, 24, 2 * count) * 100 + rng.integers(1, 13, 2 * count)) * 10_000_000
    number = text.digits(founded + 4_000_000 + serial, 11)
    check = iin_check_digit(number.astype(np.int16))  # a BIN's check digit follows the rule of the IIN
    number = np.concatenate([number, check[:, None].astype(np.uint8)], axis=1)[check != NONE][:count]
    staff = np.floor(np.exp(rng.normal(3.2, 1.4, count))).astype(int) + 1
    table = pa.table(
        {
            "employer_bin": text.from_bytes(number + text.ZERO),
            "region": text.pick(REGIONS, region),
            "staff": text.integers(staff, rng.random(count) < 0.02),
        }
    )
    return table, np.searchsorted(region, np.arange(len(REGIONS) + 1))


def _officers(rng: np.random.Generator, as_of: date, open_: int) -> tuple[pa.Table, pa.Table, pa.Table, np.ndarray]:
    """Offices, officers and shifts: capacity well above the expected interviews, except in SHORT_OFFICES."""
    a_day = (SHIFT[1] - SHIFT[0] - 60) // INTERVIEW_MINUTES  # an hour's break
    expected = open_ * EXPECTED_PASS * figures.region_shares()
    today = np.maximum(2, np.ceil(1.7 * expected / (a_day * 5 * PLANNED_WEEKS)).astype(int))
    start = as_of + timedelta(days=1)
    days = [start + timedelta(days=offset) for offset in range(WEEKS * 7)]
    work = np.array([np.datetime64(day, "D").astype(int) for day in days if day.weekday() < 5])
    officer, day, languages = [], [], []
    for place, region in enumerate(REGIONS):
        duty = np.ones((today[place], len(work)), dtype=bool)
        if region in SHORT_OFFICES:
            # Interview days are spread so that the planned weeks hold only a share of what is expected.
            need = SHORT_OFFICES[region] * expected[place] / a_day / today[place]
            every = min(5 * PLANNED_WEEKS, max(1, round(5 * PLANNED_WEEKS / need)))
            duty = (np.arange(len(work)) + np.arange(today[place])[:, None]) % every == 0
        for row in range(today[place]):
            away = int(rng.integers(0, len(work) - 5))
            duty[row, away : away + int(rng.integers(0, 11)) * (region not in SHORT_OFFICES)] = False
            officer += [int(region) * 1000 + row + 1] * int(duty[row].sum())
            day += work[duty[row]].tolist()
            alone = row == 0 or region in SHORT_OFFICES  # somebody in every office speaks all three
            spoken = "kk ru" if alone or rng.random() < 0.85 else "kk"
            languages.append(spoken + (" en" if alone or rng.random() < 0.3 else ""))
    identity = np.concatenate(
        [int(region) * 1000 + 1 + np.arange(today[place]) for place, region in enumerate(REGIONS)]
    )
    offices = pa.table(
        {
            "office": pa.array(REGIONS),
            "city": pa.array([CITIES[region] for region in REGIONS]),
            "rooms": text.integers(np.minimum(today, 100)),
        }
    )
    officers = pa.table(
        {
            "officer_id": text.numbered("O", identity, 5),
            "office": text.pick(REGIONS, np.repeat(np.arange(len(REGIONS)), today)),
            "languages": pa.array(languages),
        }
    )
    shifts = pa.table(
        {
            "shift_id": text.numbered("S", np.arange(1, len(officer) + 1), 7),
            "officer_id": text.numbered("O", np.array(officer), 5),
            "day": text.dates(np.array(day)),
            "starts_minute": text.integers(np.full(len(officer), SHIFT[0])),
            "ends_minute": text.integers(np.full(len(officer), SHIFT[1])),
        }
    )
    return offices, officers, shifts, today
