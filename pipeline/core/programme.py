"""A permit programme as data: one folder of YAML under `pipeline/programmes/`, or any folder of the same shape."""

from datetime import date
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from features.columns import Column, Recipe
from pipeline.core import yaml
from pipeline.core.errors import Problem
from pipeline.core.expressions import Expression
from pipeline.core.yaml import Strict

HOME = Path(__file__).resolve().parents[1] / "programmes"

Condition = Annotated[
    Expression, BeforeValidator(lambda text: text if isinstance(text, Expression) else Expression(text))
]
Words = dict[Literal["kk", "ru", "en"], str]  # one sentence or name in three languages


class Derived(Strict):
    """A column made from the text of another one while the file is read (a date inside a case number, say)."""

    from_: str = Field(alias="from")
    pattern: str = ""  # the first group is taken; empty: the whole text


class Source(Strict):
    """One exported file: where it lies, what its columns mean, and what makes a row unusable."""

    name: str
    file: str
    format: Literal["csv", "ndjson"] = "csv"
    title: str
    columns: dict[str, Column]
    derive: dict[str, Derived] = {}
    ignore: dict[str, str] = {}  # columns left out on purpose: name -> why
    key: str  # no two rows may share it; the first one stays
    unique: list[list[str]] = []  # further combinations that may stand only once (rows with a gap are not compared)
    refers: dict[str, str] = {}  # column -> source whose key it must be
    happened_on: str | None = None
    known_on: str | None = None  # the day from which a row may be used; None: a reference table, always known
    rules: dict[str, Condition] = {}  # name -> condition every row must meet; unknown counts as met
    rows: tuple[int, int] = (1, 1_000_000_000)  # how many rows to expect; outside it the run stops
    quarantine_limit: float = 0.05  # a larger share of unusable rows is a finding

    @model_validator(mode="after")
    def _columns_exist(self) -> "Source":
        used = [self.key, *self.refers, *chain(*self.unique), *filter(None, [self.happened_on, self.known_on])]
        used += [name for rule in self.rules.values() for name in rule.names]
        for name in used:
            if name not in self.columns:
                raise ValueError(f"`{name}` is used in {self.name} but is not among its columns")
        for name in self.derive:
            if name not in self.columns:
                raise ValueError(f"derived `{name}` is not described among the columns of {self.name}")
        return self


class Label(Strict):
    """How a later outcome becomes 1 or 0, and which outcomes are neither; see `models.labels.Rule`."""

    source: str  # one row for each thing that became known of a case: a decision, its course, a decision on appeal
    column: str
    decided_on: str
    known_on: str
    by: str | None = None  # column: who decided
    law_version: str | None = None  # column: under which rules
    basis: str | None = None  # column: what the row rests on (decision, course, appeal)
    positive: list[str]
    negative: list[str]
    excluded: dict[str, str] = {}  # code -> why it is neither outcome
    pending: list[str] = []  # codes of a decision whose later course is not known yet
    maturity_months: int = Field(default=0, ge=0)
    corrected_weight: float = Field(
        default=1.0, gt=0, allow_inf_nan=False
    )  # how often an outcome that corrects another one counts
    meaning: str

    @property
    def columns(self) -> list[str]:
        """The columns of the source that say how a case ended, who said so and on what ground."""
        told = [self.column, self.decided_on, self.known_on, self.by, self.law_version, self.basis]
        return list(dict.fromkeys(name for name in told if name))


class ReviewArm(Strict):
    """Files drawn by chance that officers handle without seeing score or rank (`models.arm`)."""

    share: float = Field(gt=0, lt=1)
    seed: str  # published
    since: date  # files lodged from this day on


class Cases(Strict):
    """What one row of the work is: the application."""

    source: str
    lodged_on: str
    person: str | None = None  # the column that names the person; None: every case is its own person
    same: list[str] = []  # cases equal in these columns are one matter; empty: those of one person
    # features are taken this long after lodging, or on the day of decision or the as-of date if that is earlier
    decision_after_days: int = Field(default=0, ge=0)
    queue: Literal["open", "test_period"] = "open"


class Take(Strict):
    """One value a case from the rows known by the day: which column, which row."""

    from_: str = Field(alias="from")  # source.column
    take: Literal["latest", "largest", "smallest", "count", "sum"] = "latest"
    where: Condition | None = None
    meaning: str = ""
    title: Words | None = None  # what a person who reads a decision calls it
    names: dict[str, Words] = {}  # code -> name, where the register's codes are no words

    @property
    def source(self) -> str:
        """The source of the column."""
        return self.from_.partition(".")[0]

    @property
    def column(self) -> str:
        """The column itself."""
        return self.from_.partition(".")[2]


class Group(Take):
    """An attribute for the audit; `bands` cut a number, dates become ages."""

    title: Words
    bands: list[float] = []


class Features(Strict):
    """Which features the model reads: a frozen named set and columns declared here with a recipe."""

    use: str | None = None
    declare: dict[str, Recipe] = {}


class Office(Strict):
    """A place where officers work."""

    name: Words
    region: str = ""


class Offices(Strict):
    """To which office each case belongs: a column of the case, or one office for all."""

    column: str | None = None
    list_: dict[str, Office] = Field(alias="list")

    @model_validator(mode="after")
    def _one_or_column(self) -> "Offices":
        if self.column is None and len(self.list_) != 1:
            raise ValueError("name the `column` that holds the office, or list exactly one office")
        return self


class Span(Strict):
    """From `low` to `high`, both included."""

    low: int | float | date
    high: int | float | date


class Backtest(Strict):
    """Cadence of the backtest where the register's history asks for another one than `params.yaml` has."""

    every_months: int | None = Field(default=None, ge=1, le=24)
    window_months: int | None = Field(default=None, ge=1, le=1200)
    embargo_days: int | None = Field(default=None, ge=0)


class Synthetic(Strict):
    """The programme's register can be made up by `qonys synthesize` (always called synthetic)."""

    recipe: str
    # `plain` draws these columns (source.column) from a list or a span instead of all that their description allows
    likely: dict[str, list[Any] | Span] = {}


class Programme(Strict):
    """One programme, read once, never changed."""

    folder: Path
    programme: str
    title: Words
    status: str  # what is provisional here, shown on every output
    as_of: date  # the day the exports were taken
    raw: str = ""  # folder of the exports, relative to the project; empty: data/raw/<programme>
    cases: Cases
    label: Label | None = None  # None: rules and points only, nothing is learnt, ranked or planned
    sources: list[str]
    features: Features = Features()
    facts: dict[str, Take] = {}
    groups: dict[str, Group]
    offices: Offices
    salt: str  # published; breaks ties after score and lodging time
    interviews: bool = False
    review_arm: ReviewArm | None = None
    backtest: Backtest = Backtest()
    synthetic: Synthetic | None = None
    tables: dict[str, Source]

    @model_validator(mode="after")
    def _names_fit(self) -> "Programme":
        named_sources = [("cases", self.cases.source), *([("label", self.label.source)] if self.label else [])]
        for where, name in named_sources:
            if name not in self.tables:
                raise ValueError(f"{where}: there is no source `{name}`")
        for table in self.tables.values():
            if {self.case_id, self.person_id} & set(table.columns) and table.known_on is None:
                raise ValueError(
                    f"sources/{table.name}: name the column `known_on`; without it a later row would be used too early"
                )
        dates = [(self.case_table, self.cases.lodged_on)]
        if self.label is not None:
            dates += [(self.tables[self.label.source], day) for day in (self.label.decided_on, self.label.known_on)]
            for name in self.label.columns:
                if name not in self.tables[self.label.source].columns:
                    raise ValueError(f"label: {self.label.source} has no column `{name}`")
        for name in self.cases.same:
            if name not in self.case_table.columns:
                raise ValueError(f"cases.same: {self.cases.source} has no column `{name}`")
        dates += [
            (table, name) for table in self.tables.values() for name in (table.known_on, table.happened_on) if name
        ]
        for table, name in dates:
            if name not in table.columns or table.columns[name].kind != "date":
                raise ValueError(f"`{name}` of {table.name} should be a described column of kind date")
        self._outcomes_fit()
        if self.offices.column is not None:
            column = self.tables[self.cases.source].columns.get(self.offices.column)
            if column is None:
                raise ValueError(f"offices: {self.cases.source} has no column `{self.offices.column}`")
            without = sorted(set(column.codes) - set(self.offices.list_))
            if without:
                raise ValueError(f"offices: {', '.join(without)} is an office of some case but not in `list`")
        for kind in (self.facts, self.groups):
            for fact, take in kind.items():
                source = self.tables.get(take.source)
                if source is None or take.column not in source.columns:
                    raise ValueError(f"`{fact}` takes `{take.from_}`, which no source has")
                for name in take.where.names if take.where else ():
                    if name not in source.columns:
                        raise ValueError(f"`{fact}` asks for `{name}`, which {take.source} does not have")
        return self

    def _outcomes_fit(self) -> None:
        if self.label is None:
            learning = [
                ("features", bool(self.features.use or self.features.declare)),
                ("cases.queue: test_period", self.cases.queue == "test_period"),
                ("interviews", self.interviews),
            ]
            for what, given in learning:
                if given:
                    raise ValueError(f"`{what}` needs a `label` to learn from; describe one or take it out")
            return
        outcomes = self.tables[self.label.source].columns[self.label.column].codes
        named = [*self.label.positive, *self.label.negative, *self.label.excluded, *self.label.pending]
        for code in named:
            if outcomes and code not in outcomes:
                raise ValueError(f"label: `{self.label.column}` is never `{code}`; its codes are {', '.join(outcomes)}")
            if named.count(code) > 1:
                raise ValueError(f"label: `{code}` is given two meanings")

    @property
    def outcome(self) -> Label:
        """The label of a programme that has one.

        Raises Problem where it has none: there is then no model, ranking, plan or audit.
        """
        if self.label is None:
            raise Problem(f"{self.programme}: has no `label`, so nothing can be learnt; it has rules and points only.")
        return self.label

    @property
    def case_table(self) -> Source:
        """The source with one row a case."""
        return self.tables[self.cases.source]

    @property
    def case_id(self) -> str:
        """The column that names a case."""
        return self.case_table.key

    @property
    def person_id(self) -> str:
        """The column that names a person (the case itself where the programme knows no persons)."""
        return self.cases.person or self.case_id

    @cached_property
    def hidden(self) -> frozenset[tuple[str, str]]:
        """(source, column) pairs that no feature may see: protected, secret, or part of the outcome."""
        label = self.label
        outcome = {(label.source, name) for name in label.columns} if label else set()
        return frozenset(
            (source.name, name)
            for source in self.tables.values()
            for name, column in source.columns.items()
            if column.protected or column.secret or (source.name, name) in outcome
        )

    def files(self) -> list[Path]:
        """Every file of the folder that takes part in a decision (cases only test the rules)."""
        return sorted(
            path for path in self.folder.rglob("*.yaml") if "cases" not in path.relative_to(self.folder).parts
        )


def learns(programme: Programme) -> bool:
    """Whether there is an outcome to learn from; only then are there a model, a ranking, a plan and an audit."""
    return programme.label is not None


def names() -> list[str]:
    """The programmes that come with the project."""
    return sorted(path.parent.name for path in HOME.glob("*/programme.yaml"))


def load(name: str) -> Programme:
    """The programme called `name`, or described by the folder `name`.

    Raises Problem for an unknown name, and with file and line for anything the description gets wrong.
    """
    folder = HOME / name if (HOME / name / "programme.yaml").exists() else Path(name)
    path = folder / "programme.yaml"
    if not path.exists():
        raise Problem(
            f"There is no programme `{name}`; known are {', '.join(names())}, or give a folder with a programme.yaml."
        )
    for inside in folder.rglob("*"):
        if inside.is_symlink():  # what it points at would be law without being part of the law's version
            raise Problem(f"{inside}: is a link; put the file or folder itself here.")
    document = yaml.read(path)
    listed = document.get("sources") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise Problem(f"{path}:1: `sources` should list the files of the folder `sources/`, by name.")
    tables: dict[str, Any] = {}
    for source in listed:
        tables[source] = yaml.load(folder / "sources" / f"{source}.yaml", Source, name=source)
    stray = {found.stem for found in (folder / "sources").glob("*.yaml")} - set(listed)
    if stray:
        raise Problem(f"{path}: {', '.join(sorted(stray))} is described in `sources/` but not listed under `sources`.")
    for source in tables.values():
        for column, other in source.refers.items():
            if other not in tables:
                raise Problem(
                    f"{folder / 'sources' / source.name}.yaml: `{column}` refers to `{other}`, which is no source."
                )
    found = yaml.build(path, document, Programme, folder=folder, tables=tables)
    return found if found.raw else found.model_copy(update={"raw": f"data/raw/{found.programme}"})
