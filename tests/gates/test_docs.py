"""What docs/gates.md tells a newcomer to write is accepted as it stands, and its table is complete."""

import re
from pathlib import Path

from pipeline.gates import cases, rulebook

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "gates.md").read_text(encoding="utf-8")


def test_the_example_gate_and_its_cases_work_as_printed(spoil):
    gate, examples = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[:2]
    programme = spoil("gates/G13_example.yaml", text=gate)
    (programme.folder / "cases" / "G13_example.yaml").write_text(examples, encoding="utf-8")
    law = rulebook.load(programme)
    mine = [example for example in cases.load(programme, law) if example.gate.code == "G13"]
    assert len(mine) == 2 and [cases.disagreement(law, example) for example in mine] == ["", ""]


def test_the_table_names_every_gate_with_its_status(book):
    for gate in book.gates:
        assert re.search(rf"^\| {gate.code} \|.*\| {gate.rule.status} \|", PAGE, re.MULTILINE), gate.code


def test_every_source_key_is_explained(book):
    used = {gate.rule.source for gate in book.gates}
    used |= {item.source for gate in book.gates for items in gate.values.values() for item in items}
    used |= {exemption.source for gate in book.gates for exemption in gate.rule.exempt.values()}
    used |= {band.source for criterion in book.points.criteria.values() for band in criterion.bands}
    explained = PAGE.split("## Sources")[1]
    keys = set(re.findall(r"\[[A-Z0-9-]+\]", " ".join(used)))
    assert keys and [key for key in sorted(keys) if key not in explained] == []
