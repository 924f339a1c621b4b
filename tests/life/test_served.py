"""The registered model answers raw records as the road scores them, in this process and served over HTTP."""

import csv
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pandas as pd
import pytest

from models import tracking
from pipeline.core import stage, tables
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme
from pipeline.life import promotion, retrain, served
from pipeline.stages.evaluate import BOOK

TOP = Path(__file__).resolve().parents[2]
CASES = 12


class Register:
    """The raw exports, from which one application's rows are taken as they stand there."""

    def __init__(self, programme: Programme, root: Path) -> None:
        self.programme, self.rows = programme, {}
        for name, source in programme.tables.items():
            text = (root / programme.raw / source.file).read_bytes()
            lines = (
                (gzip.decompress(text) if source.file.endswith(".gz") else text).decode(errors="replace").splitlines()
            )
            self.rows[name] = _objects(lines) if source.format == "ndjson" else _table(lines)
            if not {programme.person_id, programme.case_id} & set(
                source.columns
            ):  # a reference table, without planted dirt
                usable = set(
                    tables.read_table(stage.place(root, programme, "interim/tables") / name, [source.key])[source.key]
                )
                by_key = {row[source.key]: row for row in reversed(self.rows[name]) if row[source.key] in usable}
                self.rows[name] = list(by_key.values())

    def of(self, case_id: str) -> dict[str, list]:
        """Every row of the case and its person, and the reference tables whole; outcomes are not known yet."""
        p = self.programme
        case = next(row for row in self.rows[p.cases.source] if row[p.case_id] == case_id)
        found = {}
        for name, source in p.tables.items():
            link = next((key for key in (p.person_id, p.case_id) if key in source.columns), None)
            path = source.columns[link].path or link if link else ""
            found[name] = [row for row in self.rows[name] if link is None or _at(row, path) == case[link]]
        return found | {p.cases.source: [case], p.outcome.source: []}


def _objects(lines: list[str]) -> list[dict]:
    found = []
    for line in lines:
        with suppress(ValueError):  # planted dirt
            found.append(json.loads(line))
    return [each for each in found if isinstance(each, dict)]


def _table(lines: list[str]) -> list[dict]:
    header = next(csv.reader(lines[:1]))
    rows = (next(csv.reader([line]), []) for line in lines[1:] if "\0" not in line)
    return [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]


def _at(row: dict, path: str):
    for step in path.split("."):
        row = row.get(step) if isinstance(row, dict) else None
    return row


def queue(root: Path, kz: Programme, version: tracking.Version) -> pd.DataFrame:
    folder = stage.place(retrain.place(root, kz, version.tags["as_of"]), kz, "interim/scores")
    return pd.concat([pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))]).set_index("case_id")


@pytest.fixture(scope="module")
def register(kz, home):
    return Register(kz, home)


@pytest.fixture(scope="module")
def version(home):
    return tracking.find(home / BOOK, "kz_2026", "2")


@pytest.fixture(scope="module")
def answers(version):
    return served.load(version.model, version.programme, version.digest)


def ask(as_of: str, *records: object) -> pd.DataFrame:
    texts = [each if isinstance(each, str) else json.dumps(each) for each in records]
    return pd.DataFrame({"as_of": as_of, "records": texts})


def test_the_answer_is_the_score_of_the_road(answers, version, register, home, kz):
    batch = queue(home, kz, version).iloc[:CASES]
    said = answers(ask(version.tags["as_of"], *(register.of(case) for case in batch.index)))
    clean = said["error"].isna().to_numpy()
    assert clean.sum() >= CASES - 4, said["error"].dropna().tolist()  # the register has planted dirt
    assert said["case_id"][clean].tolist() == batch.index[clean].tolist()
    for name in ("score", "low", "high"):
        pd.testing.assert_series_equal(
            said[name][clean].astype(float).reset_index(drop=True),
            batch[name][clean].reset_index(drop=True),
            rtol=0,
            atol=1e-12,
        )
    first = json.loads(said["reasons"][clean].iloc[0])
    assert [each["feature"] for each in first] == [
        batch[f"reason_{i}"][clean].iloc[0] for i in range(1, len(first) + 1)
    ]
    assert all(each["kk"] and each["ru"] and each["en"] and each["kk"] != each["en"] for each in first)
    assert set(said["model"]) == {version.tags["model"]} and set(said["law"]) == {version.tags["law"]}


@pytest.fixture
def clean(answers, version, register, home, kz):
    """One application that can be scored."""
    for case in queue(home, kz, version).index:
        given = register.of(case)
        if answers(ask(version.tags["as_of"], given))["error"].isna().all():
            return given
    raise AssertionError("no clean application")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda r, p: "no json", "is not JSON text"),
        (lambda r, p: json.dumps([r]), "is not JSON text of the form"),
        (lambda r, p: {**r, "horoscopes": []}, "horoscopes is no source"),
        (lambda r, p: {**r, p.cases.source: []}, "give a row of applications"),
        (lambda r, p: {**r, p.cases.source: [{**r[p.cases.source][0], "lodged_on": "soon"}]}, "applications, row 1: cannot be used (not_a_date"),
        (lambda r, p: {**r, p.cases.source: [{**r[p.cases.source][0], "mood": "good"}]}, "has the column mood, which is neither"),
        (lambda r, p: {**r, p.cases.source: [{**r[p.cases.source][0], "lodged_on": 5}]}, "lodged_on should be text"),
        (lambda r, p: {**r, p.cases.source: [{k: v for k, v in r[p.cases.source][0].items() if k != "lodged_on"}]}, "lacks the column lodged_on"),
        (lambda r, p: {**r, "persons": []}, "unknown_reference"),
        (lambda r, p: {**r, p.cases.source: ["a row"]}, "is not an object"),
    ],
)  # fmt: skip
def test_bad_records_are_a_sentence_and_never_a_score(answers, version, clean, kz, spoil, said):
    one = answers(ask(version.tags["as_of"], spoil(clean, kz), clean))
    assert said in one["error"][0] and pd.isna(one["score"][0]) and pd.isna(one["case_id"][0])
    assert clean[kz.cases.source][0][kz.case_id] not in one["error"][0]
    assert one["error"].isna()[1] and 0 < one["score"][1] < 1  # a bad row does not spoil its neighbour


def test_a_bad_day_is_a_sentence(answers, clean):
    assert "as_of: is not a day" in answers(ask("30.06.2026", clean))["error"][0]
    assert "was lodged after 2001-01-01" in answers(ask("2001-01-01", clean))["error"][0]


def test_an_edited_model_or_description_is_not_served(version, tmp_path):
    import shutil

    for name, file in (("model", "tables.json"), ("model", "training.json"), ("programme", "programme.yaml")):
        folders = {
            each: shutil.copytree(getattr(version, each), tmp_path / file / each) for each in ("model", "programme")
        }
        path = folders[name] / file
        path.write_text(path.read_text() + "\n")
        with pytest.raises(Problem, match="was edited; register it again"):
            served.load(folders["model"], folders["programme"], version.digest)


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """`mlflow models serve` of the champion on a free port of this machine; gives the address of its answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("mlflow")), "models", "serve", "-m", "models:/kz_2026@champion",
        "--env-manager", "local", "-h", "127.0.0.1", "-p", str(port), "--workers", "1",
    ]  # fmt: skip
    environment = {
        **os.environ, "MLFLOW_TRACKING_URI": tracking.address(root / BOOK), "MLFLOW_DISABLE_TELEMETRY": "true",
        "PYTHONPATH": str(TOP), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }  # fmt: skip
    with (root / "serve.log").open("w") as log:
        server = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        until = monotonic() + 300
        while True:
            assert server.poll() is None and monotonic() < until, (root / "serve.log").read_text()
            try:
                with urlopen(f"http://127.0.0.1:{port}/ping", timeout=5):
                    break
            except (URLError, OSError):
                sleep(0.5)
        yield f"http://127.0.0.1:{port}/invocations"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(timeout=30)


def post(address: str, rows: list[dict]) -> list[dict]:
    body = json.dumps({"dataframe_records": rows}).encode()
    with urlopen(Request(address, body, {"Content-Type": "application/json"}), timeout=120) as answer:
        return json.loads(answer.read())["predictions"]


def test_mlflow_serves_the_champion_and_after_a_rollback_the_old_one(
    room, kz, register, answers, version, clean, approvers, home
):
    one, two = tracking.versions(room / BOOK, "kz_2026")
    promotion.promote(kz, room, one, None, [], approvers, kz.as_of)
    promotion.promote(kz, room, two, one, [], approvers, kz.as_of)
    row = {"as_of": version.tags["as_of"], "records": json.dumps(clean)}
    expected = queue(home, kz, version).loc[clean[kz.cases.source][0][kz.case_id]]
    with serving(room) as address:
        good, bad = post(address, [row, {**row, "records": "no json"}])
        assert (
            abs(good["score"] - expected["score"]) < 1e-12
            and good["model"] == two.tags["model"]
            and good["error"] is None
        )
        assert bad["score"] is None and "is not JSON text" in bad["error"]
        with pytest.raises(HTTPError) as refused:
            post(address, [{"as_of": "2026-06-30"}])
        assert refused.value.code == 400
    promotion.rollback(kz, room, None, "as ordered", approvers, kz.as_of)
    old = served.load(one.model, one.programme, one.digest)(pd.DataFrame([row]))["score"][0]
    with serving(room) as address:
        again = post(address, [row])[0]
        assert again["model"] == one.tags["model"] and abs(again["score"] - old) < 1e-12
