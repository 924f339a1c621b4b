"""The one door for words that officers and applicants see: a gettext catalogue in Kazakh, Russian and English.

Message ids are the English sentences. Names that belong to a programme (offices, gates, groups) are three-language
mappings in its YAML and come through `name`. Catalogues are `locale/<lang>/<part>.po`, read as they are (Babel).
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from pipeline.core.errors import Problem

LANGUAGES = ("kk", "ru", "en")
LOCALE = Path(__file__).resolve().parents[1] / "locale"


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """English sentence -> sentence in `lang`; English maps nothing."""
    if lang not in LANGUAGES:
        raise Problem(f"There is no language `{lang}`; there are {', '.join(LANGUAGES)}.")
    if lang == "en":
        return {}
    found: dict[str, str] = {}
    for path in sorted((LOCALE / lang).glob("*.po")):
        with path.open("rb") as stream:
            found |= {
                str(message.id): str(message.string)
                for message in read_po(stream, locale=lang)
                if message.id and message.string
            }
    return found


class Words:
    """Speaks one language. `words("Held for an officer")`; `{placeholders}` are filled by keyword."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._catalogue = catalogue(lang)

    def __call__(self, sentence: str, **values: object) -> str:
        """The English `sentence` in this language, its `{placeholders}` filled with `values`."""
        text = self._catalogue.get(sentence, sentence)
        return text.format(**values) if values else text

    def day(self, value: date | str) -> str:
        """A day (a date, or ISO text) as readers of this language write it."""
        day = date.fromisoformat(value) if isinstance(value, str) else value
        return day.isoformat() if self.lang == "en" else day.strftime("%d.%m.%Y")

    def name(self, words: Mapping[Any, str]) -> str:
        """The name in this language from a programme's three-language mapping."""
        return words[self.lang]
