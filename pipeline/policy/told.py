"""An explanation of one file as text that a person can read, in Kazakh, Russian or English."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.clocks import told as clocks
from pipeline.core.messages import Words

WIDTH = 100


def text(explained: Mapping[str, Any], lang: str) -> str:
    """The document of `pipeline.policy.explain` as plain text: what follows first, then why, then everything else."""
    words = Words(lang)
    gates = explained["gates"]
    failed = [gate for gate in gates if gate["verdict"] == "FAIL"]
    waiting = [gate for gate in gates if gate["verdict"] == "UNKNOWN" and gate["waits"]]
    noted = [gate for gate in gates if gate["verdict"] == "UNKNOWN" and not gate["waits"]]
    passed = [gate for gate in gates if gate["verdict"] == "PASS"]
    outside = [gate for gate in gates if gate["verdict"] == "NOT_APPLICABLE"]
    lines = [
        f"{explained['file']} · {words.name(explained['title'])}",
        words(explained["status"]),
        words("Law of {day}, version {version}.", day=words.day(explained["on"]), version=explained["law"]),
        "",
        _result(explained["result"], explained["listed"], words),
        # Digital Code, in force 11 July 2026; Administrative Procedure Code, Art. 91-92; Law on Personal Data, Art. 25
        *(
            textwrap.wrap(
                words(
                    "You have the right to know the key factors, to have a person look at this, to see and correct your data, and to complain within three months of a decision to the body that took it."
                ),
                WIDTH,
            )
            if explained.get("clocks")
            else []
        ),
    ]
    sections = (
        (words("Held for an officer"), failed, "on_fail"),
        (words("Waits for a paper or an answer"), waiting, "ask_for"),
        (words("Met, or nothing recorded against it"), passed, None),
        (words("Does not apply"), outside, None),
    )
    for title, some, advice in sections:
        if some:
            lines += ["", f"{title} ({len(some)})"]
            for gate in some:
                lines += _gate(gate, advice, words)
    if noted:
        codes = ", ".join(gate["gate"] for gate in noted)
        lines += [
            "",
            *textwrap.wrap(
                words(
                    "On {count} grounds that only an officer or an authority can establish, nobody has recorded anything ({gates}); "
                    "this does not hold the file up.",
                    count=len(noted),
                    gates=codes,
                ),
                WIDTH,
            ),
        ]
    if explained["points"] is not None:
        lines += _points(explained["points"], words)
    if explained.get("clocks"):
        lines += ["", words("Clocks"), *(f"  {line}" for line in clocks.said(explained["clocks"], words))]
    return "\n".join(lines) + "\n"


def _result(result: str, listed: bool, words: Words) -> str:
    told = {
        "PASS": words("Nothing in the law that the registers show stands against the file; it goes on the list.")
        if listed
        else words("None of the rules described here stands against the file."),
        "FAIL": words("The file is held for an officer, who decides. The program refuses nobody."),
        "UNKNOWN": words("The file waits: something is not known yet. Nothing is decided against it."),
    }
    return told[result]


def _gate(gate: Mapping[str, Any], advice: str | None, words: Words) -> Iterator[str]:
    yield f"  {gate['gate']} {words.name(gate['title'])} — {_law(gate['law'], words)}"
    if not gate["in_force"]:
        yield _line(words("Not in force on this day."))
        return
    if gate["exemption"]:
        found = gate["exemption"]
        yield _line(words("Excused by law: {who} ({law}).", who=words.name(found["title"]), law=_law(found, words)))
    looked = [f"{words.name(fact['title'])}: {_value(fact, words)}" for fact in gate["facts"].values()]
    if looked:
        yield _line(words("Looked at: {facts}.", facts="; ".join(looked)))
    if gate["points"] is not None:
        yield _line(
            words("Points: {points}.", points=_span(gate["points"]["points_least"], gate["points"]["points_most"]))
        )
    against = [_dated(value, words) for value in gate["values"].values()]
    if against:
        yield _line(words("Compared with: {values}.", values="; ".join(against)))
    if advice == "ask_for" and any(value["value"] is None for value in gate["values"].values()):
        yield _line(words("A number of the law is not known on this day; that is not the person's to mend."))
    elif advice is not None:
        yield _line("→ " + words.name(gate[advice]))


def _law(law: Mapping[str, Any], words: Words) -> str:
    article = law["article"]
    act = words.name(law["act"])
    if article == "UNKNOWN":
        return words("{act} (article not established)", act=act)
    return (
        words("{act}, article {article}", act=act, article=words(article))
        if article[:1].isdigit()
        else f"{act}, {words(article)}"
    )


def _value(fact: Mapping[str, Any], words: Words) -> str:
    if fact["set_aside"]:
        return words("a record that was set aside as unusable bears on it")
    if fact["told"]:
        return words.name(fact["told"])
    return plain(fact["value"], words)


def plain(value: Any, words: Words) -> str:
    """A value as readers of the language write it: yes and no, days, numbers in groups of three."""
    if value is None:
        return words("not known")
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, int | float):
        return f"{value:,}" if words.lang == "en" else f"{value:,}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    try:
        return words.day(value)
    except ValueError:
        return str(value)


def _dated(value: Mapping[str, Any], words: Words) -> str:
    source = f" ({value['source']})" if value.get("source") else ""
    told = ", ".join(words.name(name) for name in value["told"]) if value["told"] else plain(value["value"], words)
    return f"{words.name(value['title'])} = {told}{source}"


def _span(least: float, most: float) -> str:
    return f"{least}" if least == most else f"{least}–{most}"


def _points(points: Mapping[str, Any], words: Words) -> Sequence[str]:
    total = _span(points["points_least"], points["points_most"])
    lines = [
        "",
        words("Points: {total}; threshold {threshold}", total=total, threshold=plain(points["threshold"], words)),
    ]
    if points["provisional_rows"]:
        lines.append(_line(words("Points are PROVISIONAL: the official weights are not public.")))
    for entry in points["criteria"]:
        band = f" ({words.name(entry['band'])})" if entry["band"] else ""
        lines.append(f"  {words.name(entry['title'])}: {_span(entry['least'], entry['most'])}{band}")
        if entry["missing"]:
            lines.append(
                _line(words("Not known: {facts}.", facts=", ".join(words.name(name) for name in entry["missing"])))
            )
        for better in entry["better"]:
            reaches = words("; this alone would reach the threshold") if better["reaches"] else ""
            lines.append(
                _line(
                    words("{band} would add {points}", band=words.name(better["band"]), points=better["adds"]) + reaches
                )
            )
    for cap in (cap for cap in points["caps"] if cap["most"] > cap["counts"]):
        together = _span(cap["least"], cap["most"])
        lines.append(
            "  "
            + words(
                "{cap}: together {points}, at most {most} count",
                cap=words.name(cap["title"]),
                points=together,
                most=cap["counts"],
            )
        )
    return lines


def _line(sentence: str) -> str:
    return textwrap.fill(sentence, WIDTH, initial_indent="      ", subsequent_indent="      ", break_long_words=False)
