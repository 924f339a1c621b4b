"""`qonys retrain`, `compare`, `promote`, `rollback`, `versions`: parse, call, exit code."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.core import params
from pipeline.core import programme as programmes
from pipeline.core.errors import Problem
from pipeline.core.messages import LANGUAGES
from pipeline.core.progress import Shown

if TYPE_CHECKING:
    from models.tracking import Version
    from pipeline.life.approval import Approver

Name = Annotated[str, typer.Option("--programme", "-p", help="Name of a programme, or a folder with a programme.yaml.")]
Root = Annotated[Path, typer.Option(help="Project folder, where data/ and params.yaml are.")]
By = Annotated[
    str | None, typer.Option("--by", help="Who approves first, as data/releases/signers.yaml lists the person.")
]
Key = Annotated[Path | None, typer.Option("--key", help="That person's private key (`qonys policy key`).")]
Other = Annotated[str | None, typer.Option("--and", help="Who approves second: another person.")]
OtherKey = Annotated[Path | None, typer.Option("--and-key", help="The second person's private key.")]
On = Annotated[
    str | None, typer.Option("--on", help="The day on which both sign, as 2026-11-23; default: the day of the exports.")
]
Locked = Annotated[bool, typer.Option("--locked", help="The keys have a passphrase; each is asked for.")]


def retrain(
    programme: Name = "kz_2026",
    as_of: Annotated[
        str | None, typer.Option(help="The day as of which it learns, as 2026-06-30; default: the day of the exports.")
    ] = None,
    root: Root = Path(),
) -> None:
    """Learn a candidate from every outcome that had matured by a day, measure it, audit it and register it.

    What became known later has no part in it. The road's own results stay as they are; the candidate's lie in
    data/candidates/. The same bytes are the same version; the champion stays until two people promote another.
    """
    from pipeline.life import retrain as again

    described, home = programmes.load(programme), root.resolve()
    with Shown("Learn a candidate") as progress:
        version, folder = again.make(described, home, _day("--as-of", as_of, described.as_of), progress)
    found = version.metrics
    typer.echo(
        f"  version {version.number} of {described.programme}: model {version.tags['model']}, as of {version.tags['as_of']}"
    )
    if "auc_low" in found:
        typer.echo(f"  AUC {found['auc']:.3f} ({found['auc_low']:.3f} to {found['auc_high']:.3f}), Brier {found['brier']:.4f}, "
                   f"calibration error {found['ece']:.4f}, on {found['n_test']:,.0f} later cases")  # fmt: skip
    else:
        typer.echo("  its order on later cases cannot be said: they lack cases of both outcomes")
    typer.echo(
        f"  {folder.relative_to(home)}: all that was made for it; next: `qonys compare`, `qonys promote {version.number} --dry-run`"
    )


def compare(
    candidate: Annotated[str, typer.Argument(help="Number or alias of the version to look at.")] = "candidate",
    champion: Annotated[str, typer.Option(help="Number or alias of the version to compare with.")] = "champion",
    programme: Name = "kz_2026",
    lang: Annotated[
        str | None, typer.Option(help=f"Language of the page: {', '.join(LANGUAGES)}; default: params.yaml.")
    ] = None,
    root: Root = Path(),
) -> None:
    """Compare two versions on the same later cases, of which neither learnt; write a page with a picture.

    Order (difference of AUC with an interval for paired scores), probabilities, who stands at the top, which questions
    of the table changed, and for how many files the reasons do.
    """
    from pipeline.life import compare as both
    from pipeline.life import report

    described, home, knobs = programmes.load(programme), root.resolve(), params.load(root)
    found = both.run(
        described, home, knobs, _find(home, described.programme, candidate), _find(home, described.programme, champion)
    )
    target = report.write(described, found, home, lang or knobs.run.lang)
    for line in report.lines(found.figures):
        typer.echo(f"  {line}")
    typer.echo(f"  {target.relative_to(home)}: begin with index.html")


def promote(
    version: Annotated[str, typer.Argument(help="Number or alias of the version.")],
    by: By = None, key: Key = None, other: Other = None, other_key: OtherKey = None, on: On = None, locked: Locked = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Run the checks only; nothing is written.")] = False,
    programme: Name = "kz_2026", root: Root = Path(),
) -> None:  # fmt: skip
    """Make a version the champion: every check must pass, and two different people must sign.

    Checks: its files are as registered; it orders later cases no worse than the champion, within `life.margin`; every
    table keeps its declared direction; every reason may be told in three languages; an audit of this very model passes
    it. A missing audit is a failure. Exit code: 0 promoted (or all passed), 1 a check failed, 2 could not run.
    """
    from pipeline.core import registry
    from pipeline.life import checks, promotion

    described, home, knobs = programmes.load(programme), root.resolve(), params.load(root)
    candidate, day = _find(home, described.programme, version), _day("--on", on, described.as_of)
    approvers = [] if dry_run else _approvers(home, day, (by, key), (other, other_key), locked)
    records, _ = registry.records(registry.folder(home, described.programme))
    champion = promotion.champion(described, home, records)
    found = checks.run(described, home, knobs, candidate, champion)
    for check in found:
        typer.echo(f"  {'PASS' if check.passed else 'FAIL'}  {check.name}: {check.told}")
    if not all(check.passed for check in found):
        typer.echo(f"  version {candidate.number} is not promoted; nothing was changed")
        raise typer.Exit(1)
    if dry_run:
        typer.echo(f"  version {candidate.number} could be promoted; nothing was changed")
        return
    promotion.promote(described, home, candidate, champion, found, approvers, day)
    typer.echo(f"  version {candidate.number} is the champion of {described.programme}: {by} and {other} approved it")


def rollback(
    by: By, key: Key, other: Other, other_key: OtherKey,
    reason: Annotated[str, typer.Option(help="Why, for whoever reads the record later.")],
    to: Annotated[str | None, typer.Option(help="Number of an earlier champion; default: the one before.")] = None,
    on: On = None, locked: Locked = False, programme: Name = "kz_2026", root: Root = Path(),
) -> None:  # fmt: skip
    """Go back to an earlier champion, at once: its files are in the register, two people sign, a record says why."""
    from pipeline.life import promotion

    described, home = programmes.load(programme), root.resolve()
    day = _day("--on", on, described.as_of)
    approvers = _approvers(home, day, (by, key), (other, other_key), locked)
    made = promotion.rollback(described, home, to, reason, approvers, day).content
    typer.echo(
        f"  version {made.version} is the champion of {described.programme} again, instead of {made.previous}: {made.reason}"
    )


def versions(programme: Name = "kz_2026", root: Root = Path()) -> None:
    """List the registered versions and every decision about them; mend what a kill left half done."""
    from models import tracking
    from pipeline.life import promotion
    from pipeline.stages.evaluate import BOOK

    described, home = programmes.load(programme), root.resolve()
    with promotion.held(described, home):
        records = promotion.settle(described, home)
    for each in tracking.versions(home / BOOK, described.programme):
        auc = f"AUC {each.metrics['auc']:.3f}" if "auc" in each.metrics else "AUC not known"
        said = f"version {each.number}  model {each.tags.get('model', '?')}  as of {each.tags.get('as_of', '?')}  {auc}  {', '.join(each.aliases)}"
        typer.echo(f"  {said.rstrip()}")
    for record in records:
        made, names = record.content, " and ".join(each["name"] for each in record.signatures)
        why = f": {made.reason}" if made.reason else ""
        typer.echo(f"  {record.signatures[-1]['day']}  {made.action} of version {made.version} by {names}{why}")


def _find(home: Path, name: str, wanted: str) -> "Version":
    from models import tracking
    from pipeline.stages.evaluate import BOOK

    return tracking.find(home / BOOK, name, wanted)


def _approvers(
    home: Path, day: date, one: tuple[str | None, Path | None], other: tuple[str | None, Path | None], locked: bool
) -> "Sequence[Approver]":
    """Both people with their keys; raises Problem where one is missing, unknown, or the same person twice."""
    from pipeline.life import approval
    from pipeline.policy import signers
    from pipeline.policy.law import RELEASES

    found = []
    for (name, key), options in ((one, "--by and --key"), (other, "--and and --and-key")):
        if not name or key is None:
            raise Problem(f"Two people must approve; give {options}.")
        secret = str(typer.prompt(f"Passphrase of {name}", hide_input=True)) if locked else None
        found.append(approval.Approver(name, signers.read_key(key, secret)))
    approval.two(found, signers.load(home / RELEASES), day)
    return found


def _day(option: str, text: str | None, default: date) -> date:
    try:
        return date.fromisoformat(text) if text else default
    except ValueError:
        raise Problem(f"{option} {text}: is not a day; write it as 2026-06-30.") from None


def _examples(*lines: str) -> str:
    return "Examples:\n\n" + "\n\n".join(lines)


SIGNED = '--by "Aigul S." --key ~/aigul.pem --and "Bolat T." --and-key ~/bolat.pem --on 2026-11-24'
COMMANDS: tuple[tuple[Callable[..., Any], str], ...] = (
    (retrain, _examples("qonys retrain", "qonys retrain --as-of 2026-03-31", "qonys retrain --programme perm_2016")),
    (compare, _examples("qonys compare", "qonys compare 4 --champion 2", "qonys compare --programme perm_2016 --lang kk")),
    (promote, _examples("qonys promote candidate --dry-run", f"qonys promote 4 {SIGNED}")),
    (rollback, _examples(f'qonys rollback --reason "too many files in doubt" {SIGNED}', f'qonys rollback --to 2 --reason "as ordered" {SIGNED}')),
    (versions, _examples("qonys versions", "qonys versions --programme perm_2016")),
)  # fmt: skip
