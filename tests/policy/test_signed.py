from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.core.errors import Problem
from pipeline.policy import signed
from pipeline.policy.signed import Concern, Content, Release
from pipeline.policy.signers import Signers, public

KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(3)]
NAMES = ("Aigerim Sadykova", "Daniyar Omarov", "Saule Akhmetova")
START, DAY = date(2026, 1, 1), date(2026, 7, 1)
WHO = Signers.model_validate(
    {"signers": [{"name": name, "key": public(key), "from": START} for name, key in zip(NAMES, KEYS, strict=True)]}
)
CONTENT = Content(
    programme="kz_2026", version="0" * 12, previous="1" * 12, files={"programme.yaml": "a" * 64}, check_warnings=0,
    test_cases=12, dry_run="b" * 64, dry_run_numbers={"files": 3}, concerns=[Concern(concern="C.", accepted_because="R")],
)  # fmt: skip


def signature(place, role, after="", content=CONTENT, day=DAY):
    return signed.sign(content, role, WHO.signers[place], KEYS[place], day, after)


def release(**changes):
    first = signature(0, "proposed")
    made = Release(content=CONTENT, signatures=[first, signature(1, "approved", first.signature)])
    return made.model_copy(update=changes)


def test_two_signatures_over_the_same_content_hold():
    assert signed.faults(release(), WHO) == []
    assert signed.faults(release(signatures=[signature(0, "proposed")]), WHO) == []


@pytest.mark.parametrize("field", sorted(Content.model_fields))
def test_every_word_of_the_content_is_signed(field):
    other = {
        "files": {"programme.yaml": "c" * 64}, "check_warnings": 1, "test_cases": 1, "dry_run_numbers": {"files": 4},
        "concerns": [], "format": "other",
    }  # fmt: skip
    changed = CONTENT.model_copy(update={field: other.get(field, "f" * 64)})
    wrong = signed.faults(release(content=changed), WHO)
    assert len(wrong) == 2 and all("does not fit" in sentence for sentence in wrong)


@pytest.mark.parametrize(
    "update", [{"day": date(2026, 7, 2)}, {"name": NAMES[1]}, {"signature": "AAAA"}, {"signature": "é"}]
)
def test_day_and_name_are_signed_too(update):
    spoilt = signature(0, "proposed").model_copy(update=update)
    assert "does not fit" in signed.faults(release(signatures=[spoilt]), WHO)[0]


def test_the_second_signature_holds_the_first():
    first, other = signature(0, "proposed"), signature(2, "proposed")
    second = signature(1, "approved", first.signature)
    wrong = signed.faults(release(signatures=[other, second]), WHO)
    assert wrong == ["The signature of Daniyar Omarov does not fit; somebody else signed, or the record was changed."]


def test_one_person_is_not_two():
    first = signature(0, "proposed")
    wrong = signed.faults(release(signatures=[first, signature(0, "approved", first.signature)]), WHO)
    assert wrong == ["Aigerim Sadykova signed twice; two different people must sign."]


def test_a_proposal_is_no_approval():
    first = signature(0, "proposed")
    wrong = signed.faults(release(signatures=[first, signature(1, "proposed", first.signature)]), WHO)
    assert wrong == ["The signature of Daniyar Omarov should be `approved`, it is `proposed`."]


def test_who_is_not_listed_did_not_sign():
    wrong = signed.faults(release(), Signers(signers=WHO.signers[1:]))
    assert wrong == ["Aigerim Sadykova is not among those who may sign on 2026-07-01."]


def test_approval_comes_after():
    first = signature(0, "proposed")
    second = signature(1, "approved", first.signature, day=date(2026, 6, 30))
    assert signed.faults(release(signatures=[first, second]), WHO) == [
        "It was approved on a day before it was proposed."
    ]


def test_the_record_comes_back_as_written(tmp_path):
    signed.write(tmp_path, release())
    assert signed.read(tmp_path) == release()
    assert [path.name for path in tmp_path.iterdir()] == [signed.RECORD]


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense", '{"content": {}, "signatures": [], "more": 1}'])
def test_what_is_no_record_is_said_so(tmp_path, text):
    (tmp_path / signed.RECORD).write_text(text)
    with pytest.raises(Problem, match="is no record of a release"):
        signed.read(tmp_path)


def test_there_may_be_no_record(tmp_path):
    with pytest.raises(Problem, match="there is no such release"):
        signed.read(tmp_path)
