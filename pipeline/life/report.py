"""Writes a comparison: the page with its picture, the same as JSON, and lines for the terminal."""

import json
from pathlib import Path
from typing import Any

from pipeline.core import files, pages, stage
from pipeline.core.messages import Words
from pipeline.core.programme import Programme
from pipeline.life import picture
from pipeline.life.compare import Comparison
from pipeline.rank.reasons import number
from pipeline.stages.rank import features as described

PLACE, PAGE, RECORD, PICTURE = "out/compare", "index.html", "compare.json", "scores.png"
WIDE, NARROW = 7.6, 3.9  # inches: on a screen, and on a telephone
SHOWN = 12  # questions of the table that changed most


def write(programme: Programme, found: Comparison, root: Path, lang: str) -> Path:
    """Writes `data/out/<programme>/compare/` under `root`, whole or not at all; gives that folder."""
    text, png = _page(programme, found, Words(lang))
    record = json.dumps(found.figures, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    target = stage.place(root, programme, PLACE)
    with files.folder(target) as staged:
        (staged / PAGE).write_text(text, encoding="utf-8")
        (staged / RECORD).write_text(record + "\n", encoding="utf-8")
        (staged / PICTURE).write_bytes(png)
    return target


def lines(figures: dict[str, Any]) -> list[str]:
    """The comparison in a few lines, in English as all that the command line says."""
    new, old, n = figures["candidate"], figures["champion"], figures["n"]
    said = [
        f"version {new['version']} ({new['model']}, as of {new['as_of']}) against {old['version']} ({old['model']}, as of {old['as_of']})",
        f"{n:,} cases lodged since {figures['since']}, {figures['positives']:,} positive: neither model learnt from them",
    ]
    if figures["auc_difference_low"] is None:
        said.append("AUC: cannot be said, the cases lack outcomes of both kinds")
    else:
        said.append(
            f"AUC {figures['of_candidate']['auc']:.4f} instead of {figures['of_champion']['auc']:.4f}: difference "
            f"{figures['auc_difference']:+.4f} ({figures['auc_difference_low']:+.4f} to {figures['auc_difference_high']:+.4f}), {figures['auc_interval']}"
        )
    said.append(
        "Brier {:.4f} instead of {:.4f}, calibration error {:.4f} instead of {:.4f}".format(
            *(figures[side][name] for name in ("brier", "ece") for side in ("of_candidate", "of_champion"))
        )
    )
    said.append(f"top {figures['top_share']:.0%}: {figures['top_overlap']:.1%} of the files are in both")
    changed = figures["questions_changed"]
    said.append(
        "tables: cannot be compared, a model has none"
        if changed is None
        else f"tables: {len(changed)} questions changed"
    )
    said.append(
        f"reasons: {figures['reasons_changed']:,} of {n:,} files get others, {figures['first_reason_changed']:,} another first one"
    )
    return said


def _page(programme: Programme, found: Comparison, words: Words) -> tuple[str, bytes]:
    figures, lang = found.figures, words.lang
    n = figures["n"]
    drawn = [
        picture.scores(found.y, found.scores, (words("champion"), words("candidate")), words, width)
        for width in (WIDE, NARROW)
    ]
    sides = [
        (words("Candidate"), figures["candidate"], figures["of_candidate"]),
        (words("Champion"), figures["champion"], figures["of_champion"]),
    ]
    rows = [
        (words(name), *(_number(side[key], words) for _, _, side in sides))
        for name, key in (("AUC", "auc"), ("Average precision", "average_precision"), ("Brier score", "brier"), ("Calibration error", "ece"))
    ]  # fmt: skip
    return pages.render(
        "compare.html", words=words, lang=lang, title=words.name(programme.title), status=words(programme.status),
        headline=_headline(figures, words), sides=[(name, side["version"], side["model"], words.day(side["as_of"])) for name, side, _ in sides],
        rows=rows, n=number(n, lang), positives=number(figures["positives"], lang), since=words.day(figures["since"]),
        share=number(100 * figures["top_share"], lang), overlap=number(100 * figures["top_overlap"], lang),
        changed=number(figures["reasons_changed"], lang), first=number(figures["first_reason_changed"], lang),
        questions=_questions(programme, figures, words), picture=[pages.inline(png) for png in drawn],
    ), drawn[0]  # fmt: skip


def _headline(figures: dict[str, Any], words: Words) -> str:
    value, low, high = (figures[f"auc_difference{end}"] for end in ("", "_low", "_high"))
    if low is None:
        return words("Which model orders later cases better cannot be said: they lack outcomes of both kinds.")
    shown = {name: _number(each, words, sign=True) for name, each in (("value", value), ("low", low), ("high", high))}
    if low > 0:
        return words("The candidate orders later cases better: AUC {value} ({low} to {high}).", **shown)
    if high < 0:
        return words("The candidate orders later cases worse: AUC {value} ({low} to {high}).", **shown)
    return words("No difference in order is shown on later cases: AUC {value} ({low} to {high}).", **shown)


def _questions(programme: Programme, figures: dict[str, Any], words: Words) -> list[tuple[str, str, str]] | None:
    """Name, kind of change and its mean size in points, of the questions that changed most."""
    if figures["questions_changed"] is None:
        return None
    known, _ = described(programme)
    kinds = {"new": words("new"), "gone": words("gone"), "changed": words("changed")}
    return [
        (
            " × ".join(words(known[name].meaning) if name in known else name for name in change["features"]),
            kinds[change["kind"]],
            "" if change["mean_points"] is None else number(change["mean_points"], words.lang),
        )
        for change in figures["questions_changed"][:SHOWN]
    ]


def _number(value: float | None, words: Words, sign: bool = False) -> str:
    if value is None:
        return words("cannot be said")
    text = f"{value:+.4f}" if sign else f"{value:.4f}"
    return text if words.lang == "en" else text.replace(".", ",")
