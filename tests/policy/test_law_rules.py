import pytest

from pipeline.core.law import Law
from pipeline.core.messages import Words
from pipeline.core.programme import load
from pipeline.gates import rulebook
from pipeline.policy import law_rules
from pipeline.policy.markdown import safe

KZ = load("kz_2026")
BOOK = rulebook.load(KZ)
GATES = {gate.code: gate for gate in BOOK.gates}
ACT = {"kk": "Заң", "ru": "Закон", "en": "Law"}


def test_the_contents_lead_to_every_rule():
    text = law_rules.contents(KZ, BOOK)
    for gate in BOOK.gates:
        assert f"[{gate.code}](#kz_2026-{gate.code.lower()})" in text
        assert all(safe(title) in text for title in gate.rule.title.values())
    assert "| [G02](#kz_2026-g02) | Proof of solvency |" in text


def test_a_rule_says_all_a_lawyer_asks():
    text = law_rules.section(KZ, GATES["G02"])
    rule = GATES["G02"].rule
    assert '<a id="kz_2026-g02"></a>' in text and "gates/G02_solvency.yaml" in text and GATES["G02"].version in text
    for said in (
        "**Legal basis:** Law on Population Migration, No. 477-IV, article 49(4)", "**In force:** since 2022-01-01",
        "**Excused by law:** Ethnic Kazakh (article 49(4); “Ethnic Kazakh”: yes)", "**Concerns:** every file",
        "“Sum certified by the bank, KZT” ≥", "**Established by:** a document", "The file is held for an officer, who decides.",
        "**If it is not known:** The file waits for: ", "**Looks at:** ", "`pass_when`: `solvency_kzt >= sum_in_mci * mci`",
        "4,325 | 2026-01-01 | 2026-12-31 | CONFIRMED | [LADA-AI][GH-M]", rule.on_fail["kk"], rule.on_fail["ru"], rule.ask_for["en"],
    ):  # fmt: skip
        assert said in text, said
    assert text.count("Excused by law:") == len(rule.exempt)


@pytest.mark.parametrize("code", sorted(GATES))
def test_every_rule_has_its_law_its_titles_and_its_values_in_three_languages(code):
    gate = GATES[code]
    text = law_rules.section(KZ, gate)
    for lang in ("kk", "ru", "en"):
        assert safe(gate.rule.title[lang]) in text and safe(gate.rule.law.act[lang]) in text
        assert safe(law_rules.article(Law.model_validate(gate.rule.law.model_dump()), Words(lang))) in text
        for exemption in gate.rule.exempt.values():
            assert safe(exemption.title[lang]) in text and safe(exemption.source) in text
    for items in gate.values.values():
        for item in items:
            assert item.from_.isoformat() in text and safe(item.source) in text
    for condition in gate.rule.conditions.values():
        assert f"`{condition.text}`" in text


def test_who_establishes_it_and_what_follows():
    human, noted = law_rules.section(KZ, GATES["G16"]), GATES["G16"].rule.consequence.unknown
    assert "a person: the program never infers it" in human
    assert ("the officer sees that nobody has recorded a finding" in human) == (noted == "note")
    assert "passed on to another procedure" in law_rules.section(KZ, GATES["G12"])


def test_what_is_unknown_is_written_so():
    text = law_rules.section(KZ, GATES["G12"])
    assert "article not established" in text and "бабы анықталмаған" in text and "статья не установлена" in text


def test_a_borrowed_value_says_where_it_stands_and_a_list_names_its_codes():
    text = law_rules.section(KZ, GATES["G08"])
    assert "(stands in `points.threshold`)" in text
    assert "in-demand profession, digital nomad" in law_rules.section(KZ, GATES["G12"])


@pytest.mark.parametrize(
    ("article", "whole", "alone"),
    [
        ("49(4)", "Law, article 49(4)", "article 49(4)"), ("UNKNOWN", "Law (article not established)", "article not established"),
        ("Annex 1", "Law, Annex 1", "Annex 1"),
    ],
)  # fmt: skip
def test_articles(article, whole, alone):
    found = Law(act=ACT, article=article)
    assert law_rules.law(found, Words("en")) == whole and law_rules.article(found, Words("en")) == alone


def test_facts_say_where_they_come_from_and_who_reads_them():
    text = law_rules.facts(KZ, BOOK)
    assert (
        "| `solvency_kzt` | " in text
        and 'latest `documents.amount_kzt`, where `kind == "solvency"` | [G02](#kz_2026-g02) |' in text
    )
    assert text.count("\n") == len(BOOK.facts) + 2
