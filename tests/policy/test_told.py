"""The explanation as text: what follows first, in the language asked for, with nothing left in another."""

import pytest

from pipeline.core.messages import Words
from pipeline.core.programme import Programme
from pipeline.policy import explain, told

FACTS = "route: standard\noffences: 1\nlisted_offences: 1\nethnic_kazakh: false\nfamily_of: none\nsolvency_kzt: 100000.5\n" \
    "former_compatriot: false\ntreaty_citizen: false\nstateless_basis: none\nmarried_women_convention: false\n"  # fmt: skip


@pytest.fixture(scope="module")
def explained(kz: Programme, tmp_path_factory: pytest.TempPathFactory) -> dict:
    path = tmp_path_factory.mktemp("typed") / "profile.yaml"
    path.write_text(FACTS, encoding="utf-8")
    return explain.profile(kz, path, kz.as_of)


def test_what_follows_stands_first_and_every_gate_is_told(explained: dict):
    text = told.text(explained, "en")
    assert text.index("The file is held for an officer, who decides.") < text.index("Held for an officer (")
    assert text.index("Held for an officer (") < text.index("Waits for a paper or an answer (")
    for gate in explained["gates"]:
        noted = gate["verdict"] == "UNKNOWN" and not gate["waits"]
        assert (gate["gate"] if noted else f"  {gate['gate']} {gate['title']['en']} — ") in text
    assert "Sum certified by the bank, KZT: 100,000.5" in text and "article 49(4)" in text
    assert "Points are PROVISIONAL" in text and "SYNTHETIC" in text


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_no_english_is_left(explained: dict, lang: str):
    text = told.text(explained, lang)
    for english in ("Looked at", "Compared with", "not known", "Held", "Waits", "Met (", "Does not apply", "Points:"):
        assert english not in text
    assert "30.06.2026" in text and "100\N{NO-BREAK SPACE}000,5" in text
    assert explained["gates"][1]["title"][lang] in text


def test_advice_is_given_only_where_something_is_to_be_done(explained: dict):
    text = told.text(explained, "en")
    gates = {gate["gate"]: gate for gate in explained["gates"]}
    assert "→ " + gates["G11"]["on_fail"]["en"][:40] in text.replace("\n      ", " ")
    assert gates["G12"]["on_fail"]["en"] not in text.replace("\n      ", " ")


@pytest.mark.parametrize(
    ("value", "en", "ru"),
    [(None, "not known", "неизвестно"), (True, "yes", "да"), (1234567, "1,234,567", "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"),
     ("2026-02-13", "2026-02-13", "13.02.2026"), ("UZB", "UZB", "UZB")],
)  # fmt: skip
def test_values_are_written_as_readers_write_them(value: object, en: str, ru: str):
    assert told.plain(value, Words("en")) == en and told.plain(value, Words("ru")) == ru
