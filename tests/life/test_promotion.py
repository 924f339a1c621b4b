"""Decisions about the champion: one line each, whole or not at all, mended after a kill, tamper-evident."""

import json
import shutil

import pytest

from models import tracking
from pipeline.core import registry
from pipeline.core.errors import Problem
from pipeline.core.registry import Check
from pipeline.life import approval, promotion
from pipeline.stages.evaluate import BOOK


@pytest.fixture
def both(room):
    return tracking.versions(room / BOOK, "kz_2026")


@pytest.fixture
def promote(room, kz, approvers):
    def made(version, against=None, checks=()):
        return promotion.promote(kz, room, version, against, list(checks), approvers, kz.as_of)

    return made


def state(room) -> tuple[list[str], str | None, str | None]:
    """Versions by the records, by champion.json, by MLflow."""
    home = registry.folder(room, "kz_2026")
    path = home / "champion.json"
    said = json.loads(path.read_text())["version"] if path.exists() else None
    known = [each.number for each in tracking.versions(room / BOOK, "kz_2026") if "champion" in each.aliases]
    return [each.content.version for each in registry.records(home)[0]], said, known[0] if known else None


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize(
    ("step", "after"),
    [
        ((promotion, "keep"), "1"),  # before the model's folder is copied
        ((promotion, "append"), "1"),  # after it, before the line
        ((promotion.files, "write_text"), "2"),  # after the line, before champion.json
        ((promotion.tracking, "point"), "2"),  # after champion.json, before the aliases
    ],
)
def test_a_kill_between_steps_leaves_the_old_or_the_new_state(room, kz, both, promote, monkeypatch, step, after):
    promote(both[0])
    with monkeypatch.context() as patched:

        def killed(*given, **named):
            raise Killed

        if step[1] == "append" or step[1] == "keep":
            patched.setattr(*step, killed)
        else:
            real = getattr(*step)

            def later(*given, **named):  # the step that follows the new line, not the settling before it
                if len(registry.records(registry.folder(room, "kz_2026"))[0]) == 2:
                    raise Killed
                return real(*given, **named)

            patched.setattr(*step, later)
        with pytest.raises(Killed):
            promote(both[1], both[0])
    with promotion.held(kz, room):
        promotion.settle(kz, room)
    records, said, alias = state(room)
    assert records[-1] == said == alias == after
    assert registry.champion(room, "kz_2026")[0].content.version == after


def test_a_line_cut_off_by_a_kill_decided_nothing(room, kz, both, promote):
    promote(both[0])
    path = registry.folder(room, "kz_2026") / registry.RECORDS
    whole = path.read_bytes()
    for cut in (1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole + whole[:cut])
        with promotion.held(kz, room):
            assert len(promotion.settle(kz, room)) == 1
        assert path.read_bytes() == whole
    promote(both[1], both[0])
    assert state(room) == (["1", "2"], "2", "2")


def test_an_edited_record_stops_every_command(room, kz, both, promote):
    promote(both[0])
    promote(both[1], both[0])
    path = registry.folder(room, "kz_2026") / registry.RECORDS
    first, second = path.read_text().splitlines()
    edited = json.loads(first)
    edited["content"]["reason"] = "nobody signed this"
    for text, said in (
        (f"{json.dumps(edited)}\n{second}\n", "does not follow the line before it"),
        (f"{second}\n", "does not follow the line before it"),
        (f"{json.dumps(edited)}\n", "signature of Aigul S. does not fit"),
        ("{}\n", "is no record of a promotion"),
    ):
        path.write_text(text)
        with pytest.raises(Problem, match=said), promotion.held(kz, room):
            promotion.settle(kz, room)


def test_a_failed_check_and_a_changed_champion_stop_it(room, both, promote):
    with pytest.raises(Problem, match="Version 1 is not promoted: order did not pass"):
        promote(both[0], checks=[Check(name="order", passed=False, told="Worse.")])
    assert state(room) == ([], None, None)
    promote(both[0])
    with pytest.raises(Problem, match="Version 1 became the champion meanwhile"):
        promote(both[1])


def test_an_approved_model_that_was_edited_is_not_used(room, kz, both, promote, approvers):
    promote(both[0])
    promote(both[1], both[0])
    kept = registry.folder(room, "kz_2026") / "models" / "1" / "tables.json"
    kept.write_text(kept.read_text().replace("0", "1", 1))
    with pytest.raises(Problem, match=r"tables\.json: is not what was approved"):
        promotion.rollback(kz, room, None, "as ordered", approvers, kz.as_of)
    assert state(room)[1] == "2"


def test_a_rollback_goes_down_the_line_and_needs_a_reason(room, kz, both, promote, approvers):
    promote(both[0])
    promote(both[1], both[0])
    with pytest.raises(Problem, match="Say why"):
        promotion.rollback(kz, room, None, "  ", approvers, kz.as_of)
    made = promotion.rollback(kz, room, None, "as ordered", approvers, kz.as_of)
    assert (made.content.action, made.content.version, made.content.previous) == ("rollback", "1", "2")
    with pytest.raises(Problem, match="there is none before it"):  # not forward again to what was taken back
        promotion.rollback(kz, room, None, "again", approvers, kz.as_of)
    promotion.rollback(kz, room, "2", "it was good after all", approvers, kz.as_of)
    assert state(room) == (["1", "2", "1", "2"], "2", "2")
    approval.refuse_unsigned(registry.records(registry.folder(room, "kz_2026"))[0], _signers(room))


def _signers(room):
    from pipeline.policy import signers

    return signers.load(room / "data/releases")


def test_a_folder_that_changes_while_it_is_copied_is_not_kept(room, both, tmp_path):
    model = shutil.copytree(both[0].model, tmp_path / "model")
    wanted = registry.digests(model)
    (model / "tables.json").write_text("{}")
    with pytest.raises(Problem, match="was changed while it was copied"):
        promotion.keep(model, tmp_path / "kept" / "1", wanted)
    assert list((tmp_path / "kept").iterdir()) == []


def test_the_register_is_enough_where_mlflow_is_lost(room, both, promote):
    promote(both[0])
    shutil.rmtree(room / "data/mlflow")
    record, model = registry.champion(room, "kz_2026")
    assert registry.digests(model) == registry.digests(both[0].model) == record.content.files
