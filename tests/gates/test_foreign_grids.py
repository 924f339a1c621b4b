"""The two published foreign grids, held as data only, against the same rules written out a second time by hand."""

import random
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.core.programme import HOME, load
from pipeline.gates import cases, rulebook
from pipeline.gates.evaluate import evaluate

DAY = date(2026, 6, 30)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "programmes.md"
FOUR = ("listening", "speaking", "reading", "writing")
GRIDS = ("au_skilled", "ca_fsw")


def age(born, on):
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def canada(f):
    """IRPR 78 to 83, without a look at points.yaml."""
    language = sum(6 if f[f"first_{a}"] >= 9 else max(0, f[f"first_{a}"] - 3) * (f[f"first_{a}"] >= 7) for a in FOUR)
    language += 4 * all(f[f"second_{a}"] >= 5 for a in FOUR)
    education = {
        "none": 0, "secondary": 5, "one_year": 15, "two_year": 19, "three_year": 21, "two_or_more": 22,
        "master": 23, "professional": 23, "doctorate": 25,
    }[f["education"]]  # fmt: skip
    years = int(f["work_years"])
    experience = (0, 9, 11, 11, 13, 13, 15)[min(years, 6)]
    old = age(f["birth_date"], f["lodged_on"])
    youth = 0 if old < 18 else max(0, min(12, 47 - old))
    with_spouse = f["spouse"] == "accompanying"
    adaptability = 5 * (with_spouse and all(f[f"spouse_{a}"] >= 4 for a in FOUR))
    adaptability += 5 * (f["canadian_study_years"] >= 2) + 10 * (f["canadian_work_years"] >= 1)
    adaptability += 5 * (with_spouse and f["spouse_canadian_study_years"] >= 2)
    adaptability += 5 * (with_spouse and f["spouse_canadian_work_years"] >= 1)
    adaptability += 5 * (f["relative_in_canada"] or (with_spouse and f["spouse_relative_in_canada"]))
    adaptability += 5 * f["arranged_employment"]
    return language + education + experience + youth + 10 * f["arranged_employment"] + min(10, adaptability)


def australia(f):
    """Schedule 6D, without a look at points.yaml."""
    old = age(f["birth_date"], f["invited_on"])
    youth = next((points for low, points in ((45, 0), (40, 15), (33, 25), (25, 30), (18, 25)) if old >= low), 0)
    english = {"superior": 20, "proficient": 10}.get(f["english"], 0)
    abroad, there = (
        next((points for low, points in steps if f[name] >= low), 0)
        for name, steps in (
            ("overseas_years", ((8, 15), (5, 10), (3, 5))),
            ("australian_years", ((8, 20), (5, 15), (3, 10), (1, 5))),
        )
    )
    qualification = {"doctorate": 20, "master": 15, "bachelor": 15, "none": 0}.get(f["qualification"], 10)
    extras = 10 * f["specialist_education"] + 5 * f["australian_study"]
    extras += 5 * (f["regional_study"] and f["australian_study"])  # 6D.10 rests on the requirement of 6D.8
    extras += 5 * f["professional_year"] + 5 * f["community_language"]
    speaks = f["partner_english"] != "below_competent"
    young = age(f["partner_birth_date"], f["invited_on"]) < 45
    partner = 10 * (f["partner"] in ("none", "citizen_or_resident"))
    if f["partner"] == "applicant" and speaks:
        partner = 10 if young and f["partner_skills_assessed"] else 5
    nomination = 15 * (f["subclass"] == "491" and f["nomination"] != "none")
    nomination += 5 * (f["subclass"] == "190" and f["nomination"] == "state_or_territory")
    return youth + english + min(20, abroad + there) + qualification + extras + partner + nomination


def profiles(programme, number, seed):
    """Random profiles: every fact drawn over all that its column allows, years and ages often on an edge."""
    rng = random.Random(seed)
    drawn = []
    for _ in range(number):
        profile = {}
        for fact, take in programme.facts.items():
            column = programme.tables[take.source].columns[take.column]
            if column.codes:
                profile[fact] = rng.choice(column.codes)
            elif column.kind == "boolean":
                profile[fact] = rng.random() < 0.5
            elif column.kind == "integer":
                profile[fact] = rng.randint(0, 12)
            elif column.kind == "number":
                profile[fact] = rng.choice([rng.randint(0, 10), round(rng.uniform(0, 10), 2)])
            elif "birth" in fact:
                profile[fact] = date(rng.randint(1976, 2010), 6, 15) + timedelta(days=rng.randint(-1, 1))
            else:
                profile[fact] = date(2026, 6, 15)
        drawn.append(profile)
    return drawn


@pytest.mark.parametrize(("name", "rule"), [("ca_fsw", canada), ("au_skilled", australia)])
def test_the_table_gives_what_the_rule_gives_on_thousands_of_profiles(name, rule):
    programme = load(name)
    book = rulebook.load(programme)
    drawn = profiles(programme, 4000, seed=name)
    verdicts = evaluate(book.gates, book.points, cases.frame(book, drawn), DAY)
    assert verdicts.score is not None and verdicts.score.known.all()
    wanted = [rule(profile) for profile in drawn]
    assert verdicts.score.total.tolist() == wanted
    assert len(set(wanted)) > 20
    gate = [each.code for each in book.gates].index("G08")
    mark = 67 if name == "ca_fsw" else 65
    assert [answer == 0 for answer in verdicts.answers[gate]] == [points >= mark for points in wanted]


@pytest.mark.parametrize("name", GRIDS)
def test_every_band_of_the_grid_is_published_and_reached_by_some_case(name):
    programme = load(name)
    book = rulebook.load(programme)
    table = book.points
    assert table is not None and table.provisional == 0 and table.rounding == "none"
    facts = [example.case.facts for example in cases.load(programme, book) if example.case.points is not None]
    score = evaluate(book.gates, table, cases.frame(book, facts), DAY).score
    assert score is not None
    for criterion, bands in table.criteria.items():
        seen = {int(points) for points in score.most[criterion]}
        if bands.add == "first":
            assert {band.points for band in bands.bands} <= seen, criterion
    assert max(score.total_most) == table.maximum


@pytest.mark.parametrize("name", GRIDS)
def test_every_gate_has_its_cases(name):
    programme = load(name)
    book = rulebook.load(programme)
    examples = cases.load(programme, book)
    for gate in book.gates:
        own = [example.case for example in examples if example.gate.code == gate.code]
        assert {"PASS", "FAIL", "UNKNOWN"} <= {case.expect for case in own}, gate.code
        assert set(gate.rule.exempt) <= {case.exemption for case in own}, gate.code
        days = {case.on for case in own}
        for items in gate.rule.values.values():
            for item in sorted(items, key=lambda item: item.from_)[1:]:
                assert {item.from_, item.from_ - timedelta(days=1)} <= days, gate.code


@pytest.mark.parametrize("name", GRIDS)
def test_every_source_key_is_explained(name):
    explained = PAGE.read_text(encoding="utf-8").split("## Example programmes")[1]
    used = set()
    for path in (HOME / name).rglob("*.yaml"):
        if "cases" not in path.parts:
            used |= set(re.findall(r"\[([A-Z]+-[A-Z0-9-]+|AIS)\]", path.read_text(encoding="utf-8")))
    assert used and [key for key in sorted(used) if f"[{key}]" not in explained] == []


def test_the_engine_does_not_know_their_names():
    code = Path(rulebook.__file__).resolve().parents[1]
    for folder in ("core", "gates", "stages", "synthesize", "validate"):
        for path in (code / folder).rglob("*.py"):
            assert not any(name in path.read_text(encoding="utf-8") for name in GRIDS), path
