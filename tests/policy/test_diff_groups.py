"""Tables by group in words."""

from dataclasses import replace

import pytest

from pipeline.core.messages import Words
from pipeline.policy import diff_groups
from pipeline.policy.shares import Row

pytest_plugins = ["tests.policy.dry_run"]


@pytest.fixture(scope="module")
def sections(compared):
    return {section["id"]: section for section in diff_groups.sections(compared, Words("en"))}


def row(group, gap, half=0.01, **more):
    fields = {
        "n": 100,
        "before": 0.5,
        "after": 0.5 + gap,
        "gap": gap,
        "low": gap - half,
        "high": gap + half,
        "verdict": "CANNOT TELL",
    }
    covered = dict.fromkeys(("proceed", "ask", "held"))
    return Row(**{"group": group, "towards": covered, "rounded": False, "drop": 0.0, **fields, **more})


def test_a_section_an_attribute_with_every_group(sections, compared):
    assert list(sections) == ["by-sex", "by-age", "by-route", "by-office"]
    sex = sections["by-sex"]
    assert [each["group"] for each in sex["rows"]] == ["women", "men"]
    for shown, found in zip(sex["rows"], compared.groups["sex"], strict=True):
        assert shown["n"] == str(found.n) and shown["before"] == f"{100 * found.before:.1f}%"
        assert shown["gap"].startswith("\u2212") and shown["gap"].endswith(" points") and " to " in shown["between"]
        assert "svg" in shown["picture"]
    assert [each["group"] for each in sections["by-age"]["rows"]] == ["under 30", "30\u201359", "60 and over"]
    assert [each["group"] for each in sections["by-office"]["rows"]] == ["Office A", "Office B"]


def test_flips_stand_with_their_intervals(sections, compared):
    held = compared.groups["sex"][0].towards["held"]
    files, share = sections["by-sex"]["rows"][0]["ways"][0]
    assert sections["by-sex"]["ways"][0] == "newly held for an officer" and files == str(held.files)
    assert share == f"{100 * held.share:.1f}% ({100 * held.low:.1f} to {100 * held.high:.1f}%)"


def test_what_is_covered_is_empty(compared):
    rows = [
        Row(
            "f",
            None,
            None,
            None,
            None,
            None,
            None,
            "CANNOT TELL",
            dict.fromkeys(("proceed", "ask", "held")),
            False,
            0.0,
        ),
        Row("m", 900, 0.5, 0.4, -0.1, None, None, "FALLS", dict.fromkeys(("proceed", "ask", "held")), True, 0.1),
    ]
    [section] = diff_groups.sections(replace(compared, groups={"sex": rows}), Words("en"))
    first, second = section["rows"]
    assert (first["n"], first["before"], first["after"], first["gap"], first["ways"]) == (
        "",
        "",
        "",
        "",
        [("", "")] * 3,
    )
    assert (second["gap"], second["between"], second["verdict"]) == (
        "\u221210.0 points",
        "rounded",
        "falls by more than tolerated",
    )


def test_a_section_opens_where_the_change_treats_groups_unlike(compared):
    def opens(*verdicts):
        rows = [row(group, -0.1, verdict=verdict) for group, verdict in zip("fm", verdicts, strict=True)]
        return diff_groups.sections(replace(compared, groups={"sex": rows}), Words("en"))[0]["open"]

    assert opens("FALLS", "WITHIN") and opens("RISES", "FALLS")
    assert not opens("FALLS", "FALLS") and not opens("WITHIN", "CANNOT TELL")


def test_the_picture_holds_the_largest_changes_and_nothing_covered(compared):
    rows = [row("f", -0.2), row("m", 0.0), row("x", -0.9, low=None, high=None, rounded=True)]
    many = [row(f"g{place}", 0.001 * place) for place in range(1, 30)]
    found = diff_groups.most_changed(replace(compared, groups={"sex": rows, "route": many}), Words("en"))
    assert len(found) == diff_groups.LARGEST and [each.value for each in found] == sorted(each.value for each in found)
    assert found[0].name == "Sex: women" and found[0].value == pytest.approx(-20) and found[-1].name == "Route: g29"
    assert not any(each.name == "Sex: x" for each in found)


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_words_are_those_of_the_reader(compared, sections, lang):
    other = diff_groups.sections(compared, Words(lang))
    assert other[0]["title"] == f"Sex ({lang})" and not set(other[0]["ways"]) & set(sections["by-sex"]["ways"])
    assert other[0]["rows"][0]["verdict"] != sections["by-sex"]["rows"][0]["verdict"]
