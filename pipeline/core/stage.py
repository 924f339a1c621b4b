"""What a stage is, and how one is run: declared inputs and outputs, staged writes, time and memory on record."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from pipeline.core import clock, files, versions
from pipeline.core.errors import Problem
from pipeline.core.params import Params
from pipeline.core.programme import Programme

# The first word of a declared path says which folder it lies in; {} is the programme's name.
FOLDERS = {
    "raw": "data/raw/{}",
    "truth": "data/truth/{}",
    "interim": "data/interim/{}",
    "model": "data/artifacts/{}",
    "registry": "data/registry/{}",
    "out": "data/out/{}",
}


class Progress(Protocol):
    """How long work shows that it moves."""

    def say(self, text: str) -> None:
        """One line that stays."""

    def step(self, done: float, text: str) -> None:
        """How much of the stage is done (0..1) and what it is doing."""


@dataclass
class Report:
    """What a stage has to tell: figures for `run.json`, lines to print, and what needs a person.

    `findings` are about the input (too much of it unusable); `concerns` about the results (a gap between groups, a
    model weaker than a baseline).
    """

    figures: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    concerns: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stage:
    """One step of the road. `reads`, `writes` and `params` are all it may touch; `dvc.yaml` is made from them."""

    name: str
    title: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    params: tuple[str, ...]
    run: Callable[["Context"], Report]
    applies: Callable[[Programme], bool] = lambda programme: True
    check: Callable[[Programme], object] = lambda programme: (
        None
    )  # raises Problem for a description the stage cannot use
    dated: bool = True  # whether the result depends on the as-of date


class Context:
    """All that a running stage sees. Asking for a path or section the stage did not declare raises KeyError."""

    def __init__(
        self, stage: Stage, programme: Programme, root: Path, params: Params, as_of: date, lang: str,
        progress: Progress, staging: Path,
    ) -> None:  # fmt: skip
        self.programme = programme
        self.as_of = as_of
        self.lang = lang
        self.progress = progress
        self.root = root
        self._stage = stage
        self._params = params
        self._staging = staging

    def read(self, name: str) -> Path:
        """Where the declared input `name` lies; raises Problem where the stage that writes it has not run."""
        if name not in self._stage.reads:
            raise KeyError(f"stage {self._stage.name} does not declare that it reads {name}")
        path = place(self.root, self.programme, name)
        if not path.exists():
            raise Problem(
                f"{path.relative_to(self.root)}: missing; run the stages before `{self._stage.name}` first (`qonys run`)."
            )
        return path

    def write(self, name: str) -> Path:
        """Where to write the declared output `name`: aside, renamed into place when the stage has finished."""
        if name not in self._stage.writes:
            raise KeyError(f"stage {self._stage.name} does not declare that it writes {name}")
        path = self._staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def param(self, section: str) -> Any:
        """The declared section of `params.yaml`."""
        if section not in self._stage.params:
            raise KeyError(f"stage {self._stage.name} does not declare that it reads the parameters {section}")
        return getattr(self._params, section)


def place(root: Path, programme: Programme, name: str) -> Path:
    """The path of a declared input or output."""
    head, _, rest = name.partition("/")
    folder = programme.raw if head == "raw" else FOLDERS[head].format(programme.programme)
    return root / folder / rest if rest else root / folder


def execute(
    stage: Stage, programme: Programme, root: Path, params: Params, as_of: date, lang: str, progress: Progress
) -> Report:
    """Runs `stage`, puts its outputs in place and its record into `run.json`.

    Outputs are written aside and renamed only after the stage has finished, so a failure or a kill leaves the
    earlier ones whole. Raises Problem for whatever a person must mend.
    """
    started = clock.seconds()
    stage.check(programme)
    _same_day(stage, programme, root, as_of)
    data = root / "data"
    try:
        data.mkdir(exist_ok=True)
        for name in stage.writes:
            files.restore(place(root, programme, name))
        _sweep(data)
        staging = Path(tempfile.mkdtemp(prefix=f".staging-{os.getpid()}-", dir=data))
    except OSError as error:
        raise Problem(files.cannot_write(data, error)) from None
    try:
        report = stage.run(Context(stage, programme, root, params, as_of, lang, progress, staging))
        for name in stage.writes:
            files.replace(staging / name, place(root, programme, name))
    except OSError as error:
        raise Problem(files.cannot_write(Path(error.filename or data), error)) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    _record(stage, programme, root, as_of, report, clock.seconds() - started)
    return report


def _sweep(data: Path) -> None:
    """Removes what runs that were killed left aside (folders of processes that are gone)."""
    for left in data.glob(".staging-*"):
        if not _alive(int(left.name.split("-")[1])):
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's process: alive
        return True
    return True


def _same_day(stage: Stage, programme: Programme, root: Path, as_of: date) -> None:
    """Raises Problem where an input was made for another as-of date: lists of two days must not be mixed."""
    for name, made in _read_record(place(root, programme, "out/run.json")).get("stages", {}).items():
        if stage.dated and set(made.get("wrote", ())) & set(stage.reads) and made["as_of"] != as_of.isoformat():
            raise Problem(
                f"`{stage.name}` is asked for {as_of}, but `{name}` was run for {made['as_of']}; "
                f"run the whole road for one day: `qonys run --programme {programme.programme} --as-of {as_of}`."
            )


def _read_record(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _record(stage: Stage, programme: Programme, root: Path, as_of: date, report: Report, seconds: float) -> None:
    path = place(root, programme, "out/run.json")
    record = _read_record(path)
    figures = dict(report.figures)
    record["programme"] = programme.programme
    record["status"] = programme.status
    record["as_of"] = as_of.isoformat()
    record["versions"] = {
        **record.get("versions", {}),
        "law": versions.law(programme),
        "code": versions.code(),
        **figures.pop("versions", {}),
    }
    if "sources" in figures:
        record["sources"] = figures.pop("sources")
    stages = record.setdefault("stages", {})
    stages[stage.name] = {"seconds": round(seconds, 2), "peak_mib": round(clock.peak_mib(), 1), **figures}
    if stage.dated:
        stages[stage.name] |= {"as_of": as_of.isoformat(), "wrote": list(stage.writes)}
    files.write_text(path, json.dumps(record, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
