"""Every line of the exemptions matrix is law in the right gate, and no exemption can ever turn a PASS into a FAIL."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.gates import cases
from pipeline.gates.evaluate import evaluate
from pipeline.gates.records import ANSWERS, FAIL, NOT_APPLICABLE, PASS, UNKNOWN, Exemption

DAY = date(2026, 6, 30)
HOLDER = {"permit_held_since": date(2020, 1, 1)}  # only a holder's permit can be annulled
FROM_CHINA = {"ethnic_kazakh": True, "citizenship": "CHN"}
# Requirement, who is exempt, how sure the sources are: the published matrix, and what Art. 7, 48(9) and the end of Art. 49
# add. A line about the pilot itself is below.
MATRIX = [
    *(
        ("G02", excused, "CONFIRMED")
        for excused in (
            {"ethnic_kazakh": True}, {"former_compatriot": True}, {"treaty_citizen": True},
            {"family_of": "ethnic_kazakh"}, {"family_of": "former_compatriot"}, {"family_of": "treaty_citizen"},
            {"route": "in_demand_profession"},
        )
    ),
    ("G36", {"refugee": True}, "CONFIRMED"),
    ("G36", FROM_CHINA, "CONFIRMED"),
    ("G09", FROM_CHINA, "SINGLE"),
    ("G42", {"ethnic_kazakh": True, "entry_basis": "other_visa"}, "SINGLE"),
    *(
        ("G33", excused, "CONFIRMED")
        for excused in (
            {"ethnic_kazakh": True}, {"former_compatriot": True},
            {"family_of": "ethnic_kazakh"}, {"family_of": "former_compatriot"},
        )
    ),
    *(
        (code, {**also, **excused}, "SINGLE")
        for code, also in (("G11", {}), ("G24", HOLDER))
        for excused in (
            {"ethnic_kazakh": True}, {"family_of": "ethnic_kazakh"}, {"stateless_basis": "no_papers"},
            {"stateless_basis": "ussr_passport_1974"}, {"married_women_convention": True},
        )
    ),
]  # fmt: skip
PILOT_ONLY = {"G03", "G08", "G43", "G44", "G45"}  # the pilot's own gates; the grounds of Art. 49 hold on every route


@pytest.fixture(scope="module")
def examples(kz, book):
    return cases.load(kz, book)


def ask(book, code, facts, day=DAY):
    """The answer of one gate about one file, and the name of the exemption that excuses it."""
    gate = next(gate for gate in book.gates if gate.code == code)
    verdicts = evaluate([gate], book.points if gate.scored else None, cases.frame(book, [facts]), day)
    return ANSWERS[verdicts.answers[0, 0]], ([*gate.rule.exempt, ""])[verdicts.exempted[0, 0]]


@pytest.mark.parametrize(("code", "facts", "status"), MATRIX)
def test_a_line_of_the_matrix_is_an_exemption_of_its_gate_and_a_case_shows_it(book, examples, code, facts, status):
    answer, name = ask(book, code, facts)
    assert answer == "NOT_APPLICABLE" and name
    assert next(gate for gate in book.gates if gate.code == code).rule.exempt[name].status == status
    told = {fact: value for fact, value in facts.items() if fact not in HOLDER}
    shown = [
        example.case
        for example in examples
        if example.gate.code == code and example.case.exemption == name and told.items() <= example.case.facts.items()
    ]
    assert shown


@pytest.mark.parametrize(("code", "facts", "_"), MATRIX)
def test_without_what_excuses_the_file_is_asked(book, code, facts, _):
    for fact in facts:
        if fact not in HOLDER:
            rest = {name: value for name, value in facts.items() if name != fact}
            assert ask(book, code, rest) != ask(book, code, facts), fact


def test_no_gate_has_an_exemption_that_is_not_in_the_matrix(book):
    excused = {(code, ask(book, code, facts)[1]) for code, facts, _ in MATRIX}
    published = [gate for gate in book.gates if gate.code <= "G45"]  # gates added later bring cases of their own
    assert {(gate.code, name) for gate in published for name in gate.rule.exempt} == excused


def test_the_routes_outside_the_pilot_go_to_the_ordinary_procedure_and_skip_only_the_pilots_own_gates(book):
    route_gate = next(gate for gate in book.gates if gate.code == "G12")
    assert route_gate.rule.status == "SINGLE" and route_gate.rule.consequence.fail == "other_procedure"
    routes = ("standard", "in_demand_profession", "digital_nomad")
    files = cases.frame(book, [{"route": route, "kaztest_stopped_on": date(2026, 4, 1)} for route in routes])
    verdicts = evaluate(book.gates, book.points, files, DAY)
    silent = (verdicts.answers == NOT_APPLICABLE) & (verdicts.exempted == -1)
    skipped = {
        route: {gate.code for gate, row in zip(book.gates, silent[:, place], strict=True) if row}
        for place, route in enumerate(routes)
    }
    for route in routes[1:]:
        assert ask(book, "G12", {"route": route})[0] == "FAIL"
        assert skipped[route] - skipped["standard"] == PILOT_ONLY


def test_no_exemption_is_made_up_for_the_eurasian_union(book):
    for citizenship in ("ARM", "BLR", "KGZ", "RUS"):
        facts = cases.frame(book, [{"citizenship": citizenship}])
        assert (evaluate(book.gates, book.points, facts, DAY).exempted == -1).all()


@pytest.fixture(scope="module")
def pools(kz, book, examples):
    """Each fact with the values that some case or register gives it."""
    found = {fact: set(kz.tables[take.source].columns[take.column].codes) for fact, take in book.wanted(kz).items()}
    for example in examples:
        for fact, value in example.case.facts.items():
            found.setdefault(fact, set()).add(value)
    return {fact: sorted(values - {None}) for fact, values in found.items() if fact in book.facts}


def conditions(pools, kinds):
    """Conditions over the programme's facts: one fact, or two joined."""

    def atom(fact):
        if kinds[fact] == "boolean":
            return st.just(fact)
        signs = ["==", "!="] if kinds[fact] == "text" else ["<", ">="]
        quote = {"text": '"{}"', "date": 'date("{}")', "number": "{}"}[kinds[fact]]
        value = st.sampled_from(pools[fact]).map(quote.format)
        return st.tuples(st.sampled_from(signs), value).map(lambda pair: f"{fact} {pair[0]} {pair[1]}")

    named = [fact for fact in pools if kinds[fact] == "boolean" or pools[fact]]
    one = st.sampled_from(named).flatmap(atom) | st.sampled_from(named).map("known({})".format)
    return one | st.tuples(one, st.sampled_from(["and", "or", "and not"]), one).map(
        lambda part: f"({part[0]}) {part[1]} ({part[2]})"
    )


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_an_exemption_added_to_any_gate_never_makes_a_fail_and_takes_a_pass_only_out_of_the_question(
    book, examples, pools, data
):
    """Files are cases of several gates laid over each other, so that every gate has answers of every kind to lose."""
    day = data.draw(st.sampled_from(sorted({example.case.on for example in examples})))
    drawn = st.lists(st.sampled_from(examples), max_size=12)
    files = [
        {fact: value for example in part for fact, value in example.case.facts.items()}
        for part in data.draw(st.lists(drawn, min_size=1, max_size=8))
    ]
    when = data.draw(conditions(pools, book.kinds))
    first = data.draw(st.booleans())
    words = {"kk": "а", "ru": "а", "en": "a"}
    added = {
        "added": Exemption.model_validate(
            {"when": when, "law": {"act": words, "article": "1"}, "title": words, "source": "[X]", "status": "SINGLE"}
        )
    }
    after_gates = [
        replace(
            gate,
            rule=gate.rule.model_copy(
                update={"exempt": added | gate.rule.exempt if first else gate.rule.exempt | added}
            ),
        )
        for gate in book.gates
    ]
    facts = cases.frame(book, files)
    before = evaluate(book.gates, book.points, facts, day)
    after = evaluate(after_gates, book.points, facts, day)
    one, other = before.answers, after.answers
    assert not ((one == PASS) & (other == FAIL)).any(), when
    same_or_excused = (other == one) | (other == NOT_APPLICABLE)
    assert (same_or_excused | ((one == FAIL) & (other == UNKNOWN))).all(), when
    assert np.isin(after.overall[before.overall == PASS], [PASS]).all(), when
