"""A small register of kz_2026 on disk, in as many parts as a test asks for, and a copy of its clocks to spoil."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.clocks import book as books
from pipeline.clocks import lookup
from pipeline.core import facts, tables
from pipeline.core.programme import HOME, Programme, load

DTYPES = {"integer": "Int64", "number": "float64", "date": "datetime64[s]", "boolean": "boolean"}
AS_OF = date(2026, 6, 30)


def frame(programme: Programme, source: str, records: list[dict], columns: list[str] | None = None) -> pd.DataFrame:
    """`records` as the accepted table `source` would hold them."""
    described = programme.tables[source].columns
    return pd.DataFrame(
        {
            name: pd.Series([record.get(name) for record in records], dtype=object).astype(
                DTYPES.get(described[name].kind, "str")
            )
            for name in columns or described
        }
    )


class Register:
    """Rows by source, files named A1, A2, ...; `write` puts them on disk, `ask` says where the files stand."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self._read: tuple[Programme, books.Book] | None = None
        self.rows: dict[str, list[dict]] = {name: [] for name in programme.tables}
        self.aside: dict[str, list[dict]] = {}

    def file(self, name: str, lodged_on: str = "2026-06-01", route: str = "standard", **person: object) -> "Register":
        self.rows["applications"].append(
            {"application_id": name, "person_id": f"P{name}", "lodged_on": lodged_on, "route": route}
        )
        self.rows["persons"].append({"person_id": f"P{name}", "registered_on": "2020-01-01", **person})
        return self

    def hold(
        self, name: str, event: str, on: str, reason: str = "papers_asked", recorded_on: str | None = None
    ) -> "Register":
        row = {
            "application_id": name,
            "event": event,
            "happened_on": on,
            "reason": reason,
            "recorded_on": recorded_on or on,
        }
        self.rows["holds"].append({"hold_event_id": f"H{len(self.rows['holds'])}", **row})
        return self

    def check(
        self, name: str, agency: str, requested_on: str, answer: str = "pending", answered_on: str | None = None
    ) -> "Register":
        row = {"application_id": name, "agency": agency, "requested_on": requested_on, "answer": answer}
        row |= {"answered_on": answered_on, "recorded_on": answered_on or requested_on}
        self.rows["agency_checks"].append({"check_id": f"C{len(self.rows['agency_checks'])}", **row})
        return self

    @property
    def book(self) -> books.Book:
        """The clocks of the programme, read once."""
        if self._read is None or self._read[0] is not self.programme:
            self._read = (self.programme, books.load(self.programme))
        return self._read[1]

    def write(self, root: Path, parts: int = 1, shuffle: int | None = None) -> Path:
        """The folder of accepted tables; all rows of one person lie in one part, in any order."""
        accepted = root / "tables"
        persons = sorted(row["person_id"] for row in self.rows["persons"])
        part_of = {person: place % parts for place, person in enumerate(persons)}
        part_of |= {row["application_id"]: part_of[row["person_id"]] for row in self.rows["applications"]}
        used = {take.source for take in self.book.wanted(self.programme).values()}
        for name, table in self.programme.tables.items():
            if name not in used:
                continue
            link = facts.link(self.programme, name)
            for folder, all_rows in ((accepted, self.rows[name]), (root / facts.SET_ASIDE, self.aside.get(name, []))):
                columns = facts.bearing(self.programme, name) if folder != accepted else None
                linked = link in table.columns
                for part in range(parts if linked else 1):
                    mine = [row for row in all_rows if not linked or part_of[row[link]] == part]
                    made = frame(self.programme, name, mine, columns)
                    if shuffle is not None:
                        made = made.iloc[np.random.default_rng(shuffle).permutation(len(made))].reset_index(drop=True)
                    tables.write_frame(made, tables.part_path(folder / name, part))
        return accepted

    def ask(self, root: Path, day: date = AS_OF, parts: int = 1, shuffle: int | None = None) -> pd.DataFrame:
        """Every clock of every file on `day`, sorted by file and clock."""
        accepted, book, found = self.write(root, parts, shuffle), self.book, []
        for part in range(parts):
            ids = tables.read_part(accepted / "applications", part, ["application_id"])["application_id"]
            found.append(lookup.of_cases(self.programme, book, accepted, part, ids, day).table(ids))
        return pd.concat(found).sort_values(["case_id", "clock"], ignore_index=True)

    def one(self, root: Path, clock: str, day: date = AS_OF) -> tuple[str, str | None, int | None]:
        """State, last day and days left of `clock` for the only file."""
        found = self.ask(root, day).set_index("clock").loc[clock]
        due = None if pd.isna(found["due_on"]) else f"{found['due_on']:%Y-%m-%d}"
        return found["state"], due, None if pd.isna(found["days_left"]) else int(found["days_left"])


@pytest.fixture(scope="session")
def kz() -> Programme:
    return load("kz_2026")


@pytest.fixture(scope="session")
def book(kz: Programme) -> books.Book:
    return books.load(kz)


@pytest.fixture
def register(another: Callable[[], "Register"]) -> "Register":
    return another()


@pytest.fixture(scope="session")
def another(kz: Programme, book: books.Book) -> Callable[[], Register]:
    def make() -> Register:
        register = Register(kz)
        register._read = (kz, book)
        return register

    return make


@pytest.fixture
def spoil(tmp_path: Path, kz: Programme) -> Callable[..., Programme]:
    """Copies the law of kz_2026, replaces texts in one file and gives the spoilt programme."""

    def change(*pairs: tuple[str, str], file: str = "clocks.yaml") -> Programme:
        folder = tmp_path / "spoilt"
        shutil.copytree(HOME / "kz_2026", folder)
        path = folder / file
        for before, after in pairs:
            content = path.read_text(encoding="utf-8")
            assert before in content
            path.write_text(content.replace(before, after, 1), encoding="utf-8")
        return kz.model_copy(update={"folder": folder})

    return change
