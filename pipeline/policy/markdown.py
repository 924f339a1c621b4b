"""The little of Markdown that the page of the law needs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.core.messages import LANGUAGES, Words

SPEAK = {lang: Words(lang) for lang in LANGUAGES}
HEADS = ("Қазақша", "Русский", "English")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; every cell is one line, whatever is in it."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(' '.join(cell.split()) for cell in line)} |\n" for line in lines)


def safe(text: str) -> str:
    """Text that a table and HTML leave alone."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")


def code(text: str) -> str:
    """Text shown exactly as it is written in the YAML."""
    return f"`{text.replace('|', chr(92) + '|')}`"


def three(words: Mapping[Any, str]) -> str:
    """A name in English, Kazakh and Russian, each spelling once."""
    return " · ".join(dict.fromkeys(safe(words[lang]) for lang in ("en", "kk", "ru")))


def heading(level: int, text: str, anchor: str) -> str:
    """A heading that links reach as `#anchor`, whatever the site makes of its words."""
    return f'\n<a id="{anchor}"></a>\n\n{"#" * level} {text}\n\n'
