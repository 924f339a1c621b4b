import json
import os
from datetime import date
from pathlib import Path

import pytest

from pipeline.core import params, programme, stage
from pipeline.core.errors import Problem
from pipeline.core.stage import Context, Report, Stage


class Silent:
    def say(self, text: str) -> None: ...

    def step(self, done: float, text: str) -> None: ...


def execute(root: Path, run: object, **changes: object) -> Report:
    record = Stage(
        **{
            "name": "try",
            "title": "Try",
            "reads": (),
            "writes": ("out/a.txt", "interim/t"),
            "params": ("run",),
            "run": run,
        }
        | changes
    )  # type: ignore[arg-type]
    return stage.execute(
        record, programme.load("perm_2016"), root, params.load(Path()), date(2016, 9, 30), "en", Silent()
    )


def write(text: str) -> object:
    def run(ctx: Context) -> Report:
        ctx.write("interim/t").mkdir()
        (ctx.write("interim/t") / "part").write_text(text)
        ctx.write("out/a.txt").write_text(text)
        if text == "fails":
            raise Problem("No.")
        return Report(figures={"rows": 1})

    return run


def test_outputs_appear_together_and_a_failure_leaves_the_old_ones(tmp_path: Path):
    execute(tmp_path, write("first"))
    with pytest.raises(Problem):
        execute(tmp_path, write("fails"))
    out = tmp_path / "data/out/perm_2016"
    assert (out / "a.txt").read_text() == "first"
    assert (tmp_path / "data/interim/perm_2016/t/part").read_text() == "first"
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["interim", "out"]
    record = json.loads((out / "run.json").read_text())
    assert record["stages"]["try"]["rows"] == 1
    assert record["stages"]["try"]["peak_mib"] > 1
    assert set(record["versions"]) == {"law", "code"}


def test_what_is_not_declared_cannot_be_touched(tmp_path: Path):
    for touch in (lambda c: c.read("interim/x"), lambda c: c.write("out/b"), lambda c: c.param("train")):
        with pytest.raises(KeyError):
            execute(tmp_path, touch)


def test_a_missing_input_says_what_to_run(tmp_path: Path):
    with pytest.raises(Problem, match="run the stages before `try`"):
        execute(tmp_path, lambda c: c.read("interim/x"), reads=("interim/x",))


def test_what_a_killed_run_left_aside_is_swept_away(tmp_path: Path):
    (tmp_path / "data/.staging-999999999-x").mkdir(parents=True)
    (tmp_path / f"data/.staging-{os.getppid()}-x").mkdir(parents=True)
    execute(tmp_path, write("first"))
    assert not (tmp_path / "data/.staging-999999999-x").exists()
    assert (tmp_path / f"data/.staging-{os.getppid()}-x").exists()


def test_inputs_made_for_another_day_are_refused(tmp_path: Path):
    execute(tmp_path, write("first"))

    def later(**changes: object) -> Report:
        record = Stage(
            name="next", title="Next", reads=("interim/t",), writes=(), params=(), run=lambda ctx: Report(), **changes
        )  # type: ignore[arg-type]
        return stage.execute(
            record, programme.load("perm_2016"), tmp_path, params.load(Path()), date(2016, 10, 1), "en", Silent()
        )

    with pytest.raises(Problem, match="`next` is asked for 2016-10-01, but `try` was run for 2016-09-30"):
        later()
    later(dated=False)


def test_a_description_that_the_stage_cannot_use_stops_before_anything_is_touched(tmp_path: Path):
    def refuse(_: programme.Programme) -> None:
        raise Problem("No.")

    with pytest.raises(Problem):
        execute(tmp_path, write("first"), check=refuse)
    assert list(tmp_path.iterdir()) == []
