"""Each kind of finding bites on a planted fault, on its line and with nothing else; a sound programme has none."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from pipeline.core.errors import Problem
from pipeline.core.programme import HOME, names
from pipeline.policy.check import findings

pytest_plugins = ["tests.policy.small"]
G01, G02, G03, G04, G05 = (
    f"gates/{name}" for name in ("G01_income", "G02_answer", "G03_points", "G04_offences", "G05_citizenship")
)
SECOND = "{from: 2026-01-01, value: 120"


def told(folder: Path, **how) -> list[tuple[str, int, str, str]]:
    return [
        (each.path.relative_to(folder).with_suffix("").as_posix(), each.line, each.severity, each.kind)
        for each in findings(str(folder), **how)
    ]  # fmt: skip


def line(folder: Path, name: str, text: str) -> int:
    lines = (folder / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    [number] = [number for number, written in enumerate(lines, start=1) if text in written]
    return number


def test_a_sound_programme_has_no_finding(small):
    assert findings(str(small)) == []


@pytest.mark.parametrize("name", names())
def test_the_programmes_that_come_with_the_project_have_no_error(name):
    assert [str(each) for each in findings(name) if each.severity == "error"] == []


@pytest.mark.parametrize(
    ("name", "before", "after", "at", "severity", "kind"),
    [
        # What keeps a file from being read.
        (G02, "status: SINGLE", "status: SURE", "SURE", "error", "structure"),
        (G02, 'answer == "clear"', 'anser == "clear"', "anser", "error", "unknown fact"),
        (G02, 'answer == "clear"', 'answer == "clera"', "clera", "error", "structure"),
        (G01, "to: 2025-12-31", "to: 2026-01-01", SECOND, "error", "overlap"),
        (G01, "to: 2025-12-31", "to: 2023-12-31", "2023-12-31", "error", "structure"),
        (G01, "value: 120", "value: .inf", "inf", "error", "structure"),
        (G01, "income >= least", "income / (least - least) >= 1", "income /", "error", "division by zero"),
        ("points", 'measure == "A", points: 10', 'measure == "B", points: 10', 'measure == "B", points: 20', "error", "overlap"),
        ("cases/G02_answer", "{answer: found}", "{answer: fuond}", "fuond", "error", "structure"),
        ("cases/G02_answer", "{answer: found}", "{anser: found}", "anser", "error", "unknown fact"),
        # Words and sources.
        (G02, "title: {kk: Ереже, ru: Правило, en: Rule}", "title: {kk: Ереже, en: Rule}", "title", "error", "missing translation"),
        (G02, "ru: Проверьте", 'ru: " "', "on_fail", "error", "missing translation"),
        (G02, "ru: Проверьте", "ru: Look at it", "on_fail", "warning", "doubtful translation"),
        (G02, "ru: Проверьте", "ru: Check", "on_fail", "warning", "doubtful translation"),
        ("points", "ru: Баллы", "ru: ", "Балдар", "error", "missing translation"),
        ("programme", "ru: Основание, ", "", "route:", "error", "missing translation"),
        ("programme", ", title: {kk: Адам саны, ru: Число человек, en: Persons}", "", "size:", "error", "missing translation"),
        ("programme", "clear: {kk: таза, ru: чисто, en: clear}, ", "", "answer:", "error", "missing translation"),
        ("programme", "standard: {kk: жалпы, ru: общий, en: standard}, ", "", "route:", "warning", "missing translation"),
        (G01, "value_titles: {least: {kk: Ең азы, ru: Наименьший, en: The least}}\n", "", "  least:", "warning", "missing translation"),
        (G01, ", value: 120, source: made up", ", value: 120", SECOND, "error", "no source"),
        (G01, ", value: 120, source: made up", ', value: 120, source: " "', SECOND, "error", "no source"),
        (G01, ", value: 120, source: made up, status: SINGLE", ", value: 120, source: made up", SECOND, "warning", "no status"),
        # Days.
        (G01, "value: 120", "value: UNKNOWN", "UNKNOWN", "note", "unknown value"),
        ("points", "effective: {from: 2024-01-01}", "effective: {from: 2024-01-01, to: 2099-12-31}", "", "", ""),
    ],
)  # fmt: skip
def test_one_spoilt_line_is_one_finding(spoil, name, before, after, at, severity, kind):
    folder = spoil(name, (before, after))
    found = [each for each in told(folder) if each[3] not in ("missing case", "contradicted case")]
    if not kind:  # the gate that asks for points goes on after them
        assert found == [(G03, line(folder, G03, "effective"), "error", "gap")]
        return
    assert found == [(name, line(folder, name, at), severity, kind)]


@pytest.mark.parametrize(
    ("pairs", "at", "severity", "kind", "says"),
    [
        ([("to: 2025-12-31", "to: 2025-12-30")], SECOND, "error", "gap", "`least` has nothing on 2025-12-31"),
        ([("{from: 2024-01-01, to", "{from: 2024-03-01, to")], "2025-12-31", "error", "gap", "from 2024-01-01 to 2024-02-29"),
        ([(SECOND, "{from: 2026-01-01, to: 2026-12-31, value: 120")], "120", "warning", "open end", "from 2027-01-01 there is none"),
        ([("effective: {from: 2024-01-01}", "effective: {from: 2026-01-01}")], "value: 100", "warning", "unused period", "never counts"),
    ],
)  # fmt: skip
def test_days_without_a_value_are_named(spoil, pairs, at, severity, kind, says):
    folder = spoil(G01, *pairs)
    found = [each for each in findings(str(folder)) if "case" not in each.kind]
    assert [(each.line, each.severity, each.kind) for each in found] == [(line(folder, G01, at), severity, kind)]
    assert says in found[0].sentence


def test_an_end_beyond_the_horizon_is_not_spoken_of(spoil):
    folder = spoil(G01, (SECOND, "{from: 2026-01-01, to: 2026-12-31, value: 120"))
    assert "open end" in {each[3] for each in told(folder, horizon=date(2027, 1, 1))}
    assert "open end" not in {each[3] for each in told(folder, horizon=date(2026, 12, 31))}


def test_days_without_a_borrowed_value_are_the_borrowers(spoil):
    folder = spoil("points", ("- {from: 2024-01-01, value: 30", "- {from: 2024-01-01, to: 2026-06-30, value: 30"))
    found = [each for each in told(folder) if each[3] != "missing case"]
    assert found == [
        (G03, line(folder, G03, "values_of"), "warning", "open end"),
        ("points", line(folder, "points", "value: 30"), "warning", "open end"),
    ]


@pytest.mark.parametrize(
    ("name", "before", "after", "kind", "says"),
    [
        (G01, "income >= least", "income >= least or income < least", "never fails", "can ask for papers and cannot fail"),
        (G01, "income >= least", "income >= least + 1000", "dead gate", "never holds, so no file can pass G01"),
        (G01, "income >= least", "income >= least or size >= 1", "dead gate", "always holds, so G01 asks nothing"),
        (G01, "    when: kandas", "    when: kandas and income < 0", "exemption of nothing", "no file can meet it"),
        (G01, "    when: kandas", "    when: income >= 500", "exemption of nothing", "passes G01 without it"),
        (G03, 'route != "family"', "size >= 1", "idle condition", "never leaves a file out"),
        (G03, 'route != "family"', "size > 15", "dead gate", "is asked of nobody"),
        (G03, "points_least >= threshold\n", 'points_least >= threshold and route == "family"\n', "dead gate", "not asked"),
        (G02, 'answer == "pending"', "size > 15", "idle condition", "never holds; take it away"),
        (G02, 'unknown_when: answer == "pending"', "unknown_when: size >= 1", "dead gate", "answers neither PASS nor FAIL"),
        (G02, 'answer == "pending"', 'answer == "pending" or size == 16', "impossible code", "never `16`"),
        (G05, '["KAZ", "UZB"]', '["KAZ", "UZBEK"]', "impossible code", "never `'UZBEK'`"),
        (G04, "listed == 0 and", "listed <= offences and", "idle condition", "holds for every file that has the value"),
        (G01, "income >= least", "income >= least or income >= 2000", "idle condition", "`income >= 2000` never holds"),
    ],
)  # fmt: skip
def test_conditions_that_cannot_matter_are_found(spoil, name, before, after, kind, says):
    folder = spoil(name, (before, after))
    found = [each for each in findings(str(folder)) if "case" not in each.kind and each.kind != "unused fact"]
    found = [each for each in found if each.severity != "note"]
    where = after.strip().partition(": ")[0] if ": " in after else ""
    assert [(each.path.stem, each.kind) for each in found] == [(Path(name).stem, kind)]
    written = (folder / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[found[0].line - 1]
    assert after.strip() in written and where in written
    assert says in found[0].sentence


def test_an_exemption_that_an_earlier_one_makes_idle(spoil):
    later = '  of_kazakhstan:\n    when: kandas and citizenship == "KAZ"\n    title: {kk: Т, ru: О, en: E}\n' \
        '    law: {act: {kk: Заң, ru: Закон, en: Law}, article: "2"}\n    source: made up\n    status: SINGLE\n'  # fmt: skip
    folder = spoil(G01, ("ask_for:", f"{later}ask_for:"))
    [found] = [each for each in findings(str(folder)) if "case" not in each.kind]
    assert (found.kind, found.line) == ("exemption of nothing", line(folder, G01, "citizenship"))
    assert "is excused already by kandas" in found.sentence


@pytest.mark.parametrize(
    ("pairs", "kind", "severity", "at", "says"),
    [
        ([("when: size < 3", "when: size < 1"), ("maximum: 50", "maximum: 50")], "unreachable band", "error", "size < 1", "no file can meet it"),
        ([("when: size < 6", "when: size < 2")], "unreachable band", "error", "size < 2", "the bands before it take every file"),
        ([("when: size >= 6", "when: size > 6")], "hole", "warning", "  size:", "no band covers a file with size 6"),
        ([("points: 30, from: 2024-01-01", "points: 30, from: 2024-01-01, to: 2025-12-31"), ("maximum: 50", "maximum: 50")],
         "hole", "warning", "  size:", "no band covers a file with size"),
    ],
)  # fmt: skip
def test_bands_that_no_file_reaches_and_files_that_no_band_takes(spoil, pairs, kind, severity, at, says):
    folder = spoil("points", *pairs)
    found = [each for each in findings(str(folder)) if each.kind in ("unreachable band", "hole")]
    wanted = (kind, severity, line(folder, "points", at))
    assert wanted in [(each.kind, each.severity, each.line) for each in found]
    assert says in next(each.sentence for each in found if each.kind == kind)


def test_two_gates_that_no_file_can_pass_together(small, add):
    dated = "values:\n  most:\n    - {from: 2024-01-01, value: 110, source: made up, status: SINGLE}\n"
    path = add("G06", f"{dated}value_titles: {{most: {{kk: Көбі, ru: Больше, en: Most}}}}\npass_when: income <= most\n")
    [found] = [each for each in findings(str(small)) if "case" not in each.kind]
    assert (found.kind, found.severity, found.path) == ("contradiction", "error", path)
    assert found.line == line(small, "gates/G06_more", "income <= most")
    # In 2024 and 2025 an income of 100 to 110 passes both.
    said = "on 2026-01-01 no file can pass both G01 and G06, though each can be passed: G01 asks `income >= least` (least 120)"
    assert found.sentence.startswith(said)


def test_three_gates_that_contradict_each_other_only_together(small, add):
    add("G06", "pass_when: income + size <= 130\n")
    add("G07", "pass_when: size >= 12\n")
    assert "contradiction" not in {each.kind for each in findings(str(small))}, "a kandas gets past G01"
    path = small / "gates" / "G01_income.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("exempt:")] + text[text.index("ask_for:") :], encoding="utf-8")
    [found] = [each for each in findings(str(small)) if each.kind == "contradiction"]
    assert "on 2026-01-01 no file can get past G01, G06 and G07 together" in found.sentence


def test_a_gate_that_only_the_exempt_can_pass_contradicts_nobody(small, add):
    """Who is not exempt fails the second gate anyway, so the first takes nothing from anybody."""
    add("G06", "pass_when: kandas\n")
    assert "contradiction" not in {each.kind for each in findings(str(small))}


def test_facts_that_nothing_provides_or_reads(spoil):
    folder = spoil(
        "programme",
        ("facts:\n", "facts:\n  ghost: {from: applications.ghost}\n  spirit: {from: visitors.name}\n"),
        ("born: {from", "unread: {from: applications.born}\n  born: {from"),
    )
    gone = [("programme", line(folder, "programme", each), "error", "no source") for each in ("ghost", "spirit")]
    assert told(folder) == gone
    folder = spoil("programme", ("  ghost: {from: applications.ghost}\n  spirit: {from: visitors.name}\n", ""))
    assert told(folder) == [("programme", line(folder, "programme", "unread"), "warning", "unused fact")]
    folder = spoil("programme", ('article == "517"', 'article == "571"'))
    assert ("programme", line(folder, "programme", "571"), "error", "structure") in told(folder)


def test_several_spoilt_files_give_several_findings(spoil):
    spoil(G01, ("income >= least", "income >= lesat"), ("title: {kk: Босатылған, ru", "title: {ru"))
    spoil(G02, ("status: SINGLE", "status: SURE"), ("source: made up\n", ""))
    spoil("points", ("size < 3", "sise < 3"))
    folder = spoil(
        "cases/G04_offences", ("expect: PASS", "expect: MAYBE"), ("{offences: 1, listed: 1}", "{offences: many}")
    )
    assert told(folder) == [
        ("cases/G04_offences", 1, "error", "structure"), ("cases/G04_offences", 2, "error", "structure"),
        (G01, line(folder, G01, "Освобождён"), "error", "missing translation"),
        (G02, 1, "error", "structure"), (G02, line(folder, G02, "SURE"), "error", "structure"),
        ("points", line(folder, "points", "sise"), "error", "unknown fact"),
    ]  # fmt: skip


def test_a_spoilt_programme_does_not_hide_what_is_wrong_in_its_files(spoil):
    spoil("sources/applications", ("kind: boolean", "kind: bool"))
    spoil("sources/offences", ("known_on: decided_on", "known_on: decided"))
    spoil(G02, ("status: SINGLE", "status: SURE"))
    folder = spoil("cases/G04_offences", ("expect: PASS", "expect: MAYBE"))
    assert {each[0] for each in told(folder)} == {"sources/applications", "sources/offences", G02, "cases/G04_offences"}


def test_rows_that_are_not_official_are_errors_in_official_mode(spoil):
    folder = spoil(
        "points",
        ("points: 30, from: 2024-01-01, status: OFFICIAL", "points: 30, from: 2024-01-01, status: PROVISIONAL"),
    )
    assert told(folder) == [("points", line(folder, "points", "criteria:"), "note", "provisional")]
    assert told(folder, official=True) == [("points", line(folder, "points", "PROVISIONAL"), "error", "provisional")]


def test_the_same_files_give_the_same_findings_in_any_place(spoil, tmp_path):
    folder = spoil(G01, ("income >= least", "income >= 2000"), ("to: 2025-12-31", "to: 2025-12-30"))
    again = tmp_path / "elsewhere"
    shutil.copytree(folder, again)
    assert told(folder) == told(again) != []


def test_a_fault_planted_in_the_real_programme_is_found_there(tmp_path):
    folder = tmp_path / "kz"
    shutil.copytree(HOME / "kz_2026", folder)
    for name, old, new in [
        ("gates/G02_solvency", "when: former_compatriot", "when: former_compatriot and ethnic_kazakh"),
        ("gates/G09_criminal_record_certificate", '"CHN"', '"CHINA"'),
        ("gates/G40_own_consent", "value: 14,", "value: 19,"),
        ("points", "when: measure < 40", "when: measure < 24"),
    ]:
        path = folder / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text, name
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    errors = [each for each in told(folder) if each[2] == "error" and "case" not in each[3]]
    assert {(each[0], each[3]) for each in errors} == {
        ("gates/G02_solvency", "exemption of nothing"), ("gates/G09_criminal_record_certificate", "impossible code"),
        ("gates/G09_criminal_record_certificate", "exemption of nothing"), ("gates/G40_own_consent", "dead gate"),
        ("points", "unreachable band"),
    }  # fmt: skip


def test_there_is_no_such_programme(tmp_path):
    with pytest.raises(Problem, match="There is no programme"):
        findings(str(tmp_path / "nowhere"))
