import pytest

from pipeline.core.progress import Shown


def test_a_stage_says_when_it_is_done_and_nothing_when_it_failed(capsys: pytest.CaptureFixture[str]):
    with Shown("Read the exports") as progress:
        progress.step(0.5, "persons")
        progress.say("a line")
    said = capsys.readouterr().err
    assert "done Read the exports (" in said and "a line" in said
    with pytest.raises(ValueError), Shown("Read the exports"):
        raise ValueError
    assert "done" not in capsys.readouterr().err
