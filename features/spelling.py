"""One spelling for what is one thing: declared steps only, nothing is guessed, and names are never matched by likeness."""

import unicodedata
from collections.abc import Collection, Mapping

import pandas as pd

KEPT = "&#%@*+"  # punctuation that tells names apart (AT&T, C#)
# Words that say what kind of company a name belongs to, without dots and in capitals; only `legal_forms` takes them off.
BEGINNINGS = frozenset({"ТОО", "ООО", "ОАО", "ЗАО", "ПАО", "АО", "ИП", "ЖШС", "АҚ", "ЖК"})
ENDINGS = BEGINNINGS | {
    *("INC", "INCORPORATED", "CORP", "CORPORATION", "CO", "COMPANY", "LLC", "LLP", "LP", "LTD", "LIMITED", "PLC"),
    *("PC", "PLLC", "PA", "NA", "PTE", "PTY", "PVT", "GMBH", "AG", "KG", "SA", "SAS", "SARL", "SRL", "SPA", "BV", "NV"),
    *("AB", "AS", "OY", "KFT"),
}

_DROPPED = ".'’‘`´ʼ"  # inside a word: U.S.A. and USA, O'NEIL and ONEIL


def tidy(text: str, steps: Collection[str] = ()) -> str:
    """`text` in one spelling: compatible characters made equal (Unicode NFKC), capitals, single spaces; `""` if nothing stays.

    `steps` are further ones. `punctuation`: dots and apostrophes go, other marks but those in `KEPT` become spaces.
    `legal_forms` (after `punctuation`): words of `ENDINGS` at the end and of `BEGINNINGS` at the beginning go, as long as a
    word stays. Doing it again changes nothing.
    """
    text = _capitals(text)
    if "punctuation" in steps:
        text = _capitals("".join(_mark(sign) for sign in text))
    words = text.split()
    if "legal_forms" in steps:
        while len(words) > 1 and words[-1] in ENDINGS:
            words.pop()
        while len(words) > 1 and words[0] in BEGINNINGS:
            words.pop(0)
    return " ".join(words)


def fold(values: pd.Series, steps: Collection[str], same_as: Mapping[str, str]) -> pd.Series:
    """`values` (text) as `tidy` spells them, index 0..n-1; missing where nothing stays.

    `same_as` maps a newer spelling to the older one it stands for. Each different text is spelt once.
    """
    other = synonyms(same_as, steps)
    found, texts = pd.factorize(values.astype("str"))
    spelt = (tidy(text, steps) for text in texts)
    tidied = pd.array([other.get(text, text) or None for text in spelt] + [None], dtype="str")  # -1: missing
    return pd.Series(tidied.take(found))


def synonyms(same_as: Mapping[str, str], steps: Collection[str]) -> dict[str, str]:
    """`same_as` in the spelling that `steps` give.

    Raises ValueError where a text is given two meanings, stands for itself, or for one that itself stands for another.
    """
    found: dict[str, str] = {}
    for new, old in same_as.items():
        key, value = tidy(new, steps), tidy(old, steps)
        if not key or not value or key == value:
            raise ValueError(f"`same_as`: `{new}` and `{old}` have one spelling already, or none; take the line out")
        if found.setdefault(key, value) != value:
            raise ValueError(f"`same_as`: `{new}` stands for `{found[key]}` and for `{value}`; keep one of them")
    if chained := sorted(set(found) & set(found.values())):
        raise ValueError(
            f"`same_as`: `{chained[0]}` stands for another text and is stood for; name the last one at once"
        )
    return found


def _capitals(text: str) -> str:
    """NFKC and capitals until neither changes anything (one follows from the other in a few scripts)."""
    while (made := unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())) != text:
        text = made
    return text


def _mark(sign: str) -> str:
    if sign in _DROPPED:
        return ""
    return " " if unicodedata.category(sign)[0] in "PZC" and sign not in KEPT else sign
