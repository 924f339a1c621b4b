"""Named lists of features, frozen once a model was trained on them: a change of the list is a new name."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from features import recipes, registry
from features.columns import HISTORY, LOG, Column, Recipe
from features.registry import Feature

SETS: Mapping[str, tuple[str, ...]] = {
    "kz_2026_v1": (
        "best_listening",
        "best_reading",
        "language_attempts",
        "days_since_language_test",
        "language_tests_missing",
        "education_level",
        "years_experience",
        "russian_level",
        "english_level",
        "job_offer",
        "studied_in_kz_years",
        "declared_income",
        "questionnaire_missing",
        "registered_work_months",
        "registered_wage",
        "employed_now",
        "employer_count",
        "vacancies_per_seeker",
        "present_share",
        "days_since_first_entry",
        "crossings_24_months",
        "crossings_missing",
        "housing",
        "relatives_in_kz",
        "offence_count",
        "days_since_offence",
        "fines",
        "age",
        "family_size",
        "papers_at_lodging",
        "passport_months_left",
    ),
}


class Choice(Protocol):
    """What a programme says under `features`: a named set, and columns declared there with a recipe."""

    use: str | None
    declare: dict[str, Recipe]


def chosen(features: Choice) -> list[str]:
    """Names of the model's features in its order: the set's, then the declared ones in order of name.

    Raises ValueError for an unknown set, a name that stands twice, and for no feature at all.
    """
    if features.use is not None and features.use not in SETS:
        raise ValueError(
            f"There is no feature set `{features.use}`; there are {', '.join(sorted(SETS))} (features/sets.py)."
        )
    names = [*(SETS[features.use] if features.use else ()), *sorted(features.declare)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(
            f"Feature {', '.join(f'`{name}`' for name in twice)} stands twice in the model's list: rename one."
        )
    if not names:
        raise ValueError("The programme names no features: give it a set (`use`) or declare some (`declare`).")
    return names


def describe(features: Choice) -> list[dict[str, Any]]:
    """One record a feature, in the model's order: name, kind (number or category), monotone, meaning, unit, theme,
    change, advice, and `covers`: for one that says that rows are missing, the features that rest on the same rows.
    """
    known = registry.scan() if features.use else {}
    records = []
    for name in chosen(features):
        made: Feature | Recipe
        if name in features.declare:
            made = features.declare[name]
            kind = "category" if made.recipe in recipes.CATEGORIES else "number"
        elif name in known:
            made = known[name]
            kind = made.kind
        else:
            raise ValueError(f"Feature set `{features.use}` names `{name}`, but no function in features/ makes it.")
        unit = made.unit
        if name in features.declare and features.declare[name].recipe == "log" and not unit.startswith(LOG):
            unit = LOG + unit  # so that people are shown the amount, not its logarithm
        records.append(
            {"name": name, "kind": kind, "monotone": made.monotone, "meaning": made.meaning, "unit": unit,
             "theme": made.theme or name, "change": made.change, "advice": made.advice, "covers": _covers(features, name, known)}
        )  # fmt: skip
    return records


def _covers(features: Choice, name: str, known: Mapping[str, Feature]) -> list[str]:
    """The chosen features that rest on the rows of which the feature `name` says that they are missing."""
    if name in features.declare or not known[name].gap:
        return []
    rows = set(registry.columns([name], known)) - {registry.CASES}
    others = [other for other in chosen(features) if other != name and other not in features.declare]
    return sorted(other for other in others if rows & set(registry.columns([other], known)))


def needed(features: Choice, known: Mapping[str, Feature] | None = None) -> dict[str, list[str]]:
    """Table (`cases` or a source) -> the columns that the model's features rest on, near or far; all sorted.

    A table of which only the rows are counted has an empty list.
    """
    known = registry.scan() if known is None else known
    names = [name for name in chosen(features) if name not in features.declare]
    tables = registry.columns(names, known)
    declared = {column for recipe in features.declare.values() for column in recipes.reads(recipe)}
    tables[registry.CASES] = sorted({*tables.get(registry.CASES, []), *declared})
    return tables


def check(
    features: Choice,
    tables: Mapping[str, Mapping[str, Column]],
    hidden: Collection[tuple[str, str]],
    known: Mapping[str, Feature] | None = None,
    office: str | None = None,
) -> None:
    """Raises ValueError, before any row is read, where the model's features are not lawful or not possible.

    `tables` maps each table that features may ask for (`cases` and sources) to its columns; `hidden` holds the
    (table, column) pairs that are protected or part of the outcome. Of what names a person, only dates may be read.
    A joined table with a `secret` column is closed as a whole: that it has a row about somebody is a secret, too.
    Past outcomes are never counted by what is hidden or personal, nor by the `office` column of the cases: a model would
    learn from them whom to doubt, and its lists would make the next outcomes.
    """
    known = registry.scan() if known is None else known
    registry.order([name for name in chosen(features) if name not in features.declare], known, tables)
    for name, recipe in features.declare.items():
        cases = tables[registry.CASES]
        recipes.check(name, recipe, cases)
        closed = recipe.column == office or (registry.CASES, recipe.column) in hidden or not cases[recipe.column].usable
        if recipe.recipe in HISTORY and closed:
            raise ValueError(
                f"Feature `{name}` counts earlier cases by `{recipe.column}`, which is protected, personal, an outcome or the "
                f"office: what became of earlier cases with the same {recipe.column} must not weigh on the next one. Take it out."
            )
    for table, columns in needed(features, known).items():
        if table != registry.CASES and any(column.secret for column in tables[table].values()):
            raise ValueError(f"A feature rests on `{table}`, which holds what is secret: take it out of the feature.")
        for column in columns:
            if column not in tables[table]:
                raise ValueError(f"A feature reads `{table}.{column}`, which the programme does not have.")
            if (table, column) in hidden or not tables[table][column].usable:
                raise ValueError(
                    f"A feature rests on `{table}.{column}`, which is protected, secret, personal or part of the outcome: "
                    f"take it out of the feature."
                )
