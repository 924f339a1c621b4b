"""What docs/gates.md tells a newcomer to write is accepted as it stands, and its tables are complete."""

import re
from pathlib import Path

import pytest

from pipeline.core import yaml
from pipeline.core.errors import Problem
from pipeline.core.expressions import Expression
from pipeline.core.programme import Take
from pipeline.gates import cases, rulebook
from pipeline.gates.records import Case, Consequence, Rule

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "gates.md").read_text(encoding="utf-8")
GATE, FACT, CASES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[:3]


@pytest.fixture
def added(spoil, kz):
    """The programme with the two files of the recipe, written as the page prints them."""
    names = re.findall(r"`pipeline/programmes/kz_2026/((?:gates|cases)/[A-Za-z0-9_]+\.yaml)`", PAGE)
    assert names == ["gates/G90_example.yaml", "cases/G90_example.yaml"]
    assert not (kz.folder / names[0]).exists()
    programme = spoil(names[0], text=GATE)
    (programme.folder / names[1]).write_text(CASES, encoding="utf-8")
    return programme


def test_the_example_gate_and_its_cases_work_as_printed(added):
    law = rulebook.load(added)
    mine = [example for example in cases.load(added, law) if example.gate.code == "G90"]
    assert cases.disagreements(law, mine) == [""] * len(mine)
    assert {example.case.expect for example in mine} == {"PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE"}


def test_the_example_shows_every_field_of_a_gate_and_of_a_case(added):
    assert set(yaml.read(added.folder / "gates" / "G90_example.yaml")) == set(Rule.model_fields)
    shown = {field for case in yaml.read(added.folder / "cases" / "G90_example.yaml") for field in case}
    assert set(Case.model_fields) - shown == {"points"} and "`points: 590`" in PAGE


def test_the_example_fact_is_read_as_printed_and_shows_every_field(tmp_path):
    path = tmp_path / "fact.yaml"
    path.write_text(FACT, encoding="utf-8")
    document = yaml.read(path)["fee_paid_kzt"]
    assert yaml.build(path, document, Take).source == "documents"
    assert set(document) == {field.alias or name for name, field in Take.model_fields.items()} - {"meaning"}


def test_every_consequence_is_explained():
    for name, field in Consequence.model_fields.items():
        for code in field.annotation.__args__:
            assert f"| `{name}: {code}` |" in PAGE


def test_every_function_of_conditions_is_explained():
    told = re.findall(r"^\| `([a-z_]+)\(([a-z, ]+)\)` \|", PAGE, re.MULTILINE)
    for name, places in told:
        Expression(f"{name}({places})")  # refuses an unknown name and a wrong number of values
    with pytest.raises(Problem, match="date, ") as refused:
        Expression("nothing(a)")
    known = str(refused.value).rpartition("date, ")[2].rstrip(".").split(", ")
    assert sorted(name for name, _ in told) == sorted(known)


def test_the_table_has_one_row_a_gate_with_its_status_its_consequence_and_its_exemptions(book):
    rows = {
        cells[0]: cells[1:]
        for line in re.findall(r"^\| (G[0-9]{2,3} \|.*) \|$", PAGE, re.MULTILINE)
        if (cells := [cell.strip() for cell in line.split("|")])
    }
    assert list(rows) == [gate.code for gate in book.gates]
    for gate in book.gates:
        rule = gate.rule
        *_, status, follows, excused = rows[gate.code]
        assert status == rule.status, gate.code
        assert follows == f"{rule.consequence.fail.replace('_', ' ')}, {rule.consequence.unknown}", gate.code
        assert bool(excused) == bool(rule.exempt), gate.code


def test_the_table_names_the_article_of_every_gate(book):
    for gate in book.gates:
        row = re.search(rf"^\| {gate.code} \|.*$", PAGE, re.MULTILINE)
        assert row is not None
        article = gate.rule.law.article
        wanted = ["not read"] if article == "UNKNOWN" else re.findall(r"[0-9]+(?:\([0-9-]+\))?", article)
        assert wanted and [part for part in wanted if part not in row[0]] == [], gate.code


def test_every_source_key_is_explained(book):
    used = {gate.rule.source for gate in book.gates}
    used |= {item.source for gate in book.gates for items in gate.values.values() for item in items}
    used |= {exemption.source for gate in book.gates for exemption in gate.rule.exempt.values()}
    used |= {band.source for criterion in book.points.criteria.values() for band in criterion.bands}
    used |= {item.source for item in book.points.threshold}
    explained = PAGE.split("## Sources")[1]
    keys = set(re.findall(r"\[[A-Z0-9-]+\]", " ".join(used)))
    assert keys and [key for key in sorted(keys) if key not in explained] == []
