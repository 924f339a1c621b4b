# %% [markdown]
# # The data a model learns from
#
# Run `make run` first, then this notebook from `notebooks/`. What stands in the exports, since when it was known, which
# outcomes may teach and which may not yet, and how the answers change over the years. It reads results only
# (`data/interim`, `data/out`). The register of `kz_2026` is SYNTHETIC.
#
# Another project folder or programme: set `QONYS_ROOT` or `QONYS_PROGRAMME` before starting Jupyter.

# %%
import json
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from features import sets
from pipeline.core import programme as programmes

root = Path(os.environ.get("QONYS_ROOT", "..")).resolve()
described = programmes.load(os.environ.get("QONYS_PROGRAMME", "kz_2026"))
out, interim = root / "data/out" / described.programme, root / "data/interim" / described.programme
plt.rcParams.update(
    {"figure.figsize": (9, 3.4), "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True}
)
INK, SOFT, MARK, WARM = "#1d2733", "#c9d3dc", "#0f6b74", "#b4552d"
run = json.loads((out / "run.json").read_text())
as_of = pd.Timestamp(run["as_of"])
cases = pd.read_parquet(interim / "cases")
features = pd.read_parquet(interim / "features").set_index("case_id")
print(described.status)
f"{len(cases):,} cases as of {run['as_of']}; {len(described.tables)} sources, {features.shape[1]} features"

# %% [markdown]
# ## 1. What was read, and since when it was known
# Every row has a day on which it happened and a day from which it may be used. The delay between them is why features are
# taken as of a day: a row that was written late did not help the officer of that day, so it must not help the model.

# %%
rows = []
for name, source in described.tables.items():
    days = [day for day in (source.happened_on, source.known_on) if day]
    table = pd.read_parquet(interim / "tables" / name, columns=list(dict.fromkeys([source.key, *days])))
    told = run["sources"][name]
    row = {"source": name, "rows": len(table), "quarantined": told["quarantined"]}
    if len(days) == 2 and source.happened_on != source.known_on:
        delay = (table[source.known_on] - table[source.happened_on]).dt.days
        row |= {"median delay, days": delay.median(), "late by 30 days or more": (delay >= 30).mean()}
    rows.append(row)
pd.DataFrame(rows).set_index("source").round(3)

# %% [markdown]
# ## 2. Outcomes: what may teach, what may not yet
# Young outcomes are censored whichever way they went: a failure shows earlier than a success. Refused and withdrawn files
# have no outcome to see; the model is tested on the others alone (`docs/model.md` gives bounds).

# %%
quarter = cases["lodged_on"].dt.to_period("Q").astype("str")
by_quarter = cases.groupby([quarter, "status"]).size().unstack(fill_value=0)
by_quarter.plot.bar(stacked=True, width=0.9, colormap="cividis", title="Cases by quarter of lodging and what is known")
plt.xlabel("")
plt.legend(fontsize=8)
plt.tight_layout()

# %% [markdown]
# How long it took until an outcome was known, and how large the share of good ones looks if one does not wait: among
# outcomes known within so many days of the decision, failures come first.

# %%
known = cases[cases["status"] == "observed"].assign(
    days=lambda frame: (frame["known_on"] - frame["decided_on"]).dt.days, label=lambda frame: frame["label"].astype(int)
)
waited = [90, 180, 270, 365, 450, 540, 630, 720, 760]
early = pd.DataFrame(
    {
        "share positive among those known": [known.loc[known["days"] <= days, "label"].mean() for days in waited],
        "share of outcomes known": [(known["days"] <= days).mean() for days in waited],
    },
    index=pd.Index(waited, name="days after the decision"),
)
early.plot(marker="o", color=[WARM, MARK], title="What one would believe without waiting", ylim=(-0.03, 1.03))
plt.axhline(known["label"].mean(), color=SOFT, linewidth=1)
plt.tight_layout()

# %% [markdown]
# Where a label comes from: what the latest known row rests on, and how many outcomes correct an earlier one.

# %%
known.assign(basis=known["basis"].fillna("not told")).groupby(["basis", "corrected"]).agg(
    cases=("label", "size"), share_positive=("label", "mean"), weight=("weight", "mean")
).round(3)

# %% [markdown]
# ## 3. Gaps
# The share of cases without an answer, by year of lodging. A gap is kept as a gap: it may mean something, and filling it
# would hide that.

# %%
year = cases.set_index("case_id")["lodged_on"].dt.year.reindex(features.index)
gaps = features.isna().groupby(year).mean().T
gaps = gaps[gaps.max(axis=1) > 0]
if len(gaps):
    figure, axis = plt.subplots(figsize=(9, 0.32 * len(gaps) + 1.2))
    picture = axis.imshow(gaps, aspect="auto", cmap="cividis", vmin=0, vmax=1)
    axis.set(xticks=range(gaps.shape[1]), yticks=range(len(gaps)), title="Share without an answer")
    axis.set_xticklabels(gaps.columns)
    axis.set_yticklabels(gaps.index)
    plt.colorbar(picture)
    plt.tight_layout()
plt.show()

# %% [markdown]
# ## 4. Each question against the outcome
# Training cases only: what is looked at here may shape the model, so the later windows stay unseen. Numbers are cut into
# five, categories by answer; dots are the share of the positive outcome, with a 95 % interval.

# %%
learn = cases[cases["split"] == "train"].set_index("case_id")
seen, label = features.loc[learn.index], learn["label"].astype(float)
kinds = {record["name"]: record["kind"] for record in sets.describe(described.features)}
strength = []
for name, kind in kinds.items():
    values = seen[name]
    if kind == "number" and values.nunique() > 5:
        parts = pd.qcut(values, 5, duplicates="drop")
        texts = {
            part: f"{number + 1}: {part.left:.4g} to {part.right:.4g}"
            for number, part in enumerate(parts.cat.categories)
        }
        cut = parts.map(texts).astype("str")
    else:
        cut = values.astype("str")
    cut = cut.where(values.notna(), "no answer")
    groups = label.groupby(cut.to_numpy()).agg(["size", "mean"])
    groups = groups[groups["size"] >= 30]
    spread = np.sqrt(np.average((groups["mean"] - label.mean()) ** 2, weights=groups["size"])) if len(groups) else 0.0
    strength.append((spread, name, groups))
strength.sort(key=lambda found: -found[0])
figure, axes = plt.subplots(2, 3, figsize=(12, 6), sharey=True)
for axis, (_, name, groups) in zip(axes.flat, strength, strict=False):
    shown = groups.sort_values("size", ascending=False).head(8).sort_index()
    error = 1.96 * np.sqrt(shown["mean"] * (1 - shown["mean"]) / shown["size"])
    axis.errorbar(range(len(shown)), shown["mean"], yerr=error, fmt="o", color=MARK, capsize=3)
    axis.axhline(label.mean(), color=SOFT)
    axis.set_xticks(range(len(shown)), shown.index, rotation=40, ha="right", fontsize=7)
    axis.set_title(name, fontsize=10)
    axis.set_ylim(max(0.0, label.mean() - 0.35), min(1.0, label.mean() + 0.2))
plt.tight_layout()

# %% [markdown]
# ## 5. How the answers move over the years
# The mean of each number in units of its own standard deviation. A line that leaves its band is drift (`qonys drift`
# watches a new intake).

# %%
numbers = [name for name, kind in kinds.items() if kind == "number" and features[name].nunique() > 2]
scaled = (features[numbers] - features[numbers].mean()) / features[numbers].std()
counts = year.value_counts()
yearly = scaled.groupby(year).mean().loc[lambda frame: [each for each in frame.index if counts[each] >= 100]]
ax = yearly.plot(color=SOFT, legend=False, title="Yearly mean of each number, in standard deviations")
for name in (yearly.max() - yearly.min()).nlargest(4).index:
    yearly[name].plot(ax=ax, linewidth=2, label=name)
handles, labels = ax.get_legend_handles_labels()
ax.legend(handles[-4:], labels[-4:], fontsize=8)
ax.set(xlabel="year of lodging", xticks=yearly.index)
plt.tight_layout()

# %% [markdown]
# ## 6. The split by time, and one matter in one window

# %%
windows = cases[cases["split"] != "none"].groupby("split")
windows.agg(
    cases=("case_id", "size"),
    matters=("same", "nunique"),
    first=("lodged_on", lambda days: f"{days.min():%Y-%m-%d}"),
    last=("lodged_on", lambda days: f"{days.max():%Y-%m-%d}"),
    share_positive=("label", "mean"),
    corrected=("corrected", "sum"),
    in_the_random_arm=("arm", "mean"),
).loc[["train", "calibrate", "test"]]
