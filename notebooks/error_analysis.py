# %% [markdown]
# # Where and on whom the model is wrong
#
# Run `make run` first, then this notebook from `notebooks/`. It scores the test window (later cases than the model learnt
# from) and looks at its mistakes: in time, by office, along every question, by group, and in the part that officers see first.
# It reads results only. The register of `kz_2026` is SYNTHETIC: what is found here is about the machinery, not about people.
#
# Protected attributes are read here to look at mistakes, as the audit does; the model never sees them.
#
# Another project folder or programme: set `QONYS_ROOT` or `QONYS_PROGRAMME` before starting Jupyter.

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from models import measure
from models.scorer import Scorer
from pipeline.core import programme as programmes

root = Path(os.environ.get("QONYS_ROOT", "..")).resolve()
described = programmes.load(os.environ.get("QONYS_PROGRAMME", "kz_2026"))
interim = root / "data/interim" / described.programme
plt.rcParams.update(
    {"figure.figsize": (9, 3.4), "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True}
)
INK, SOFT, MARK, WARM = "#1d2733", "#c9d3dc", "#0f6b74", "#b4552d"

scorer = Scorer(root / "data/artifacts" / described.programme)
everyone = pd.read_parquet(interim / "cases").merge(pd.read_parquet(interim / "features"), on="case_id")
cases = everyone[everyone["split"] == "test"].reset_index(drop=True)
features = cases[scorer.schema.names]
cases["raw"], cases["score"] = scorer.score(features)
cases["label"] = cases["label"].astype("float64")
cases["surprise"] = cases["label"] - cases["score"]  # above zero: it went better than the score said
print(described.status)
f"{len(cases):,} later cases, {int(cases['label'].sum()):,} with the positive outcome; {described.outcome.meaning.lower()}"


# %%
def by(frame: pd.DataFrame, key: pd.Series | str, least: int = 30) -> pd.DataFrame:
    """Mean score, observed share and their difference with a 95 % interval, for groups of at least `least` cases."""
    grouped = frame.groupby(key, observed=True)
    found = grouped.agg(
        cases=("label", "size"), score=("score", "mean"), observed=("label", "mean"), gap=("surprise", "mean")
    )
    found["reach"] = 1.96 * grouped["surprise"].std() / np.sqrt(found["cases"])
    return found[found["cases"] >= least]


def gaps(found: pd.DataFrame, title: str) -> None:
    """One dot a group: how much better (right) or worse (left) it went than the score said."""
    found = found.iloc[::-1]
    _, axis = plt.subplots(figsize=(9, 0.3 * len(found) + 1.1))
    sure = found["gap"].abs() > found["reach"]
    for chosen, color in ((sure, WARM), (~sure, INK)):
        part = found[chosen]
        axis.errorbar(part["gap"], np.flatnonzero(chosen), xerr=part["reach"], fmt="o", color=color, capsize=3)
    axis.set_yticks(range(len(found)), [f"{name} (n = {count:,})" for name, count in found["cases"].items()])
    axis.margins(y=0.25 / max(1, len(found) - 1) + 0.03)
    axis.axvline(0, color=SOFT)
    axis.set(title=title, xlabel="observed share minus mean score, 95 % interval (the other colour: surely not zero)")
    plt.tight_layout()


# %% [markdown]
# ## 1. In time
# A model grows old: is it as good, and as well calibrated, on the last of these cases as on the first?

# %%
quarter = (
    cases["lodged_on"].dt.to_period("M" if cases["lodged_on"].dt.to_period("Q").nunique() < 3 else "Q").astype("str")
)
rows = {}
for name, part in cases.groupby(quarter):
    if len(part) >= 30:
        rows[name] = {"cases": len(part), **measure.auc(part["label"].to_numpy(), part["raw"].to_numpy())}
over_time = pd.DataFrame(rows).T
known = over_time.dropna(subset=["auc_low"]).astype(float, errors="ignore")
figure, axes = plt.subplots(1, 2, figsize=(10, 3.2))
axes[0].errorbar(
    known.index, known["auc"].astype(float),
    yerr=[(known["auc"] - known["auc_low"]).astype(float), (known["auc_high"] - known["auc"]).astype(float)],
    fmt="o", color=MARK, capsize=4,
)  # fmt: skip
axes[0].axhline(0.5, color=SOFT)
axes[0].set_title("AUC by time of lodging (95 % DeLong)")
found = by(cases, quarter)
axes[1].errorbar(found.index, found["gap"], yerr=found["reach"], fmt="o", color=INK, capsize=4)
axes[1].axhline(0, color=SOFT)
axes[1].set_title("Observed share minus mean score")
for axis in axes:
    axis.tick_params(axis="x", rotation=45)
plt.tight_layout()

# %% [markdown]
# ## 2. By office
# One model for all offices: where does it expect too much, where too little? With twenty offices one in twenty looks
# surprising by chance alone.

# %%
names = {code: office.name["en"] for code, office in described.offices.list_.items()}
gaps(by(cases, cases["office"].map(names)).sort_values("gap"), "By office")

# %% [markdown]
# ## 3. Along every question
# The cases are cut into five by each question (categories: by answer, "no answer" on its own). A model that has learnt all
# there is leaves gaps near zero everywhere. The questions with the largest gaps are shown; `p` is of a chi-squared test that
# all gaps of a question are zero. Many questions are asked at once: one in twenty falls below 0.05 by chance.

# %%
from scipy import stats  # noqa: E402

tests = []
for feature in scorer.schema.features:
    values = features[feature.name]
    if feature.kind == "number" and values.nunique() > 5:
        cut = pd.qcut(values, 5, duplicates="drop").astype("str")
    else:
        cut = values.astype("str")
    groups = by(cases, cut.where(values.notna(), "no answer").rename(feature.name))
    pull = float(((groups["gap"] / (groups["reach"] / 1.96)) ** 2).sum())
    tests.append({"question": feature.name, "groups": len(groups), "largest_gap": groups["gap"].abs().max(),
                  "p": stats.chi2.sf(pull, len(groups))})  # fmt: skip
tests = pd.DataFrame(tests).sort_values("p", ignore_index=True)
print(f"{(tests['p'] < 0.05).sum()} of {len(tests)} questions below 0.05; by chance about {0.05 * len(tests):.0f}")
tests.head(8).round(3)

# %% [markdown]
# ## 4. By group
# Attributes that the model is not given. A gap says that the score expects too much or too little of a group; it does not
# say why. The audit of a run (`qonys audit`) is the place for verdicts.

# %%
outcome = {(described.outcome.source, name) for name in described.outcome.columns}
for source, column in sorted(described.hidden - outcome):
    table = described.tables[source]
    key = described.case_id if described.case_id in table.columns else described.person_id
    kind = table.columns[column].kind
    if key not in table.columns or kind not in ("code", "boolean", "text") or table.columns[column].personal:
        continue
    rows = pd.read_parquet(interim / "tables" / source, columns=[key, column]).drop_duplicates(key)
    ids = cases["case_id" if key == described.case_id else "person_id"]
    groups = by(cases, ids.map(rows.set_index(key)[column]).astype("str").rename(column))
    if len(groups) > 1:
        gaps(groups.sort_values("cases", ascending=False).head(12).sort_values("gap"), f"By {column.replace('_', ' ')}")
plt.show()

# %% [markdown]
# ## 5. The top of the list against the rest
# What sets the first fifth apart? For each question the mean of the top and of the rest, and their difference in standard
# deviations; for categories the answer that differs most.

# %%
top = cases["raw"].rank(ascending=False, method="first") <= 0.2 * len(cases)
table = []
for feature in scorer.schema.features:
    values = features[feature.name]
    if feature.kind == "number" and values.nunique() < 2:
        continue
    if feature.kind == "number":
        table.append({"question": feature.name, "top": values[top].mean(), "rest": values[~top].mean(),
                      "apart": (values[top].mean() - values[~top].mean()) / values.std()})  # fmt: skip
    else:
        shares = pd.crosstab(values.astype("str").fillna("no answer"), top, normalize="columns")
        widest = (shares[True] - shares[False]).abs().idxmax()
        spread = np.sqrt(shares.loc[widest].mean() * (1 - shares.loc[widest].mean()))
        table.append({"question": f"{feature.name} = {widest}", "top": shares.loc[widest, True],
                      "rest": shares.loc[widest, False],
                      "apart": (shares.loc[widest, True] - shares.loc[widest, False]) / spread})  # fmt: skip
crosstab = pd.DataFrame(table).set_index("question").sort_values("apart", key=np.abs, ascending=False)
crosstab["apart"].head(12).iloc[::-1].plot.barh(
    color=MARK, figsize=(9, 4), title="Top fifth minus rest, in standard deviations"
)
plt.tight_layout()
crosstab.head(12).round(3)

# %% [markdown]
# ## 6. The largest mistakes
# Among the top fifth, how do those that ended well differ from those that did not? And at the other end? What differs here
# is what the model misses or weighs too little. No single person is shown.

# %%
bottom = cases["raw"].rank(ascending=True, method="first") <= 0.2 * len(cases)
numbers = [feature.name for feature in scorer.schema.features if feature.kind == "number"]
figure, axes = plt.subplots(1, 2, figsize=(11, 4))
for axis, part, title in ((axes[0], top, "Top fifth"), (axes[1], bottom, "Bottom fifth")):
    chosen, good = features.loc[part, numbers], cases.loc[part, "label"] == 1
    if 1 < good.sum() < len(good) - 1:
        apart = (chosen[good].mean() - chosen[~good].mean()) / chosen.std().replace(0, np.nan)
        error = np.sqrt(1 / good.sum() + 1 / (~good).sum())
        shown = apart.dropna().sort_values(key=np.abs).tail(8)
        axis.barh(shown.index, shown, xerr=1.96 * error, color=MARK, ecolor=SOFT)
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.set_title(f"{title}: {int(good.sum()):,} ended well, {int((~good).sum()):,} did not", fontsize=10)
figure.suptitle("Mean of those that ended well minus the others, in standard deviations (95 % interval)", fontsize=10)
plt.tight_layout()

# %% [markdown]
# ## 7. Would another model make other mistakes?
# Files that a logistic regression on the same features puts into its top fifth and ours does not, and the other way round.

# %%
from models import baselines  # noqa: E402

learn = everyone[everyone["split"] == "train"]
plain = baselines.logistic_regression(
    scorer.encode(learn[scorer.schema.names]), learn["label"].to_numpy(dtype=int), scorer.schema
)
cases["plain"] = plain.decision_function(scorer.encode(features))
other = cases["plain"].rank(ascending=False, method="first") <= 0.2 * len(cases)
pd.crosstab(
    top.map({True: "top by the model", False: "rest by the model"}),
    other.map({True: "top by the regression", False: "rest by the regression"}),
    values=cases["label"],
    aggfunc=["size", "mean"],
    rownames=[""],
    colnames=[""],
).round(3)
