"""What the measured labels rest on, and what they leave open: provenance and selective labels, for `evaluate`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipeline.core import tables
from pipeline.core.stage import Context
from pipeline.stages import _parts

if TYPE_CHECKING:
    from models.scorer import Scorer

PROVENANCE = ["status", "corrected", "by", "law_version", "basis", "arm"]
UNTOLD = "not told"


def provenance(ctx: Context) -> dict[str, Any]:
    """On what the labels of all observed cases rest, and what the decided cases without one wait for."""
    from models.labels import CENSORED, EXCLUDED, OBSERVED

    folder = ctx.read("interim/cases")
    cases = pd.concat(tables.read_parts(folder, PROVENANCE), ignore_index=True)
    observed = cases[cases["status"] == OBSERVED]
    excluded = cases["status"].str.startswith(EXCLUDED)
    return {
        "observed": len(observed),
        "corrected": int(observed["corrected"].sum()),
        "corrected_weight": ctx.programme.outcome.corrected_weight,
        "deciders": int(observed["by"].nunique()),
        "no_decider_told": int(observed["by"].isna().sum()),
        "law_versions": _counted(observed["law_version"]),
        "basis": {
            "observed": _counted(observed["basis"]),
            "censored": _counted(cases.loc[cases["status"] == CENSORED, "basis"]),
            "excluded": _counted(cases.loc[excluded, "basis"]),
        },
        "arm": {
            "cases": int(cases["arm"].sum()),
            "observed": int(observed["arm"].sum()),
            "share_of_observed": float(observed["arm"].mean()) if len(observed) else None,
        },
    }


def _counted(values: pd.Series) -> dict[str, int]:
    return {str(name): int(count) for name, count in values.fillna(UNTOLD).value_counts().sort_index().items()}


def selective(ctx: Context, scorer: "Scorer", begins: np.datetime64) -> dict[str, Any]:
    """The figures of `models.selective` on the cohort of the test window, and on its part in the random review arm.

    The cohort: the measured cases, and those lodged from `begins` on that were decided as long ago but have no outcome
    and never will. `not_yet` counts others of the same age that are still undecided at last (an appeal runs, or nobody has
    recorded the course); they are in no figure.
    """
    from models.selective import figures, verdict

    share = ctx.param("evaluate").top_share
    whole = pd.concat(_cohort(ctx, scorer, begins), ignore_index=True).sort_values("case_id", ignore_index=True)
    rows = whole[~whole["not_yet"]]
    drawn = rows[rows["arm"]]
    found, arm = (figures(part["score"].to_numpy(), part["label"].to_numpy(), share) for part in (rows, drawn))
    return {
        **found,
        "not_yet": int(whole["not_yet"].sum()),
        "never_observed": _counted(rows.loc[rows["label"].isna(), "code"]),
        "verdict": verdict(found),
        "arm": {**arm, "verdict": verdict(arm)} if len(drawn) else None,
    }


def _cohort(ctx: Context, scorer: "Scorer", begins: np.datetime64) -> Iterator[pd.DataFrame]:
    from models.labels import CENSORED, EXCLUDED
    from models.split import TEST

    maturity = pd.DateOffset(months=ctx.programme.outcome.maturity_months)
    for cases, features in _parts.read(ctx):
        measured = (cases["split"] == TEST).to_numpy(dtype=bool)
        old = (cases["decided_on"] + maturity <= pd.Timestamp(ctx.as_of)) & (cases["lodged_on"] >= begins)
        never = old.to_numpy(dtype=bool) & cases["status"].str.startswith(EXCLUDED).to_numpy(dtype=bool)
        not_yet = old.to_numpy(dtype=bool) & (cases["status"] == CENSORED).to_numpy(dtype=bool)
        chosen = measured | never | not_yet
        raw, _ = scorer.score(features.loc[chosen].drop(columns="case_id"))
        yield pd.DataFrame(
            {
                "case_id": cases.loc[chosen, "case_id"].to_numpy(),
                "score": raw,
                "label": cases.loc[chosen, "label"].to_numpy(dtype="float64", na_value=np.nan),
                "code": cases.loc[chosen, "status"].str.removeprefix(EXCLUDED).to_numpy(),
                "arm": cases.loc[chosen, "arm"].to_numpy(dtype=bool),
                "not_yet": not_yet[chosen],
            }
        )


def lines(labels: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What a person at the terminal reads of both."""
    whole, n = found["all_files"], found["observed"]["n"]
    codes = ", ".join(f"{name} {count:,}" for name, count in found["never_observed"].items())
    told = []
    if labels["deciders"]:
        told.append(
            f"labels: {labels['corrected']:,} of {labels['observed']:,} correct an earlier outcome; decided by "
            f"{labels['deciders']:,} officers under {len(labels['law_versions'])} versions of the rules"
        )
    if whole["never_observed"]:
        told.append(
            f"selective labels: {n:,} outcomes, {whole['never_observed']:,} never observed ({codes}). {found['verdict']}"
        )
        told.append(f"  share positive {_share(found)}; precision in the top {_precision(found)}")
    if found["arm"]:
        told.append(f"  random review arm alone: {_auc(found['arm'])}. {found['arm']['verdict']}")
    return told


def _auc(found: dict[str, Any]) -> str:
    seen = found["observed"]
    if seen["auc"] is None or seen["auc_low"] is None:
        return f"{seen['n']:,} outcomes are too few for an AUC with an interval"
    return f"AUC {seen['auc']:.3f} ({seen['auc_low']:.3f} to {seen['auc_high']:.3f}) on {seen['n']:,} outcomes"


def _share(found: dict[str, Any]) -> str:
    seen, bounds = found["observed"], found["all_files"]["positive_share"]
    return f"{seen['positive_share']:.3f} of the outcomes, {bounds['low']:.3f} to {bounds['high']:.3f} of all files"


def _precision(found: dict[str, Any]) -> str:
    seen, bounds = found["observed"], found["all_files"]["precision"]
    top = f"{found['all_files']['top_share']:.0%}"
    return f"{top}: {seen['precision']:.3f} of the outcomes, {bounds['low']:.3f} to {bounds['high']:.3f} of all files"
