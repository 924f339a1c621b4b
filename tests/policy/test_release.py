import re
import shutil
from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.core import versions
from pipeline.core.errors import Problem
from pipeline.core.programme import HOME, load
from pipeline.policy import release, signed
from pipeline.policy.release import Proof
from pipeline.policy.signers import Signers, public

KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(3)]
NAMES = ("Aigerim Sadykova", "Daniyar Omarov")
WHO = Signers.model_validate(
    {"signers": [{"name": name, "key": public(key), "from": date(2026, 1, 1)}
                 for name, key in zip(NAMES, KEYS, strict=False)]}
)  # fmt: skip
DAY, LATER = date(2026, 7, 1), date(2026, 7, 2)
OLD = "0123456789ab"
KZ = load("kz_2026")
CONCERN = "10 of 20 files (50.0%) change their verdict."


@pytest.fixture
def law(tmp_path):
    shutil.copytree(HOME / "kz_2026", tmp_path / "draft")
    return KZ.model_copy(update={"folder": tmp_path / "draft"})


@pytest.fixture
def proof(tmp_path, law):
    (tmp_path / "diff.json").write_text('{"files": 20}\n')
    version = versions.law(law)
    return Proof(
        law=version, errors=[], warnings=1, cases=60, failures=[], diff=tmp_path / "diff.json", compared=(OLD, version),
        numbers={"files": 20, "flipped": 10}, concerns=[],
    )  # fmt: skip


@pytest.fixture
def propose(tmp_path, law, proof):
    def make(changes=None, reasons=None, name=NAMES[0], key=KEYS[0]):
        given = replace(proof, **(changes or {}))
        return release.propose(
            law, OLD, given, name=name, key=key, reasons=reasons or {}, who=WHO, root=tmp_path, day=DAY
        )

    return make


def approve(folder, law, name=NAMES[1], key=KEYS[1], day=LATER):
    release.approve(folder, name=name, key=key, who=WHO, day=day, current=versions.law(law))


def test_two_people_release_a_law(tmp_path, law, propose):
    folder = propose({"concerns": [CONCERN]}, {CONCERN: "The decree of 1 July wants it."})
    assert folder == tmp_path / "data/releases/kz_2026" / versions.law(law)
    assert release.verify(folder, WHO) == [
        "It is proposed by Aigerim Sadykova and waits for a second person; it is not released."
    ]
    assert not release.released(folder, WHO)
    approve(folder, law)
    assert release.verify(folder, WHO) == [] and release.released(folder, WHO)
    found = signed.read(folder)
    assert found.content.concerns[0].accepted_because == "The decree of 1 July wants it."
    assert [(each.role, each.name, each.day) for each in found.signatures] == [
        ("proposed", NAMES[0], DAY), ("approved", NAMES[1], LATER),
    ]  # fmt: skip


def test_the_release_holds_the_whole_law_and_loads(law, propose):
    folder = propose()
    copied = load(str(folder / "law"))
    assert versions.law(copied) == versions.law(law)
    assert (folder / "law/cases").is_dir() and len(list((folder / "law/gates").iterdir())) >= 12
    assert sorted(path.name for path in folder.iterdir()) == ["diff.json", "law", "release.json"]


def test_files_of_an_editor_stay_behind(law, propose):
    (law.folder / ".points.yaml.swp").write_text("x")
    assert not list((propose() / "law").rglob("*.swp"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"errors": ["gates/G01.yaml:3: a gap."]}, "1 errors, first: gates/G01.yaml:3"),
        ({"failures": ["G01 answers PASS."]}, "1 failing cases, first: G01 answers PASS"),
        ({"cases": 0}, "No case tests this law"),
        ({"law": OLD}, "changed since it was checked"),
        ({"compared": ("ffffffffffff", "x")}, "dry run compared ffffffffffff"),
        ({"compared": (OLD, OLD)}, "make the dry run of these two"),
        ({"concerns": [CONCERN]}, "nobody has accepted: 10 of 20 files"),
    ],
)
def test_a_law_that_is_not_proven_is_not_proposed(tmp_path, propose, changes, said):
    with pytest.raises(Problem, match=said):
        propose(changes)
    assert not (tmp_path / "data").exists()


def test_the_dry_run_must_be_there(tmp_path, propose):
    with pytest.raises(Problem, match="there is no dry run"):
        propose({"diff": tmp_path / "none.json"})


@pytest.mark.parametrize(
    ("reasons", "said"), [({CONCERN: "  "}, "nobody has accepted"), ({"Another.": "x"}, "no such concern")]
)
def test_a_reason_is_a_reason_for_something(propose, reasons, said):
    with pytest.raises(Problem, match=said):
        propose({"concerns": [CONCERN]}, reasons)


def test_only_listed_people_sign_with_their_own_keys(law, propose):
    for name, key, said in (
        ("Somebody Else", KEYS[0], "not among those who may sign"),
        (NAMES[0], KEYS[1], "not the key of Aigerim Sadykova"),
        (NAMES[0], KEYS[2], "not the key of Aigerim Sadykova"),
    ):
        with pytest.raises(Problem, match=said):
            propose(name=name, key=key)
    folder = propose()
    with pytest.raises(Problem, match="not among those who may sign"):
        approve(folder, law, name="Somebody Else")
    with pytest.raises(Problem, match="not the key of Daniyar Omarov"):
        approve(folder, law, key=KEYS[0])
    assert not release.released(folder, WHO)


@pytest.mark.parametrize("name", ["Aigerim Sadykova", "AIGERIM  sadykova "])
def test_nobody_approves_what_they_proposed(law, propose, name):
    folder = propose()
    with pytest.raises(Problem, match="another person must approve"):
        approve(folder, law, name=name, key=KEYS[0])
    assert len(signed.read(folder).signatures) == 1


def test_one_key_under_two_names_is_one_person(law, propose):
    folder = propose()
    forged = Signers.model_construct(
        signers=[WHO.signers[0], WHO.signers[1].model_copy(update={"key": public(KEYS[0])})]
    )
    with pytest.raises(Problem, match="another person must approve"):
        release.approve(folder, name=NAMES[1], key=KEYS[0], who=forged, day=LATER, current=versions.law(law))


def test_a_law_that_changed_since_is_not_approved(law, propose):
    folder = propose()
    points = law.folder / "points.yaml"
    points.write_text(points.read_text(encoding="utf-8").replace("points: 120", "points: 121", 1), encoding="utf-8")
    with pytest.raises(Problem, match="changed since it was proposed"):
        approve(folder, law)


def test_a_law_that_changes_while_it_is_copied_is_not_proposed(tmp_path, law, propose, monkeypatch):
    copy = shutil.copyfile

    def slow(source, target):
        if source.name == "points.yaml":
            source.write_text(source.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        return copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", slow)
    with pytest.raises(Problem, match="changed while it was copied"):
        propose()
    assert list((tmp_path / "data/releases/kz_2026").iterdir()) == []


def test_a_day_before_the_proposal_is_no_day_to_approve(law, propose):
    with pytest.raises(Problem, match="before that"):
        approve(propose(), law, day=date(2026, 6, 30))


def test_what_is_released_is_not_signed_again(law, propose):
    folder = propose()
    approve(folder, law)
    with pytest.raises(Problem, match="has approved this law already"):
        approve(folder, law)
    with pytest.raises(Problem, match="proposed already"):
        propose()


def spoil(folder, what):
    if what == "changed":
        path = folder / "law/points.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("points: 120", "points: 130", 1), encoding="utf-8")
    elif what == "case":
        path = next((folder / "law/cases").iterdir())
        path.write_text("[]\n")
    elif what == "missing":
        (folder / "law/gates/G01_passport_validity.yaml").unlink()
    elif what == "added":
        (folder / "law/gates/G99_new.yaml").write_text("code: G99\n")
    elif what == "diff":
        (folder / "diff.json").write_text("{}")
    elif what == "record":
        path = folder / "release.json"
        path.write_text(
            path.read_text(encoding="utf-8").replace('"test_cases": 60', '"test_cases": 600'), encoding="utf-8"
        )


TAMPERED = [
    ("changed", "law/points.yaml was changed"), ("case", "law/cases/.* was changed"),
    ("missing", "law/gates/G01_passport_validity.yaml is missing"), ("added", "law/gates/G99_new.yaml was added"),
    ("diff", "not the dry run that was signed"), ("record", "signature of Aigerim Sadykova does not fit"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "said"), TAMPERED)
def test_what_was_tampered_with_is_neither_approved_nor_released(law, propose, what, said):
    folder = propose()
    spoil(folder, what)
    with pytest.raises(Problem, match=f"cannot be approved. .*{said}"):
        approve(folder, law)


@pytest.mark.parametrize(("what", "said"), TAMPERED)
def test_a_released_law_that_was_tampered_with_is_no_longer_released(law, propose, what, said):
    folder = propose()
    approve(folder, law)
    spoil(folder, what)
    wrong = release.verify(folder, WHO)
    assert not release.released(folder, WHO)
    assert any(re.search(said, sentence) for sentence in wrong)


def test_a_release_under_another_name_is_not_that_release(law, propose):
    folder = propose()
    approve(folder, law)
    moved = folder.rename(folder.with_name("ffffffffffff"))
    assert release.verify(moved, WHO) == [f"The folder should be called kz_2026/{versions.law(law)}."]


def test_what_a_killed_run_left_aside_is_in_nobodys_way(tmp_path, law, propose):
    (tmp_path / "data/releases/kz_2026" / f".{versions.law(law)}-killed").mkdir(parents=True)
    assert release.verify(propose(), WHO) != []


def test_nothing_is_there(tmp_path):
    assert "there is no such release" in release.verify(tmp_path / "none", WHO)[0]
