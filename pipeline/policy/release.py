"""A release of the law: a copy of the programme, what check, test and dry run said of it, and two people's signatures.

`data/releases/<programme>/<version>/` holds `release.json`, `diff.json` (the dry run) and `law/` (the programme's folder as
it was, cases included). The first person proposes, a second one approves; until then nothing is released. Both sign the
same content, the second one also the first one's signature (Ed25519 over canonical JSON).
"""

import hashlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.core import files, versions
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme
from pipeline.policy import signed
from pipeline.policy.law import RELEASES
from pipeline.policy.signed import Concern, Content, Release
from pipeline.policy.signers import Signer, Signers, person, public

LAW, DIFF = "law", "diff.json"


@dataclass(frozen=True)
class Proof:
    """What was found about the law of version `law` before it is released; errors, failures, concerns: one sentence each."""

    law: str
    errors: Sequence[str]  # of `qonys policy check`
    warnings: int
    cases: int  # asked by `qonys policy test`
    failures: Sequence[str]
    diff: Path  # diff.json of the dry run
    compared: tuple[str, str]  # the versions that it compared, old and new
    numbers: Mapping[str, int]  # what to remember of it: files, flips
    concerns: Sequence[str]


def propose(
    programme: Programme, previous: str, proof: Proof, *, name: str, key: Ed25519PrivateKey, reasons: Mapping[str, str],
    who: Signers, root: Path, day: date,
) -> Path:  # fmt: skip
    """Writes the proposal to release the law of `programme` in the place of version `previous`; gives its folder.

    `reasons` says for each concern of the dry run why it is accepted. Raises Problem, and writes nothing, where check
    or test did not pass, the dry run is missing or compared other versions, a concern has no reason, or `name` may not
    sign with `key`. The folder is whole or absent.
    """
    signer = entitled(who, name, key, day)
    version = versions.law(programme)
    concerns = _proven(proof, previous, version, reasons)
    target = root / RELEASES / programme.programme / version
    if target.exists():
        raise Problem(
            f"{target.relative_to(root)}: this law is proposed already; approve it, or remove the folder first."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=f".{version}-", dir=target.parent))
        try:
            _copy(programme.folder, staged / LAW)
            shutil.copyfile(proof.diff, staged / DIFF)
            if _version(staged / LAW) != version:
                raise Problem(f"{programme.folder}: the law changed while it was copied; propose it again.")
            content = Content(
                programme=programme.programme, version=version, previous=previous, files=_digests(staged / LAW),
                check_warnings=proof.warnings, test_cases=proof.cases, dry_run=_digest(staged / DIFF),
                dry_run_numbers=dict(proof.numbers), concerns=concerns,
            )  # fmt: skip
            signed.write(
                staged, Release(content=content, signatures=[signed.sign(content, "proposed", signer, key, day, "")])
            )
            staged.chmod(0o755)
            staged.rename(target)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        raise Problem(files.cannot_write(target, error)) from None
    return target


def approve(folder: Path, *, name: str, key: Ed25519PrivateKey, who: Signers, day: date, current: str) -> None:
    """Adds the second signature to the proposal in `folder`; the law is released from then on.

    `current` is the version of the law as it is written now. Raises Problem where the proposal does not verify, the law
    was changed since, or `name` may not sign: not listed, another key, or the person who proposed it.
    """
    signer, found = entitled(who, name, key, day), signed.read(folder)
    first = found.signatures[0]
    if len(found.signatures) > 1:
        raise Problem(f"{folder}: {found.signatures[1].name} has approved this law already; there is nothing to sign.")
    if person(first.name) == person(name) or first.key == public(key):
        raise Problem(f"{first.name} proposed this law; another person must approve it, with a key of their own.")
    wrong = _contents(folder, found) + signed.faults(found, who)
    if wrong:
        raise Problem(f"{folder}: cannot be approved. {wrong[0]}")
    if current != found.content.version:
        raise Problem(
            f"The law was changed since it was proposed (it was {found.content.version}, it is {current}); propose it again."
        )
    if day < first.day:
        raise Problem(f"The law was proposed on {first.day}; it cannot be approved on {day}, before that.")
    second = signed.sign(found.content, "approved", signer, key, day, first.signature)
    signed.write(folder, found.model_copy(update={"signatures": [first, second]}))


def released(folder: Path, who: Signers) -> bool:
    """Whether two people signed exactly what lies in `folder`."""
    return not verify(folder, who)


def verify(folder: Path, who: Signers) -> list[str]:
    """What is wrong with the release in `folder`, one sentence each; nothing where two people signed exactly this.

    Every hash and both signatures are computed anew; nothing in the folder is taken on trust.
    """
    try:
        found = signed.read(folder)
    except Problem as problem:
        return [str(problem)]
    wrong = _contents(folder, found) + signed.faults(found, who)
    if len(found.signatures) == 1:
        wrong.append(f"It is proposed by {found.signatures[0].name} and waits for a second person; it is not released.")
    return wrong


def _proven(proof: Proof, previous: str, version: str, reasons: Mapping[str, str]) -> list[Concern]:
    """The concerns with their reasons; raises Problem where the law may not be released on this proof."""
    if proof.law != version:
        raise Problem(
            f"The law was changed since it was checked (it was {proof.law}, it is {version}); check it again."
        )
    if proof.errors:
        raise Problem(f"`qonys policy check` has {len(proof.errors)} errors, first: {proof.errors[0]} Mend them first.")
    if proof.failures:
        raise Problem(f"`qonys policy test` has {len(proof.failures)} failing cases, first: {proof.failures[0]}")
    if not proof.cases:
        raise Problem("No case tests this law; write cases beside its gates first.")
    if not proof.diff.is_file():
        raise Problem(f"{proof.diff}: there is no dry run; make one with `qonys policy diff` first.")
    if proof.compared != (previous, version):
        raise Problem(
            f"The dry run compared {proof.compared[0]} with {proof.compared[1]}, this release puts {version} in the place "
            f"of {previous}; make the dry run of these two."
        )
    stray = [concern for concern in reasons if concern not in proof.concerns]
    if stray:
        raise Problem(f"There is no such concern: `{stray[0]}`; copy it from the dry run.")
    for concern in proof.concerns:
        if not reasons.get(concern, "").strip():
            raise Problem(
                f"The dry run raises a concern that nobody has accepted: {concern} Give a reason, or change the law."
            )
    return [Concern(concern=concern, accepted_because=reasons[concern].strip()) for concern in proof.concerns]


def entitled(who: Signers, name: str, key: Ed25519PrivateKey, day: date) -> Signer:
    """The listed person `name`, whose key this is; raises Problem where nobody of that name may sign on `day` with it."""
    found = who.find(name, day)
    if found is None:
        raise Problem(f"{name} is not among those who may sign on {day}; signers.yaml lists them.")
    if found.key != public(key):
        raise Problem(f"This is not the key of {found.name} that signers.yaml lists; use your own.")
    return found


def _contents(folder: Path, found: Release) -> list[str]:
    """What in the folder is not what was signed."""
    content, law = found.content, folder / LAW
    wrong = []
    if (folder.parent.name, folder.name) != (content.programme, content.version):
        wrong.append(f"The folder should be called {content.programme}/{content.version}.")
    there = _digests(law)
    for path in sorted({*there, *content.files}):
        if path not in there:
            wrong.append(f"law/{path} is missing.")
        elif path not in content.files:
            wrong.append(f"law/{path} was added after the law was signed.")
        elif there[path] != content.files[path]:
            wrong.append(f"law/{path} was changed after the law was signed.")
    if not wrong and _version(law) != content.version:
        wrong.append(f"The files of law/ are version {_version(law)}, the record says {content.version}.")
    if not (folder / DIFF).is_file() or _digest(folder / DIFF) != content.dry_run:
        wrong.append(f"{DIFF} is not the dry run that was signed.")
    return wrong


def _copy(source: Path, target: Path) -> None:
    """The folder's files, hidden ones (of editors) left out."""
    for path in sorted(source.rglob("*")):
        part = path.relative_to(source)
        if path.is_file() and not any(name.startswith(".") for name in part.parts):
            (target / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target / part)


def _digests(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): _digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _version(law: Path) -> str:
    """The version of the programme in `law`, which need not be readable by the program of today."""
    return versions.law(Programme.model_construct(folder=law))
