"""The one place where the lists learn a person's name: for the office that must call the person, and nowhere else."""

import pandas as pd

from pipeline.core.programme import Programme

PARTS = ("surname", "given_name")
LATIN = "latin_name"
READABLE = "[A-Za-z\u00c0-\u024f\u0400-\u04ff]"  # Latin or Cyrillic letters


def source(programme: Programme) -> str | None:
    """The source that names persons: keyed by the person, with personal columns `surname` and `given_name`; or None."""
    for name, table in programme.tables.items():
        found = [table.columns.get(part) for part in PARTS]
        if table.key == programme.person_id and all(column is not None and column.personal for column in found):
            return name
    return None


def columns(programme: Programme, name: str) -> list[str]:
    """The columns of the source `name` that are read for names."""
    latin = [LATIN] if LATIN in programme.tables[name].columns else []
    return [programme.person_id, *PARTS, *latin]


def full(persons: pd.DataFrame, person_id: str) -> pd.Series:
    """Surname and given name by person; a name in another script is followed by its Latin form where that is known."""
    text = (persons["surname"].fillna("") + " " + persons["given_name"].fillna("")).str.strip()
    if LATIN in persons:
        foreign = ~text.str.contains(READABLE, regex=True) & persons[LATIN].notna()
        text = text.where(~foreign, text + " (" + persons[LATIN].fillna("") + ")")
    return pd.Series(text.to_numpy(dtype=object), index=persons[person_id].to_numpy(dtype=object))
