"""The clocks of a programme for the page of the law: every term with its law, lengths and what its end means."""

from collections.abc import Mapping, Sequence

from pipeline.clocks.book import NAME, Book
from pipeline.clocks.records import Clock, ClocksFile, Length
from pipeline.clocks.told import DUTIES, STAGE_NAMES, span
from pipeline.core import yaml
from pipeline.core.messages import Words
from pipeline.core.programme import Programme, Take
from pipeline.gates.book import Rulebook
from pipeline.policy.law_rules import dates, law
from pipeline.policy.markdown import SPEAK, code, heading, safe, table, three
from pipeline.policy.phrases import Vocabulary, say, vocabulary


def anchor(programme: Programme, name: str) -> str:
    """Where the page tells of a clock."""
    return f"{programme.programme}-clock-{name}"


def contents(programme: Programme, book: Book) -> str:
    """Every clock with its link and its title in three languages."""
    rows = [
        [f"[{name}](#{anchor(programme, name)})", *(safe(clock.title[lang]) for lang in ("en", "kk", "ru"))]
        for name, clock in book.clocks.items()
    ]
    return table(["", "English", "Қазақша", "Русский"], rows)


def section(programme: Programme, rules: Rulebook, book: Book) -> str:
    """The clocks in the order of the law, stage by stage; lists of the law are called what their gates call them."""
    record = yaml.load(programme.folder / NAME, ClocksFile)
    known, parts, stage = _vocabulary(programme, rules, record.values_of), [], ""
    day_off = {"stays": "stays on that day", "next_working_day": "moves to the next working day"}[book.day_off.value]
    held = {"not_counted": "do not count", "counted": "count"}[record.held_days.value]
    parts.append(
        f"A last day that is a day off {day_off}: {book.day_off.status} ({safe(book.day_off.source)}).\n\nDays on "
        f"which a file is held {held} where a clock stops meanwhile: {record.held_days.status} ({safe(record.held_days.source)}).\n"
    )
    for name, clock in book.clocks.items():
        if clock.stage != stage:
            stage = clock.stage
            parts.append(
                heading(
                    3,
                    three({words.lang: words(STAGE_NAMES[stage]) for words in SPEAK.values()}),
                    f"{programme.programme}-stage-{stage}",
                )
            )
        parts.append(_clock(programme, name, clock, book.lengths[name], known))
    return "".join(parts)


def _vocabulary(programme: Programme, rules: Rulebook, borrowed: Mapping[str, str]) -> Vocabulary:
    known, titles = vocabulary(programme), {gate.code: gate.rule.value_titles for gate in rules.gates}
    lists = {}
    for name, address in borrowed.items():
        owner, _, value = address.partition(".")
        if value in titles.get(owner, {}):
            lists[name] = titles[owner][value]
    return Vocabulary({**known.titles, **lists}, known.codes)


def _clock(programme: Programme, name: str, clock: Clock, lengths: Sequence[Length], known: Vocabulary) -> str:
    parts = ("law", *(["concerns"] if clock.applies_when else []), "duty", "expiry")
    rows = [[_line(clock, part, known, words) for words in SPEAK.values()] for part in parts]
    exact = [f"`{part}` {_taken(take)}" for part, take in clock.takes.items()]
    exact += [f"`{part}` {code(condition.text)}" for part, condition in clock.conditions.items()]
    if clock.length_of is not None:
        exact.append(f"length {code(clock.length_of.value)}")
    exact += [
        word
        for word, holds in (
            ("stops while the file is held", clock.holds),
            ("can set the deadline of a file", clock.binds),
        )
        if holds
    ]
    exact += ["" if clock.starts else "no register records its start"]
    marks = [
        *dict.fromkeys(length.status for length in lengths),
        *([f"[CONFLICT](#{programme.programme}-open)"] if clock.conflict else []),
    ]
    table_ = table(
        ["Length", "From", "To", "Status", "Source"],
        [
            [safe(span(each.value, each.unit, SPEAK["en"])), *dates(each), each.status, safe(each.source)]
            for each in lengths
        ],
    )
    return (
        heading(4, safe(clock.title["en"]), anchor(programme, name))
        + f"`{name}` · {clock.kind} · {', '.join(marks)}\n\n"
        + table([safe(words.name(clock.title)) for words in SPEAK.values()], rows)
        + f"\n{'; '.join(filter(None, exact))}.\n\n"
        + table_
    )


def _line(clock: Clock, part: str, known: Vocabulary, words: Words) -> str:
    """One row of the table of a clock, in one language."""
    applies = clock.applies_when
    told = {
        "law": (words("Legal basis:"), law(clock.law, words)),
        "concerns": (words("Concerns:"), words("files for which {what}", what=say(applies, known, words)) if applies else ""),
        "duty": (words("Who:"), words(DUTIES[clock.duty_of])),
        "expiry": (words("When it is over:"), words.name(clock.on_expiry)),
    }  # fmt: skip
    label, text = told[part]
    return f"**{safe(label)}** {safe(text)}"


def _taken(take: Take) -> str:
    where = f" where {code(take.where.text)}" if take.where is not None else ""
    return f"{take.take} {code(take.from_)}{where}"
