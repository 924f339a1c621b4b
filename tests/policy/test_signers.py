import stat
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pipeline.core.errors import Problem
from pipeline.policy import signers

DAY = date(2026, 7, 1)


@pytest.fixture
def listed(tmp_path):
    """Writes signers.yaml from (name, key, from, to) and reads it."""

    def write(*people):
        lines = ["signers:"]
        for name, key, start, *end in people:
            lines.append(f"  - {{name: {name!r}, key: {key!r}, from: {start}{''.join(f', to: {day}' for day in end)}}}")
        (tmp_path / signers.NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return signers.load(tmp_path)

    return write


@pytest.fixture
def keys(tmp_path):
    return [signers.make_key(f"Person {number}", tmp_path / f"{number}.pem", None) for number in range(3)]


def test_a_key_is_private_and_comes_back(tmp_path):
    path = tmp_path / "key.pem"
    public = signers.make_key("Aigerim Sadykova", path, "correct horse")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"ENCRYPTED PRIVATE KEY" in path.read_bytes()
    assert signers.public(signers.read_key(path, "correct horse")) == public
    assert [found.name for found in tmp_path.iterdir()] == ["key.pem"]


def test_two_keys_are_never_the_same(keys):
    assert len(set(keys)) == 3


def test_a_key_is_never_overwritten(tmp_path):
    path = tmp_path / "key.pem"
    path.write_text("something of mine")
    with pytest.raises(Problem, match="not overwritten"):
        signers.make_key("A", path, None)
    assert path.read_text() == "something of mine"
    assert [found.name for found in tmp_path.iterdir()] == ["key.pem"]


@pytest.mark.parametrize(
    ("name", "place", "said"), [(" ", "key.pem", "named person"), ("A", "no/key.pem", "cannot be written")]
)
def test_a_key_that_cannot_be_made(tmp_path, name, place, said):
    with pytest.raises(Problem, match=said):
        signers.make_key(name, tmp_path / place, None)
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_cannot_be_read(tmp_path):
    locked, open_, broken = (tmp_path / name for name in ("locked.pem", "open.pem", "broken.pem"))
    signers.make_key("A", locked, "secret")
    signers.make_key("A", open_, None)
    broken.write_text("-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n")
    broken.chmod(0o600)
    for path, passphrase, said in (
        (locked, None, "is locked"), (locked, "other", "passphrase is wrong"), (open_, "secret", "not locked"),
        (broken, None, "is not a key"), (tmp_path / "none.pem", None, "no such key"),
    ):  # fmt: skip
        with pytest.raises(Problem, match=said):
            signers.read_key(path, passphrase)
    open_.chmod(0o640)
    with pytest.raises(Problem, match="others can read this key"):
        signers.read_key(open_, None)


def test_a_key_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "other.pem"
    made = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made)
    path.chmod(0o600)
    with pytest.raises(Problem, match="not an Ed25519 key"):
        signers.read_key(path, None)


def test_people_are_found_whatever_the_case_and_only_in_their_time(listed, keys):
    who = listed(("Aigerim Sadykova", keys[0], "2026-01-01", "2026-06-30"), ("Aigerim Sadykova", keys[1], "2026-07-01"))
    assert who.find("aigerim  SADYKOVA ", DAY).key == keys[1]
    assert who.find("Aigerim Sadykova", date(2026, 6, 30)).key == keys[0]
    assert who.find("Aigerim Sadykova", date(2025, 12, 31)) is None
    assert who.find("Somebody Else", DAY) is None


def test_one_person_cannot_be_two(listed, keys):
    with pytest.raises(Problem, match="have the same key"):
        listed(("A", keys[0], "2026-01-01"), ("B", keys[0], "2026-01-01"))
    with pytest.raises(Problem, match="two keys at once"):
        listed(("Aigerim Sadykova", keys[0], "2026-01-01"), ("AIGERIM SADYKOVA", keys[1], "2026-01-01"))


@pytest.mark.parametrize("key", ["short", "!" * 44, "QUJD"])
def test_what_is_no_key_is_refused_with_its_line(listed, key):
    with pytest.raises(Problem, match=r"signers\.yaml:2: .*is not a public key"):
        listed(("A", key, "2026-01-01"))


def test_there_may_be_no_list(tmp_path):
    with pytest.raises(Problem, match="there is no such file"):
        signers.load(tmp_path)


def test_one_key_has_one_spelling(listed, keys):
    key = keys[0]
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = key[:-2] + last[last.index(key[-2]) ^ 1] + "="  # the same 32 bytes, written another way
    with pytest.raises(Problem, match="is not a public key"):
        listed(("Aigul S.", key, "2026-01-01"), ("Bolat T.", other, "2026-01-01"))


def test_signs_that_nobody_sees_make_no_other_person():
    assert signers.person("Aigul\u200b S.") == signers.person("aigul  s\u00ad.") == "aigul s."
