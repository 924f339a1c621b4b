from pathlib import Path

from pipeline.audit import law
from pipeline.core import programme

GATE = """\
code: G01
title: {kk: Құжат, ru: Бумага, en: Paper}
exempt:
  origin: {when: ethnic_kazakh}
applies_when: 'route == "standard"'
pass_when: birth_date < today
"""


def test_an_exemption_or_scope_that_reads_an_attribute_is_named(tmp_path: Path):
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates/G01_paper.yaml").write_text(GATE, encoding="utf-8")
    found = law.gates(programme.load("kz_2026").model_copy(update={"folder": tmp_path}))
    assert found["G01"].attributes == {"ethnic_kazakh", "route"}  # age is only part of the condition itself
    assert found["G01"].title["en"] == "Paper"


def test_the_solvency_gate_of_kazakhstan_excuses_ethnic_kazakhs():
    assert "ethnic_kazakh" in law.gates(programme.load("kz_2026"))["G02"].attributes


def test_a_programme_without_gates():
    assert law.gates(programme.load("perm_2016")) == {}
