"""Two people's signatures under a decision about a model: the same signers and keys as for a release of the law."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.core.errors import Problem
from pipeline.core.registry import Content, Record
from pipeline.policy import signed
from pipeline.policy.release import entitled
from pipeline.policy.signed import Signed
from pipeline.policy.signers import Signers, person


@dataclass(frozen=True)
class Approver:
    """A person who approves, with the private key that signers.yaml knows the other half of."""

    name: str
    key: Ed25519PrivateKey


def two(approvers: Sequence[Approver], who: Signers, day: date) -> None:
    """Raises Problem unless these are two different people who may sign on `day`, each with a key of their own."""
    listed = [entitled(who, each.name, each.key, day) for each in approvers]
    if len({person(each.name) for each in listed}) < 2 or len({each.key for each in listed}) < 2:
        raise Problem(f"{listed[0].name} cannot approve twice; two different people must approve.")


def sign(content: Content, approvers: Sequence[Approver], who: Signers, day: date) -> Record:
    """The decision with both signatures, the second also over the first; raises Problem as in `two`."""
    two(approvers, who, day)
    first, second = approvers
    one = signed.sign(content, "proposed", entitled(who, first.name, first.key, day), first.key, day, "")
    other = signed.sign(
        content, "approved", entitled(who, second.name, second.key, day), second.key, day, one.signature
    )
    return Record(content=content, signatures=[json.loads(each.model_dump_json()) for each in (one, other)])


def refuse_unsigned(records: Sequence[Record], who: Signers) -> None:
    """Raises Problem where the signatures under a decision do not hold."""
    for number, record in enumerate(records, start=1):
        found = Signed.model_validate({"content": record.content, "signatures": record.signatures})
        if wrong := signed.faults(found, who):
            raise Problem(f"Decision {number} of the register of models does not hold: {wrong[0]}")
