"""What a candidate must pass before two people may promote it; every check says its figure."""

from itertools import pairwise
from pathlib import Path

import numpy as np

from features import sets
from models.scorer import Scorer
from models.tables import Table
from models.tracking import Version
from pipeline.core import registry, versions
from pipeline.core.messages import LANGUAGES, Words
from pipeline.core.params import Params
from pipeline.core.programme import Programme
from pipeline.core.registry import Check
from pipeline.life import compare, fairness, retrain
from pipeline.stages.rank import features as described

SAME = 1e-9  # a score and the sum of its reasons are one number written by two sums
ROWS = 2000  # cases whose reasons are added up


def run(programme: Programme, root: Path, knobs: Params, candidate: Version, champion: Version | None) -> list[Check]:
    """All checks in their order: seals, order, directions, reasons, fairness. Where the seals are broken nothing else is read."""
    first = seals(programme, candidate)
    if not first.passed:
        return [first]
    home = compare.cases_of(programme, root, candidate)
    scorer = Scorer(candidate.model)
    order = (
        better_than_chance(candidate) if champion is None else non_inferior(programme, root, knobs, candidate, champion)
    )
    return [
        first,
        order,
        directions(programme, scorer),
        reason_codes(programme, scorer, home),
        fairness.check(
            programme, (retrain.place(root, programme, candidate.tags["as_of"]), root), candidate.tags["model"]
        ),
    ]


def seals(programme: Programme, candidate: Version) -> Check:
    """Whether the registered folder is, byte for byte, what was registered, under the description as it is today."""
    law = versions.law(programme)
    try:
        Scorer(candidate.model)
    except ValueError as error:
        return Check(name="seals", passed=False, told=str(error))
    found = registry.seal(registry.digests(candidate.model), law)
    if candidate.tags["law"] != law:
        told = f"The programme was described otherwise when it was made ({candidate.tags['law']}, now {law}); retrain."
    elif found != candidate.digest:
        told = "The folder of the model is not what was registered."
    else:
        told = f"Every file is as it was registered ({found[:12]})."
    return Check(name="seals", passed=found == candidate.digest, told=told, figures={"sha256": found})


def non_inferior(programme: Programme, root: Path, knobs: Params, candidate: Version, champion: Version) -> Check:
    """Whether the candidate surely orders later cases no worse than the champion, but for `life.margin` of AUC."""
    margin = knobs.life.margin
    found = compare.run(programme, root, knobs, candidate, champion).figures
    value, low, high, n = (found[name] for name in ("auc_difference", "auc_difference_low", "auc_difference_high", "n"))
    figures = {"auc_difference": value, "low": low, "high": high, "margin": margin, "n": n, "champion": champion.number}
    if low is None:
        told = f"Too few outcomes of both kinds among {n:,} later cases to compare with version {champion.number}."
        return Check(name="order", passed=False, told=told, figures=figures)
    told = (
        f"AUC {value:+.4f} against version {champion.number} ({low:+.4f} to {high:+.4f}) on {n:,} later cases; "
        f"the lower end must be above {-margin:+.4f}."
    )
    return Check(name="order", passed=low > -margin, told=told, figures=figures)


def better_than_chance(candidate: Version) -> Check:
    """With no champion to compare with: better than chance, and no baseline surely better."""
    found = candidate.metrics
    figures: dict[str, int | float | str | None] = {
        name: value
        for name, value in sorted(found.items())
        if name.rpartition("_")[2] in ("auc",) or name in ("auc_low", "auc_high")
    }
    if "auc_low" not in found:
        return Check(name="order", passed=False, told="It could not be measured on later cases.", figures=figures)
    rivals = {name: value for name, value in found.items() if name.endswith("_auc")}
    best = max(rivals, key=lambda name: rivals[name], default=None)
    beaten = best is not None and rivals[best] > found["auc_high"]
    told = f"AUC {found['auc']:.4f} ({found['auc_low']:.4f} to {found['auc_high']:.4f}), chance is 0.5"
    if best is not None:
        told += f"; the best baseline, {best.removesuffix('_auc').replace('_', ' ')}, has {rivals[best]:.4f}"
    return Check(name="order", passed=found["auc_low"] > 0.5 and not beaten, told=told + ".", figures=figures)


def directions(programme: Programme, scorer: Scorer) -> Check:
    """Whether every table goes the way that the feature set of today declares, cell by cell."""
    declared = {each["name"]: each["monotone"] for each in sets.describe(programme.features) if each["monotone"]}
    declared = {name: way for name, way in declared.items() if name in scorer.schema.names}
    if scorer.tables is None:
        told = "The model has no tables, so its directions cannot be proven."
        return Check(name="directions", passed=not declared, told=told, figures={"declared": len(declared)})
    breaches = {
        name
        for table in scorer.tables.tables
        for place, name in enumerate(table.features)
        if name in declared and _breaks(table, place, declared[name])
    }
    told = (
        f"{len(declared)} declared directions, all kept."
        if not breaches
        else f"Breaks its direction: {', '.join(sorted(breaches))}."
    )
    return Check(
        name="directions", passed=not breaches, told=told, figures={"declared": len(declared), "broken": len(breaches)}
    )


def _breaks(table: Table, place: int, way: int) -> bool:
    """Whether an effect moves against `way` along the axis `place`; the last cell, of a missing value, has no place in the order."""
    effects = np.moveaxis(np.array(table.effects), place, 0)[:-1]
    return any(bool((way * (after - before) < 0).any()) for before, after in pairwise(effects))


def reason_codes(programme: Programme, scorer: Scorer, home: Path) -> Check:
    """Whether every feature with an effect may be told to a person, in three languages, and the reasons are the whole score."""
    known, protected = described(programme)
    names = (
        scorer.schema.names
        if scorer.tables is None
        else sorted({name for table in scorer.tables.tables for name in table.features})
    )
    wrong = [f"{name} is not described" for name in names if name not in known]
    wrong += [f"{name} rests on a protected or secret column" for name in names if name in protected]
    wrong += [
        f"{name} has no words in {lang}" for lang in LANGUAGES for name in names
        if name in known and lang != "en" and Words(lang)(known[name].meaning) == known[name].meaning
    ]  # fmt: skip
    _, frame = compare.later(programme, home, "0001-01-01")
    x = scorer.encode(frame.head(ROWS))
    effects, bias = scorer.contributions(x)
    gap = float(np.abs(effects.sum(axis=1) + bias - scorer.margin(x)).max(initial=0.0))
    if gap > SAME:
        wrong.append(f"the effects miss the score by up to {gap:.1e}")
    told = f"{len(names)} features, each described in three languages; effects add up to the score within {gap:.1e}."
    if wrong:
        told = f"{wrong[0]}." if len(wrong) == 1 else f"{wrong[0]}, and {len(wrong) - 1} more."
    return Check(name="reasons", passed=not wrong, told=told, figures={"features": len(names), "largest_gap": gap})
