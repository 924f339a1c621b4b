from pipeline.clocks import book as clocks
from pipeline.core.programme import load
from pipeline.gates import rulebook
from pipeline.policy import law_open
from pipeline.policy.markdown import safe

KZ = load("kz_2026")
RULES, BOOK = rulebook.load(KZ), clocks.load(KZ)
TEXT = law_open.section(KZ, RULES, BOOK)
MARKS = [line.split(" | ")[1] for line in TEXT.splitlines()[2:]]


def test_conflicts_come_first_and_nothing_else_is_listed():
    assert sorted(MARKS, key=["CONFLICT", "PROVISIONAL", "UNKNOWN"].index) == MARKS
    assert set(MARKS) == {"CONFLICT", "PROVISIONAL", "UNKNOWN"}


def test_every_conflict_is_told_with_its_readings_and_its_reason():
    conflicts = {name: clock.conflict for name, clock in BOOK.clocks.items() if clock.conflict}
    assert MARKS.count("CONFLICT") == len(conflicts) > 0
    for name, conflict in conflicts.items():
        assert f"[{name}](#kz_2026-clock-{name}) | CONFLICT" in TEXT
        assert all(safe(conflict.why[lang]) in TEXT for lang in ("kk", "ru", "en"))
        assert all(safe(reading.source) in TEXT for reading in conflict.readings)


def test_every_article_and_number_that_is_not_known_is_listed():
    for gate in RULES.gates:
        link = f"| [{gate.code}](#kz_2026-{gate.code.lower()}) | UNKNOWN |"
        unread = [gate.rule.law, *(exemption.law for exemption in gate.rule.exempt.values())]
        gaps = sum(law.article == "UNKNOWN" for law in unread)
        gaps += sum(item.value == "UNKNOWN" for items in gate.rule.values.values() for item in items)
        assert TEXT.count(link) == gaps, gate.code
    for name, clock in BOOK.clocks.items():
        gaps = sum(length.value == "UNKNOWN" for length in BOOK.lengths[name]) + (clock.law.article == "UNKNOWN")
        assert TEXT.count(f"| [{name}](#kz_2026-clock-{name}) | UNKNOWN |") == gaps, name


def test_provisional_points_rounding_and_days_off():
    assert "36 rows of the points table are made up" in TEXT and "How the law rounds points." in TEXT
    assert "Балдар кестесінің 36 жолын" in TEXT and "What becomes of a last day that is a day off." in TEXT
    assert "Whether days on which a file is held count." in TEXT


def test_a_law_without_gaps_says_so():
    loaded = load("au_skilled")
    book = rulebook.load(loaded)
    settled = rulebook.Rulebook(points=book.points)
    assert law_open.section(loaded, settled, None) == "Nothing is open.\n"
    unknown = book.points.model_copy(
        update={"threshold": [item.model_copy(update={"value": "UNKNOWN"}) for item in book.points.threshold]}
    )
    assert "The threshold in some period." in law_open.section(loaded, rulebook.Rulebook(points=unknown), None)
