"""Dirt planted on purpose: extra lines, each a copy of a clean one with one defect, so that no clean row is harmed.

Copies get keys nobody refers to; duplicates stand behind the line they repeat. Every kind is one of the reasons the
validation gives, or `cut_off` and `second_header`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from pipeline.synthesize.export import Body, Planted
from pipeline.synthesize.names import fold, latin

Row = dict[str, Any]  # texts; in a questionnaire any value of JSON
Change = Callable[[Row], Row]

FRESH = 0.99  # fresh keys start at this share of the number range
SAME_KEY = {"duplicate_key"}
DUPLICATES = {"duplicate_key", "duplicate_row_fields"}
NO_COLUMNS = {"unreadable", "second_header"}


def _put(**values: Any) -> Change:
    return lambda row: {**row, **values}


def _moved(column: str, other: str, days: int) -> Change:
    """`column` set `days` away from `other`."""
    return lambda row: {**row, column: (date.fromisoformat(row[other]) + timedelta(days=days)).isoformat()}


def _wrong_check_digit(row: Row) -> Row:
    for column, place in (("iin", 11), ("mrz_line2", 43)):
        text = row["_" + column]
        if text:
            return {**row, column: text[:place] + str((int(text[place]) + 1) % 10)}
    return {**row, "iin": "991231500770"}


def _other_spelling(row: Row) -> Row:
    """The same person under another number and spelling: same IIN, or same passport and birth date."""
    surname = row["surname"]
    spellings = (fold(surname), latin(surname).title(), row["latin_name"].split(" ")[0].title(), surname.upper())
    again = {**row, "surname": next((other for other in spellings if other != surname), surname)}
    if row["_iin"]:
        return {**again, "iin": row["_iin"]}
    return {**again, "passport_no": row["_passport_no"]}


@dataclass(frozen=True)
class Recipe:
    """How the lines of one source are spoiled: its key, the prefix and width of fresh keys, and the defects."""

    key: str
    prefix: str
    width: int
    defects: list[tuple[str, Change]]
    unique: tuple[str, ...] = ()  # emptied in a copy, since they may stand only once
    fresh: Callable[[int], str] | None = None


RECIPES: dict[str, Recipe] = {
    "persons": Recipe(
        "person_id", "P", 8,
        [
            ("not_a_date", _put(birth_date="1990-02-31")),
            ("missing", _put(surname="")),
            ("out_of_range", _put(birth_date="1899-05-01")),
            ("unknown_code", _put(sex="x")),
            ("not_a_boolean", _put(ethnic_kazakh="perhaps")),
            ("bad_pattern", _put(citizenship="Utopia")),
            ("bad_check_digit", _wrong_check_digit),
            ("duplicate_key", lambda row: {**row, "surname": fold(row["surname"]), "given_name": fold(row["given_name"])}),
            ("duplicate_row_fields", _other_spelling),
            ("rule", _moved("birth_date", "registered_on", 1)),
        ],
        unique=("iin", "passport_no", "mrz_line2"),
    ),
    "applications": Recipe(
        "application_id", "A", 8,
        [
            ("not_a_date", _put(lodged_on="2025-02-31")),
            ("not_a_number", _put(family_size="three")),
            ("missing", _put(lodged_on="")),
            ("out_of_range", _put(family_size="-2")),
            ("unknown_code", _put(office="99")),
            ("bad_pattern", _put(occupation="25-12")),
            ("duplicate_key", _put()),
            ("unknown_reference", lambda row: {**row, "person_id": "P98" + row["person_id"][3:]}),
        ],
    ),
    "language_tests": Recipe(
        "attempt_id", "K", 9,
        [
            ("not_a_date", _put(taken_on="2025-02-31")),
            ("not_a_number", _put(reading_points="many")),
            ("not_a_boolean", _put(stopped="maybe")),
            ("missing", _put(published_on="")),
            ("out_of_range", _put(listening_points="27")),
            ("duplicate_key", _put()),
            ("unknown_reference", lambda row: {**row, "person_id": "P98" + row["person_id"][3:]}),
            ("rule", _moved("published_on", "taken_on", -2)),
        ],
    ),
    "questionnaires": Recipe(
        "application_id", "A", 8,
        [
            ("not_a_date", _put(submitted_on="2025-02-31")),
            ("not_a_number", _put(**{"answers.years_experience": "ten"})),
            ("not_a_boolean", _put(**{"answers.job_offer": "maybe"})),
            ("missing", _put(submitted_on="")),
            ("out_of_range", _put(**{"answers.monthly_income_kzt": -250000})),
            ("unknown_code", _put(**{"answers.education": "wizardry"})),
            ("duplicate_key", _put()),
            ("unknown_reference", _put()),
        ],
    ),
    "agency_checks": Recipe(
        "check_id", "C", 9,
        [
            ("not_a_date", _put(requested_on="2025-02-31")),
            ("missing", _put(recorded_on="")),
            ("out_of_range", _put(requested_on="1999-12-31")),
            ("unknown_code", _put(answer="unclear")),
            ("duplicate_key", _put()),
            ("unknown_reference", lambda row: {**row, "application_id": "A98" + row["application_id"][3:]}),
            ("rule", _moved("answered_on", "requested_on", -10)),
        ],
    ),
    "documents": Recipe(
        "document_id", "D", 9,
        [
            ("not_a_date", _put(issued_on="2025-02-31")),
            ("not_a_number", _put(amount_kzt="enough")),
            ("missing", _put(kind="")),
            ("out_of_range", _put(amount_kzt="-5709000")),
            ("unknown_code", _put(kind="letter")),
            ("duplicate_key", _put()),
            ("unknown_reference", lambda row: {**row, "application_id": "A98" + row["application_id"][3:]}),
            ("rule", _moved("issued_on", "received_on", 5)),
        ],
    ),
    "border_crossings": Recipe(
        "crossing_id", "B", 9,
        [
            ("not_a_date", _put(crossed_on="2025-02-31")),
            ("missing", _put(direction="")),
            ("out_of_range", _put(crossed_on="1999-12-31")),
            ("unknown_code", _put(direction="through")),
            ("duplicate_key", _put()),
            ("unknown_reference", lambda row: {**row, "person_id": "P98" + row["person_id"][3:]}),
            ("rule", _moved("recorded_on", "crossed_on", -3)),
        ],
    ),
    "offences": Recipe(
        "offence_id", "V", 9,
        [
            ("not_a_date", _put(committed_on="2025-02-31")),
            ("not_a_number", _put(fine_mci="ten")),
            ("missing", _put(article="")),
            ("out_of_range", _put(fine_mci="-10")),
            ("unknown_code", _put(article="9999")),
            ("duplicate_key", _put()),
            ("unknown_reference", lambda row: {**row, "person_id": "P98" + row["person_id"][3:]}),
            ("rule", _moved("decided_on", "committed_on", -4)),
        ],
    ),
    "employers": Recipe(
        "employer_bin", "", 12,
        [
            ("not_a_number", _put(staff="dozens")),
            ("missing", _put(region="")),
            ("out_of_range", _put(staff="-3")),
            ("unknown_code", _put(region="00")),
            ("duplicate_key", _put()),
            ("bad_pattern", lambda row: {**row, "employer_bin": row["employer_bin"][:11]}),
        ],
    ),
    "employment": Recipe(
        "contract_id", "E", 9,
        [
            ("not_a_date", _put(started_on="2025-02-31")),
            ("not_a_number", _put(monthly_wage_kzt="good")),
            ("missing", _put(recorded_on="")),
            ("out_of_range", _put(monthly_wage_kzt="-300000")),
            ("duplicate_key", _put()),
            ("unknown_reference", lambda row: {**row, "employer_bin": "98" + row["employer_bin"][2:]}),
            ("rule", _moved("ended_on", "started_on", -30)),
        ],
    ),
    "labour_demand": Recipe(
        "demand_id", "", 0,
        [
            ("not_a_date", _put(published_on="2025-02-31")),
            ("not_a_number", _put(vacancies="some")),
            ("missing", _put(seekers="")),
            ("out_of_range", _put(vacancies="-5")),
            ("unknown_code", _put(region="00")),
            ("bad_pattern", _put(occupation="25-12")),
            ("duplicate_key", _put()),
        ],
        fresh=lambda number: f"98-{number % 9000:04d}-{2000 + number // 9000:04d}Q1",
    ),
    "outcomes": Recipe(
        "event_id", "R", 9,
        [
            ("not_a_date", _put(decided_on="2025-02-31")),
            ("missing", _put(outcome="")),
            ("out_of_range", _put(decided_on="1999-12-31")),
            ("unknown_code", _put(outcome="lost")),
            ("bad_pattern", _put(decided_by="the chief")),
            ("duplicate_key", _put()),
            ("unknown_reference", lambda row: {**row, "application_id": "A98" + row["application_id"][3:]}),
            ("rule", _moved("recorded_on", "decided_on", -3)),
        ],
    ),
    "findings": Recipe(
        "finding_id", "F", 9,
        [
            ("not_a_date", _put(made_on="2025-02-31")),
            ("missing", _put(state="")),
            ("out_of_range", _put(made_on="1899-12-31")),
            ("unknown_code", _put(ground="rumour")),
            ("duplicate_key", _put()),
            ("unknown_reference", lambda row: {**row, "application_id": "A98" + row["application_id"][3:]}),
            ("rule", _moved("recorded_on", "made_on", -3)),
        ],
    ),
    "holds": Recipe(
        "hold_event_id", "H", 9,
        [
            ("not_a_date", _put(happened_on="2025-02-31")),
            ("missing", _put(reason="")),
            ("out_of_range", _put(happened_on="1999-12-31")),
            ("unknown_code", _put(event="paused")),
            ("duplicate_key", _put()),
            ("unknown_reference", lambda row: {**row, "application_id": "A98" + row["application_id"][3:]}),
            ("rule", _moved("recorded_on", "happened_on", -3)),
        ],
    ),
    "officers": Recipe(
        "officer_id", "O", 5,
        [("missing", _put(languages="")), ("bad_pattern", _put(languages="klingon")), ("unknown_reference", _put(office="99")), ("duplicate_key", _put())],
    ),
    "shifts": Recipe(
        "shift_id", "S", 7,
        [
            ("not_a_date", _put(day="2026-02-31")),
            ("not_a_number", _put(starts_minute="morning")),
            ("missing", _put(day="")),
            ("out_of_range", _put(ends_minute="1500")),
            ("duplicate_key", _put()),
            ("unknown_reference", lambda row: {**row, "officer_id": "O98" + row["officer_id"][3:]}),
            ("rule", _put(ends_minute="480")),
        ],
    ),
}  # fmt: skip


@dataclass
class Planter:
    """Spoils copies of lines of one source; `spare` are keys that exist elsewhere but not in this source.

    Where the key of a source refers to another one (questionnaires), a copy needs such a spare key: with
    a made-up one it would have a second defect. Without spare keys only defects that need none are planted.
    """

    source: str
    columns: list[str]
    spare: list[str] | None = None
    _next: int = 0
    _turn: int = 0
    _owed: float = 0.0
    _recipe: Recipe = field(init=False)

    def __post_init__(self) -> None:
        self._recipe = RECIPES[self.source]

    def plant(self, body: Body, share: float, rng: np.random.Generator) -> list[Planted]:
        """Lines for `share` of the rows of `body`; the kinds take turns."""
        rows = len(body.ends)
        self._owed += share * rows
        count = min(int(self._owed), rows)
        self._owed -= count
        after = np.sort(rng.integers(0, rows, count))
        of = np.floor(rng.random(count) * (after + 1)).astype(int)
        return [self._one(body, int(behind), int(copied)) for behind, copied in zip(after, of, strict=True)]

    def _one(self, body: Body, after: int, of: int) -> Planted:
        defects = self._recipe.defects
        kinds = len(defects) + (1 if self._json else 2)
        turn, self._turn = self._turn % kinds, self._turn + 1
        line = body.row(of)
        if turn == len(defects):
            return Planted(after, line[: len(line) * 2 // 3] if self._json else line + ",", "unreadable")
        if turn > len(defects):
            return Planted(after, ",".join(self.columns), "second_header")
        kind, change = defects[turn]
        row = self._read(line)
        if kind == "duplicate_row_fields" and not (row["iin"] or row["passport_no"]):
            kind, change = "unknown_code", _put(sex="x")
        if kind == "unknown_reference" and self.spare is not None:
            row[self._recipe.key] = "A98" + self._fresh()[3:]
        elif kind not in SAME_KEY:
            key = self._key()
            if key is None:
                kind, change = "duplicate_key", _put()
            else:
                row[self._recipe.key] = key
        for column in self._recipe.unique:
            row["_" + column], row[column] = row[column], ""
        return Planted(after, self._write(change(row)), kind)

    @property
    def _json(self) -> bool:
        return self.source == "questionnaires"

    def _key(self) -> str | None:
        if self.spare is not None:
            return self.spare.pop() if self.spare else None
        return self._fresh()

    def _fresh(self) -> str:
        self._next += 1
        recipe = self._recipe
        if recipe.fresh is not None:
            return recipe.fresh(self._next)
        return f"{recipe.prefix}{int(FRESH * 10**recipe.width) + self._next:0{recipe.width}d}"

    def _read(self, line: str) -> Row:
        if not self._json:
            return dict(zip(self.columns, line.split(","), strict=True))
        document = json.loads(line)
        answers = document.pop("answers", {})
        return {**document, **{f"answers.{name}": value for name, value in answers.items()}}

    def _write(self, row: Row) -> str:
        if not self._json:
            return ",".join(row[name] for name in self.columns)
        document: dict[str, object] = {name: value for name, value in row.items() if "." not in name}
        nested = {name.partition(".")[2]: value for name, value in row.items() if "." in name}
        if nested:
            document["answers"] = nested
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))

    def cut(self, body: Body) -> str:
        """The last line of a file whose writer died: a copy of the last row, cut in its third field, without newline."""
        row = self._read(body.row(len(body.ends) - 1))
        row[self._recipe.key] = self._fresh()
        fields = [row[name] for name in self.columns]
        return ",".join([*fields[:2], fields[2][:6]])
