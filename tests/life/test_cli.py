"""The whole life by the command line: retrain, compare, promote, roll back; what goes wrong is one sentence."""

import json
from pathlib import Path

import pytest

from models import tracking
from pipeline.core import params, registry, stage
from pipeline.stages import train
from pipeline.stages.evaluate import BOOK

NAMES = ("Aigul S.", "Bolat T.", "Dana K.")


def aliases(root: Path) -> dict[str, str]:
    return {alias: each.number for each in tracking.versions(root / BOOK, "kz_2026") for alias in each.aliases}


def test_the_life_of_two_models(room, kz, qonys, signing, silent):
    assert aliases(room) == {"candidate": "2"}  # evaluating promotes nothing
    assert qonys("promote", "1", "--dry-run", "--root", room)[0] == 0 and "champion" not in aliases(room)
    code, out, _ = qonys("promote", "1", *signing)
    assert code == 0 and out.count("PASS") == 5 and "version 1 is the champion of kz_2026" in out
    code, out, _ = qonys("compare", "--root", room)
    assert code == 0 and "version 2" in out and "95 % DeLong, paired" in out and "neither model learnt" in out
    code, out, _ = qonys("promote", "candidate", *signing)
    assert code == 0 and "against version 1" in out and "the lower end must be above -0.0200" in out
    assert aliases(room) == {"candidate": "2", "champion": "2", "previous": "1"}

    code, out, _ = qonys("rollback", "--reason", "too many in doubt", *signing)
    assert code == 0 and "version 1 is the champion of kz_2026 again, instead of 2: too many in doubt" in out
    assert aliases(room) == {"candidate": "2", "champion": "1"}
    code, out, _ = qonys("versions", "--root", room)
    assert code == 0 and f"rollback of version 1 by {NAMES[0]} and {NAMES[1]}: too many in doubt" in out

    params.turned(room, room, {"life": {"source": "champion"}})
    report = stage.execute(train.STAGE, kz, room, params.load(room), kz.as_of, "en", silent)
    assert "version 1, as it was promoted" in report.lines[0]
    promoted = registry.champion(room, "kz_2026")[1]
    assert registry.digests(stage.place(room, kz, "model")) == registry.digests(promoted)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"--and": NAMES[0], "--and-key": "0.pem"}, "Aigul S. cannot approve twice"),
        ({"--and": " AIGUL  s. ", "--and-key": "0.pem"}, "cannot approve twice"),
        ({"--and": NAMES[2], "--and-key": "2.pem"}, "Dana K. is not among those who may sign"),
        ({"--and-key": "0.pem"}, "not the key of Bolat T."),
        ({"--and-key": "9.pem"}, "there is no such key"),
        ({"--and": None}, "Two people must approve; give --and and --and-key."),
        ({"--on": "2025-12-31"}, "is not among those who may sign on 2025-12-31"),
        ({"--on": "soon"}, "--on soon: is not a day"),
    ],
)
def test_who_may_not_promote(room, qonys, signing, change, said):
    given = dict(zip(signing[::2], signing[1::2], strict=True))
    for option, value in change.items():
        given[option] = room / value if option.endswith("key") else value
    options = [each for option, value in given.items() if value is not None for each in (option, value)]
    code, out, err = qonys("promote", "1", *options)
    assert code == 2 and said in err and err.count("\n") == 1 and "PASS" not in out
    assert "champion" not in aliases(room) and not registry.records(room / "data/registry/kz_2026")[0]


def test_a_version_that_nobody_registered(room, qonys, signing):
    for command in (
        ["promote", "9", *signing],
        ["compare", "9", "--root", room],
        ["compare", "1", "--champion", "9", "--root", room],
    ):
        code, _, err = qonys(*command)
        assert code == 2 and "There is no version `9` of the model kz_2026; registered are: 1, 2" in err
    code, _, err = qonys("compare", "--root", room)
    assert code == 2 and "There is no version `champion`" in err


def test_a_failing_or_missing_audit_stops_a_promotion(room, kz, qonys, signing, say):
    version = tracking.find(room / BOOK, "kz_2026", "1")
    for told, said in (
        ({"verdict": "fail", "why": "Two gaps."}, "The audit fails it: Two gaps."),
        ({"verdict": "cannot_tell"}, "The audit cannot tell."),
        ({"model": "0" * 12}, "The audit is of another model"),
    ):
        path = say(room, kz, version, **told)
        code, out, _ = qonys("promote", "1", *signing)
        assert code == 1 and f"FAIL  fairness: {said}" in out and "nothing was changed" in out
    path.unlink()
    code, out, _ = qonys("promote", "1", *signing)
    assert code == 1 and "FAIL  fairness: There is no audit of this model" in out and "champion" not in aliases(room)


def test_a_rollback_needs_something_to_go_back_to(room, qonys, signing):
    why = ["--reason", "as ordered"]
    code, _, err = qonys("rollback", *why, *signing)
    assert code == 2 and "no model was promoted yet" in err
    qonys("promote", "1", *signing)
    assert "the first champion; there is none before it" in qonys("rollback", *why, *signing)[2]
    assert "Version 2 was never promoted" in qonys("rollback", "--to", "2", *why, *signing)[2]
    assert "is the champion already" in qonys("rollback", "--to", "1", *why, *signing)[2]
    assert "is the champion already" in qonys("promote", "1", *signing)[2]


def test_a_day_after_the_exports_is_refused(room, qonys):
    code, _, err = qonys("retrain", "--as-of", "2026-07-01", "--root", room)
    assert code == 2 and "the exports end on 2026-06-30" in err


def test_the_record_is_text_that_git_can_keep(room, qonys, signing):
    qonys("promote", "1", *signing)
    lines = (room / "data/registry/kz_2026/records.ndjson").read_text().splitlines()
    content = json.loads(lines[0])["content"]
    assert [check["name"] for check in content["checks"]] == ["seals", "order", "directions", "reasons", "fairness"]
    assert content["checks"][4]["figures"]["sha256"] and content["previous"] is None and len(lines) == 1
