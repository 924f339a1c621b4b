"""Who may sign a release of the law, and the keys they sign with (Ed25519, RFC 8032)."""

import base64
import binascii
import os
import tempfile
import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Annotated

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import AfterValidator, model_validator

from pipeline.core import files, yaml
from pipeline.core.errors import Problem
from pipeline.core.law import Period, Text
from pipeline.core.yaml import Strict

NAME = "signers.yaml"
KEY_BYTES = 32


def _key(text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != KEY_BYTES or base64.b64encode(raw).decode() != text:  # one key has one spelling
        raise ValueError(f"`{text}` is not a public key; copy the line that `qonys policy key` printed")
    return text


class Signer(Period):
    """One person with the public key that was theirs in a period; old releases are checked against old keys."""

    name: Text
    key: Annotated[str, AfterValidator(_key)]


class Signers(Strict):
    """`signers.yaml`: who may sign. Two people never share a key, and one person never has two keys at once."""

    signers: list[Signer]

    @model_validator(mode="after")
    def _two_are_two(self) -> "Signers":
        for one, other in combinations(self.signers, 2):
            same = person(one.name) == person(other.name)
            if one.key == other.key and not same:
                raise ValueError(
                    f"{one.name} and {other.name} have the same key; every person needs a key of their own"
                )
            if same and one.meets(other):
                raise ValueError(f"{one.name} has two keys at once; end one before the other begins")
        return self

    def find(self, name: str, day: date) -> Signer | None:
        """Who signs as `name` on `day`; case and spaces do not matter."""
        return next((each for each in self._on(day) if person(each.name) == person(name)), None)

    def _on(self, day: date) -> Iterator[Signer]:
        return (each for each in self.signers if each.covers(day))


def load(folder: Path) -> Signers:
    """The people listed in `folder`/signers.yaml; raises Problem with file and line for anything it gets wrong."""
    return yaml.load(folder / NAME, Signers)


def person(name: str) -> str:
    """The name without what spelling alone changes: case, spaces, forms of one letter (Unicode NFKC), unseen signs."""
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", name) if unicodedata.category(sign) != "Cf")
    return " ".join(seen.casefold().split())


def make_key(name: str, path: Path, passphrase: str | None) -> str:
    """Writes a new private key for `name` to `path` (PKCS8 PEM, mode 0600) and gives the public key in base64.

    The file is whole or absent, and a file that is there is never overwritten. Raises Problem.
    """
    if not person(name):
        raise Problem("A key belongs to a named person; give the name.")
    key = Ed25519PrivateKey.generate()
    lock = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    try:
        handle, staged = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
            os.link(staged, path)  # refuses where `path` is there
        finally:
            Path(staged).unlink()
    except FileExistsError:
        raise Problem(f"{path}: is there already and is not overwritten; give another place for the key.") from None
    except OSError as error:
        raise Problem(files.cannot_write(path, error)) from None
    return public(key)


def read_key(path: Path, passphrase: str | None) -> Ed25519PrivateKey:
    """The private key in `path`; raises Problem for a file that others may read, a wrong passphrase, another kind of key."""
    try:
        if path.stat().st_mode & 0o077:
            raise Problem(f"{path}: others can read this key; take the right away with `chmod 600 {path}`.")
        found = load_pem_private_key(path.read_bytes(), passphrase.encode() if passphrase else None)
    except FileNotFoundError:
        raise Problem(f"{path}: there is no such key; make one with `qonys policy key`.") from None
    except OSError as error:
        raise Problem(f"{path}: cannot be read ({(error.strerror or str(error)).lower()}).") from None
    except TypeError:  # a passphrase without a lock, or a lock without a passphrase
        wanted = "is not locked; leave the passphrase out" if passphrase else "is locked; give its passphrase"
        raise Problem(f"{path}: the key {wanted}.") from None
    except (ValueError, UnsupportedAlgorithm):
        raise Problem(f"{path}: is not a key, or the passphrase is wrong.") from None
    if not isinstance(found, Ed25519PrivateKey):
        raise Problem(f"{path}: is not an Ed25519 key; make one with `qonys policy key`.")
    return found


def public(key: Ed25519PrivateKey) -> str:
    """The public key in base64, as signers.yaml lists it."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def known(signer: Signer) -> Ed25519PublicKey:
    """The signer's public key, ready to verify with."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(signer.key))
