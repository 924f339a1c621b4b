"""Two different listed people with their own keys, and signatures that hold only for what was signed."""

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import Problem
from pipeline.core.registry import START, Content
from pipeline.life import approval
from pipeline.life.approval import Approver
from pipeline.policy.signers import Signers, public

KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3)]
NAMES = ("Aigul S.", "Bolat T.", "Dana K.")
WHO = Signers.model_validate(
    {
        "signers": [
            {"name": name, "key": public(key), "from": date(2026, 1, 1)}
            for name, key in zip(NAMES[:2], KEYS, strict=False)
        ]
    }
)
DAY = date(2026, 7, 1)
ONE, TWO = (Approver(name, key) for name, key in zip(NAMES[:2], KEYS, strict=False))
CONTENT = Content(
    programme="p", action="promote", version="1", model="m", files={"a": START}, previous=None, checks=[], reason="",
    law="l", code="c", after=START,
)  # fmt: skip


def test_two_signatures_hold():
    approval.refuse_unsigned([approval.sign(CONTENT, [ONE, TWO], WHO, DAY)], WHO)


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ((ONE, ONE), "cannot approve twice"),
        ((ONE, Approver("aigul  s.", KEYS[0])), "cannot approve twice"),
        ((ONE, Approver("Bolat T.", KEYS[0])), "not the key of Bolat T."),
        ((ONE, Approver("Dana K.", KEYS[2])), "Dana K. is not among those who may sign"),
    ],
)
def test_others_may_not(pair, said):
    with pytest.raises(Problem, match=said):
        approval.sign(CONTENT, list(pair), WHO, DAY)


@given(st.sampled_from(["version", "model", "reason", "law", "code", "action", "previous"]))
def test_whatever_is_changed_afterwards_breaks_both(field):
    record = approval.sign(CONTENT, [ONE, TWO], WHO, DAY)
    value = {"action": "rollback"}.get(field, "2")
    changed = record.model_copy(update={"content": CONTENT.model_copy(update={field: value})})
    with pytest.raises(Problem, match="Decision 1 of the register of models does not hold"):
        approval.refuse_unsigned([changed], WHO)


def test_signatures_of_another_decision_or_in_another_order_do_not_hold():
    record = approval.sign(CONTENT, [ONE, TWO], WHO, DAY)
    other = approval.sign(CONTENT.model_copy(update={"version": "2"}), [ONE, TWO], WHO, DAY)
    for signatures in (other.signatures, record.signatures[::-1], [record.signatures[0], other.signatures[1]]):
        with pytest.raises(Problem, match="does not hold"):
            approval.refuse_unsigned([record.model_copy(update={"signatures": signatures})], WHO)
