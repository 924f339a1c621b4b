"""The page: a sentence first, then what rings with its pictures, then every check, then how it was computed."""

from collections.abc import Callable
from typing import Any

from pipeline.core import pages
from pipeline.core.messages import Words
from pipeline.drift import pictures
from pipeline.drift.checks import CANNOT, MISSING, PSI, QUIET, RING, SCORE_MEAN, SCORE_PSI, UNKNOWN, Check
from pipeline.drift.labels import BINS, LEVEL
from pipeline.drift.told import Teller
from pipeline.drift.volume import VOLUME
from pipeline.drift.watch import Watch
from pipeline.rank.reasons import YES_NO

WIDE, NARROW = 7.6, 3.9  # inches: on a screen, and on a telephone
SHAPES = {RING: "fail", QUIET: "pass", CANNOT: "none"}
ORDER = (SCORE_PSI, SCORE_MEAN, LEVEL, BINS, PSI, MISSING, UNKNOWN, VOLUME)
DRAWN = 8  # features drawn by themselves at most
MOVED = 12  # rows of the picture of what moved most
STABILITY, SCORE, CURVE, OFFICES = "stability", "score", "calibration", "volume"

Pair = tuple[bytes, bytes]


def render(watch: Watch, words: Words) -> tuple[str, dict[str, bytes]]:
    """The page as HTML (self-contained, no script, nothing loaded from anywhere) and its pictures by file name."""
    page = _Page(watch, words)
    drawn = page.drawn()
    text = pages.render("drift.html", **page.values(drawn))
    return text, {f"{name}.png": wide for name, (wide, _) in drawn.items()}


class _Page:
    """Gathers what the template shows, in one language."""

    def __init__(self, watch: Watch, words: Words) -> None:
        self.watch, self.words, self.teller = watch, words, Teller(watch, words)

    def values(self, drawn: dict[str, Pair]) -> dict[str, Any]:
        """The template's variables."""
        intake, words, teller, knobs = self.watch.intake, self.words, self.teller, self.watch.knobs
        whole = teller.numbers.whole
        return {
            "words": words, "lang": words.lang, "title": words.name(intake.programme.title), "status": words(intake.programme.status),
            "headline": teller.headline(), "as_of": teller.day(intake.as_of), "model": intake.model[:12],
            "sides": [
                (words(name), teller.day(side.first), teller.day(side.last), whole(len(side.score)))
                for name, side in (("Reference", intake.reference), ("New intake", intake.current))
            ],
            "unripe": whole(intake.unripe) if intake.unripe else "", "after_days": intake.programme.cases.decision_after_days,
            "tiles": [(SHAPES[verdict], whole(len(self.watch.having(verdict))), teller.verdict(verdict), said) for verdict, said in (
                (RING, words("larger than the limit, and hardly chance")),
                (QUIET, words("small, or no more than chance does")),
                (CANNOT, words("too few cases, or no outcome yet")),
            )],
            "ringing": [self._row(check) for check in self.watch.having(RING)],
            "groups": [self._group(name) for name in ORDER if any(check.name == name for check in self.watch.checks)],
            "pictures": {name: tuple(pages.inline(png) for png in pair) for name, pair in drawn.items()},
            "features": [(place, self.teller.subject(check)) for place, check in self._to_draw()],
            "alpha": teller.numbers.percent(knobs.alpha), "confidence": teller.numbers.percent(1 - knobs.alpha),
            "bins": knobs.bins, "smallest": whole(knobs.smallest),
        }  # fmt: skip

    def _group(self, name: str) -> dict[str, Any]:
        checks = sorted((check for check in self.watch.checks if check.name == name), key=_ringing_first)
        counts = [(SHAPES[verdict], self.teller.verdict(verdict), sum(check.verdict == verdict for check in checks)) for verdict in SHAPES]  # fmt: skip
        return {
            "title": self.teller.kind(name), "limit": self.teller.number(checks[0], checks[0].limit),
            "counts": [count for count in counts if count[2]], "rows": [self._row(check) for check in checks],
        }  # fmt: skip

    def _row(self, check: Check) -> dict[str, Any]:
        teller = self.teller
        between = ""
        if check.low is not None and check.high is not None:
            between = self.words(
                "{low} to {high}", low=teller.number(check, check.low), high=teller.number(check, check.high)
            )
        return {
            "kind": teller.kind(check.name), "subject": teller.subject(check), "code": check.feature, "value": teller.number(check, check.value),
            "between": between, "limit": teller.number(check, check.limit), "n": teller.numbers.whole(check.n), "sentence": teller.sentence(check),
            "shape": SHAPES[check.verdict], "verdict": teller.verdict(check.verdict),
        }  # fmt: skip

    def _to_draw(self) -> list[tuple[str, Check]]:
        """The features that ring, each with its distribution: those whose PSI rings first."""
        rings = {check.feature for check in self.watch.having(RING) if check.name in (PSI, MISSING, UNKNOWN)}
        chosen = [
            check
            for check in self.watch.checks
            if check.name == PSI and check.feature in rings and check.value is not None
        ]
        chosen.sort(key=lambda check: (check.verdict != RING, -(check.value or 0), check.feature))
        return [(f"feature_{check.feature}", check) for check in chosen[:DRAWN]]

    def drawn(self) -> dict[str, Pair]:
        """Every picture for a screen and for a telephone."""
        words, teller, checks = self.words, self.teller, self.watch.checks
        found: dict[str, Pair] = {}
        psi = [check for check in checks if check.name in (PSI, SCORE_PSI) and check.value is not None]
        psi.sort(key=lambda check: (-(check.value or 0), check.feature))
        most = psi[:MOVED]
        if most:
            found[STABILITY] = _both(lambda width: pictures.stability(
                [teller.subject(check) if check.feature else words("The score") for check in most], [check.value or 0 for check in most],
                [check.details["noise"] for check in most], [check.verdict == RING for check in most], self.watch.knobs.psi_limit,
                (words("what chance reaches"), words("limit")), width,
            ))  # fmt: skip
        score = [(SCORE, check) for check in psi if check.name == SCORE_PSI]
        for name, check in [*score, *self._to_draw()]:
            found[name] = self._distribution(check)
        for check in checks:
            if check.name == BINS and check.value is not None:
                groups = check.details["groups"]
                found[CURVE] = _both(lambda width, groups=groups: pictures.calibration(  # type: ignore[misc]
                    [group["expected"] for group in groups], [group["observed"] for group in groups],
                    (words("expected by the score, %"), words("ended well, %")), width,
                ))  # fmt: skip
        offices = [check for check in checks if check.name == VOLUME and check.feature and check.p is not None]
        offices.sort(key=_ringing_first)
        if offices:
            found[OFFICES] = _both(lambda width: pictures.volume(
                [teller.subject(check) for check in offices], [check.details["observed"] for check in offices],
                [(check.details["expected_low"], check.details["expected_high"]) for check in offices],
                [check.verdict == RING for check in offices], (words("what chance allows"), words("lodged")),
                words("cases lodged in the window"), width,
            ))  # fmt: skip
        return found

    def _distribution(self, check: Check) -> Pair:
        words, parts = self.words, check.details["parts"]
        units = {feature.name: feature.unit for feature in self.watch.intake.described}
        names = [
            self._bin(part, parts[place - 1]["up_to"] if place and "up_to" in part else None)
            for place, part in enumerate(parts)
        ]
        if units.get(check.feature) == YES_NO:
            said = {0: words("no"), 1: words("yes")}
            names = [said.get(part.get("value"), name) for part, name in zip(parts, names, strict=True)]
        return _both(lambda width: pictures.distribution(
            names, [part["before"] for part in parts], [part["now"] for part in parts], (words("Reference"), words("New intake")),
            words("share of the cases that state it, %"), width,
        ))  # fmt: skip

    def _bin(self, part: dict[str, Any], below: float | None) -> str:
        end = part.get("up_to", part.get("value"))
        if "value" in part and end is None:
            return self.words("any other value")
        if end is None:
            return f"> {self._short(below or 0)}"
        if "value" in part:
            return end if isinstance(end, str) else self._short(end)
        return f"\u2264 {self._short(end)}" if below is None else f"{self._short(below)} \u2013 {self._short(end)}"

    def _short(self, number: float) -> str:
        """Three digits that count: enough for an axis."""
        size = abs(number)
        return self.teller.numbers.decimal(
            number, 0 if size >= 100 or number == int(number) else 1 if size >= 10 else 3
        )


def _ringing_first(check: Check) -> tuple[bool, bool, float, str]:
    return check.verdict != RING, check.value is None, -abs(check.value or 0), check.feature


def _both(draw: Callable[[float], bytes]) -> Pair:
    return draw(WIDE), draw(NARROW)
