"""Promotion and rollback: two people decide which version is the champion.

What is written, in this order: the model's folder into the register, one line into `records.ndjson` (from then on the
decision stands), then what follows from it, `champion.json` and the aliases in MLflow. A kill before the line leaves
everything as it was; one after it is mended by the next command (`settle`).
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from models import tracking
from models.tracking import CHAMPION, PREVIOUS, Version
from pipeline.core import files, registry, versions
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme
from pipeline.core.registry import Check, Content, Record
from pipeline.life import approval
from pipeline.life.approval import Approver
from pipeline.policy import signers
from pipeline.policy.law import RELEASES
from pipeline.stages.evaluate import BOOK

LOCK = ".lock"


@contextmanager
def held(programme: Programme, root: Path) -> Iterator[Path]:
    """The register of the programme, held for this process; two decisions never cross. Gives its folder."""
    home = registry.folder(root, programme.programme)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield home
    except OSError as error:
        raise Problem(files.cannot_write(home, error)) from None


def settle(programme: Programme, root: Path) -> list[Record]:
    """Makes `champion.json` and MLflow's aliases say what the records say; gives the records, oldest first.

    Only for whoever holds the register. A half-written last line of a process that died is taken away. Raises Problem
    where a line was edited or a signature does not hold.
    """
    home = registry.folder(root, programme.programme)
    found, last = registry.records(home)
    if found:
        approval.refuse_unsigned(found, signers.load(root / RELEASES))
    _trim(home / registry.RECORDS)
    text = registry.pointer(found, last)
    path = home / registry.CHAMPION
    if found and (not path.exists() or path.read_text(encoding="utf-8") != text):
        files.write_text(path, text)
    known = {version.number for version in tracking.versions(root / BOOK, programme.programme)}
    if known:
        line = [None, None, *champions(found)]
        wanted = {CHAMPION: line[-1], PREVIOUS: line[-2]}
        tracking.point(root / BOOK, programme.programme, {a: v if v in known else None for a, v in wanted.items()})
    return found


def champions(records: Sequence[Record]) -> list[str]:
    """The versions that led to the champion, oldest first: a rollback takes away what came after its version."""
    line: list[str] = []
    for record in records:
        version = record.content.version
        if record.content.action == "rollback" and version in line:
            line = line[: line.index(version)]
        line.append(version)
    return line


def champion(programme: Programme, root: Path, records: Sequence[Record]) -> Version | None:
    """The version that is champion by the records; raises ValueError where MLflow does not know it."""
    return tracking.find(root / BOOK, programme.programme, records[-1].content.version) if records else None


def promote(
    programme: Programme, root: Path, candidate: Version, against: Version | None, checks: Sequence[Check],
    approvers: Sequence[Approver], day: date,
) -> Record:  # fmt: skip
    """Makes `candidate` the champion in the place of `against`, with which the checks compared it.

    Raises Problem, and writes nothing, unless all checks passed, both may sign and `against` is the champion still.
    """
    with held(programme, root) as home:
        records = settle(programme, root)
        if failed := [check.name for check in checks if not check.passed]:
            raise Problem(f"Version {candidate.number} is not promoted: {', '.join(failed)} did not pass.")
        previous = records[-1].content.version if records else None
        if previous == candidate.number:
            raise Problem(f"Version {candidate.number} is the champion already.")
        if previous != (against.number if against else None):
            raise Problem(f"Version {previous} became the champion meanwhile; run the checks against it.")
        who = signers.load(root / RELEASES)
        _, last = registry.records(home)
        content = Content(
            programme=programme.programme, action="promote", version=candidate.number, model=candidate.tags["model"],
            files=registry.digests(candidate.model), previous=previous, checks=list(checks), reason="",
            law=candidate.tags["law"], code=versions.code(), after=last,
        )  # fmt: skip
        return _decide(programme, root, content, candidate.model, approvers, who, day)


def rollback(
    programme: Programme, root: Path, to: str | None, reason: str, approvers: Sequence[Approver], day: date
) -> Record:
    """Makes an earlier champion (`to`; None: the one before) the champion again, from the register's own copy.

    Raises Problem where there is none, it was never promoted, its files are not what was approved, or no reason is given.
    """
    with held(programme, root) as home:
        records = settle(programme, root)
        if not records:
            raise Problem(f"{programme.programme}: no model was promoted yet, so there is nothing to go back to.")
        now, line = records[-1].content, champions(records)
        if to is None and len(line) < 2:
            raise Problem(f"Version {now.version} is the first champion; there is none before it to go back to.")
        wanted = to or line[-2]
        if wanted == now.version:
            raise Problem(f"Version {wanted} is the champion already.")
        before = next((each for each in reversed(records) if each.content.version == wanted), None)
        if before is None:
            raise Problem(
                f"Version {wanted} was never promoted; go back to a version that was champion, or promote it."
            )
        if not reason.strip():
            raise Problem("Say why with --reason; whoever reads the record later must understand it.")
        _, last = registry.records(home)
        content = before.content.model_copy(
            update={"action": "rollback", "previous": now.version, "checks": [], "reason": reason.strip(),
                    "code": versions.code(), "after": last}
        )  # fmt: skip
        return _decide(
            programme, root, content, registry.model(home, before), approvers, signers.load(root / RELEASES), day
        )


def _decide(
    programme: Programme, root: Path, content: Content, model: Path, approvers: Sequence[Approver],
    who: signers.Signers, day: date,
) -> Record:  # fmt: skip
    record = approval.sign(content, approvers, who, day)
    home = registry.folder(root, programme.programme)
    keep(model, home / registry.MODELS / content.version, content.files)
    append(home / registry.RECORDS, record)
    settle(programme, root)
    return record


def keep(model: Path, target: Path, wanted: dict[str, str]) -> None:
    """Copies the model's folder into the register, whole or not at all; raises Problem where it is not what was signed."""
    if target.is_dir() and registry.digests(target) == wanted:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for name in wanted:
            shutil.copyfile(model / name, staged / name)
        if registry.digests(staged) != wanted:
            raise Problem(f"{model}: the model was changed while it was copied; try again.")
        staged.chmod(0o755)
        files.restore(target)
        files.replace(staged, target)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def append(path: Path, record: Record) -> None:
    """Adds one line to the records and waits until the disk has it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, record.model_dump_json().encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def _trim(path: Path) -> None:
    """Takes away a last line that was being written when the machine died; it decided nothing."""
    if not path.exists():
        return
    text = path.read_bytes()
    if text and not text.endswith(b"\n"):
        with path.open("r+b") as stream:
            stream.truncate(text.rfind(b"\n") + 1)
