"""A small queue of made-up files: enough for every list, tie and language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pytest

from pipeline.core.messages import Words
from pipeline.rank import listing, order, reasons
from pipeline.rank.gaps import GateText

OFFICES = {"71": "Астана қаласы", "75": "Алматы: қаласы / city [75]"}
FEATURES = {
    "best_listening": reasons.Described(
        "number", "Best listening result among valid attempts at the Kazakh test", "of 20 items",
        theme="language", change="more", advice="Taking the Kazakh test",
    ),
    "job_offer": reasons.Described(
        "number", "Has an offer of work in Kazakhstan", "1 yes, 0 no",
        theme="work", change="more", advice="Finding an offer of work and stating it in the questionnaire",
    ),
    "present_share": reasons.Described(
        "number", "Share of the last 12 months spent in Kazakhstan", "share of days",
        theme="presence", change="more", advice="Spending more of the year in Kazakhstan",
    ),
    "registered_wage": reasons.Described(
        "number", "Monthly wage in the contract that started last", "log of KZT a month"
    ),
    "days_since_offence": reasons.Described("number", "Days since the latest administrative offence", "days"),
    "housing": reasons.Described(
        "category", "Housing at the place of settlement",
        theme="ties", change="other", advice="Stating the housing in the questionnaire",
    ),
}  # fmt: skip
CHANGES = {  # change, from, to
    "best_listening": ("more", "15", ""), "job_offer": ("more", "1", ""), "present_share": ("more", "0.81", ""),
    "housing": ("other", "own", ""),
}  # fmt: skip
SEED = "a published seed"
VALUES = {
    "best_listening": "14.0", "job_offer": "1.0", "present_share": "0.731", "registered_wage": "350000",
    "days_since_offence": "", "housing": "relatives",
}  # fmt: skip
TEXTS = {
    "G01": GateText(
        "Passport <180 days>", "Rules & forms, article 5", "The passport may be renewed.", "A copy of the passport"
    ),
    "G02": GateText(
        "Proof of solvency", "Law, article 49(4)", "The sum is below 1,320 MCI.", "A certificate of a bank"
    ),
}


@dataclass(frozen=True)
class Queue:
    """The three tables that meet in the ranking."""

    cases: pd.DataFrame
    scores: pd.DataFrame
    gates: pd.DataFrame

    def ranked(self, salt: str = "salt") -> pd.DataFrame:
        return order.rank(order.queue(self.cases, self.scores, self.gates), salt, SEED)

    def rows(self, lang: str = "en") -> pd.DataFrame:
        words = Words(lang)
        told = reasons.tell(self.scores, FEATURES, words)
        return listing.assemble(self.ranked(), told, self.gates, texts=TEXTS, offices=OFFICES, words=words)


def make(count: int = 60, seed: int = 7) -> Queue:
    """A queue with ties in score and in the day of lodging, and every mix of answers of two gates."""
    rng = np.random.default_rng(seed)
    ids = pd.Series([f"A{number:08d}" for number in rng.permutation(count)], dtype="str")
    cases = pd.DataFrame(
        {
            "case_id": ids,
            "person_id": pd.Series([f"P{number:08d}" for number in range(count)], dtype="str"),
            "office": pd.Series(rng.choice(list(OFFICES), count), dtype="str"),
            "lodged_on": (pd.Timestamp("2026-05-01") + pd.to_timedelta(rng.integers(0, 4, count), unit="D")).astype(
                "datetime64[s]"
            ),
            "arm": rng.random(count) < 0.15,
        }
    )
    score = np.round(rng.random(count), 1)
    why = rng.choice(["", "wide", "cannot_say"], count, p=[0.5, 0.25, 0.25])
    reach = np.where(why == "cannot_say", np.nan, np.where(why == "wide", 0.25, 0.05))
    scores = pd.DataFrame(
        {
            "case_id": ids, "score": score, "raw": rng.normal(size=count), "low": score - reach, "high": score + reach,
            "doubt": why != "", "why_doubt": why, "rest": rng.choice([-0.5, 0.0, 0.5], count),
        }
    )  # fmt: skip
    for place in (1, 2, 3):
        named = rng.choice(list(FEATURES), count)
        scores[f"reason_{place}"] = named
        scores[f"effect_{place}"] = rng.choice([-1.0, 0.0, 1.0], count)
        scores[f"value_{place}"] = [VALUES[name] for name in named]
        scores[f"code_{place}"] = [f"{name.upper()}+" for name in named]
        moves = [CHANGES.get(name, ("", "", "")) for name in named]
        for part, column in enumerate(("change", "from", "to")):
            scores[f"{column}_{place}"] = [move[part] for move in moves]
        scores[f"gain_{place}"] = [0.5 if move[0] else np.nan for move in moves]
    answers = {
        code: rng.choice(["PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE"], count, p=[0.7, 0.1, 0.1, 0.1]) for code in TEXTS
    }
    gates = pd.DataFrame({"case_id": ids, **answers, "points": np.nan})
    failed = (gates[list(TEXTS)] == "FAIL").any(axis=1)
    unknown = (gates[list(TEXTS)] == "UNKNOWN").any(axis=1)
    gates["verdict"] = np.select([failed, unknown], ["FAIL", "UNKNOWN"], "PASS")
    gates["waiting"] = [" ".join(code for code in TEXTS if row[code] == "UNKNOWN") for row in gates.to_dict("records")]
    gates["set_aside"] = ""
    return Queue(cases, scores, gates)


@pytest.fixture(scope="session")
def queue() -> Queue:
    return make()


@pytest.fixture(scope="session")
def people(queue: Queue) -> dict[str, str]:
    return {case: f"Surnamova Name{place}" for place, case in enumerate(queue.cases["case_id"])}


@pytest.fixture
def head() -> Callable[[Words], listing.Head]:
    def make_head(words: Words) -> listing.Head:
        return listing.Head(
            title="A & B", status="SYNTHETIC register; points are PROVISIONAL", as_of=date(2026, 6, 30), salt="qonys-salt",
            score_means="Who still lived here", versions={words("law"): "0a1b2c"}, offices=OFFICES,
        )  # fmt: skip

    return make_head


@pytest.fixture(scope="session")
def texts() -> dict[str, GateText]:
    return TEXTS


@pytest.fixture(scope="session")
def features() -> dict[str, reasons.Described]:
    return FEATURES
