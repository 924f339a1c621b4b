"""A project folder with a small SYNTHETIC register and two candidates of different days; two people with keys."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from models import tracking
from pipeline import road
from pipeline.core import params, stage
from pipeline.core.programme import Programme, load
from pipeline.life import retrain
from pipeline.life.approval import Approver
from pipeline.policy.signers import public
from pipeline.stages.evaluate import BOOK

TOP = Path(__file__).resolve().parents[2]
DAYS = (date(2026, 3, 31), date(2026, 6, 30))
NAMES = ("Aigul S.", "Bolat T.", "Dana K.")
KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3)]
SMALL = {
    "run": {"threads": 1}, "synthesize": {"past": 3000, "open": 100}, "train": {"trees": 20},
    "evaluate": {"replicates": 100}, "doubt": {"members": 3}, "schedule": {"weeks": 2}, "life": {"margin": 0.02},
}  # fmt: skip


class Silent:
    """Progress that nobody watches."""

    def say(self, text: str) -> None:
        """Says nothing."""

    def step(self, done: float, text: str) -> None:
        """Shows nothing."""


@pytest.fixture(scope="session")
def kz() -> Programme:
    return load("kz_2026")


@pytest.fixture(scope="session")
def home(kz: Programme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project; version 1 was made for the earlier day, version 2 for the later. Tests only read it."""
    root = tmp_path_factory.mktemp("life")
    params.turned(TOP, root, SMALL)
    for record in road.of(kz):
        if record.name in ("synthesize", "ingest"):
            stage.execute(record, kz, root, params.load(root), kz.as_of, "en", Silent())
    for day in DAYS:
        retrain.make(kz, root, day, Silent())
    return root


def _say(root: Path, kz: Programme, version: tracking.Version, **told: object) -> Path:
    """Writes an audit's verdict on `version`; words in `told` replace its own."""
    path = retrain.place(root, kz, version.tags["as_of"]) / "data/out/kz_2026/audit/verdict.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"model": version.tags["model"], "verdict": "pass", "why": "", **told}))
    return path


@pytest.fixture
def room(home: Path, kz: Programme, tmp_path: Path) -> Path:
    """A copy of the project that a test may change: two signers, their keys, and audits that pass both versions."""
    root = tmp_path / "room"
    shutil.copytree(home, root, symlinks=True)
    releases = root / "data" / "releases"
    releases.mkdir()
    listed = [
        f"  - {{name: {name}, key: {public(key)}, from: 2026-01-01}}"
        for name, key in zip(NAMES[:2], KEYS, strict=False)
    ]
    (releases / "signers.yaml").write_text("signers:\n" + "\n".join(listed) + "\n")
    for number, key in enumerate(KEYS):
        path = root / f"{number}.pem"
        path.touch(mode=0o600)
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for version in tracking.versions(root / BOOK, "kz_2026"):
        _say(root, kz, version)
    return root


@pytest.fixture
def approvers() -> list[Approver]:
    return [Approver(name, key) for name, key in zip(NAMES[:2], KEYS, strict=False)]


@pytest.fixture
def signing(room: Path) -> list[object]:
    """The options with which both people sign."""
    return ["--by", NAMES[0], "--key", room / "0.pem", "--and", NAMES[1], "--and-key", room / "1.pem", "--root", room]


@pytest.fixture(scope="session")
def say() -> Callable[..., Path]:
    """Writes an audit's verdict: `say(root, programme, version, verdict="fail")`."""
    return _say


@pytest.fixture(scope="session")
def silent() -> Silent:
    return Silent()


@pytest.fixture(scope="session")
def names() -> tuple[str, ...]:
    return NAMES
