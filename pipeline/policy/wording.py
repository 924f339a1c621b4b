"""What readers need beside the rules: words in three languages, names of facts and codes, a source for each value."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.core import yaml
from pipeline.core.law import LANGUAGES
from pipeline.core.programme import Programme
from pipeline.gates.book import Gate, Rulebook
from pipeline.gates.rulebook import File
from pipeline.policy.findings import Finding

_WORD = re.compile(r"[a-z]{3,}")  # a word of running text; codes and names of tests are short or in capitals
_CYRILLIC = re.compile(r"[а-яәғқңөұүһі]", re.IGNORECASE)
_SENTENCE = 4  # so many words are hardly the same in Kazakh and Russian
_EMPTY = ("", "-", "?", "...", "…", "todo", "tbd")


def texts(file: File) -> Iterator[Finding]:
    """Every text in three languages, and every dated value, wherever in the file it stands."""
    yield from _walk(file, file.document, ())


def _walk(file: File, node: Any, steps: tuple[Any, ...]) -> Iterator[Finding]:
    if isinstance(node, dict):
        if set(node) & set(LANGUAGES) and not any(isinstance(value, dict | list) for value in node.values()):
            yield from _words(file, yaml.plain(node), steps)
            return
        if "source" in node or {"value", "from"} <= set(node):
            yield from _source(file, node, steps)
        for key, value in node.items():
            yield from _walk(file, value, (*steps, key))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _walk(file, value, (*steps, place))


def _words(file: File, words: Mapping[str, Any], steps: tuple[Any, ...]) -> Iterator[Finding]:
    missing = [lang for lang in LANGUAGES if str(words.get(lang) or "").strip().lower() in _EMPTY]
    what = ".".join(str(step) for step in steps)
    if missing:
        yield _at(file, steps, "missing translation", f"{what}: there is no text in {' and '.join(missing)}.")
        return
    kk, ru, en = (str(words[lang]).strip() for lang in LANGUAGES)
    for lang, text in (("kk", kk), ("ru", ru)):
        if _WORD.search(en) and (text == en or (_WORD.search(text) and not _CYRILLIC.search(text))):
            yield _doubt(file, (*steps, lang), f"{what}: the {lang} text is not in that language: `{text}`.")
    if kk == ru and _CYRILLIC.search(kk) and len(kk.split()) >= _SENTENCE:
        yield _doubt(file, (*steps, "kk"), f"{what}: kk and ru are the same sentence; translate one of them.")


def _source(file: File, node: Any, steps: tuple[Any, ...]) -> Iterator[Finding]:
    if str(node.get("source") or "").strip().lower() in _EMPTY:
        what = ".".join(str(step) for step in steps)
        yield _at(file, steps, "no source", f"{what}: there is no source; say where it is written.")


def names(programme: Programme, book: Rulebook, file: File) -> Iterator[Finding]:
    """Facts that rules read and that have no title, and codes that rules name and nobody can read; `file`: programme.yaml."""
    for fact in book.facts:
        take = programme.facts[fact]
        if take.title is None:
            yield _at(
                file,
                ("facts", fact),
                "missing translation",
                f"{fact}: a rule reads it, and it has no `title` in kk, ru and en.",
            )
        codes = programme.tables[take.source].columns[take.column].codes
        if take.take == "count" or not codes:
            continue
        used = _codes(book, fact)
        for severity, unnamed in (
            ("error", [code for code in codes if code in used and code not in take.names]),
            ("warning", [code for code in codes if code not in used and code not in take.names]),
        ):
            if unnamed:
                said = f"{fact}: {', '.join(unnamed)} has no name under `names`; people are shown the bare code."
                yield Finding(file.path, file.line("facts", fact), "missing translation", severity, said)  # type: ignore[arg-type]
        stray = sorted(set(take.names) - set(codes))
        if stray:
            said = f"{fact}: `{', '.join(stray)}` is named, but {take.from_} never has it."
            yield _doubt(file, ("facts", fact, "names", stray[0]), said, "unused name")


def _codes(book: Rulebook, fact: str) -> set[str]:
    """The codes with which some condition compares `fact`."""
    found: set[str] = set()
    for gate in book.gates:
        for condition in gate.rule.conditions.values():
            found |= _compared(condition.text, {fact}, gate)
    if book.points is not None:
        for criterion in book.points.criteria.values():
            same = {fact, "measure"} if criterion.measure is not None and criterion.measure.text == fact else {fact}
            for condition in criterion.conditions.values():
                found |= _compared(condition.text, same, None)
    return found


def _compared(condition: str, called: set[str], gate: Gate | None) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(condition, mode="eval")):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and node.left.id in called:
            right = node.comparators[0]
            inner = [each.value for each in ast.walk(right) if isinstance(each, ast.Constant)]
            if isinstance(right, ast.Name) and gate is not None:
                inner = [
                    text
                    for item in gate.values.get(right.id, ())
                    if isinstance(item.value, list)
                    for text in item.value
                ]
            found |= {text for text in inner if isinstance(text, str)}
    return found


def values(gate: Gate, file: File) -> Iterator[Finding]:
    """Dated values of a gate that have no title for readers."""
    for name in sorted(set(gate.values) - set(gate.rule.value_titles)):
        section = "values" if name in gate.rule.values else "values_of"
        said = f"{gate.code}: `{name}` has no title under `value_titles`; people are shown the bare name."
        yield Finding(file.path, file.line(section, name), "missing translation", "warning", said)


def unused(programme: Programme, book: Rulebook, others: Sequence[File], file: File) -> Iterator[Finding]:
    """Facts that no gate, criterion or other file of the folder (`others`) reads; `file`: programme.yaml."""
    mentioned = {word for other in others for text in _scalars(other.document) for word in re.findall(r"\w+", text)}
    for fact in sorted(set(programme.facts) - set(book.facts) - mentioned):
        said = f"no gate and no criterion reads the fact `{fact}`; use it or take it out."
        yield _doubt(file, ("facts", fact), said, "unused fact")


def _scalars(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from _scalars(value)
    elif isinstance(node, list):
        for value in node:
            yield from _scalars(value)
    else:
        yield str(node)


def _at(file: File, steps: tuple[Any, ...], kind: str, said: str) -> Finding:
    return Finding(file.path, file.line(*steps), kind, "error", said)


def _doubt(file: File, steps: tuple[Any, ...], said: str, kind: str = "doubtful translation") -> Finding:
    return Finding(file.path, file.line(*steps), kind, "warning", said)
