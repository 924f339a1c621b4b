"""Whatever is wrong in a gate or in the points table stops the run with file and line, before data are touched."""

import re
import shutil
from datetime import date

import pytest

from pipeline.core.errors import Problem
from pipeline.core.programme import HOME, load, names
from pipeline.gates import rulebook

G01, G02, G04, POINTS = (
    "gates/G01_passport_validity.yaml", "gates/G02_solvency.yaml", "gates/G04_expulsion.yaml", "points.yaml",
)  # fmt: skip
PASSES = "pass_when: days(lodged_on, passport_expires_on) > days_left"


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        (G01, "pass_when:", "passes_when:", "pass_when: is missing"),
        (G01, "established_by: register", "established_by: somebody", "established_by"),
        (G01, "status: CONFIRMED\neffective", "status: SURE\neffective", "status"),
        (G01, "code: G01", "code: G02", "should be called G02_"),
        (G01, "  ru: Срок действия паспорта\n", "", "translation `ru` is missing"),
        (G01, "{from: 2026-02-13}", "{from: 2026-02}", "effective.from"),
        (G01, "{from: 2026-02-13}", "{from: 2026-02-13, to: 2026-02-12}", "is after to"),
        (
            G01,
            PASSES,
            "pass_when: days(lodged_on, pasport_expires_on) > days_left",
            "no fact or value `pasport_expires_on`",
        ),
        (G01, PASSES, "pass_when: passport_expires_on > days_left", "cannot be compared"),
        (G01, PASSES, "pass_when: days(lodged_on, days_left) > 1", "here a date is needed"),
        (G01, PASSES, "pass_when: days(lodged_on, passport_expires_on)", "not a condition that holds"),
        (G01, PASSES, "pass_when: days(lodged_on, passport_expires_on) > 180", "no condition of G01 uses `days_left`"),
        (G01, PASSES, "pass_when: lodged_on.year > days_left", "outside the language"),
        (G01, PASSES, "pass_when: (lodged_on > ", "does not parse"),
        (G01, PASSES, "pass_when: 7", "is not a condition"),
        (G01, "value: 180, source", "value: 180, sauce", "source"),
        (G01, "value: 180", 'value: "180"', "cannot be compared"),
        (G01, "  days_left:", "  lodged_on:", "already the name of a fact"),
        (G02, "to: 2025-12-31", "to: 2026-01-01", "two values for 2026-01-01"),
        (G02, "value: 3932", "value: 2025-01-01", "different kinds"),
        (G02, 'route == "in_demand_profession"', 'route == "in_demand_profesion"', "is never `in_demand_profesion`"),
        (G02, "    when: ethnic_kazakh\n", "    when: route\n", "not a condition that holds"),
        (G04, '["pending", "refused"]', '["pending", "denied"]', "is never `denied`"),
        ("gates/G03_kaztest.yaml", "G12.outside_routes", "G12.inside_routes", "no value `G12.inside_routes`"),
        ("gates/G12_route.yaml", "digital_nomad]", "digital_nomads]", "is never `digital_nomads`"),
        (POINTS, "points: 120", "points: many", "points"),
        (POINTS, "points: 120", 'points: "120"', "points"),
        (POINTS, "maximum: 1000", "maximum: 999", "add up to at most 1000"),
        (POINTS, 'measure == "vocational"', 'measure == "secondary"', "points twice for one day"),
        (POINTS, 'measure == "vocational"', 'measure == "voc"', "is never `voc`"),
        (POINTS, "measure: years_experience", "measure: years_worked", "no fact or value `years_worked`"),
        (POINTS, "rounding: UNKNOWN", "rounding: up", "rounding"),
    ],
)
def test_a_fault_is_named_with_file_and_line(spoil, file, before, after, says):
    with pytest.raises(Problem) as found:
        rulebook.load(spoil(file, (before, after)))
    message = str(found.value)
    assert says in message
    assert re.search(r"/spoilt/(points|gates/G[0-9]{2}_[a-z_]+)\.yaml:[1-9][0-9]*: ", message)


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        (G01, "value: 180", "value: .nan", "values.days_left.0.value: `nan` is no number that anything can reach"),
        (G01, "value: 180", "value: .inf", "`inf` is no number"),
        (G01, "value: 180", "value: -180", "`-180` is below zero"),
        (POINTS, "value: 400", "value: -400", "`-400` is below zero"),
        (G01, PASSES, f"{PASSES} / (days_left - days_left)", "divides by `days_left - days_left`, which is zero on 2026-02-13"),
        (G01, PASSES, f"{PASSES} / 0", "divides by `0`, which is zero"),
        (POINTS, "measure: years_experience", "measure: years_experience / (2 - 2)", "divides by `2 - 2`, which is zero"),
        (G01, PASSES, "pass_when: days(lodged_on, passport_expires_on) > days_left + 1e400", "too large a number"),
        (G04, '["pending", "refused"]', '["pending", conviction_answer]', "`conviction_answer` in a list is no text"),
        (G01, "  days_left: {kk", "  days: {kk: а, ru: б, en: c}\n  days_left: {kk", "G01 has no value `days`"),
        (G01, "{from: 2026-02-13}", "{from: 2026-02-30}", "correct the date"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(spoil, file, before, after, says):
    with pytest.raises(Problem) as found:
        rulebook.load(spoil(file, (before, after)))
    assert says in str(found.value)
    assert re.search(r"/spoilt/(points|gates/G[0-9]{2}_[a-z_]+)\.yaml:[1-9][0-9]*: ", str(found.value))


def test_a_divisor_that_is_zero_on_one_later_day_only_is_found(spoil):
    later = "    - {from: 2026-07-01, value: 7, source: made up, status: SINGLE}\n"
    dated = spoil(
        G01, ("value: 180", "value: 180"), ("{from: 2026-02-13, value: 180", "{from: 2026-02-13, to: 2026-06-30, value: 180"),
        ("value_titles:", f"{later}value_titles:"), (PASSES, f"{PASSES} / (days_left - 7)"),
    )  # fmt: skip
    with pytest.raises(Problem, match="which is zero on 2026-07-01"):
        rulebook.load(dated)


def test_one_spoilt_file_does_not_hide_another(spoil):
    first = spoil(G01, (PASSES, "pass_when: lodged_on > nothing"), ("value: 180", "value: -1"))
    for file, before, after in [
        (G02, "value: 3932", "value: 2025-01-01"), (POINTS, "measure: years_experience", "measure: years_worked"),
        ("gates/G12_route.yaml", "status: SINGLE\neffective", "status: SURE\neffective"),
    ]:  # fmt: skip
        path = first.folder / file
        path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    found = rulebook.survey(first)
    told = [str(problem).partition("/spoilt/")[2].partition(": ")[0].partition(":")[0] for problem in found.problems]
    assert told == [POINTS, "gates/G12_route.yaml", G01, G01, G01, G02]
    # What borrows from a spoilt file is left out and accused of nothing.
    assert {"points", "G01", "G02", "G03", "G08", "G12"} <= found.spoilt
    assert {"G04", "G05"} <= {gate.code for gate in found.book.gates} == set(found.files)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("'kind == \"solvency\"'", "'kind == \"solvancy\"'", "`kind` is never `solvancy`"),
        ("'kind == \"solvency\"'", "'kind'", "`kind` is a text, not a condition"),
        ("'kind == \"solvency\"'", "'issued_on > 3'", "cannot be compared"),
    ],
)
def test_a_fact_that_no_row_can_give_is_named(tmp_path, before, after, says):
    folder = tmp_path / "kz"
    shutil.copytree(HOME / "kz_2026", folder)
    path = folder / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    number = next(
        number for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if after in line
    )
    with pytest.raises(Problem) as found:
        rulebook.load(load(str(folder)))
    assert f"programme.yaml:{number}: facts.solvency_kzt.where: " in str(found.value) and says in str(found.value)


def test_the_line_is_the_line_of_the_fault(spoil):
    with pytest.raises(Problem) as found:
        rulebook.load(spoil(G01, (PASSES, "pass_when: lodged_on > nothing")))
    lines = (HOME / "kz_2026" / G01).read_text(encoding="utf-8").splitlines()
    assert f"{G01}:{lines.index(PASSES) + 1}: pass_when" in str(found.value)


def test_two_gates_cannot_share_a_code(spoil):
    text = (HOME / "kz_2026" / G01).read_text(encoding="utf-8")
    with pytest.raises(Problem, match=r"already the code of G01_passport_validity\.yaml"):
        rulebook.load(spoil("gates/G01_second.yaml", text=text))


def test_a_key_written_twice_stops_the_run(spoil):
    with pytest.raises(Problem, match="pass_when"):
        rulebook.load(spoil(G01, (PASSES, f"{PASSES}\n{PASSES}")))


def test_a_gate_may_only_borrow_what_the_points_table_has(spoil):
    with pytest.raises(Problem, match=r"no value `points\.limit`"):
        rulebook.load(spoil("gates/G08_points.yaml", ("points.threshold", "points.limit")))


@pytest.mark.parametrize("name", names())
def test_every_programme_loads(name):
    programme = load(name)
    book = rulebook.load(programme)
    assert [gate.code for gate in book.gates] == sorted(gate.code for gate in book.gates)
    assert set(book.wanted(programme)) == set(book.facts) <= set(programme.facts)


def test_no_band_of_the_points_reads_a_protected_column():
    for name in names():
        programme = load(name)
        for fact in rulebook.load(programme).points_facts:
            take = programme.facts[fact]
            protected = {take.column, *(take.where.names if take.where else ())}
            assert not any(programme.tables[take.source].columns[column].protected for column in protected), fact


def test_all_points_are_marked_provisional(book):
    table = book.points
    assert table is not None
    assert table.provisional == sum(len(criterion.bands) for criterion in table.criteria.values())


def test_gaps_of_the_law_are_told(book):
    assert book.gaps(date(2026, 6, 30)) == []
    told = " ".join(book.gaps(date(2027, 1, 1)))
    assert "`mci` is unknown on 2027-01-01" in told and "G08 is not in force" in told


def test_a_version_changes_with_the_gate_and_what_it_borrows_only(spoil, book):
    before = {gate.code: gate.version for gate in book.gates}
    after = {
        gate.code: gate.version
        for gate in rulebook.load(spoil("gates/G12_route.yaml", ("code: G12", "code: G12 "))).gates
    }
    borrows = {
        gate.code for gate in book.gates if any(address.startswith("G12.") for address in gate.rule.values_of.values())
    }
    assert borrows
    assert {code for code in before if before[code] != after[code]} == {"G12", *borrows}


CAP = "{{criteria: [{names}], most: {most}, from: 2026-02-13, status: PROVISIONAL, source: s, title: {{kk: а, ru: а, en: a}}}}"


@pytest.mark.parametrize(
    ("caps", "says"),
    [
        ([("agee", 10)], r"caps\.0\.criteria: there is no criterion `agee`"),
        ([("age, age", 10)], r"caps\.0\.criteria: a criterion stands twice"),
        ([("age", 100_000)], r"caps\.0\.most: its criteria give at most [0-9]+ on 2026-02-13; it caps nothing"),
        ([("age, russian", 10), ("russian, english", 10)], r"caps\.1: `russian` is in two caps at once"),
        ([("age", 10)], r"maximum: the bands in force on 2026-02-13 add up to at most"),
    ],
)
def test_a_cap_that_makes_no_sense_is_named_with_its_line(spoil, caps, says):
    written = "caps:\n" + "".join(f"  - {CAP.format(names=names, most=most)}\n" for names, most in caps)
    with pytest.raises(Problem, match=rf"/spoilt/points\.yaml:[1-9][0-9]*: {says}"):
        rulebook.load(spoil(POINTS, ("\ncriteria:\n", f"\n{written}criteria:\n")))


def test_a_cap_lowers_what_the_table_adds_up_to_and_counts_as_a_row(spoil):
    table = rulebook.load(load("kz_2026")).points
    assert table is not None
    highest = table.highest(date(2026, 6, 30))
    lost = table.criteria["age"].highest(date(2026, 6, 30)) - 10
    written = f"caps:\n  - {CAP.format(names='age', most=10)}\n"
    changed = spoil(
        POINTS,
        ("\ncriteria:\n", f"\n{written}criteria:\n"),
        (f"maximum: {highest}", f"maximum: {highest - lost}"),
    )
    capped = rulebook.load(changed).points
    assert capped is not None and capped.provisional == table.provisional + 1
