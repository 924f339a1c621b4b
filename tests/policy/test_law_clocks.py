from pipeline.clocks import book as clocks
from pipeline.core.programme import load
from pipeline.gates import rulebook
from pipeline.policy import law_clocks
from pipeline.policy.markdown import safe

KZ = load("kz_2026")
RULES, BOOK = rulebook.load(KZ), clocks.load(KZ)
TEXT = law_clocks.section(KZ, RULES, BOOK)


def test_the_contents_lead_to_every_clock():
    listed = law_clocks.contents(KZ, BOOK)
    for name, clock in BOOK.clocks.items():
        assert f"[{name}](#kz_2026-clock-{name})" in listed and f'<a id="kz_2026-clock-{name}"></a>' in TEXT
        assert all(safe(title) in listed for title in clock.title.values())


def test_every_clock_has_its_law_its_lengths_and_what_its_end_means():
    for name, clock in BOOK.clocks.items():
        for lang in ("kk", "ru", "en"):
            assert (
                safe(clock.title[lang]) in TEXT
                and safe(clock.law.act[lang]) in TEXT
                and safe(clock.on_expiry[lang]) in TEXT
            )
        for length in BOOK.lengths[name]:
            assert f"| {length.from_} | {length.to or ''} | {length.status} | {safe(length.source)} |" in TEXT


def part(name):
    return TEXT.partition(f'<a id="kz_2026-clock-{name}"></a>')[2].partition('<a id="')[0]


def test_a_term_in_full():
    said = part("whole_procedure")
    assert "calendar days: 29 | 2026-02-13 | 2026-12-31 | DERIVED" in said and "[CONFLICT](#kz_2026-open)" in said
    assert (
        "`starts` latest `applications.lodged_on`" in said
        and "stops while the file is held; can set the deadline" in said
    )
    assert "files for which “Route" in said and "“outside routes”" not in said


def test_a_term_whose_length_stands_in_a_gate_and_one_that_no_register_starts():
    assert "length `G01.days_left`" in part("passport")
    assert "no register records its start" in part("points_validity") and "length not known" in part("points_validity")


def test_what_holds_for_all_of_them():
    head = TEXT.partition("<a id=")[0]
    assert (
        "stays on that day: PROVISIONAL" in head and "do not count where a clock stops meanwhile: PROVISIONAL" in head
    )
