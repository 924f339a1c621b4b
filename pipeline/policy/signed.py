"""The record of a release and its signatures: Ed25519 (RFC 8032) over canonical JSON, the second also over the first."""

import base64
import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import Field, ValidationError

from pipeline.core import files
from pipeline.core.errors import Problem
from pipeline.core.law import Text
from pipeline.core.yaml import Strict
from pipeline.policy.signers import Signer, Signers, known, person

RECORD = "release.json"
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Role = Literal["proposed", "approved"]


class Concern(Strict):
    """A concern of the dry run and why it was accepted."""

    concern: Text
    accepted_because: Text


class Content(Strict):
    """What is signed."""

    format: Literal["qonys-release-1"] = "qonys-release-1"
    programme: Text
    version: Text
    previous: Text
    files: dict[Text, Digest]  # of law/, by path
    check_warnings: int
    test_cases: int
    dry_run: Digest  # of diff.json
    dry_run_numbers: dict[Text, int]
    concerns: list[Concern]


class Signature(Strict):
    """One person's signature on one day."""

    role: Literal["proposed", "approved"]
    name: Text
    key: Text
    day: date
    signature: Text


class Signed(Strict):
    """Something that one or two people signed."""

    content: Strict
    signatures: Annotated[list[Signature], Field(min_length=1, max_length=2)]


class Release(Signed):
    """`release.json`."""

    content: Content


def read(folder: Path) -> Release:
    """The record in `folder`; raises Problem where there is none or it is not one."""
    path = folder / RECORD
    try:
        return Release.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise Problem(f"{path}: there is no such release; propose one first.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Problem(f"{path}: is no record of a release ({where or 'the file'}: {first['msg'].lower()}).") from None


def write(folder: Path, release: Release) -> None:
    """Writes the record into `folder`, whole or not at all."""
    text = json.dumps(release.model_dump(mode="json"), indent=1, ensure_ascii=False, sort_keys=True)
    files.write_text(folder / RECORD, text + "\n")


def faults(found: Signed, who: Signers) -> list[str]:
    """What is wrong with the signatures, one sentence each; one alone is not a fault."""
    wrong, before = [], ""
    for signature, role in zip(found.signatures, ("proposed", "approved"), strict=False):
        signer = who.find(signature.name, signature.day)
        if signature.role != role:
            wrong.append(f"The signature of {signature.name} should be `{role}`, it is `{signature.role}`.")
        elif signer is None:
            wrong.append(f"{signature.name} is not among those who may sign on {signature.day}.")
        elif signer.key != signature.key or not _holds(found.content, signature, signer, before):
            wrong.append(
                f"The signature of {signature.name} does not fit; somebody else signed, or the record was changed."
            )
        before = signature.signature
    people = [(person(each.name), each.key) for each in found.signatures]
    if len(people) > 1 and any(one == other for one, other in zip(*people, strict=True)):
        wrong.append(f"{found.signatures[0].name} signed twice; two different people must sign.")
    if len(people) > 1 and found.signatures[1].day < found.signatures[0].day:
        wrong.append("It was approved on a day before it was proposed.")
    return wrong


def sign(content: Strict, role: Role, signer: Signer, key: Ed25519PrivateKey, day: date, after: str) -> Signature:
    """The signature of `signer` made with `key`; `after` is the signature that went before, empty for the first."""
    made = base64.b64encode(key.sign(_message(content, role, signer.name, day, after))).decode()
    return Signature(role=role, name=signer.name, key=signer.key, day=day, signature=made)


def _holds(content: Strict, signature: Signature, signer: Signer, after: str) -> bool:
    try:
        made = base64.b64decode(signature.signature, validate=True)
        known(signer).verify(made, _message(content, signature.role, signature.name, signature.day, after))
    except (InvalidSignature, ValueError):
        return False
    return True


def _message(content: Strict, role: str, name: str, day: date, after: str) -> bytes:
    """What is signed: the content, who signs as what on which day, and the signature that went before."""
    said: dict[str, Any] = {"content": content.model_dump(mode="json"), "role": role, "name": name}
    said |= {"day": day.isoformat(), "after": after}
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
