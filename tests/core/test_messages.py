"""Every sentence that officers and applicants see exists in Kazakh, Russian and English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import jinja2
import pytest
from babel.messages.pofile import read_po
from jinja2 import nodes

from features import registry, sets
from pipeline.core import messages, programme, yaml
from pipeline.core.errors import Problem
from pipeline.core.messages import LOCALE, Words
from pipeline.rank import reasons

PIPELINE = Path(messages.__file__).resolve().parents[1]
TRANSLATED = ("kk", "ru")


def constants(node: ast.AST) -> Iterator[str]:
    """The strings a first argument can be: itself, or either branch of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)


def said_in_python(text: str) -> set[str]:
    """The sentences of `words("...")` and `self.words("...")`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name.lstrip("_") == "words":
                found |= set(constants(node.args[0]))
    return found


def said_in_template(text: str) -> set[str]:
    """The sentences of `{{ words("...") }}`."""
    found: set[str] = set()
    for node in jinja2.Environment().parse(text).find_all(nodes.Call):
        name = node.node.name if isinstance(node.node, nodes.Name) else getattr(node.node, "attr", "")
        if name == "words" and node.args:
            branches = [node.args[0]]
            while branches:
                branch = branches.pop()
                if isinstance(branch, nodes.CondExpr):
                    branches += [branch.expr1, branch.expr2]
                elif isinstance(branch, nodes.Const) and isinstance(branch.value, str):
                    found.add(branch.value)
    return found


def said_by_code() -> dict[str, str]:
    """Sentence -> the file that says it."""
    found: dict[str, str] = {}
    for path in sorted(PIPELINE.rglob("*.py")):
        found |= dict.fromkeys(said_in_python(path.read_text(encoding="utf-8")), str(path.relative_to(PIPELINE)))
    for path in sorted((PIPELINE / "templates").glob("*.html")):
        found |= dict.fromkeys(said_in_template(path.read_text(encoding="utf-8")), str(path.relative_to(PIPELINE)))
    return found


def said_by_programmes() -> dict[str, str]:
    """English phrases of programmes and features that are shown through the catalogue."""
    found: dict[str, str] = {}
    for name in programme.names():
        loaded = programme.load(name)
        found[loaded.status] = name
        if loaded.label is not None:
            found[loaded.label.meaning] = name
        known = registry.scan() if loaded.features.use else {}
        for record in sets.describe(loaded.features) if loaded.label is not None else ():
            where = f"feature {record['name']} of {name}"
            found[record["meaning"]] = where
            found |= {record["advice"]: where} if record["advice"] else {}
            unit = record["unit"].removeprefix(reasons.LOG)
            if unit and unit != reasons.YES_NO and not unit.startswith(reasons.SHARE):
                found[unit] = where
            if record["kind"] == "category" and record["name"] in known:
                for table, columns in registry.columns([record["name"]], known).items():
                    source = loaded.tables[loaded.cases.source if table == registry.CASES else table]
                    codes = [code for column in columns for code in source.columns[column].codes]
                    found |= dict.fromkeys((code.replace("_", " ") for code in codes), where)
        for path in sorted((loaded.folder / "gates").glob("*.yaml")):
            article = yaml.read(path)["law"]["article"]
            if re.search("[A-Za-z]", article) and article != "UNKNOWN":
                found[article] = str(path.relative_to(PIPELINE))
    return found


def catalogues(lang: str) -> list[tuple[str, str, str]]:
    """(file, msgid, msgstr) of every message in `locale/<lang>`."""
    found = []
    for path in sorted((LOCALE / lang).glob("*.po")):
        with path.open("rb") as stream:
            found += [(path.name, message.id, message.string) for message in read_po(stream, locale=lang) if message.id]
    return found


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def three_language_mappings(node: Any, where: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every mapping below `node` that speaks in one of the three languages."""
    if isinstance(node, dict):
        if node and set(node) <= set(messages.LANGUAGES):
            yield where, node
        for key, value in node.items():
            yield from three_language_mappings(value, f"{where}.{key}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from three_language_mappings(value, f"{where}[{place}]")


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_sentence_is_translated(lang):
    known = messages.catalogue(lang)
    said = said_by_code() | said_by_programmes()
    missing = [f"{where}: {sentence}" for sentence, where in said.items() if sentence not in known]
    assert not missing, f"no {lang} translation of\n" + "\n".join(missing)


@pytest.mark.parametrize("lang", TRANSLATED)
def test_no_message_is_left_over(lang):
    used = set(said_by_code()) | set(said_by_programmes())
    for path in PIPELINE.rglob("*.py"):  # sentences kept in tables and said later
        tree = ast.parse(path.read_text(encoding="utf-8"))
        used |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    left = [(part, sentence) for part, sentence, _ in catalogues(lang) if sentence not in used]
    assert left == [], "nobody says these sentences any more"


@pytest.mark.parametrize("lang", TRANSLATED)
def test_placeholders_are_the_same_in_every_language(lang):
    for part, sentence, text in catalogues(lang):
        assert placeholders(text) == placeholders(sentence), f"{lang}/{part}: {sentence}"


@pytest.mark.parametrize("lang", TRANSLATED)
def test_parts_agree_on_a_translation(lang):
    first: dict[str, tuple[str, str]] = {}
    for part, sentence, text in catalogues(lang):
        other, said = first.setdefault(sentence, (part, text))
        assert said == text, f"{lang}: {other} and {part} translate `{sentence}` differently"


@pytest.mark.parametrize("lang", TRANSLATED)
def test_words_are_written_in_one_alphabet(lang):
    for part, sentence, text in catalogues(lang):
        bare = re.sub(r"\{[^}]*\}", "", text)
        mixed = re.findall(r"\b(?=\w*[A-Za-z])(?=\w*[\u0400-\u04ff])\w+", bare)
        assert mixed == [], f"{lang}/{part}: {sentence}"
        assert re.search(r"[\u0400-\u04ff]", bare) or not re.search(r"[a-z]{3}", re.sub(r"\{[^}]*\}", "", sentence)), (
            f"{lang}/{part}: {sentence}"
        )


def test_programmes_name_things_in_three_languages():
    checked = 0
    for path in sorted(programme.HOME.rglob("*.yaml")):
        for where, mapping in three_language_mappings(yaml.plain(yaml.read(path))):
            checked += 1
            assert all(str(mapping.get(lang, "")).strip() for lang in messages.LANGUAGES), f"{path.name}{where}"
    assert checked > 20


def test_words_speak_and_fill_placeholders():
    assert Words("en")("Files: {total}", total=3) == "Files: 3"
    assert Words("ru")("Files: {total}", total=3) == "Дел: 3"
    assert Words("ru")("Held for an officer") != "Held for an officer"
    assert Words("kk").name({"kk": "Астана қаласы", "ru": "Город Астана", "en": "Astana"}) == "Астана қаласы"
    assert Words("kk")("a sentence nobody wrote") == "a sentence nobody wrote"
    with pytest.raises(Problem, match="no language `de`"):
        Words("de")


def test_the_search_for_sentences_bites():
    code = (
        'def f(words, old):\n    return words("New {a}", a=1) + words("One" if old else "Two") + self.words("Three")\n'
    )
    assert said_in_python(code) == {"New {a}", "One", "Two", "Three"}
    page = '<p>{{ words("Four") }}</p>{% if words("Five" if x else "Six", n=1) %}{% endif %}'
    assert said_in_template(page) == {"Four", "Five", "Six"}
    assert list(three_language_mappings({"a": [{"kk": "x"}]})) == [(".a[0]", {"kk": "x"})]
