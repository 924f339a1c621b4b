import re
from pathlib import Path

import pytest

from pipeline.core import programme, versions
from pipeline.gates import rulebook
from pipeline.policy.law_page import page, pages
from pipeline.policy.markdown import safe

DOCS = Path(__file__).resolve().parents[2] / "docs"
LOADED = [programme.load(name) for name in programme.names()]
TEXT = pages(LOADED)


@pytest.mark.parametrize(("file", "names"), [("law.md", ["kz_2026"]), ("law_examples.md", ["au_skilled", "ca_fsw"])])
def test_the_page_in_the_docs_is_the_one_that_the_yaml_makes(file, names):
    options = " ".join(f"-p {name}" for name in names)
    text = pages([programme.load(name) for name in names])
    assert (DOCS / file).read_text(encoding="utf-8") == text, (
        f"run `make law` (qonys policy page {options} --out docs/{file})"
    )


@pytest.mark.parametrize("name", ["kz_2026", "ca_fsw", "au_skilled"])
def test_every_rule_stands_there_with_its_article_and_its_titles(name):
    loaded = programme.load(name)
    for gate in rulebook.load(loaded).gates:
        section = TEXT.partition(f'<a id="{name}-{gate.code.lower()}"></a>')[2].partition("<a id=")[0]
        assert all(safe(title) in section for title in gate.rule.title.values())
        assert gate.rule.law.article == "UNKNOWN" or safe(gate.rule.law.article) in section
        assert all(safe(act) in section for act in gate.rule.law.act.values())


def test_the_law_with_most_rules_comes_first_and_programmes_without_rules_stay_out():
    order = re.findall(r"^# .*\n", TEXT, re.MULTILINE)
    assert len(order) == 4 and "Kazakhstan" in order[1] and "Canada" in order[2] and "Australia" in order[3]
    assert "perm_2016" not in TEXT
    assert pages(LOADED[::-1]) == TEXT


def test_every_link_of_the_page_leads_somewhere_and_no_anchor_stands_twice():
    anchors = re.findall(r'<a id="([^"]+)"></a>', TEXT)
    assert len(anchors) == len(set(anchors)) > 100
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= set(anchors)


def test_solvency_is_found_in_the_contents():
    contents = TEXT.partition('<a id="kz_2026-g01"></a>')[0]
    assert re.search(
        r"^\| \[G02\]\(#kz_2026-g02\) \| Proof of solvency \| .* \| article 49\(4\) \|$", contents, re.MULTILINE
    )


def test_status_and_version_are_shown():
    for loaded in LOADED:
        if loaded.programme != "perm_2016":
            assert versions.law(loaded) in TEXT and safe(loaded.status) in TEXT
    assert "PROVISIONAL" in TEXT and "SYNTHETIC" in TEXT


def test_every_table_has_as_many_cells_as_its_head():
    width = 0
    for line in TEXT.splitlines():
        cells = len(re.split(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not (width and cells) or cells == width, line
        width = cells


def test_a_programme_without_clocks_has_no_such_part():
    loaded = programme.load("au_skilled")
    part = page(loaded, rulebook.load(loaded))
    assert "Clocks" not in part and "Points · Балдар · Баллы" in part
