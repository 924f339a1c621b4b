import shutil
from pathlib import Path

import pytest

from pipeline.core import programme
from pipeline.core.errors import Problem


def edited(folder: Path, file: str, old: str, new: str) -> Path:
    target = folder / "copy"
    shutil.copytree(programme.HOME / "perm_2016", target)
    path = target / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


def test_all_programmes_are_read():
    assert programme.names() == ["au_skilled", "ca_fsw", "kz_2026", "perm_2016"]
    assert programme.load("kz_2026").case_id == "application_id"
    assert programme.load("perm_2016").person_id == "case_no"


def test_protected_and_outcome_columns_are_hidden_from_features():
    hidden = programme.load("perm_2016").hidden
    assert {
        ("decisions", "applicant_citizenship"),
        ("decisions", "case_status"),
        ("decisions", "decision_date"),
    } <= hidden
    assert ("persons", "ethnic_kazakh") in programme.load("kz_2026").hidden


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("programme.yaml", "salt:", "slat:", r"programme\.yaml:\d+: s(la|al)t"),
        ("programme.yaml", "from: decisions.job_state", "from: decisions.state", "decisions.state"),
        ("programme.yaml", "[decisions]", "[decisions, others]", "no such file"),
        ("programme.yaml", "source: decisions", "source: decision", "no source"),
        ("programme.yaml", "positive: [Certified]", "positive: [Certfied]", "never `Certfied`"),
        ("programme.yaml", "negative: [Denied]", "negative: [Certified]", "two meanings"),
        ("programme.yaml", "offices:\n", "offices:\n  column: case_status\n", "Certified, Denied, Withdrawn is an office"),
        ("programme.yaml", "offices:\n", "offices:\n  column: office\n", "no column `office`"),
        ("programme.yaml", "  meaning: Which", "  maturity_months: -24\n  meaning: Which", "maturity_months"),
        ("programme.yaml", "same: [employer_name,", "same: [employer,", "cases.same: decisions has no column `employer`"),
        ("programme.yaml", "  meaning: Which", "  corrected_weight: 0\n  meaning: Which", "corrected_weight"),
        ("programme.yaml", "  meaning: Which", "  by: officer\n  meaning: Which", "label: decisions has no column `officer`"),
        ("programme.yaml", "salt:", "review_arm: {share: 1, seed: x, since: 2016-01-01}\nsalt:", "share"),
        ("programme.yaml", "salt:", "review_arm: {share: 0.1, seed: x, since: soon}\nsalt:", "since"),
        ("programme.yaml", "lodged_on: received_on", "lodged_on: case_no", "`case_no` of decisions should be"),
        ("sources/decisions.yaml", "known_on: received_on\n", "", "name the column `known_on`"),
        ("sources/decisions.yaml", "low: 0, unit", "low: 5, high: 1, unit", "low 5.* above high 1"),
        ("sources/decisions.yaml", "A-[0-9]{5}-[0-9]{5}", "A-[0-9{5}", "does not parse"),
        ("sources/decisions.yaml", "key: case_no", "key: case", "`case` is used"),
        ("sources/decisions.yaml", "kind: date, required: true, format: \"%y%j\"", "kind: dat, required: true", r"decisions\.yaml:\d+: columns\.received_on"),
        ("sources/decisions.yaml", "decision_date >= received_on", "decision_date >=", "does not parse"),
    ],
)  # fmt: skip
def test_a_wrong_description_stops_with_file_and_line(tmp_path: Path, file: str, old: str, new: str, sentence: str):
    with pytest.raises(Problem, match=sentence):
        programme.load(str(edited(tmp_path, file, old, new)))


def test_what_labels_rest_on_is_described_and_no_feature_sees_it():
    pilot = programme.load("kz_2026")
    label = pilot.outcome
    assert (label.by, label.law_version, label.basis) == ("decided_by", "law_version", "basis")
    assert label.corrected_weight > 1 and "appealed" in label.pending
    codes = [*label.positive, *label.negative, *label.excluded, *label.pending]
    assert sorted(codes) == sorted(pilot.tables["outcomes"].columns["outcome"].codes)  # every code has one meaning
    assert {("outcomes", name) for name in label.columns} <= pilot.hidden
    assert pilot.review_arm is not None and 0 < pilot.review_arm.share < 0.5
    assert programme.load("perm_2016").review_arm is None


def test_an_undescribed_source_and_an_unknown_programme(tmp_path: Path):
    folder = edited(tmp_path, "programme.yaml", "salt:", "salt:")
    (folder / "sources" / "more.yaml").write_text("", encoding="utf-8")
    with pytest.raises(Problem, match="more is described"):
        programme.load(str(folder))
    with pytest.raises(Problem, match="known are au_skilled, ca_fsw, kz_2026, perm_2016"):
        programme.load("kz_2062")


def test_the_exports_lie_in_a_folder_of_the_programmes_name_unless_said_otherwise(tmp_path: Path):
    folder = edited(tmp_path, "programme.yaml", "raw: data/public/perm_2016\n", "")
    assert programme.load(str(folder)).raw == "data/raw/perm_2016"


def test_every_fact_of_the_pilot_is_named_as_people_call_it():
    pilot = programme.load("kz_2026")
    for name, fact in pilot.facts.items():
        column = pilot.tables[fact.source].columns[fact.column]
        assert fact.title is not None and set(fact.title) == {"kk", "ru", "en"}, name
        assert set(fact.names) == (set(column.codes) if column.kind == "code" else set()), name
        assert all(set(words) == {"kk", "ru", "en"} for words in fact.names.values()), name


def test_a_programme_of_rules_and_points_needs_no_label():
    described = programme.load("ca_fsw")
    assert described.label is None and not programme.learns(described)
    assert programme.learns(programme.load("kz_2026"))
    with pytest.raises(Problem, match="ca_fsw: has no `label`"):
        described.outcome  # noqa: B018 - reading it is what is refused
    assert ("applications", "sex") in described.hidden


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("salt:", "features: {declare: {age: {recipe: year, column: birth_date, meaning: Age}}}\nsalt:", "`features` needs a `label`"),
        ("  lodged_on: lodged_on\n", "  lodged_on: lodged_on\n  queue: test_period\n", "test_period` needs a `label`"),
        ("salt:", "interviews: true\nsalt:", "`interviews` needs a `label`"),
        ("salt:", "slat:", r"programme\.yaml:\d+"),
    ],
)  # fmt: skip
def test_without_a_label_nothing_may_ask_for_a_model(tmp_path: Path, old: str, new: str, sentence: str):
    target = tmp_path / "copy"
    shutil.copytree(programme.HOME / "ca_fsw", target)
    path = target / "programme.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Problem, match=sentence):
        programme.load(str(target))


def test_a_link_in_the_folder_of_a_programme_is_refused(tmp_path):
    """What it points at would be law that no version covers."""
    folder = tmp_path / "kz_2026"
    shutil.copytree(programme.HOME / "kz_2026", folder)
    shutil.move(folder / "gates", tmp_path / "gates")
    (folder / "gates").symlink_to(tmp_path / "gates")
    with pytest.raises(Problem, match="gates: is a link; put the file or folder itself here"):
        programme.load(str(folder))
