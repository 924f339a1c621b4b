"""What a gate file, the points table and a case file may say: strict records, so a typo stops the run with its line."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from pipeline.core.expressions import Expression
from pipeline.core.law import Condition, Dated, Law, Name, Period, Status, Text, Words
from pipeline.core.yaml import Strict

PASS, FAIL, UNKNOWN, NOT_APPLICABLE = range(4)
ANSWERS = ("PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE")


class Consequence(Strict):
    """What follows for the file. Nothing here refuses anybody: a refusal is an officer's.

    fail: `officer` holds the file for an officer, `papers` asks for papers that are missing or out of date,
    `other_procedure` passes it on. unknown: `wait` holds the file up until the fact is there; `note` tells the officer
    that nobody has recorded a finding, and the file goes on. An answer that stands in a register but does not settle the
    question (`unknown_when`) always waits.
    """

    fail: Literal["officer", "papers", "other_procedure"]
    unknown: Literal["wait", "note"]


class Exemption(Strict):
    """Whom the law itself excuses from a gate."""

    when: Condition
    law: Law
    title: Words
    source: Text
    status: Status


class Rule(Strict):
    """One gate, as its YAML file writes it (docs/gates.md explains every field)."""

    code: Annotated[str, Field(pattern=r"^G[0-9]{2,3}$")]
    title: Words
    law: Law
    source: Text
    status: Status
    effective: Period
    values: dict[Name, Annotated[list[Dated], Field(min_length=1)]] = Field(default_factory=dict)
    value_titles: dict[Name, Words] = Field(
        default_factory=dict
    )  # what readers call them, for `values` and `values_of`
    # A value that another gate or the points table already holds: "G12.outside_routes".
    values_of: dict[Name, str] = Field(default_factory=dict)
    applies_when: Condition | None = None
    exempt: dict[Name, Exemption] = Field(default_factory=dict)
    pass_when: Condition
    unknown_when: Condition | None = None  # an answer stands in the register but does not settle it yet (`pending`)
    ask_for: Words
    on_fail: Words
    established_by: Literal["register", "document", "human", "agency"]
    consequence: Consequence

    @property
    def conditions(self) -> dict[tuple[str, ...], Expression]:
        """Every condition of the gate, by where it stands in the file."""
        found: dict[tuple[str, ...], Expression] = {("pass_when",): self.pass_when}
        if self.applies_when is not None:
            found[("applies_when",)] = self.applies_when
        if self.unknown_when is not None:
            found[("unknown_when",)] = self.unknown_when
        return found | {("exempt", name, "when"): exemption.when for name, exemption in self.exempt.items()}


class Band(Period):
    """A band of a criterion: the first band in force whose condition holds gives its points."""

    when: Condition
    points: Annotated[int, Field(strict=True, ge=-(10**6), le=10**6)]
    status: Literal["OFFICIAL", "PROVISIONAL"]
    source: Text
    title: Words
    changeable: bool = True  # false where nobody is to be told to change it: a marriage, kin, what another permit gives


class Criterion(Strict):
    """One criterion of the points table. `add: first` gives the first band that holds, `add: all` every one of them."""

    title: Words
    measure: Condition | None = None  # what the bands cut, written once; they call it `measure`
    unknown_when: Condition | None = None
    add: Literal["first", "all"] = "first"
    changeable: bool = True  # whether a person can change it or hand something in; nobody is told to change an age
    bands: Annotated[list[Band], Field(min_length=1)]

    @property
    def conditions(self) -> dict[tuple[Any, ...], Expression]:
        """The measure and every condition of the criterion, by where it stands in it."""
        found: dict[tuple[Any, ...], Expression] = {}
        if self.measure is not None:
            found["measure",] = self.measure
        found |= {("bands", place, "when"): band.when for place, band in enumerate(self.bands)}
        if self.unknown_when is not None:
            found["unknown_when",] = self.unknown_when
        return found

    def highest(self, day: date) -> int:
        """The most points that the bands in force on `day` can give."""
        points = [band.points for band in self.bands if band.covers(day)]
        return sum(max(0, each) for each in points) if self.add == "all" else max([0, *points])


class Cap(Period):
    """The most that some criteria give together: points above it are lost."""

    title: Words
    criteria: Annotated[list[Name], Field(min_length=1)]
    most: Annotated[int, Field(strict=True, ge=0, le=10**6)]
    status: Literal["OFFICIAL", "PROVISIONAL"]
    source: Text


class Table(Strict):
    """The points table: criterion -> band -> points, each row dated and with its source."""

    title: Words
    law: Law
    effective: Period
    threshold: Annotated[list[Dated], Field(min_length=1)]
    # UNKNOWN: not published; none: the law gives whole points. Points are whole numbers, so nothing is rounded here.
    rounding: Literal["UNKNOWN", "none"]
    maximum: Annotated[int, Field(strict=True)]  # what the table adds up to; compared with its bands and caps
    criteria: dict[Name, Criterion]
    caps: list[Cap] = []

    @property
    def provisional(self) -> int:
        """How many bands and caps are PROVISIONAL."""
        bands = (band for criterion in self.criteria.values() for band in criterion.bands)
        rows: list[Cap | Band] = [*self.caps, *bands]
        return sum(row.status == "PROVISIONAL" for row in rows)

    def capped(self, day: date) -> list[Cap]:
        """The caps in force on `day`, in the order written."""
        return [cap for cap in self.caps if cap.covers(day)]

    def highest(self, day: date) -> int:
        """The most points that the bands in force on `day` can give together, after the caps."""
        most = {name: criterion.highest(day) for name, criterion in self.criteria.items()}
        lost = (max(0, sum(most[name] for name in cap.criteria) - cap.most) for cap in self.capped(day))
        return sum(most.values()) - sum(lost)


class Case(Strict):
    """One example file with the answer its gate must give."""

    name: Text
    on: date
    facts: dict[str, Any]
    expect: Literal["PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE"]
    exemption: str = ""
    points: int | tuple[int, int] | None = None
