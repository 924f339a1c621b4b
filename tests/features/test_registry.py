import sys
import textwrap
from pathlib import Path

import pandas as pd
import pytest

from features import registry
from features.registry import feature

CASES = pd.DataFrame({"decision_day": pd.to_datetime(["2024-01-01", "2024-01-01"]), "size": [1, 2], "sex": ["f", "m"]})


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Writes a package of topic modules and gives its name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made = []

    def write(**modules):
        name = f"planted_{tmp_path.name.replace('-', '_')}"
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
        for module, text in modules.items():
            (tmp_path / name / f"{module}.py").write_text(
                "from features.registry import feature\n" + textwrap.dedent(text)
            )
        made.append(name)
        return name

    yield write
    for name in [module for module in sys.modules if module.split(".")[0] in made]:
        del sys.modules[name]


def known(*functions):
    return {function.feature.name: function.feature for function in functions}


@feature(reads={"cases": "size"}, unit="persons", monotone=+1)
def double(cases):
    """Twice the size.

    More to say.
    """
    return cases["size"] * 2


@feature()
def next_one(double):
    """One more."""
    return double + 1


def test_arguments_are_inputs_and_the_first_line_is_the_meaning():
    made = double.feature
    assert (made.inputs, made.meaning, made.unit, made.monotone) == (("cases",), "Twice the size", "persons", 1)


def test_features_rest_on_features_in_whatever_order_they_are_asked_for():
    values = registry.resolve(["next_one", "double"], known(next_one, double), {"cases": CASES})
    assert list(values) == ["next_one", "double"]
    assert values["next_one"].tolist() == [3, 5]


def test_a_function_is_handed_the_columns_it_declares_and_no_others():
    @feature(reads={"cases": "size"})
    def sneaky(cases):
        """Looks at what it did not declare."""
        return cases["sex"] == "f"

    with pytest.raises(KeyError):
        registry.resolve(["sneaky"], known(sneaky), {"cases": CASES})


def test_ancestors_and_columns_go_down_to_the_tables():
    features = known(next_one, double)
    assert registry.ancestors("next_one", features) == {"double", "cases"}
    assert registry.columns(["next_one"], features) == {"cases": ["size"]}


def test_a_circle_is_refused():
    @feature()
    def one(two):
        """One."""

    @feature()
    def two(one):
        """Two."""

    with pytest.raises(ValueError, match="circle: one -> two -> one"):
        registry.order(["one"], known(one, two), [])
    assert registry.ancestors("one", known(one, two)) == {"one", "two"}


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="no feature or table `double`, which `next_one` asks for"):
        registry.order(["next_one"], known(next_one), ["cases"])
    with pytest.raises(ValueError, match="no feature or table `cases`"):
        registry.order(["cases"], known(next_one), ["cases"])


def test_a_feature_called_like_a_table_is_refused():
    with pytest.raises(ValueError, match="both a feature and a table"):
        registry.order(["double"], known(double), ["cases", "double"])


def test_a_column_of_the_wrong_length_is_refused():
    @feature()
    def short(cases):
        """Too short."""
        return cases["decision_day"].head(1)

    with pytest.raises(ValueError, match="`short` gave 1 values for 2 cases"):
        registry.resolve(["short"], known(short), {"cases": CASES})


def test_a_feature_without_words_or_with_stray_reads_is_refused():
    with pytest.raises(ValueError, match="needs a docstring"):
        feature()(lambda cases: cases)
    with pytest.raises(ValueError, match="reads persons, which is not among its arguments"):

        @feature(reads={"persons": "sex"})
        def stray(cases):
            """Stray."""


def test_what_a_person_can_change_is_declared_with_how():
    with pytest.raises(ValueError, match="`one`: `change` and `advice` stand together"):

        @feature(change="more")
        def one(cases):
            """One."""

    with pytest.raises(ValueError, match="`two`: a category changes by `other`"):

        @feature(kind="category", change="less", advice="moving")
        def two(cases):
            """Two."""

    assert double.feature.theme == "double" and double.feature.change == ""


def test_scan_finds_topic_modules_only(package):
    name = package(
        topic='TOPIC = "t"\n@feature()\ndef a(cases):\n    """A."""\ndef helper(cases): ...\n',
        tools='@feature()\ndef b(cases):\n    """B."""\n',
    )
    assert list(registry.scan(name)) == ["a"]


@pytest.mark.parametrize("where", ["same", "other"])
def test_a_name_made_twice_is_refused(package, where):
    one = 'TOPIC = "t"\n@feature()\ndef a(cases):\n    """A."""\n'
    again = '@feature()\ndef a(cases):\n    """Again."""\n'
    name = package(topic=one + again) if where == "same" else package(topic=one, zoo='TOPIC = "z"\n' + again)
    with pytest.raises(ValueError, match="`a` is made twice"):
        registry.scan(name)


def test_a_feature_imported_into_another_topic_counts_once(package):
    name = package(topic='TOPIC = "t"\n@feature()\ndef a(cases):\n    """A."""\n')
    Path(sys.path[0], name, "zoo.py").write_text(f'from {name}.topic import a\nTOPIC = "z"\n')
    assert list(registry.scan(name)) == ["a"]


def test_every_feature_of_the_project_says_what_it_is():
    for name, made in registry.scan().items():
        assert made.meaning and "  " not in made.meaning, name
        assert made.unit or made.kind == "category", name
        assert made.kind == "number" or made.monotone == 0, name
        assert made.theme.replace("_", "").isalpha(), name


def test_nobody_is_told_to_change_what_no_effort_of_theirs_can():
    known = registry.scan()
    fixed = {
        "age",
        "family_size",
        "relatives_in_kz",
        "offence_count",
        "days_since_offence",
        "fines",
        "papers_at_lodging",
    }
    assert {name for name in fixed if known[name].change not in ("", "state")} == set()
    said = {made.advice for made in known.values() if made.change}
    assert all(advice[0].isupper() and not advice.endswith(".") for advice in said)
    themes = {made.theme for made in known.values() if made.gap}
    assert themes == {"language", "questionnaire", "presence"}
