"""The rules of a programme for the page of the law: one table a rule, in three languages, and the facts they look at."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from pipeline.core.law import NO_VALUE, Dated, Law, Period
from pipeline.core.messages import Words
from pipeline.core.programme import Programme
from pipeline.gates.book import Gate, Rulebook
from pipeline.gates.records import Exemption
from pipeline.policy.markdown import HEADS, SPEAK, code, heading, safe, table
from pipeline.policy.phrases import Vocabulary, compared, say, vocabulary
from pipeline.policy.told import plain

Say = Callable[[Words], str]


def anchor(programme: Programme, code_: str) -> str:
    """Where the page tells of a rule."""
    return f"{programme.programme}-{code_}".lower()


def contents(programme: Programme, book: Rulebook) -> str:
    """Every rule with its link, its title in three languages and its article."""
    rows = []
    for gate in book.gates:
        rule = gate.rule
        link = f"[{gate.code}](#{anchor(programme, gate.code)})"
        rows.append(
            [link, *(safe(rule.title[lang]) for lang in ("en", "kk", "ru")), safe(article(rule.law, SPEAK["en"]))]
        )
    return table(["", "English", "Қазақша", "Русский", "Article"], rows)


def section(programme: Programme, gate: Gate) -> str:
    """One rule: what it says in three languages, then sources, exact conditions and dated values."""
    rule, known = gate.rule, vocabulary(programme, gate)
    rows = [
        [f"**{safe(label(words))}** {safe(text(words))}" for words in SPEAK.values()]
        for label, text in _told(gate, known)
    ]
    exact = [f"- `{'.'.join(steps)}`: {code(condition.text)}\n" for steps, condition in rule.conditions.items()]
    exact += [f"- exemption `{name}`: {safe(found.source)}, {found.status}\n" for name, found in rule.exempt.items()]
    file = next(programme.folder.glob(f"gates/{gate.code}_*.yaml")).relative_to(programme.folder).as_posix()
    return (
        heading(3, f"{gate.code} · {safe(rule.title['en'])}", anchor(programme, gate.code))
        + f"{safe(rule.source)} · {rule.status} · version `{gate.version}` · `{file}`\n\n"
        + table([safe(words.name(rule.title)) for words in SPEAK.values()], rows)
        + "\nExactly:\n\n"
        + "".join(exact)
        + _values(gate, known)
    )


def _told(gate: Gate, known: Vocabulary) -> Iterator[tuple[Say, Say]]:
    """(label, text) of each row, in the order in which a reader asks."""
    rule = gate.rule
    yield (lambda words: words("Legal basis:")), (lambda words: law(rule.law, words))
    yield (lambda words: words("In force:")), (lambda words: period(rule.effective, words))
    applies = rule.applies_when
    yield (
        (lambda words: words("Concerns:")),
        (
            lambda words: (
                words("every file")
                if applies is None
                else words("files for which {what}", what=say(applies, known, words))
            )
        ),
    )
    for exemption in rule.exempt.values():
        yield (lambda words: words("Excused by law:")), _excused(exemption, rule.law, known)
    yield (lambda words: words("Met when:")), (lambda words: say(rule.pass_when, known, words))
    if (vague := rule.unknown_when) is not None:
        yield (lambda words: words("Not settled while:")), (lambda words: say(vague, known, words))
    yield (lambda words: words("Established by:")), (lambda words: _by(rule.established_by, words))
    yield (
        (lambda words: words("If it is not met:")),
        (lambda words: f"{_failed(rule.consequence.fail, words)} {words.name(rule.on_fail)}"),
    )
    yield (
        (lambda words: words("If it is not known:")),
        (lambda words: f"{_unknown(rule.consequence.unknown, words)} {words.name(rule.ask_for)}"),
    )
    yield (lambda words: words("Looks at:")), (lambda words: "; ".join(_facts(gate, known, words)))


def _facts(gate: Gate, known: Vocabulary, words: Words) -> list[str]:
    found = [known.fact(name, words) for name in gate.facts]
    return [*found, words("the points of the file")] if gate.scored else found


def _excused(exemption: Exemption, rule: Law, known: Vocabulary) -> Say:
    def text(words: Words) -> str:
        same = exemption.law.act == rule.act
        where = article(exemption.law, words) if same else law(exemption.law, words)
        phrase = say(exemption.when, known, words)
        return f"{words.name(exemption.title)} ({where}; {phrase})"

    return text


def law(found: Law, words: Words) -> str:
    """The act and the article."""
    act = words.name(found.act)
    if found.article == NO_VALUE:
        return words("{act} (article not established)", act=act)
    if found.article[:1].isdigit():
        return words("{act}, article {article}", act=act, article=words(found.article))
    return f"{act}, {words(found.article)}"


def article(found: Law, words: Words) -> str:
    """The article alone."""
    if found.article == NO_VALUE:
        return words("article not established")
    if found.article[:1].isdigit():
        return words("article {article}", article=words(found.article))
    return words(found.article)


def period(found: Period, words: Words) -> str:
    """`since 2026-02-13`, with the last day where there is one."""
    if found.to is None:
        return words("since {day}", day=day(found.from_, words))
    return words("from {start} to {end}", start=day(found.from_, words), end=day(found.to, words))


def day(found: date, words: Words) -> str:
    """A day as readers of the language write it."""
    return plain(found.isoformat(), words)


def _by(whom: str, words: Words) -> str:
    told = {
        "register": words("a register"), "document": words("a document"),
        "human": words("a person: the program never infers it"), "agency": words("an authority alone: the program never infers it"),
    }  # fmt: skip
    return told[whom]


def _failed(what: str, words: Words) -> str:
    told = {
        "officer": words("The file is held for an officer, who decides."),
        "papers": words("Papers are asked for."),
        "other_procedure": words("The file is passed on to another procedure."),
    }
    return told[what]


def _unknown(what: str, words: Words) -> str:
    told = {
        "wait": words("The file waits for:"),
        "note": words("The file goes on; the officer sees that nobody has recorded a finding. To have one:"),
    }
    return told[what]


def _values(gate: Gate, known: Vocabulary) -> str:
    """The dated values in force one after another, each with its source; values that stand in another file say where."""
    rows = []
    for name, items in gate.values.items():
        origin = gate.rule.values_of.get(name)
        for place, item in enumerate(items):
            told = ["" if place else safe(known.fact(name, words)) for words in SPEAK.values()]
            source = safe(item.source) + (f" (stands in {code(origin)})" if origin else "")
            rows.append(
                [
                    "" if place else code(name),
                    *told,
                    value(gate, known, name, item),
                    *dates(item),
                    item.status or "",
                    source,
                ]
            )
    head = ["Name", *HEADS, "Value", "From", "To", "Status", "Source"]
    return "\n" + table(head, rows) if rows else ""


def dates(item: Period) -> Sequence[str]:
    """First and last day for a table."""
    return item.from_.isoformat(), "" if item.to is None else item.to.isoformat()


def value(gate: Gate | None, known: Vocabulary, name: str, item: Dated) -> str:
    """One dated value: a number, a day, or codes with their English names."""
    found: Any = item.value
    if found == NO_VALUE:
        return "UNKNOWN"
    if isinstance(found, list | str):
        fact = compared(gate, name) if gate is not None else None
        every = found if isinstance(found, list) else [found]
        return safe(", ".join(known.code(fact or "", each, SPEAK["en"]) for each in every))
    return safe(plain(found if isinstance(found, bool | int | float) else found.isoformat(), SPEAK["en"]))


def facts(programme: Programme, book: Rulebook) -> str:
    """Every fact that the rules and the points look at, with where it is taken from."""
    rows = []
    for name in book.facts:
        take = programme.facts[name]
        title = take.title
        told = [safe(title[lang]) if title else "" for lang in ("kk", "ru", "en")]
        where = f", where {code(take.where.text)}" if take.where is not None else ""
        users = [f"[{gate.code}](#{anchor(programme, gate.code)})" for gate in book.gates if name in gate.facts]
        users += ["points"] if name in book.points_facts else []
        rows.append([code(name), *told, f"{take.take} {code(take.from_)}{where}", " ".join(users)])
    return table(["Fact", *HEADS, "Taken from", "Read by"], rows)
