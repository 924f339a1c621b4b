# %% [markdown]
# # Reading a backtest
#
# Run `make run` and `qonys backtest` first, then this notebook from `notebooks/`. A single split says how good one model was
# once. A backtest asks the question that matters for retraining: had we stood on each of these days, with the outcomes known
# *then*, how good would each kind of model have been on the files lodged *next*? The register of `kz_2026` is SYNTHETIC.
#
# Another project folder or programme: set `QONYS_ROOT` or `QONYS_PROGRAMME` before starting Jupyter.

# %%
import json
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

root = Path(os.environ.get("QONYS_ROOT", "..")).resolve()
programme = os.environ.get("QONYS_PROGRAMME", "kz_2026")
folder = root / "data/out" / programme / "backtest"
plt.rcParams.update(
    {"figure.figsize": (9, 3.6), "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True}
)
INK, SOFT, MARK, WARM = "#1d2733", "#c9d3dc", "#0f6b74", "#b4552d"
backtest = json.loads((folder / "backtest.json").read_text())
splits = pd.read_csv(folder / "splits.csv", parse_dates=["retrain_day", "test_ends_before"])
print(backtest["status"])
print("cadence:", backtest["cadence"])
expanding = splits[splits["window"] == "expanding"]
rungs = list(dict.fromkeys(expanding["rung"]))
COLOURS = dict(zip(rungs, [SOFT, "#8a9aa8", "#c9a227", MARK, INK, WARM], strict=False))

# %% [markdown]
# ## 1. What each split could learn from
# Training ends with the outcomes known on the retrain day: 24 months of maturity keep the youngest cases out, and the
# embargo a little more. `left_out` counts what was set aside, and why.

# %%
rows = [
    {"retrain day": split["retrain_day"], "learn": split["learn"], "calibrate": split["calibrate"], "test": split["test"],
     **{f"left out: {why}": count for why, count in split["left_out"].items()}, "cannot say": split["cannot_say"] or ""}
    for split in backtest["splits"]
    if split["window"] == "expanding"
]  # fmt: skip
pd.DataFrame(rows).set_index("retrain day")

# %% [markdown]
# ## 2. Every rung over time
# Which lines lie apart by more than their intervals, and do they keep their order? One good quarter proves little.

# %%
figure, axis = plt.subplots(figsize=(10, 4))
days = np.sort(expanding["retrain_day"].unique())
for number, rung in enumerate(rungs):
    part = expanding[expanding["rung"] == rung].sort_values("retrain_day")
    place = np.searchsorted(days, part["retrain_day"]) + (number - len(rungs) / 2) * 0.1
    reach = [part["auc"] - part["auc_low"], part["auc_high"] - part["auc"]]
    axis.errorbar(
        place, part["auc"], yerr=reach, fmt="o", ms=4, lw=1, color=COLOURS[rung], label=rung.replace("_", " ")
    )
axis.set_xticks(range(len(days)), [f"{pd.Timestamp(day):%Y-%m-%d}" for day in days], rotation=45, ha="right")
axis.axhline(0.5, color=SOFT, linewidth=0.8)
axis.set_title("AUC on the files lodged next, by retrain day (expanding window, 95 % intervals)")
axis.legend(fontsize=7, ncol=3)
plt.tight_layout()

# %% [markdown]
# ## 3. Pooled, and the choice
# The rule is declared before the figures are seen: the simplest fitted rung within one standard error of the best. The
# error is that of the difference on the same cases, which is smaller than the two intervals suggest.

# %%
print("rule:", backtest["rule"])
for name, window in backtest["windows"].items():
    if window["rungs"]:
        print(f"{name}: best {window['best']}, picked {window['picked']}, behind by {window['behind']['auc']:.4f}")
pooled = pd.concat(
    {name: pd.DataFrame(window["rungs"]).T for name, window in backtest["windows"].items() if window["rungs"]}
)
pooled[["auc", "auc_low", "auc_high", "average_precision", "brier", "ece"]].astype(float).round(4)

# %% [markdown]
# ## 4. What transparency costs
# Unconstrained minus additive, on the same cases. An interval around zero: the model that is a table gives nothing away.

# %%
costs = {name: window["cost_of_transparency"] for name, window in backtest["windows"].items() if window["rungs"]}
figure, axis = plt.subplots(figsize=(9, 1.1 + 0.45 * len(costs)))
for number, cost in enumerate(costs.values()):
    axis.errorbar(
        cost["auc"], number, xerr=[[cost["auc"] - cost["low"]], [cost["high"] - cost["auc"]]], fmt="o", color=MARK
    )
axis.set_yticks(range(len(costs)), [f"{name} window" for name in costs])
axis.margins(y=0.4)
axis.axvline(0, color=INK, linewidth=0.8)
axis.set_title("AUC of the unconstrained model minus that of the additive one (95 %)")
plt.tight_layout()

# %% [markdown]
# ## 5. Where lists are cut
# An officer sees the first part of the list, so order there matters most. Ties at the cut can fall well or badly: `best` and
# `worst` differ where many files share a score. `regret` (SYNTHETIC register only) is what the best possible order, by the
# true probabilities, would have gained.

# %%
columns = [name for name in ("precision_at_top_worst", "precision_at_top_mean", "precision_at_top_best", "recall_at_top_mean",
                             "regret_at_top", "precision_at_capacity_mean", "regret_at_capacity") if name in splits]  # fmt: skip
expanding.groupby("rung", sort=False)[columns].mean().round(4)

# %% [markdown]
# ## 6. Does more history help?
# The expanding window keeps all matured cases, the sliding one the latest months only. Where the world drifts, old cases hurt.

# %%
both = splits.pivot_table(index=["retrain_day", "rung"], columns="window", values="auc").dropna()
gain = (both["expanding"] - both["sliding"]).unstack("rung")[[name for name in rungs if name in both.index.levels[1]]]
fitted = [name for name in gain if gain[name].abs().max() > 0]
if fitted:
    gain[fitted].plot(marker="o", color=[COLOURS[name] for name in fitted], title="AUC: expanding minus sliding window")
    plt.axhline(0, color=SOFT)
    plt.xlabel("retrain day")
    plt.tight_layout()
else:
    print("the register is no older than the sliding window: both taught the same cases")

# %% [markdown]
# ## 7. Is the level right, too?
# Calibration error by split. A model can order well and still promise too much; the level is calibrated on the last part
# of each training window, so what is seen here is how fast it goes stale.

# %%
level = expanding.dropna(subset=["ece"]).pivot_table(index="retrain_day", columns="rung", values="ece")
level = level[[name for name in rungs if name in level]]
level.plot(
    marker="o", color=[COLOURS[name] for name in level], title="Expected calibration error on the files lodged next"
)
plt.ylim(bottom=0)
plt.xlabel("retrain day")
plt.tight_layout()
