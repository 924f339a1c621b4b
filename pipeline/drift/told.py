"""Every check in plain words, for the page and for the terminal."""

from datetime import date
from typing import Any

from babel.dates import format_date

from pipeline.audit.labels import Numbers
from pipeline.core.messages import Words
from pipeline.drift.checks import CANNOT, MISSING, PSI, QUIET, RING, SCORE_MEAN, SCORE_PSI, UNKNOWN, Check
from pipeline.drift.labels import BINS, LEVEL
from pipeline.drift.volume import MONTHS, VOLUME
from pipeline.drift.watch import Watch

SHARES = {MISSING, UNKNOWN, SCORE_MEAN, LEVEL, BINS, VOLUME}


class Teller:
    """Speaks one language about one watch."""

    def __init__(self, watch: Watch, words: Words) -> None:
        self.watch, self.words, self.numbers = watch, words, Numbers(words)
        self._meanings = {feature.name: feature.meaning for feature in watch.intake.described}

    def kind(self, name: str) -> str:
        """What kind of check it is."""
        words = self.words
        return {
            PSI: words("Distribution of a feature"), MISSING: words("Missing values of a feature"),
            UNKNOWN: words("Codes never seen before"), SCORE_PSI: words("Distribution of the score"),
            SCORE_MEAN: words("Mean score"), LEVEL: words("Outcomes against the score"),
            BINS: words("Outcomes against the score, along its range"), VOLUME: words("Cases lodged, by office"),
        }[name]  # fmt: skip

    def verdict(self, verdict: str) -> str:
        """The verdict as a person reads it."""
        return {RING: self.words("RINGS"), QUIET: self.words("QUIET"), CANNOT: self.words("CANNOT SAY")}[verdict]

    def subject(self, check: Check) -> str:
        """The feature, the office, or the whole intake."""
        if check.name == VOLUME:
            offices = self.watch.intake.programme.offices.list_
            return self.words.name(offices[check.feature].name) if check.feature else self.words("All offices")
        return self.words(self._meanings[check.feature]) if check.feature else self.words("All cases")

    def day(self, day: date) -> str:
        """A day as the reader writes it."""
        return format_date(day, "d MMMM y" if self.words.lang == "en" else "long", locale=self.words.lang)

    def number(self, check: Check, value: float | None) -> str:
        """A value or limit in its unit."""
        if value is None:
            return ""
        if check.name == VOLUME:
            return self.numbers.value(value, "share")
        return (
            self.numbers.gap(value, "share", signed=False) if check.name in SHARES else self.numbers.decimal(value, 3)
        )

    def share(self, share: float) -> str:
        """A share in per cent."""
        return self.numbers.value(share, "share")

    def sentence(self, check: Check) -> str:
        """What the check found, or why it cannot say anything."""
        if check.verdict == CANNOT:
            return self._why(check)
        if check.verdict == QUIET and check.beyond:
            doubt = self.words("Larger than the limit, but with so many checks at once it may be chance.")
            return f"{self._found(check)} {doubt}"
        return self._found(check)

    def _found(self, check: Check) -> str:
        words, d = self.words, check.details
        if check.name in (PSI, SCORE_PSI):
            return words(
                "PSI {value}; chance alone reaches {noise} once in {times} times.",
                value=self.number(check, check.value), noise=self.numbers.decimal(d["noise"], 3),
                times=self.numbers.whole(1 / self.watch.knobs.alpha),
            )  # fmt: skip
        if check.name == MISSING:
            return words(
                "Missing in {now}, before in {before}.", now=self.share(d["now"]), before=self.share(d["before"])
            )
        if check.name == UNKNOWN:
            return self._unknown(d)
        if check.name == SCORE_MEAN:
            return words("On average {now}, before {before}.", now=self.share(d["now"]), before=self.share(d["before"]))
        if check.name == LEVEL:
            return words(
                "Of {cases} cases whose outcome has matured {observed} ended well; the score had expected {expected}.",
                cases=self.numbers.whole(check.n), observed=self.share(d["observed"]), expected=self.share(d["expected"]),
            )  # fmt: skip
        if check.name == BINS:
            return words(
                "On average over {count} groups by score, outcomes and score lie {value} apart.",
                count=len(d["groups"]), value=self.number(check, check.value),
            )  # fmt: skip
        return words(
            "{observed} cases lodged; {expected} were expected, {low} to {high} by chance.",
            observed=self.numbers.whole(d["observed"]), expected=self.numbers.decimal(d["expected"], 1),
            low=self.numbers.whole(d["expected_low"]), high=self.numbers.whole(d["expected_high"]),
        )  # fmt: skip

    def _unknown(self, d: Any) -> str:
        now, before = self.share(d["now"]), self.share(d["before"])
        if d["codes"]:
            return self.words(
                "{now} have a code the reference never had ({before} were expected): {codes}.",
                now=now, before=before, codes=", ".join(d["codes"]),
            )  # fmt: skip
        return self.words("{now} have a code the reference never had ({before} were expected).", now=now, before=before)

    def _why(self, check: Check) -> str:
        words, least = self.words, self.numbers.whole(self.watch.knobs.smallest)
        if check.why == "young":
            return words(
                "No outcome of these cases has matured. The first can on {first}, in about {months} months; the last on {last} or later.",
                first=self.day(date.fromisoformat(str(check.details["first"]))), months=check.details["months"],
                last=self.day(date.fromisoformat(str(check.details["last"]))),
            )  # fmt: skip
        if check.why == "few_labels":
            return words("Only {n} outcomes have matured; it takes {least}.", n=check.n, least=least)
        if check.why == "few_months":
            return words("The reference has fewer than {months} whole months.", months=MONTHS)
        if check.why == "few_expected":
            return words("Too few cases are expected here to tell a change from chance.")
        if check.why == "few_values":
            return words("Fewer than {least} cases state it, now or before.", least=least)
        return words("Fewer than {least} cases, now or before.", least=least)

    def headline(self) -> str:
        """The result in one sentence."""
        watch, words = self.watch, self.words
        rings, able = len(watch.having(RING)), len(watch.checks) - len(watch.having(CANNOT))
        if not len(watch.intake.current.score):
            return words("No case of this window can be checked.")
        if not rings:
            return words(
                "None of {able} checks rings: the new intake looks like the cases the model learnt from.", able=able
            )
        return words(
            "{rings} of {able} checks ring: the new intake differs from the cases the model learnt from.",
            rings=rings,
            able=able,
        )
