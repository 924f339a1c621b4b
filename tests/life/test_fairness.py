"""Only an audit of this very model that passes it is a pass."""

import json

import pytest

from pipeline.life import fairness


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "data/out/kz_2026/audit/verdict.json"
    path.parent.mkdir(parents=True)
    return path


@pytest.mark.parametrize(
    ("text", "passed", "said"),
    [
        (
            {"model": "abc", "verdict": "pass", "why": "All good.", "later": {"an audit": "may add"}},
            True,
            "The audit passes it: All good.",
        ),
        ({"model": "abc", "verdict": "fail"}, False, "The audit fails it."),
        ({"model": "abc", "verdict": "cannot_tell"}, False, "The audit cannot tell."),
        ({"model": "abd", "verdict": "pass"}, False, r"The audit is of another model (abd)."),
        ({"model": "abc"}, False, "no verdict that can be read"),
        ({"model": "abc", "verdict": "PASS"}, False, "no verdict that can be read"),
        ([], False, "no verdict that can be read"),
    ],
)
def test_the_verdict(kz, tmp_path, written, text, passed, said):
    written.write_text(json.dumps(text))
    check = fairness.check(kz, [tmp_path], "abc")
    assert check.passed == passed and said in check.told


def test_none_and_half_a_file_are_failures(kz, tmp_path, written):
    assert "There is no audit" in fairness.check(kz, [tmp_path], "abc").told
    written.write_text('{"model": "abc", "verd')
    assert not fairness.check(kz, [tmp_path], "abc").passed


def test_the_first_audit_of_this_model_counts(kz, tmp_path, written):
    written.write_text(json.dumps({"model": "abc", "verdict": "fail"}))
    other = tmp_path / "other"
    path = other / "data/out/kz_2026/audit/verdict.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"model": "abc", "verdict": "pass"}))
    assert not fairness.check(kz, [tmp_path, other], "abc").passed
    assert fairness.check(kz, [other, tmp_path], "abc").passed
