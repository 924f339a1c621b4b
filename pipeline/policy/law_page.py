"""The page that a lawyer reads (docs/law.md), written from the YAML of the programmes: `qonys policy page`."""

from collections.abc import Sequence

from pipeline.clocks import book as clocks
from pipeline.core import versions
from pipeline.core.programme import Programme
from pipeline.gates import rulebook
from pipeline.gates.book import Rulebook
from pipeline.policy import law_clocks, law_open, law_points, law_rules
from pipeline.policy.markdown import HEADS, SPEAK, heading, safe, table, three

TOP = """# The law, rule by rule · Заң талап бойынша · Закон по требованиям

<!-- Written by `qonys policy page`; do not edit. What stands here stands in the YAML of pipeline/programmes/. -->
"""
# What the words of the page mean, in the order in which a reader meets them.
MEANINGS = {
    "PASS": "The rule is met.",
    "FAIL": "The rule is not met: the file goes to an officer or back for papers. Nobody is refused by the program.",
    "UNKNOWN": "A fact or a number of the law is not known. It is never guessed.",
    "NOT_APPLICABLE": "The rule does not concern the file, or the law excuses the person.",
    "CONFIRMED": "Two or more separate pages agree.",
    "SINGLE": "One page says so.",
    "DERIVED": "Our reading or arithmetic.",
    "OFFICIAL": "Published by the state.",
    "PROVISIONAL": "Not official: put in so that the program can run.",
    "CONFLICT": "Sources differ; one reading is used and the others are written down.",
    "deadline": "A term by which somebody must act.",
    "period": "A time for which a paper, a ban or a right lasts.",
}


def pages(programmes: Sequence[Programme]) -> str:
    """The whole page: every programme that has rules or points, the one with most rules first."""
    read = [(programme, rulebook.load(programme)) for programme in programmes]
    kept = sorted(
        (each for each in read if each[1].gates or each[1].points),
        key=lambda each: (-len(each[1].gates), each[0].programme),
    )
    listed = "".join(f"- [{three(programme.title)}](#{programme.programme})\n" for programme, _ in kept)
    meanings = [[f"`{word}`", *(safe(words(text)) for words in SPEAK.values())] for word, text in MEANINGS.items()]
    return (
        f"{TOP}\n{listed}\n"
        + table(["Word", *HEADS], meanings)
        + "\nConditions are written twice: in words, and exactly as the program reads them. Keys in brackets name sources "
        + "(docs/gates.md, docs/programmes.md). A version is made from the bytes of the files: another version, other law.\n"
        + "".join(page(programme, book) for programme, book in kept)
    )


def page(programme: Programme, book: Rulebook) -> str:
    """One programme: contents, rules, points, clocks, facts, and what is not settled."""
    name, terms = programme.programme, clocks.load(programme)
    parts = [("rules", "Rules · Талаптар · Требования"), ("points", "Points · Балдар · Баллы"), ("clocks", "Clocks · Мерзімдер · Сроки"),
             ("open", "What is not settled · Шешілмегені · Что не решено"), ("facts", "Facts · Мәліметтер · Сведения")]  # fmt: skip
    there = [
        (key, title)
        for key, title in parts
        if key not in {*([] if book.points else ["points"]), *([] if terms else ["clocks"])}
    ]
    heads = {key: heading(2, f"{title} ({name})", f"{name}-{key}") for key, title in there}
    return (
        heading(1, three(programme.title), name)
        + f"{three({words.lang: words(programme.status) for words in SPEAK.values()})}.\n\nFolder `{name}`, version `{versions.law(programme)}`.\n\n"
        + " · ".join(f"[{title.partition(' · ')[0]}](#{name}-{key})" for key, title in there)
        + "\n"
        + heads["rules"]
        + law_rules.contents(programme, book)
        + "".join(law_rules.section(programme, gate) for gate in book.gates)
        + (heads["points"] + law_points.section(programme, book.points) if book.points else "")
        + (
            heads["clocks"] + law_clocks.contents(programme, terms) + "\n" + law_clocks.section(programme, book, terms)
            if terms
            else ""
        )
        + heads["open"]
        + law_open.section(programme, book, terms)
        + heads["facts"]
        + law_rules.facts(programme, book)
    )
