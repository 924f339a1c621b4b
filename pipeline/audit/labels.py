"""Names of groups and written numbers, in the language of the page."""

from babel import Locale
from babel.core import get_global
from babel.numbers import get_decimal_symbol, get_group_symbol

from pipeline.audit.groups import NOT_STATED, band_keys
from pipeline.core.messages import LANGUAGES, Words
from pipeline.core.programme import Programme

MINUS = "\u2212"
CODES = {"f": "women", "m": "men"}  # codes that are no words


class Numbers:
    """Writes numbers as people of one language do; the minus is a real one."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._point = get_decimal_symbol(words.lang)
        self._group = get_group_symbol(words.lang)

    def whole(self, number: float) -> str:
        """A count."""
        return self.decimal(number, 0)

    def decimal(self, number: float, digits: int, signed: bool = False) -> str:
        """A number with that many digits; `signed` writes the plus, too."""
        rounded = round(float(number), digits) + 0.0
        text = f"{abs(rounded):,.{digits}f}".replace(",", "\0").replace(".", self._point).replace("\0", self._group)
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        return sign + text

    def value(self, number: float, unit: str) -> str:
        """A value in its unit: `12.3 %`, `0.431`, `31.2 days`."""
        if unit == "share":
            return self._words("{number}%", number=self.decimal(100 * number, 1))
        if unit == "score":
            return self.decimal(number, 3)
        return self._words("{number} days", number=self.decimal(number, 1))

    def gap(self, number: float, unit: str, signed: bool = True) -> str:
        """A difference of two values; of shares in percentage points."""
        if unit == "share":
            return self._words("{number} points", number=self.decimal(100 * number, 1, signed))
        if unit == "score":
            return self.decimal(number, 3, signed)
        return self._words("{number} days", number=self.decimal(number, 1, signed))

    def bare(self, number: float, unit: str) -> str:
        """A difference without its unit, where the unit stands beside it."""
        if unit == "share":
            return self.decimal(100 * number, 1, signed=True)
        return self.decimal(number, 3 if unit == "score" else 1, signed=True)

    def percent(self, share: float) -> str:
        """A share with as many digits as it needs, at most four: `95%`, `99.17%`."""
        whole, point, rest = self.decimal(100 * share, 4).partition(self._point)
        rest = rest[:2] if rest.strip("0") and not rest.startswith("99") else rest
        rest = rest.rstrip("0")
        return self._words("{number}%", number=f"{whole}{point}{rest}" if rest else whole)


def group_names(programme: Programme, attribute: str, keys: list[str], words: Words) -> dict[str, str]:
    """Key -> name as a person reads it.

    Offices and regions have the names of the programme, countries and languages those of the CLDR; any other code is
    looked up in the message catalogue and shown as it is where that does not know it.
    """
    rule = programme.groups[attribute]
    column = programme.tables[rule.source].columns[rule.column]
    locale = Locale(words.lang)
    if rule.bands:
        return {key: _band(key, words) for key in keys}
    offices = programme.offices
    if rule.names:
        named = {code: words.name(name) for code, name in rule.names.items()}
    elif offices.column == rule.column and rule.source == programme.cases.source:
        named = {code: words.name(office.name) for code, office in offices.list_.items()}
    elif column.codes and set(column.codes) <= {office.region for office in offices.list_.values()}:
        named = {office.region: words.name(office.name) for office in offices.list_.values()}
    elif column.pattern == "[A-Z]{3}":
        named = {key: _country(key, locale, words) for key in keys}
    elif column.codes and set(column.codes) <= set(LANGUAGES):
        named = {code: str(locale.languages.get(code, code)) for code in column.codes}
    else:
        named = {}
    return {key: named.get(key) or _plain(key, words) for key in keys}


def in_order(programme: Programme, attribute: str, keys: list[str]) -> list[str]:
    """Bands from the lowest up, anything else by name; `not stated` last."""
    bands = band_keys(programme.groups[attribute].bands) if programme.groups[attribute].bands else []
    place = {key: number for number, key in enumerate(bands)}
    return sorted(keys, key=lambda key: (key == NOT_STATED, place.get(key, 0), key))


def _plain(key: str, words: Words) -> str:
    return words(CODES.get(key, key.replace("_", " ")))


def _band(key: str, words: Words) -> str:
    if key.startswith("<"):
        return words("under {number}", number=key[1:])
    if key.endswith("+"):
        return words("{number} and over", number=key[:-1])
    low, dash, high = key.partition("-")
    return f"{low}\u2013{high}" if dash else words(key)


def _country(code: str, locale: Locale, words: Words) -> str:
    if code == "XXA":
        return words("stateless")
    short = get_global("territory_aliases").get(code)
    name = locale.territories.get(short[0]) if short else None
    return f"{name} ({code})" if name else _plain(code, words)
