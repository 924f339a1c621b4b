import hashlib
from dataclasses import dataclass, field

import pytest

from features import registry, sets
from features.columns import HISTORY, Recipe
from features.registry import feature
from pipeline.core import programme as programmes
from pipeline.stages.features import check

# The names in a set are part of every model trained on them. Another list is another name: add `kz_2026_v2`.
FROZEN = {"kz_2026_v1": "7a26d5ffbb18ad58"}

RECORD = {"name", "kind", "monotone", "meaning", "unit", "theme", "change", "advice", "covers"}


@dataclass
class Choice:
    use: str | None = None
    declare: dict = field(default_factory=dict)


def category(column):
    return Recipe(recipe="category", column=column, meaning="Some words")


def test_sets_are_frozen():
    assert {
        name: hashlib.sha256(" ".join(names).encode()).hexdigest()[:16] for name, names in sets.SETS.items()
    } == FROZEN


@pytest.mark.parametrize("name", sets.SETS)
def test_a_set_has_no_name_twice_and_all_are_made(name):
    records = sets.describe(Choice(use=name))
    assert [record["name"] for record in records] == list(sets.SETS[name])
    assert all(set(record) == RECORD for record in records)


def test_declared_features_come_after_the_set_in_order_of_name():
    records = sets.describe(Choice("kz_2026_v1", {"zeta": category("a"), "alpha": category("b")}))
    assert [record["name"] for record in records][-2:] == ["alpha", "zeta"]
    told = {"name": "zeta", "kind": "category", "monotone": 0, "meaning": "Some words", "unit": ""}
    assert records[-1] == {**told, "theme": "zeta", "change": "", "advice": "", "covers": []}


def test_a_flag_of_missing_rows_covers_what_rests_on_them():
    covers = {record["name"]: record["covers"] for record in sets.describe(Choice("kz_2026_v1")) if record["covers"]}
    assert set(covers) == {"language_tests_missing", "questionnaire_missing", "crossings_missing"}
    assert covers["language_tests_missing"] == [
        "best_listening", "best_reading", "days_since_language_test", "language_attempts",
    ]  # fmt: skip
    assert {"job_offer", "housing", "declared_income"} < set(covers["questionnaire_missing"])
    assert covers["crossings_missing"] == ["crossings_24_months", "days_since_first_entry", "present_share"]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice(use="kz_1999"), "no feature set `kz_1999`; there are kz_2026_v1"),
        (Choice("kz_2026_v1", {"age": category("a")}), "`age` stands twice"),
        (Choice(), "names no features"),
    ],
)
def test_a_wrong_choice_is_refused(choice, words):
    with pytest.raises(ValueError, match=words):
        sets.chosen(choice)


@pytest.mark.parametrize("name", [name for name in programmes.names() if programmes.learns(programmes.load(name))])
def test_no_feature_of_any_programme_rests_on_what_is_hidden(name):
    programme = programmes.load(name)
    check(programme)
    hidden = {("cases" if source == programme.cases.source else source, column) for source, column in programme.hidden}
    assert hidden
    for table, columns in sets.needed(programme.features).items():
        source = programme.case_table if table == "cases" else programme.tables[table]
        for column in columns:
            assert (table, column) not in hidden
            assert not source.columns[column].protected
            assert not source.columns[column].personal or source.columns[column].kind == "date"


@feature(reads={"persons": "citizenship"})
def planted(cases, persons):
    """Rests on a protected column."""


@feature()
def behind(cases, planted):
    """Rests on it one step away."""


@feature(reads={"persons": "surname"})
def named(persons):
    """Rests on a name."""


@feature(reads={"cases": "form_language"})
def spoken(cases):
    """Rests on the language of the form."""


@feature(reads={"outcomes": "outcome"})
def foretold(cases, outcomes):
    """Rests on the outcome."""


@feature(reads={"agency_checks": "answered_on"})
def checked(cases, agency_checks):
    """Rests on the rows of a secret list."""


@feature()
def counted(cases, findings):
    """Counts the rows of a secret list."""


@feature(reads={"persons": "shoe_size"})
def unheard(cases, persons):
    """Rests on a column that nobody has."""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("planted", "persons.citizenship.*protected"),
        ("behind", "persons.citizenship.*protected"),
        ("named", "persons.surname.*personal"),
        ("spoken", "cases.form_language.*protected"),
        ("checked", "rests on `agency_checks`, which holds what is secret"),
        ("counted", "rests on `findings`, which holds what is secret"),
        ("foretold", "no feature or table `outcomes`"),
        ("unheard", "persons.shoe_size`, which the programme does not have"),
    ],
)
def test_the_walk_bites_on_a_planted_feature(name, words, monkeypatch):
    made = {
        one.feature.name: one.feature for one in (planted, behind, named, spoken, checked, counted, foretold, unheard)
    }
    monkeypatch.setattr(registry, "scan", lambda: made)
    monkeypatch.setattr(sets, "SETS", {"kz_2026_v1": (name,)})
    with pytest.raises(ValueError, match=words):
        check(programmes.load("kz_2026"))


@pytest.mark.parametrize("column", ["applicant_citizenship", "case_status"])
def test_the_walk_bites_on_a_planted_recipe(column):
    programme = programmes.load("perm_2016")
    features = programme.features.model_copy(update={"declare": {"planted": category(column)}})
    with pytest.raises(ValueError, match=f"cases.{column}.*protected"):
        check(programme.model_copy(update={"features": features}))


def test_a_secret_column_of_the_case_table_is_no_feature():
    programme = programmes.load("perm_2016")
    columns = {
        name: column.model_copy(update={"secret": name == "major_study"})
        for name, column in programme.case_table.columns.items()
    }
    with pytest.raises(ValueError, match="cases.major_study`, which is protected, secret"):
        sets.check(programme.features, {"cases": columns}, set())


@pytest.mark.parametrize("recipe", HISTORY)
@pytest.mark.parametrize("column", ["applicant_citizenship", "case_status", "job_state"])
def test_past_outcomes_by_citizenship_or_office_never_reach_the_model(recipe, column):
    made = programmes.load("perm_2016")
    offices = programmes.Offices.model_construct(column="job_state", list_=made.offices.list_)
    made = made.model_copy(update={"offices": offices})
    for wanted, words in (
        (column, f"by `{column}`, which is protected, personal, an outcome or the office"),
        ("employer_name", ""),
    ):
        declared = Recipe(recipe=recipe, column=wanted, meaning="Some words")
        choice = made.features.model_copy(update={"declare": {**made.features.declare, "past": declared}})
        if words:
            with pytest.raises(ValueError, match=words):
                check(made.model_copy(update={"features": choice}))
        else:
            check(made.model_copy(update={"features": choice}))
