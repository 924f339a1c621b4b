"""A project folder with the tables that the stage `features` would leave, small and invented."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features import sets
from pipeline.core import params, stage, tables
from pipeline.core import programme as programmes

TOP = Path(__file__).resolve().parents[2]
AS_OF = date(2016, 9, 30)


class Silent:
    """Progress that only remembers how far it came."""

    def __init__(self) -> None:
        self.done: list[float] = []

    def say(self, text: str) -> None:
        """Says nothing."""

    def step(self, done: float, text: str) -> None:
        """Remembers the share."""
        self.done.append(done)


class Project:
    """A root folder, a programme, and a way to run stages there."""

    def __init__(self, root: Path, **train: object) -> None:
        self.root = root
        self.programme = programmes.load("perm_2016")
        known = params.load(TOP)
        quick = known.train.model_copy(update={"trees": 20, **train})
        few = known.evaluate.model_copy(update={"replicates": 100})
        self.params = known.model_copy(update={"train": quick, "evaluate": few})
        self.progress = Silent()

    def run(self, record: stage.Stage) -> stage.Report:
        """Runs the stage on what lies in the folder."""
        return stage.execute(record, self.programme, self.root, self.params, AS_OF, "en", self.progress)

    def path(self, name: str) -> Path:
        """Where the declared output `name` lies."""
        return stage.place(self.root, self.programme, name)

    def fill(self, n: int = 900, parts: int = 2, seed: int = 0, change: object = None) -> "Project":
        """Invents cases and features and writes them in `parts` parts; `change(cases)` may alter the cases first."""
        generator = np.random.default_rng(seed)
        described = sets.describe(self.programme.features)
        ids = pd.Series([f"A-{i:05d}" for i in range(n)], dtype="str")
        days = np.sort(generator.integers(0, 400, n))
        features, line = pd.DataFrame({"case_id": ids}), np.zeros(n)
        for place, record in enumerate(described):
            if record["kind"] == "category":
                drawn = generator.integers(0, 4, n)
                features[record["name"]] = (
                    pd.Series(drawn, dtype="Int64")
                    .map(lambda code: None if code == 3 else f"value {code}")
                    .astype("str")
                )
                line += (drawn - 1.5) * (0.9 if place == 0 else 0.1)
            else:
                features[record["name"]] = generator.normal(size=n).astype("float32")
                line += features[record["name"]] * 0.8
        status = np.where(generator.random(n) < 0.1, "excluded:Withdrawn", "observed")
        labels = pd.array((generator.random(n) < 1 / (1 + np.exp(-line))).astype("int8"), dtype="Int8")
        labels[status != "observed"] = pd.NA
        window = np.where(days < 240, "train", np.where(days < 300, "calibrate", "test"))
        cases = pd.DataFrame(
            {
                "case_id": ids,
                "person_id": ids,
                "office": "ANPC",
                "lodged_on": np.datetime64("2015-06-01", "s") + days.astype("timedelta64[D]"),
                "decision_day": np.datetime64("2016-09-30", "s"),
                "decided_on": np.datetime64("2016-09-01", "s"),
                "known_on": np.datetime64("2016-09-01", "s"),
                "status": pd.Series(status, dtype="str"),
                "label": labels,
                "weight": 1.0,
                "corrected": False,
                **dict.fromkeys(("by", "law_version", "basis"), pd.Series(None, index=range(n), dtype="str")),
                "same": ids,
                "arm": np.arange(n) % 10 == 0,
                "split": pd.Series(np.where(status == "observed", window, "none"), dtype="str"),
                "queue": window == "test",
            }
        )
        table = pd.DataFrame(
            {
                "case_no": ids,
                "applicant_citizenship": pd.Series(np.where(days % 3 == 0, "INDIA", "CANADA"), dtype="str"),
                "applicant_highest_education": pd.Series(np.where(days % 50 == 0, "Doctorate", "None"), dtype="str"),
                "job_state": pd.Series(np.full(n, "TX"), dtype="str"),
            }
        )
        if callable(change):
            cases = change(cases)
        for part in range(parts):
            rows = np.arange(n) % parts == part
            for name, whole in (("cases", cases), ("features", features), ("tables/decisions", table)):
                chosen = whole[rows].reset_index(drop=True)
                tables.write_frame(chosen, tables.part_path(self.path(f"interim/{name}"), part))
        return self


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project."""
    return Project(tmp_path)


@pytest.fixture
def another(tmp_path: Path):
    """The maker of further projects beside the first: `(name, **train)`."""
    return lambda name, **train: Project(tmp_path / name, **train)
