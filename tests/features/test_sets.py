import hashlib
from dataclasses import dataclass, field

import pytest

from features import registry, sets
from features.columns import Recipe
from features.registry import feature
from pipeline.core import programme as programmes
from pipeline.stages.features import check

# The names in a set are part of every model trained on them. Another list is another name: add `kz_2026_v2`.
FROZEN = {"kz_2026_v1": "7a26d5ffbb18ad58"}

RECORD = {"name", "kind", "monotone", "meaning", "unit"}


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
    assert records[-1] == {"name": "zeta", "kind": "category", "monotone": 0, "meaning": "Some words", "unit": ""}


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
        ("foretold", "no feature or table `outcomes`"),
        ("unheard", "persons.shoe_size`, which the programme does not have"),
    ],
)
def test_the_walk_bites_on_a_planted_feature(name, words, monkeypatch):
    made = {one.feature.name: one.feature for one in (planted, behind, named, spoken, foretold, unheard)}
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
