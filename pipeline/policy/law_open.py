"""What is not settled in the law of a programme, in one list: conflicts of sources, and what is UNKNOWN or PROVISIONAL."""

from collections.abc import Iterator

from pipeline.clocks import told
from pipeline.clocks.book import NAME, Book
from pipeline.clocks.records import ClocksFile
from pipeline.core import yaml
from pipeline.core.law import NO_VALUE
from pipeline.core.programme import Programme
from pipeline.gates.book import Gate, Rulebook
from pipeline.policy import law_clocks, law_rules
from pipeline.policy.markdown import HEADS, SPEAK, safe, table
from pipeline.policy.phrases import vocabulary

CONFLICT, PROVISIONAL = "CONFLICT", "PROVISIONAL"
OPEN = (CONFLICT, PROVISIONAL, NO_VALUE)  # what stands in the list, in its order
Row = tuple[str, str, list[str]]  # where (a link), which mark, the sentence in three languages


def section(programme: Programme, book: Rulebook, clocks: Book | None) -> str:
    """One table: where, what kind of gap, and the sentence in three languages; conflicts first."""
    found = [*_points(programme, book), *(row for gate in book.gates for row in _rule(programme, gate))]
    if clocks is not None:
        found += [*_terms(programme, clocks)]
    rows = [[where, mark, *map(safe, said)] for where, mark, said in sorted(found, key=lambda row: OPEN.index(row[1]))]
    return table(["Where", "What", *HEADS], rows) if rows else "Nothing is open.\n"


def _points(programme: Programme, book: Rulebook) -> Iterator[Row]:
    points, link, speak = book.points, f"[points](#{programme.programme}-points)", SPEAK.values()
    if points is None:
        return
    if rows := points.provisional:
        said = [
            words("{rows} rows of the points table are made up by this project; the official ones are not public.", rows=rows)
            for words in speak
        ]  # fmt: skip
        yield link, PROVISIONAL, said
    if points.rounding == NO_VALUE:
        yield link, NO_VALUE, [words("How the law rounds points.") for words in speak]
    if any(item.value == NO_VALUE for item in points.threshold):
        yield link, NO_VALUE, [words("The threshold in some period.") for words in speak]


def _rule(programme: Programme, gate: Gate) -> Iterator[Row]:
    rule, known, speak = gate.rule, vocabulary(programme, gate), SPEAK.values()
    link = f"[{gate.code}](#{law_rules.anchor(programme, gate.code)})"
    if rule.status in OPEN:
        yield link, rule.status, [words.name(rule.title) for words in speak]
    if rule.law.article == NO_VALUE:
        yield (
            link,
            NO_VALUE,
            [words("The article was not read: {title}.", title=words.name(rule.title)) for words in speak],
        )
    for name, items in rule.values.items():
        for item in items:
            if item.value == NO_VALUE or item.status in OPEN:
                said = [
                    words("{value}, {period}: {source}.", value=known.fact(name, words), period=law_rules.period(item, words), source=item.source)
                    for words in speak
                ]  # fmt: skip
                yield link, PROVISIONAL if item.status == PROVISIONAL else NO_VALUE, said
    for exemption in rule.exempt.values():
        if exemption.law.article == NO_VALUE:
            said = [
                words("The article of the exemption was not read: {title}.", title=words.name(exemption.title))
                for words in speak
            ]
            yield link, NO_VALUE, said


def _terms(programme: Programme, book: Book) -> Iterator[Row]:
    link, speak = f"[clocks](#{programme.programme}-clocks)", SPEAK.values()
    held = yaml.load(programme.folder / NAME, ClocksFile).held_days
    if book.day_off.status in OPEN:
        yield link, book.day_off.status, [words("What becomes of a last day that is a day off.") for words in speak]
    if held.status in OPEN:
        yield link, held.status, [words("Whether days on which a file is held count.") for words in speak]
    for name, clock in book.clocks.items():
        link = f"[{name}](#{law_clocks.anchor(programme, name)})"
        if clock.conflict is not None:
            readings = [reading.model_dump() for reading in clock.conflict.readings]
            why = clock.conflict.why
            yield link, CONFLICT, [f"{told.differ(readings, words)}. {words.name(why)}" for words in speak]
        for length in book.lengths[name]:
            if length.value == NO_VALUE or length.status in OPEN:
                said = [
                    words("The length of: {title} ({source}).", title=words.name(clock.title), source=length.source)
                    for words in speak
                ]
                yield link, PROVISIONAL if length.status == PROVISIONAL else NO_VALUE, said
        if clock.law.article == NO_VALUE:
            said = [words("The article was not read: {title}.", title=words.name(clock.title)) for words in speak]
            yield link, NO_VALUE, said
