# %% [markdown]
# # A tour of what a run leaves behind
#
# Run `make run` first, then this notebook from `notebooks/`. It only reads results (`data/out`, `data/interim`), so it is
# safe to change and run again. The register is SYNTHETIC and the points are PROVISIONAL.
#
# Another project folder or programme: set `QONYS_ROOT` or `QONYS_PROGRAMME` before starting Jupyter.

# %%
import json
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

root = Path(os.environ.get("QONYS_ROOT", ".."))
programme = os.environ.get("QONYS_PROGRAMME", "kz_2026")
out, interim = root / "data/out" / programme, root / "data/interim" / programme
plt.rcParams.update(
    {"figure.figsize": (9, 3.4), "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True}
)
INK, SOFT, MARK = "#1d2733", "#c9d3dc", "#0f6b74"

run = json.loads((out / "run.json").read_text())
print(run["status"])
print("as of", run["as_of"], "| versions", run["versions"])

# %% [markdown]
# ## 1. Rows are conserved
# What was read is what was accepted plus what was quarantined, for every source.

# %%
sources = pd.DataFrame(run["sources"]).T[["read", "accepted", "quarantined"]].astype(int)
assert (sources["read"] == sources["accepted"] + sources["quarantined"]).all()
sources.assign(share_quarantined=(sources["quarantined"] / sources["read"]).round(4))

# %%
quarantine = pd.read_csv(out / "quarantine.csv")
reasons = quarantine["reason"].str.split("; ").explode().value_counts()
reasons.sort_values().plot.barh(color=MARK, figsize=(9, 4.2), title="Why rows were set aside")
plt.xlabel("rows")
plt.tight_layout()

# %% [markdown]
# ## 2. Cases, outcomes and the split by time
# Young outcomes are censored: counted, never used, never written as 0.

# %%
cases = pd.read_parquet(interim / "cases")
by_month = cases.groupby([cases["lodged_on"].dt.to_period("Q").astype(str), "status"]).size().unstack(fill_value=0)
by_month.plot.bar(
    stacked=True, width=0.9, colormap="cividis", title="Cases by quarter of lodging and what is known of their outcome"
)
plt.xlabel("")
plt.ylabel("cases")
plt.legend(fontsize=8)
plt.tight_layout()

# %%
cases.groupby("split").agg(
    cases=("case_id", "size"), from_=("lodged_on", "min"), to=("lodged_on", "max"), share_positive=("label", "mean")
)

# %% [markdown]
# ## 3. The model, on later cases

# %%
metrics = json.loads((out / "metrics.json").read_text())
rungs = {"model": metrics, **metrics["baselines"]}
points = pd.DataFrame(
    {name: {key: values[key] for key in ("auc", "auc_low", "auc_high")} for name, values in rungs.items()}
).T
figure, axis = plt.subplots(figsize=(9, 2))
axis.errorbar(
    points["auc"],
    points.index,
    xerr=[points["auc"] - points["auc_low"], points["auc_high"] - points["auc"]],
    fmt="o",
    color=MARK,
    capsize=4,
)
axis.axvline(0.5, color=SOFT)
axis.set_title(f"AUC on {metrics['n_test']:,} later cases, {metrics['auc_interval']} intervals")
plt.tight_layout()

# %%
calibration = pd.read_csv(interim / "evaluation/calibration.csv")
figure, axis = plt.subplots(figsize=(4.6, 4.2))
low, high = (
    calibration["observed"] - calibration["observed_low"],
    calibration["observed_high"] - calibration["observed"],
)
axis.errorbar(calibration["predicted"], calibration["observed"], yerr=[low, high], fmt="o", color=MARK)
axis.plot([0, 1], [0, 1], color=SOFT)
axis.set(xlabel="predicted", ylabel="observed", title="Does 80 % mean 80 %?")
plt.tight_layout()

# %% [markdown]
# ## 4. Which questions move the queue
# How often each question is among the three reasons that officers are shown.

# %%
scores = pd.read_parquet(interim / "scores")
shown = [
    pd.DataFrame({"question": scores[f"reason_{i}"], "effect": scores[f"effect_{i}"].abs()})
    for i in range(1, 4)
    if f"reason_{i}" in scores
]
moved = pd.concat(shown).groupby("question")["effect"].agg(["size", "mean"]).sort_values("size").tail(12)
moved["size"].plot.barh(color=MARK, title="How often a question is among the three reasons of a file", figsize=(9, 4))
plt.tight_layout()

# %% [markdown]
# ## 5. Gates: the law beside the score

# %%
gates = pd.read_parquet(interim / "gates")
codes = [name for name in gates if name not in ("case_id", "points", "verdict")]
if codes:
    answers = gates[codes].apply(lambda column: column.value_counts()).fillna(0).T
    answers = answers.reindex(columns=["PASS", "NOT_APPLICABLE", "UNKNOWN", "FAIL"], fill_value=0)
    answers.plot.barh(
        stacked=True,
        color=[MARK, SOFT, "#d9a21b", "#a3350d"],
        figsize=(9, 4),
        title="Answers of each gate in the queue",
    )
    plt.legend(ncol=4, loc="upper center", bbox_to_anchor=(0.5, -0.08), frameon=False, fontsize=8)
    plt.tight_layout()
gates["verdict"].value_counts()

# %% [markdown]
# ## 6. The list and the plan
# No names here: the workbook and the office pages hold them, for officers only.

# %%
pd.read_csv(out / "ranked_list.csv", dtype=str).head(5).T

# %%
plan = pd.read_parquet(interim / "plan.parquet")
placed = plan[plan["starts_at"].notna()]
if len(placed):
    load = placed.groupby(["office", placed["starts_at"].dt.to_period("W").astype(str)]).size().unstack(fill_value=0)
    figure, axis = plt.subplots(figsize=(9, 4.6))
    picture = axis.imshow(load.to_numpy(), aspect="auto", cmap="YlGnBu")
    axis.set(
        yticks=np.arange(len(load)),
        yticklabels=load.index,
        xticks=np.arange(load.shape[1]),
        title="Interviews by office and week",
    )
    axis.set_xticklabels([week.split("/")[0] for week in load.columns], rotation=45, ha="right")
    plt.colorbar(picture)
    plt.tight_layout()
f"{len(placed):,} of {len(plan):,} files have an interview"

# %% [markdown]
# ## 7. The audit
# A verdict is about a gap between a group and all others, with its interval; "not enough data" is an answer.

# %%
audit = json.loads((out / "audit/readings.json").read_text())
readings = pd.DataFrame(audit["readings"])
readings.groupby(["metric", "verdict"]).size().unstack(fill_value=0)

# %%
selection = readings[(readings["metric"] == "selection") & readings["value"].notna()].head(25).iloc[::-1]
names = selection["attribute"] + ": " + selection["group"]
figure, axis = plt.subplots(figsize=(9, 0.3 * len(selection) + 1))
axis.errorbar(
    selection["value"],
    names,
    xerr=[selection["value"] - selection["low"], selection["high"] - selection["value"]],
    fmt="o",
    color=INK,
)
axis.set_title("Share of each group in the first part of the list, with interval")
plt.tight_layout()

# %% [markdown]
# ## 8. How good could it be?
# Only a SYNTHETIC register has a truth to compare with; no stage of the road may read it.

# %%
from pipeline.core import programme as programmes  # noqa: E402
from pipeline.oracle import compare  # noqa: E402

described = programmes.load(programme)
print("\n".join(compare(described, root)) if described.synthetic else "a real register has no truth to compare with")
