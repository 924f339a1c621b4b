"""Words in three languages and sources, wherever they stand; a doubt is a warning and never about names or codes."""

from pathlib import Path

import pytest

from pipeline.core import programme as programmes
from pipeline.core import yaml
from pipeline.gates import rulebook
from pipeline.gates.rulebook import File
from pipeline.policy import wording

pytest_plugins = ["tests.policy.small"]


def told(folder: Path, text: str) -> list[tuple[int, str, str]]:
    path = folder / "any.yaml"
    path.write_text(text, encoding="utf-8")
    return [(each.line, each.severity, each.kind) for each in wording.texts(File(path, yaml.read(path)))]


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("{kk: Ереже, ru: Правило, en: Rule}", ""),
        ("{kk: Ереже, ru: Правило}", "error"),
        ("{kk: Ереже, ru: '', en: Rule}", "error"),
        ("{kk: Ереже, ru: todo, en: Rule}", "error"),
        ("{kk: Rule, ru: Правило, en: Rule}", "warning"),
        ("{kk: Ереже, ru: The rule, en: Rule}", "warning"),
        ("{kk: 18–29, ru: 18–29, en: 18–29}", ""),
        ("{kk: A, ru: A, en: A}", ""),
        ("{kk: TEER 0, ru: TEER 0, en: TEER 0}", ""),
        ("{kk: Паспорт, ru: Паспорт, en: Passport}", ""),
        ("{kk: Срок действия паспорта истёк, ru: Срок действия паспорта истёк, en: The passport has run out}", "warning"),
    ],
)  # fmt: skip
def test_words_are_there_and_in_their_language(tmp_path, words, severity):
    found = told(tmp_path, f"clocks:\n  - deep:\n      title: {words}\n")
    assert [each[:2] for each in found] == ([(3, severity)] if severity else [])


def test_codes_called_like_languages_are_no_words(tmp_path):
    names = "names:\n  kk: {kk: қазақша, ru: казахский, en: Kazakh}\n  ru: {kk: орысша, ru: русский}\n"
    assert told(tmp_path, names) == [(3, "error", "missing translation")]


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        ("{from: 2026-01-01, value: 1, source: '[A]'}", False), ("{from: 2026-01-01, value: 1}", True),
        ("{from: 2026-01-01, value: 1, source: ' '}", True), ("{value: stays, source: todo}", True), ("{value: stays}", False),
    ],
)  # fmt: skip
def test_a_dated_value_says_where_it_stands(tmp_path, row, missing):
    assert told(tmp_path, f"x:\n  - {row}\n") == ([(2, "error", "no source")] if missing else [])


@pytest.fixture
def home(small):
    path = small / "programme.yaml"

    def read() -> tuple:
        programme = programmes.load(str(small))
        return programme, rulebook.load(programme), File(path, yaml.read(path))

    return read


def test_codes_of_lists_bands_and_conditions_need_names(spoil, home):
    names = "names: {none: {kk: жоқ, ru: нет, en: none}, A: {kk: A, ru: A, en: A}, B: {kk: B, ru: B, en: B}}"
    spoil("programme", (names, "names: {}"))
    [found] = wording.names(*home())
    assert (found.severity, found.sentence) == (
        "error", "level: none, A, B has no name under `names`; people are shown the bare code."
    )  # fmt: skip
    dated = "values:\n  kept:\n    - {from: 2024-01-01, value: [family], source: made up, status: SINGLE}\n"
    spoil(
        "programme",
        ("names: {}", names),
        ("family: {kk: отбасы, ru: семья, en: family}", "famly: {kk: а, ru: б, en: c}"),
    )
    spoil("gates/G03_points", ('applies_when: route != "family"', f"{dated}applies_when: route not in kept"))
    assert [(each.severity, each.kind) for each in wording.names(*home())] == [
        ("error", "missing translation"), ("warning", "unused name"),
    ]  # fmt: skip


def test_a_fact_that_another_file_reads_is_used(spoil, home, tmp_path):
    spoil("programme", ("  born: {", "  spare: {from: applications.income}\n  born: {"))
    programme, book, file = home()
    assert [each.line for each in wording.unused(programme, book, [], file)] == [file.line("facts", "spare")]
    path = tmp_path / "other.yaml"
    for text, used in (("# spare\nx: 1\n", False), ("clocks: {a: {starts: days(spare, today) > 3}}\n", True)):
        path.write_text(text, encoding="utf-8")
        found = list(wording.unused(programme, book, [File(path, yaml.read(path))], file))
        assert (found == []) == used


def test_values_without_a_title(spoil, home):
    spoil("gates/G01_income", ("value_titles: {least: {kk: Ең азы, ru: Наименьший, en: The least}}\n", ""))
    _, book, _ = home()
    gate = book.gates[0]
    path = Path("G01.yaml")
    [found] = wording.values(gate, File(path, {}))
    assert "`least` has no title under `value_titles`" in found.sentence
