"""A small invented programme, variants of its law, and the tables that its `ingest` and `features` would leave."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.core import programme as programmes
from pipeline.core import tables, yaml
from pipeline.policy import diff, law

TOP = Path(__file__).resolve().parents[2]
AS_OF = date(2026, 6, 30)
DTYPES = {"integer": "Int64", "number": "float64", "date": "datetime64[ms]", "boolean": "boolean"}
Edit = Callable[[dict[str, Any]], object]


def said(text: str) -> dict[str, str]:
    return {"kk": f"{text} (kk)", "ru": f"{text} (ru)", "en": text}


def column(kind: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "meaning": kind, **more}


FILES = {
    "case_no": column("id", required=True), "person_no": column("id"), "route": column("code", codes=["standard", "family"]),
    "office": column("code", codes=["A", "B"]), "sex": column("code", codes=["f", "m"], protected=True),
    "born_on": column("date", protected=True), "lodged_on": column("date"), "fee": column("number"), "years": column("number"),
    "outcome": column("code", codes=["kept", "lost"]), "decided_on": column("date"),
}  # fmt: skip
SOURCES: dict[str, dict[str, Any]] = {
    "files": {"key": "case_no", "happened_on": "lodged_on", "known_on": "lodged_on", "columns": FILES},
    "checks": {
        "key": "check_no", "refers": {"case_no": "files"}, "known_on": "recorded_on",
        "columns": {
            "check_no": column("id", required=True), "case_no": column("id", required=True), "recorded_on": column("date"),
            "answer": column("code", codes=["clear", "found", "pending"]),
        },
    },
    "offices": {"key": "office", "columns": {"office": column("id"), "city": column("text"), "rooms": column("integer")}},
    "officers": {
        "key": "officer_id",
        "columns": {"officer_id": column("id"), "office": column("id"), "languages": column("text")},
    },
    "shifts": {
        "key": "shift_id",
        "columns": {
            "shift_id": column("id"), "officer_id": column("id"), "day": column("date"),
            "starts_minute": column("integer"), "ends_minute": column("integer"),
        },
    },
}  # fmt: skip
PROGRAMME = {
    "programme": "mini", "title": said("Mini programme"), "status": "SYNTHETIC; points are PROVISIONAL", "as_of": AS_OF,
    "sources": list(SOURCES), "cases": {"source": "files", "lodged_on": "lodged_on", "person": "person_no"},
    "label": {
        "source": "files", "column": "outcome", "decided_on": "decided_on", "known_on": "decided_on",
        "positive": ["kept"], "negative": ["lost"], "meaning": "who kept it",
    },
    "features": {"declare": {"years": {"recipe": "number", "column": "years", "meaning": "Years"}}},
    "offices": {"column": "office", "list": {"A": {"name": said("Office A")}, "B": {"name": said("Office B")}}},
    "facts": {
        "route": {"from": "files.route"}, "fee": {"from": "files.fee"}, "years": {"from": "files.years"},
        "answer": {"from": "checks.answer"},
    },
    "groups": {
        "sex": {"from": "files.sex", "title": said("Sex")},
        "age": {"from": "files.born_on", "bands": [30, 60], "title": said("Age")},
        "route": {"from": "files.route", "title": said("Route")},
    },
    "salt": "mini", "interviews": True,
}  # fmt: skip
LAW = {"act": said("The Act"), "article": "1"}
GATES: dict[str, dict[str, Any]] = {
    "G01": {
        "title": said("Fee"), "pass_when": "fee >= least_fee",
        "values": {
            "least_fee": [
                {"from": date(2020, 1, 1), "to": date(2026, 12, 31), "value": 100, "source": "[A]"},
                {"from": date(2027, 1, 1), "value": 150, "source": "[B]"},
            ]
        },
        "exempt": {
            "family": {"when": 'route == "family"', "title": said("Family"), "law": LAW, "source": "[A]", "status": "SINGLE"}
        },
    },
    "G02": {"title": said("Check"), "pass_when": 'answer == "clear"', "unknown_when": 'answer == "pending"'},
    "G03": {
        "title": said("Points"), "pass_when": "points_least >= threshold", "values_of": {"threshold": "points.threshold"},
        "unknown_when": "points_least < threshold and points_most >= threshold",
    },
}  # fmt: skip


def band(when: str, points: int) -> dict[str, Any]:
    return {
        "when": when, "points": points, "title": said(when), "from": date(2020, 1, 1), "status": "PROVISIONAL", "source": "[A]"
    }  # fmt: skip


POINTS = {
    "title": said("Points"), "law": LAW, "effective": {"from": date(2020, 1, 1)}, "rounding": "UNKNOWN", "maximum": 100,
    "threshold": [{"from": date(2020, 1, 1), "value": 40, "source": "[A]"}],
    "criteria": {
        "years": {
            "title": said("Years"), "measure": "years",
            "bands": [band("measure < 2", 0), band("measure < 5", 50), band("measure >= 5", 100)],
        }
    },
}  # fmt: skip


def gate(code: str, **fields: Any) -> dict[str, Any]:
    return {
        "code": code, "law": LAW, "source": "[A]", "status": "SINGLE", "effective": {"from": date(2020, 1, 1)},
        "ask_for": said("A paper"), "on_fail": said("Look at it"), "established_by": "register",
        "consequence": {"fail": "officer", "unknown": "wait"}, **fields,
    }  # fmt: skip


def stricter(documents: dict[str, Any]) -> None:
    """Another law: a higher fee and threshold, G02 gone, G04 new."""
    documents["gates/G01_gate"]["values"]["least_fee"][0]["value"] = 150
    documents["points"]["threshold"][0]["value"] = 60
    del documents["gates/G02_gate"]
    documents["gates/G04_gate"] = gate("G04", title=said("Years"), pass_when="years >= 2")


def higher(documents: dict[str, Any]) -> None:
    """Only the threshold is higher."""
    documents["points"]["threshold"][0]["value"] = 60


def register(n: int, seed: int = 0) -> dict[str, pd.DataFrame]:
    """The tables of `n` open files; each has a check that is known, every fourth another one that comes too late."""
    rng = np.random.default_rng(seed)
    ids = pd.Series([f"C{place:06d}" for place in range(n)], dtype="str")
    late = ids[::4]
    files = pd.DataFrame({
        "case_no": ids, "person_no": "P" + ids, "route": rng.choice(["standard", "family"], n, p=[0.8, 0.2]),
        "office": rng.choice(["A", "B"], n, p=[0.6, 0.4]), "sex": rng.choice(["f", "m"], n),
        "born_on": np.datetime64("1950-01-01", "ms") + rng.integers(0, 19000, n).astype("timedelta64[D]"),
        "lodged_on": [pd.Timestamp("2026-06-01")] * n, "fee": rng.choice([80.0, 120.0, 200.0, np.nan], n, p=[0.1, 0.3, 0.5, 0.1]),
        "years": rng.choice([1.0, 3.0, 8.0, np.nan], n, p=[0.1, 0.3, 0.5, 0.1]),
        "outcome": [None] * n, "decided_on": [pd.NaT] * n,
    })  # fmt: skip
    checks = pd.DataFrame({
        "check_no": [f"K{place:06d}" for place in range(n + len(late))], "case_no": [*ids, *late],
        "recorded_on": [pd.Timestamp("2026-06-10")] * n + [pd.Timestamp("2026-07-05")] * len(late),
        "answer": [*rng.choice(["clear", "found", "pending"], n, p=[0.8, 0.1, 0.1]), *["found"] * len(late)],
    })  # fmt: skip
    days = pd.bdate_range("2026-07-01", "2026-09-30")
    officers = pd.DataFrame({"officer_id": ["O1", "O2", "O3"], "office": ["A", "A", "B"], "languages": "ru"})
    shifts = pd.DataFrame(
        [(f"S{who}{day:%m%d}", who, day, 540, 720) for who in officers["officer_id"] for day in days],
        columns=["shift_id", "officer_id", "day", "starts_minute", "ends_minute"],
    )
    offices = pd.DataFrame({"office": ["A", "B"], "city": ["a", "b"], "rooms": [1, 3]})
    return {"files": files, "checks": checks, "offices": offices, "officers": officers, "shifts": shifts}


class Silent:
    """Progress that says nothing."""

    def say(self, text: str) -> None:
        """Nothing."""

    def step(self, done: float, text: str) -> None:
        """Nothing."""


class Mini:
    """A project folder with the programme `mini`, variants of its law and one intake."""

    register, stricter, higher = staticmethod(register), staticmethod(stricter), staticmethod(higher)

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        shutil.copy(TOP / "params.yaml", root)
        self.folder = self.law("law")

    def law(self, name: str, edit: Edit | None = None) -> Path:
        """A folder with the law, after `edit(documents)` (file name -> document) changed it."""
        interviews = {**_kz("interviews"), "language": {"from": "files.route"}}
        documents: dict[str, Any] = {
            "programme": PROGRAMME, "points": POINTS, "interviews": interviews, "calendar": _kz("calendar"),
            **{f"sources/{key}": {"file": f"{key}.csv", "title": key, **fields} for key, fields in SOURCES.items()},
            **{f"gates/{code}_gate": gate(code, **fields) for code, fields in GATES.items()},
        }  # fmt: skip
        text = json.dumps(documents, default=lambda day: f"DAY {day.isoformat()}")
        documents = json.loads(text, object_hook=_days)  # a copy that an edit may change
        if edit is not None:
            edit(documents)
        folder = self.root / name
        shutil.rmtree(folder, ignore_errors=True)
        for file, document in documents.items():
            path = folder / f"{file}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.dump(document), encoding="utf-8")
        return folder

    def lay(self, frames: dict[str, pd.DataFrame], parts: int = 1, as_of: date = AS_OF) -> "Mini":
        """Puts the tables, the cases and the run's record where the stages leave them."""
        interim = self.root / "data/interim/mini"
        shutil.rmtree(interim, ignore_errors=True)
        described = programmes.load(str(self.folder))
        for source, frame in frames.items():
            columns = described.tables[source].columns
            typed = frame.astype({name: DTYPES.get(columns[name].kind, "str") for name in frame.columns})
            split = "case_no" in typed
            number = _part(typed["case_no"], parts) if split else np.zeros(len(typed), dtype=int)
            for part in range(parts if split else 1):
                rows = typed[number == part].reset_index(drop=True)
                tables.write_frame(rows, tables.part_path(interim / "tables" / source, part))
                tables.write_frame(rows.iloc[:0], tables.part_path(interim / "set_aside" / source, part))
        files = frames["files"].sort_values("case_no")
        cases = pd.DataFrame(
            {"case_id": files["case_no"].astype("str"), "office": files["office"].astype("str"), "queue": True}
        )
        for part in range(parts):
            rows = cases[_part(files["case_no"], parts) == part].reset_index(drop=True)
            tables.write_frame(rows, tables.part_path(interim / "cases", part))
        record = self.root / "data/out/mini/run.json"
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps({"stages": {"features": {"as_of": as_of.isoformat()}}}), encoding="utf-8")
        return self

    def compare(self, old: Path | str, new: Path | str) -> diff.Diff:
        """The dry run."""
        return diff.compare(law.resolve(str(old), self.root), law.resolve(str(new), self.root), self.root, Silent())


@cache
def _kz(name: str) -> dict[str, Any]:
    return dict(yaml.plain(yaml.read(programmes.HOME / "kz_2026" / f"{name}.yaml")))


def _part(case_no: pd.Series, parts: int) -> np.ndarray:
    return case_no.str[1:].astype(int).to_numpy() % parts


def _days(node: dict[str, Any]) -> dict[str, Any]:
    return {
        key: date.fromisoformat(value[4:]) if isinstance(value, str) and value.startswith("DAY ") else value
        for key, value in node.items()
    }


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Mini:
    """A project with 600 files, for tests that change nothing in it."""
    found = Mini(tmp_path_factory.mktemp("mini")).lay(register(600))
    found.law("strict", stricter)
    return found


@pytest.fixture(scope="session")
def compared(whole: Mini) -> diff.Diff:
    """The dry run of the project's law and the stricter one."""
    return whole.compare(whole.folder, whole.root / "strict")


@pytest.fixture
def fresh(tmp_path: Path) -> Mini:
    """A project without an intake."""
    return Mini(tmp_path / "project")
