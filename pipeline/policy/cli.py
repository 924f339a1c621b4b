"""`qonys policy ...`: check, test, explain, compare and release the law of a programme. Parse, call, exit code."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.core import files, stage, versions
from pipeline.core import programme as programmes
from pipeline.core.errors import Problem
from pipeline.core.messages import LANGUAGES, Words
from pipeline.core.programme import Programme
from pipeline.core.progress import Shown

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich",
    help="The law of a programme: check it, test it, explain a file, compare two versions, release one.",
    epilog="Exit code: 0 done, 1 finished with findings that need a person, 2 could not run.",
)  # fmt: skip

Name = Annotated[str, typer.Option("--programme", "-p", help="Name of a programme, or a folder with a programme.yaml.")]
Lang = Annotated[str, typer.Option(help=f"Language of the text: {', '.join(LANGUAGES)}.")]
On = Annotated[str | None, typer.Option(help="Day, as 2026-06-30; default: the day of the exports.")]
Root = Annotated[Path, typer.Option(help="Project folder, where data/ and params.yaml are.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON instead of text.")]


def _examples(*lines: str) -> str:
    return "Examples:\n\n" + "\n\n".join(lines)


def _day(text: str | None, default: date) -> date:
    try:
        return date.fromisoformat(text) if text else default
    except ValueError:
        raise Problem(f"{text}: is not a day; write it as 2026-06-30.") from None


def _words(lang: str) -> Words:
    return Words(lang)


def _as_of(programme: Programme, root: Path) -> date:
    """The day of the last run, so that a file is explained as it stands on the list; else that of the exports."""
    record = stage.place(root.resolve(), programme, "out/run.json")
    made = json.loads(record.read_text(encoding="utf-8")).get("as_of") if record.exists() else None
    return _day(made, programme.as_of)


def _show(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=1))


@app.command(
    epilog=_examples("qonys policy check", "qonys policy check -p au_skilled", "qonys policy check --official")
)
def check(
    programme: Name = "kz_2026",
    official: Annotated[bool, typer.Option("--official", help="Take PROVISIONAL rows as errors.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the law without data: gaps and overlaps in time, rules that can never matter, rules that contradict each other.

    Every finding names its file and line. Exits with 1 where there is an error; warnings and notes are only printed.
    """
    from pipeline.policy.check import findings

    found = findings(programme, official=official)
    if as_json:
        _show([finding.document() for finding in found])
    else:
        for finding in found:
            typer.echo(str(finding))
        counts = {level: sum(finding.severity == level for finding in found) for level in ("error", "warning", "note")}
        typer.echo(f"{counts['error']} errors, {counts['warning']} warnings, {counts['note']} notes")
    if any(finding.severity == "error" for finding in found):
        raise typer.Exit(1)


@app.command(epilog=_examples("qonys policy test", "qonys policy test -p ca_fsw"))
def test(programme: Name = "kz_2026", as_json: AsJson = False) -> None:
    """Run the YAML cases beside the gates, and say which answers no case shows.

    Exits with 1 where a case contradicts its rule, or a gate lacks a case it needs.
    """
    from pipeline.policy import examples

    found = examples.run(programmes.load(programme))
    if as_json:
        _show({
            "gates": {code: {**counts, "exempted": found.exempted[code]} for code, counts in found.counts.items()},
            "findings": [finding.document() for finding in found.findings],
        })  # fmt: skip
    else:
        for code, counts in found.counts.items():
            answers = ", ".join(f"{counts[answer]} {answer}" for answer in sorted(counts))
            typer.echo(f"  {code}: {sum(counts.values())} cases ({answers})")
        for finding in found.findings:
            typer.echo(str(finding))
        wrong, missing = len(found.disagreements), len(found.missing)
        typer.echo(f"{found.cases} cases: {wrong} contradict their rule, {missing} that the law needs are not written")
    if any(finding.severity == "error" for finding in found.findings):
        raise typer.Exit(1)


@app.command(epilog=_examples(
    "qonys policy explain A00020001", "qonys policy explain A00020001 --on 2026-06-15 --lang kk",
    "qonys policy explain A00020001 --json", "qonys policy explain --facts profile.yaml -p ca_fsw --on 2026-06-30"))  # fmt: skip
def explain(
    application: Annotated[str, typer.Argument(help="Number of an application in the ingested registers.")] = "",
    programme: Name = "kz_2026",
    on: On = None,
    facts: Annotated[Path | None, typer.Option(help="Facts typed in as YAML, instead of an application.")] = None,
    law: Annotated[str | None, typer.Option(help="The law to ask: a folder, or NAME:VERSION of a release.")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
    root: Root = Path(),
) -> None:
    """Explain one file: every gate with what was looked at, what would settle it, points and clocks, on one day.

    Works for any application of the ingested registers, decided ones too, as they were known on the day.
    """
    from pipeline.policy import explain as explained
    from pipeline.policy import told
    from pipeline.policy.law import resolve

    described = programmes.load(programme) if law is None else resolve(law, root.resolve()).programme
    words = _words(lang)
    if (facts is None) == (not application):
        raise Problem("Name an application, or a file of facts with --facts, and not both.")
    if facts is not None:
        found = explained.profile(described, facts, _day(on, described.as_of))
    else:
        day = _day(on, _as_of(described, root))
        found = explained.application(described, root.resolve(), application, day)
    if as_json:
        _show(found)
    else:
        typer.echo(told.text(found, words.lang), nl=False)


@app.command(epilog=_examples("qonys policy clocks", "qonys policy clocks --start 2026-11-02 --lang ru"))
def clocks(
    programme: Name = "kz_2026",
    start: Annotated[str | None, typer.Option(help="Count every clock from this day.")] = None,
    on: On = None,
    lang: Lang = "en",
) -> None:
    """Print the clocks of the law: how long each runs, its article, conflicting sources, and when it would end."""
    from pipeline.clocks.told import table

    described, words = programmes.load(programme), _words(lang)
    begins = None if start is None else _day(start, described.as_of)
    day = _day(on, begins or described.as_of)
    lines = table(described, day, begins, words.lang)
    for line in lines or [f"{described.programme} has no clocks; describe them in clocks.yaml."]:
        typer.echo(line)


@app.command(epilog=_examples("qonys policy sensitivity", "qonys policy sensitivity --share 5%"))
def sensitivity(
    programme: Name = "kz_2026",
    share: Annotated[str, typer.Option(help="By how much a weight or the threshold moves.")] = "10%",
    lang: Lang = "en",
    root: Root = Path(),
) -> None:
    """Say who flips when a weight of the points table or its threshold moves: a page, the same as JSON, and the files."""
    from pipeline.policy import sensitivity as moved
    from pipeline.policy import sensitivity_report

    described, words = programmes.load(programme), _words(lang)
    with Shown("Move weights and threshold") as progress:
        found = moved.measure(described, root.resolve(), moved.share_of(share), progress)
    target = sensitivity_report.write(found, root.resolve(), words.lang)
    for line in sensitivity_report.lines(found, words):
        typer.echo(f"  {line}")
    typer.echo(f"  {target.relative_to(root.resolve())}: begin with index.html")


@app.command(epilog=_examples(
    "qonys policy diff kz_2026 my/kz_2026", "qonys policy diff kz_2026 kz_2026@2027-01-01",
    "qonys policy diff kz_2026:1f2e3d4c5b6a kz_2026 --lang ru"))  # fmt: skip
def diff(
    old: Annotated[str, typer.Argument(help="The law as it is: NAME, folder or NAME:VERSION, with @DAY for a day.")],
    new: Annotated[str, typer.Argument(help="The law as it would be, written alike.")],
    lang: Lang = "en",
    root: Root = Path(),
) -> None:
    """Judge the same intake by two laws: who flips, in which direction, by group, and what it does to the offices.

    The intake is the queue of the last run of the first programme. Writes a page with pictures, the same as JSON and
    the list of flipped files. Exits with 1 where a concern should be accepted by a person before such a law is released.
    """
    from pipeline.policy import diff as compared
    from pipeline.policy import diff_report
    from pipeline.policy.law import resolve

    home, words = root.resolve(), _words(lang)
    a, b = resolve(old, home), resolve(new, home)
    with Shown("Judge the intake by both laws") as progress:
        found = compared.compare(a, b, home, progress)
    target = diff_report.write(found, home, words.lang)
    concerns = compared.concerns(found, words)
    typer.echo(f"  {found.flipped:,} of {found.files:,} files flip; {target.relative_to(home)}: begin with index.html")
    for concern in concerns:
        typer.echo(f"  concern: {concern}")
    if concerns:
        raise typer.Exit(1)


@app.command(epilog=_examples("qonys policy page --out docs/law.md", "qonys policy page -p ca_fsw -p au_skilled"))
def page(
    programme: Annotated[
        list[str] | None, typer.Option("--programme", "-p", help="A programme; may be given again. Default: kz_2026.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the page here instead of printing it.")] = None,
) -> None:
    """Write the page that a lawyer reads: every rule with its article, values, exemptions and clocks, in three languages."""
    from pipeline.policy.law_page import pages

    text = pages([programmes.load(name) for name in programme or ["kz_2026"]])
    if out is None:
        typer.echo(text, nl=False)
    else:
        files.write_text(out, text)


Key = Annotated[Path, typer.Option(help="Your private key (`qonys policy key`).")]
Locked = Annotated[bool, typer.Option("--locked", help="The key has a passphrase; it is asked for.")]


def _passphrase(locked: bool, *, new: bool = False) -> str | None:
    return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=new)) if locked else None


@app.command(epilog=_examples(
    'qonys policy key "Aigul S." --out ~/aigul.pem --on 2026-11-23',
    'qonys policy key "Aigul S." --out ~/aigul.pem --on 2026-11-23 --locked'))  # fmt: skip
def key(
    name: Annotated[str, typer.Argument(help="Whose key it is.")],
    out: Annotated[Path, typer.Option(help="Where the private key goes; it is never overwritten.")],
    on: Annotated[str, typer.Option(help="First day on which it may sign, as 2026-11-23.")],
    locked: Annotated[bool, typer.Option("--locked", help="Lock it with a passphrase, which is asked for.")] = False,
) -> None:
    """Make a private key for a person who releases law, and print the entry for data/releases/signers.yaml."""
    from pipeline.policy.signers import make_key

    day = _day(on, date.min)
    public = make_key(name, out, _passphrase(locked, new=True))
    typer.echo(f"{out}: private key; keep it to yourself. A person in charge adds to data/releases/signers.yaml:")
    typer.echo(f"signers:\n  - {{name: {json.dumps(name, ensure_ascii=False)}, key: {public}, from: {day}}}")


@app.command(epilog=_examples(
    'qonys policy release --against old/kz_2026 --by "Aigul S." --key ~/aigul.pem --on 2026-11-23 --accept "ordered by decree"',
    'qonys policy release --by "Bolat T." --key ~/bolat.pem --on 2026-11-24'))  # fmt: skip
def release(
    by: Annotated[str, typer.Option(help="Your name, as signers.yaml lists it.")],
    key: Key,
    on: Annotated[str, typer.Option(help="The day on which you sign, as 2026-11-23.")],
    against: Annotated[
        str | None, typer.Option(help="The law in force until now: a folder, or NAME:VERSION. Makes a proposal.")
    ] = None,
    accept: Annotated[
        list[str] | None, typer.Option(help="Why a concern of the dry run is accepted; once for each, in their order.")
    ] = None,
    locked: Locked = False,
    programme: Name = "kz_2026",
    root: Root = Path(),
) -> None:
    """Release the law as it is written: one person proposes (--against), another one approves; both sign.

    A proposal runs check, test and dry run, and is refused unless all pass and every concern has a reason. The release
    lies in data/releases with a copy of the law, so that a later day can ask which version decided a file.
    """
    from pipeline.policy import release as released
    from pipeline.policy import signers
    from pipeline.policy.law import RELEASES, resolve

    home = root.resolve()
    described, day = programmes.load(programme), _day(on, date.min)
    who, mine = signers.load(home / RELEASES), signers.read_key(key, _passphrase(locked))
    version = versions.law(described)
    folder = home / RELEASES / described.programme / version
    if against is None:
        if not folder.exists():
            raise Problem(f"Version {version} of {described.programme} is not proposed; propose it with --against.")
        _sound(programme, described)
        released.approve(folder, name=by, key=mine, who=who, day=day, current=version)
        typer.echo(f"{folder.relative_to(home)}: released; {by} approved it.")
        return
    previous = resolve(against, home)
    proof = _proof(programme, described, previous, home)
    reasons = _reasons(proof.concerns, accept or [])
    made = released.propose(
        described, previous.version, proof, name=by, key=mine, reasons=reasons, who=who, root=home, day=day
    )
    typer.echo(f"{made.relative_to(home)}: proposed by {by}; it is released when another person approves it.")


def _sound(name: str, described: Programme) -> None:
    """Raises Problem unless check and test pass now: the second person does not take the first one's word for it."""
    from pipeline.policy import examples
    from pipeline.policy.check import findings

    found = [*findings(name), *examples.run(described).findings]
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        raise Problem(f"The law does not pass check and test ({len(errors)} errors), first: {errors[0]}")


def _proof(name: str, described: Programme, previous: Any, home: Path) -> Any:
    """Check, test and dry run of the law that is to be released."""
    from pipeline.policy import diff as compared
    from pipeline.policy import diff_report, examples
    from pipeline.policy.check import findings
    from pipeline.policy.law import resolve
    from pipeline.policy.release import Proof

    found, told = findings(name), examples.run(described)
    with Shown("Judge the intake by both laws") as progress:
        law = resolve(name, home)
        dry = compared.compare(previous, law, home, progress)
    target = diff_report.write(dry, home, "en")
    return Proof(
        law=law.version,
        errors=[str(finding) for finding in found if finding.severity == "error"],
        warnings=sum(finding.severity == "warning" for finding in found),
        cases=told.cases,
        failures=[str(finding) for finding in told.findings if finding.severity == "error"],
        diff=target / diff_report.RECORD,
        compared=(previous.version, law.version),
        numbers={"files": dry.files, "flipped": dry.flipped},
        concerns=compared.concerns(dry),
    )


def _reasons(concerns: Any, accept: list[str]) -> dict[str, str]:
    if len(accept) != len(concerns):
        listed = "; ".join(f"({number}) {concern}" for number, concern in enumerate(concerns, start=1))
        raise Problem(
            f"The dry run has {len(concerns)} concerns and --accept is given {len(accept)} times; say for each, in this "
            f"order, why it is accepted: {listed}" if concerns else "The dry run has no concerns; leave --accept out."
        )  # fmt: skip
    return dict(zip(concerns, accept, strict=True))


@app.command(
    epilog=_examples(
        "qonys policy verify kz_2026:1f2e3d4c5b6a", "qonys policy verify data/releases/kz_2026/1f2e3d4c5b6a"
    )
)
def verify(
    release: Annotated[str, typer.Argument(help="NAME:VERSION, or the folder of a release.")], root: Root = Path()
) -> None:
    """Compute every hash and both signatures of a release anew; say what is wrong. Exits with 1 where something is."""
    from pipeline.policy import release as released
    from pipeline.policy import signers
    from pipeline.policy.law import RELEASES

    home = root.resolve()
    name, _, version = release.partition(":")
    folder = home / RELEASES / name / version if version else Path(release)
    wrong = released.verify(folder, signers.load(home / RELEASES))
    for sentence in wrong:
        typer.echo(sentence)
    if wrong:
        raise typer.Exit(1)
    typer.echo(f"{release}: two people signed exactly this law.")
