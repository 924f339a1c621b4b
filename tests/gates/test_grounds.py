"""Every ground of Art. 49 and every entry ban has its gate, and a gate decides only on what the right one has recorded."""

import re
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.gates import cases, rulebook
from pipeline.gates.evaluate import evaluate
from pipeline.gates.records import ANSWERS

DAY = date(2026, 6, 30)
STATES = ["established", "not_established", "suspected", "under_review", None]
SWEEP = ["clear", "found", "pending", "refused", None]

ITEMS_49 = {
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "9-1", "10", "10-1", "11", "12", "13", "14", "14-1", "14-2", "15", "16", "17",
}  # fmt: skip
# Security, order and health; penalties; income tax; means; false data; fingerprint check. The ban after an expulsion has
# no number of its own: it is a part of Art. 48.
ITEMS_48 = {"1", "7", "8", "9", "10", "10-1"}

# Who may establish a ground is the law's matter, so it is written here a second time.
REGISTER = {
    "G13": "unlawful_arrival", "G15": "prison_release", "G24": "absent_183_days", "G25": "marriage_invalid",
    "G27": "citizenship_lost", "G28": "citizenship_deprived", "G29": "not_in_profession", "G31": "unpaid_penalties",
    "G32": "undeclared_income", "G35": "fingerprint_check_refused",
}  # fmt: skip
HUMAN = {
    "G14": "prosecuted_abroad", "G16": "crimes_against_humanity", "G21": "forged_or_false", "G22": "papers_not_in_time",
    "G23": "rights_of_others", "G33": "no_means_of_stay", "G34": "false_entry_data",
}  # fmt: skip
AGENCY = {
    "G18": "ethnic_hatred", "G19": "constitutional_order", "G20": "sovereignty", "G26": "national_security", "G30": "entry_ban",
}  # fmt: skip
PEOPLE = HUMAN | AGENCY
FRAUD = ("G21", "G34")
ASKED = {  # a person of whom every gate is asked and whom no exemption excuses
    "permit_held_since": date(2021, 5, 10), "ethnic_kazakh": False, "former_compatriot": False, "family_of": "none",
    "stateless_basis": "none", "married_women_convention": False, "treaty_citizen": False, "refugee": False,
}  # fmt: skip
ROUTE = {"G25": "family", "G29": "in_demand_profession"}


def fact(code):
    return f"{(PEOPLE | REGISTER)[code]}_finding"


def gate(book, code):
    return next(gate for gate in book.gates if gate.code == code)


def asked(book, code, files):
    """(answer, whether it waits) of one gate for every file."""
    found = evaluate([gate(book, code)], None, cases.frame(book, files), DAY)
    return list(zip([ANSWERS[answer] for answer in found.answers[0]], found.waits[0].tolist(), strict=True))


def items(book, article):
    """Items of the article that some gate names in its law."""
    return {item for gate in book.gates for item in re.findall(rf"\b{article}\(([0-9-]+)\)", gate.rule.law.article)}


def strangers(gate):
    """Facts that decide the gate beside a recorded finding; those of exemptions excuse, they do not decide."""
    rule = gate.rule
    deciding = rule.pass_when.names | (rule.unknown_when.names if rule.unknown_when else set())
    excusing = {name for exemption in rule.exempt.values() for name in exemption.when.names}
    return {name for name in deciding - excusing if name in gate.facts and not name.endswith("_finding")}


def test_every_item_of_article_49_and_every_entry_ban_has_a_gate(book):
    assert items(book, "49") == ITEMS_49
    assert items(book, "48") >= ITEMS_48
    assert any("48" in re.split(r"[,;]\s*", gate.rule.law.article) for gate in book.gates)  # the ban after an expulsion


def test_every_ground_that_findings_record_has_a_gate_that_reads_it(kz, book):
    read = {name for gate in book.gates for name in gate.facts if name.endswith("_finding")}
    grounds = {f"{ground}_finding" for ground in kz.tables["findings"].columns["ground"].codes}
    assert read == grounds == {fact(code) for code in PEOPLE | REGISTER}


@pytest.mark.parametrize("code", sorted(PEOPLE | REGISTER))
def test_who_may_establish_a_ground_and_what_follows(book, code):
    rule = gate(book, code).rule
    by = "human" if code in HUMAN else "agency" if code in AGENCY else "register"
    assert rule.established_by == by
    assert rule.consequence.fail == "officer"
    assert rule.consequence.unknown == ("wait" if by == "register" else "note")


def test_grounds_of_people_and_agencies_are_decided_by_their_own_finding_alone(book):
    known = [gate for gate in book.gates if gate.rule.established_by in ("human", "agency")]
    assert {gate.code for gate in known} == {"G07", *PEOPLE}  # G07 is the answer of the national-security bodies itself
    for one in known:
        if one.code != "G07":
            assert strangers(one) == set(), one.code
            assert [name for name in one.facts if name.endswith("_finding")] == [fact(one.code)]


def test_a_planted_gate_that_infers_from_another_fact_is_found(spoil):
    before = 'pass_when: forged_or_false_finding == "not_established"'
    programme = spoil("gates/G21_forged_or_false.yaml", (before, f"{before} or offences == 0"))
    assert strangers(gate(rulebook.load(programme), "G21")) == {"offences"}


@pytest.mark.parametrize("code", sorted(PEOPLE))
def test_a_finding_decides_and_without_one_the_file_goes_on(book, code):
    files = [{**ASKED, fact(code): state} for state in STATES]
    assert asked(book, code, files) == [
        ("FAIL", False), ("PASS", False), ("UNKNOWN", True), ("UNKNOWN", True), ("UNKNOWN", False),
    ]  # fmt: skip


@pytest.mark.parametrize("code", sorted(REGISTER))
def test_a_ground_of_registers_for_every_finding_and_every_answer(book, code):
    files, expected = [], []
    for state, answer in product(STATES, SWEEP):
        files.append({**ASKED, "route": ROUTE.get(code, "standard"), fact(code): state, "registers_answer": answer})
        if state == "established":
            expected.append(("FAIL", False))
        elif state == "not_established" or (state is None and answer in ("clear", "found")):
            expected.append(("PASS", False))
        else:
            expected.append(("UNKNOWN", True))
    assert asked(book, code, files) == expected


@pytest.mark.parametrize("code", FRAUD)
def test_a_signal_of_fraud_never_decides(book, code):
    """Whatever the other facts are, only a recorded `established` fails; a suspicion waits for an officer."""
    own = fact(code)

    @settings(max_examples=25, deadline=None)
    @given(st.lists(everything(book), min_size=1, max_size=8), st.sampled_from(STATES))
    def check(files, state):
        wanted = {"established": ("FAIL", False), "not_established": ("PASS", False), None: ("UNKNOWN", False)}
        assert set(asked(book, code, [{**file, own: state} for file in files])) == {
            wanted.get(state, ("UNKNOWN", True))
        }

    check()


def everything(book):
    """Files with any facts at all, many of them missing."""
    of_kind = {
        "number": st.integers(0, 9_000_000), "boolean": st.booleans(), "date": st.dates(date(2015, 1, 1), date(2026, 6, 30)),
        "text": st.sampled_from([*STATES[:4], *SWEEP[:4], "family", "standard", "none", "ethnic_kazakh", "CHN"]),
    }  # fmt: skip
    return st.fixed_dictionaries({name: st.none() | of_kind[book.kinds[name]] for name in book.facts})


def test_a_lack_of_means_that_may_be_excused_waits(book):
    """Not merely noted: a finding stands there, and a missing record must not let it be passed over."""
    for gap in ("ethnic_kazakh", "former_compatriot", "family_of"):
        assert asked(book, "G33", [{**ASKED, fact("G33"): "established", gap: None}]) == [("UNKNOWN", True)]


@pytest.mark.parametrize("code", ["G11", "G24"])
def test_items_13_and_14_1_excuse_the_same_people(book, code):
    excused = [exemption.when.text for exemption in gate(book, code).rule.exempt.values()]
    assert excused == [
        "ethnic_kazakh", 'family_of == "ethnic_kazakh"', 'stateless_basis == "no_papers"',
        'stateless_basis == "ussr_passport_1974"', "married_women_convention",
    ]  # fmt: skip


def test_no_other_ground_of_article_49_excuses_ethnic_kazakhs(book):
    """The closing part names items 13 and 14-1 only; solvency (item 4) has its own exemptions."""
    excusing = {
        gate.code for gate in book.gates
        if "ethnic_kazakh" in gate.rule.exempt and re.search(r"\b49\(", gate.rule.law.article)
    }  # fmt: skip
    assert excusing == {"G02", "G11", "G24"}


def test_the_border_between_one_breach_and_repeated_breaches(book):
    found = asked(book, "G17", [{"stay_breaches": count} for count in (0, 1, 2, None)])
    assert found == [("PASS", False), ("PASS", False), ("FAIL", False), ("UNKNOWN", True)]


def test_every_state_of_a_finding_has_a_case(kz, book):
    examples = cases.load(kz, book)
    for code in PEOPLE | REGISTER:
        own = [example.case for example in examples if example.gate.code == code]
        assert {case.facts.get(fact(code)) for case in own} == set(STATES), code
        first = gate(book, code).rule.effective.from_
        days = {case.on: case.expect for case in own}
        assert (days[first], days[first - timedelta(days=1)]) == ("FAIL", "NOT_APPLICABLE"), code
