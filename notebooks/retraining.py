# %% [markdown]
# # Retraining, walked through once
#
# Run `make run` first, then this notebook from `notebooks/`. Two candidates are learnt, one as of an earlier day and one as
# of the last; they are compared on later cases that neither has seen; the checks of a promotion are run dry. Nothing of the
# road's results is touched, and nobody is promoted: that takes two people with their keys (`docs/life.md`). Run again, the
# same bytes are the same versions. The register of `kz_2026` is SYNTHETIC.
#
# Another project folder or programme: set `QONYS_ROOT` or `QONYS_PROGRAMME` before starting Jupyter.

# %%
import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from pipeline.core import programme as programmes

root = Path(os.environ.get("QONYS_ROOT", "..")).resolve()
described = programmes.load(os.environ.get("QONYS_PROGRAMME", "kz_2026"))
plt.rcParams.update(
    {"figure.figsize": (9, 3.2), "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True}
)
INK, SOFT, MARK, WARM = "#1d2733", "#c9d3dc", "#0f6b74", "#b4552d"


def qonys(*words: str) -> subprocess.CompletedProcess[str]:
    """Runs a command as in a terminal and shows what it prints."""
    command = [sys.executable, "-m", "pipeline.cli", *words, "--programme", described.programme, "--root", str(root)]
    plain = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "CLICOLOR_FORCE")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root, env={**plain, "TERM": "dumb"})
    print("$ qonys", *words)
    print((done.stdout + done.stderr).replace(str(root), ".").strip())
    return done


print(described.status)

# %% [markdown]
# ## 1. A candidate of an earlier day
# Outcomes are events, each with the day from which it was known. As of a year earlier, a permit that was annulled since
# still runs, and a court's later word does not exist. So this is the model that could have been made on that day.

# %%
last = described.as_of
months = 12 if described.outcome.maturity_months else 1
earlier = (pd.Timestamp(last) - pd.DateOffset(months=months)).date()
then = qonys("retrain", "--as-of", earlier.isoformat())
assert then.returncode < 2, "the sentence above says what is missing"

# %% [markdown]
# ## 2. A candidate of the last day

# %%
now = qonys("retrain", "--as-of", last.isoformat())
assert now.returncode < 2, "the sentence above says what is missing"


# %%
def measures(day: date) -> dict:
    """What the candidate of a day was measured to be, on the test window of that day."""
    home = root / "data/candidates" / described.programme / day.isoformat()
    return json.loads((home / "data/out" / described.programme / "metrics.json").read_text())


both = {str(day): measures(day) for day in (earlier, last)}
counts = pd.DataFrame({day: {"learnt from": found["n_train"], "calibrated on": found["n_calibrate"], "tested on": found["n_test"],
                             **{name: found["counts"][name] for name in ("observed", "censored", "open")}}
                       for day, found in both.items()})  # fmt: skip
counts

# %% [markdown]
# Each was tested on its own later cases, so these intervals do not compare the two; the next step does.

# %%
figure, axis = plt.subplots(figsize=(9, 1.8))
for number, found in enumerate(both.values()):
    if found["auc"] is not None and found["auc_low"] is not None:
        reach = [[found["auc"] - found["auc_low"]], [found["auc_high"] - found["auc"]]]
        axis.errorbar(found["auc"], number, xerr=reach, fmt="o", color=MARK, capsize=4)
axis.set_yticks(range(len(both)), [f"as of {day}" for day in both])
axis.margins(y=0.4)
axis.axvline(0.5, color=SOFT)
axis.set_title("AUC of each on its own later cases (95 % DeLong)")
plt.tight_layout()

# %% [markdown]
# ## 3. The versions on record

# %%
qonys("versions").returncode

# %% [markdown]
# ## 4. Both on the same later cases
# Paired: the same cases for both, so that what both find hard weighs nothing. Here the two candidates; with a champion in
# force, `qonys compare` sets the candidate against it.

# %%
numbers = [re.search(r"version (\d+)", done.stdout).group(1) for done in (then, now)]
compared = qonys("compare", numbers[1], "--champion", numbers[0])
assert compared.returncode < 2, "the sentence above says what is missing"

# %% [markdown]
# ## 5. Would it be promoted?
# The checks, dry. A missing audit or one that cannot tell is a failure, never a pass. With the checks passed, two different
# people sign: `qonys promote VERSION --by ... --key ... --and ... --and-key ...`; `qonys rollback` takes it back.

# %%
promoted = qonys("promote", numbers[1], "--dry-run")
print("exit code", promoted.returncode, "(0: every check passes, 1: a check fails)")
