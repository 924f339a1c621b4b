"""A small programme without any fault, which a test may spoil line by line."""

from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import strategies as st

from pipeline.core import programme as programmes
from pipeline.gates import cases, rulebook
from pipeline.gates.book import Gate, Rulebook
from pipeline.gates.records import Rule
from pipeline.policy.possible import Files

HOME = """\
programme: small
title: {kk: Шағын, ru: Малая, en: Small}
status: made up for a test
as_of: 2026-06-30
sources: [applications, offences]
cases: {source: applications, lodged_on: lodged_on}
offices: {list: {one: {name: {kk: Кеңсе, ru: Отдел, en: Office}}}}
facts:
  lodged_on: {from: applications.lodged_on, title: {kk: Күні, ru: День, en: Day}}
  born: {from: applications.born, title: {kk: Туған күні, ru: Дата рождения, en: Date of birth}}
  route: {from: applications.route, title: {kk: Жолы, ru: Основание, en: Route}, names: {standard: {kk: жалпы, ru: общий, en: standard}, family: {kk: отбасы, ru: семья, en: family}}}
  income: {from: applications.income, title: {kk: Табысы, ru: Доход, en: Income}}
  size: {from: applications.size, title: {kk: Адам саны, ru: Число человек, en: Persons}}
  level: {from: applications.level, title: {kk: Деңгейі, ru: Уровень, en: Level}, names: {none: {kk: жоқ, ru: нет, en: none}, A: {kk: A, ru: A, en: A}, B: {kk: B, ru: B, en: B}}}
  citizenship: {from: applications.citizenship, title: {kk: Азаматтығы, ru: Гражданство, en: Citizenship}}
  kandas: {from: applications.kandas, title: {kk: Қандас, ru: Кандас, en: Kandas}}
  answer: {from: applications.answer, title: {kk: Жауабы, ru: Ответ, en: Answer}, names: {clear: {kk: таза, ru: чисто, en: clear}, found: {kk: бар, ru: есть, en: found}, pending: {kk: күтілуде, ru: ожидается, en: awaited}}}
  offences: {from: offences.offence_id, take: count, title: {kk: Бұзушылық саны, ru: Число нарушений, en: Offences}}
  listed: {from: offences.offence_id, take: count, where: 'article == "517"', title: {kk: Тізімдегілер, ru: Из перечня, en: Listed offences}}
groups: {}
features: {}
salt: small
"""

APPLICATIONS = """\
file: applications.csv
title: Applications
key: application_id
happened_on: lodged_on
known_on: lodged_on
columns:
  application_id: {kind: id, required: true, meaning: Number}
  lodged_on: {kind: date, required: true, low: "2015-01-01", meaning: Day}
  born: {kind: date, required: true, low: "1910-01-01", meaning: Birth}
  route: {kind: code, required: true, codes: [standard, family], meaning: Route}
  income: {kind: number, low: 0, high: 1000, meaning: Income}
  size: {kind: integer, required: true, low: 1, high: 15, meaning: Persons}
  level: {kind: code, codes: [none, A, B], meaning: Level}
  citizenship: {kind: text, pattern: "[A-Z]{3}", meaning: Citizenship}
  kandas: {kind: boolean, meaning: Kandas}
  answer: {kind: code, codes: [clear, found, pending], meaning: Answer}
"""

OFFENCES = """\
file: offences.csv
title: Offences
key: offence_id
refers: {application_id: applications}
known_on: decided_on
columns:
  offence_id: {kind: id, required: true, meaning: Number}
  application_id: {kind: id, required: true, meaning: Number of the application}
  decided_on: {kind: date, required: true, meaning: Day}
  article: {kind: code, required: true, codes: ["517", other], meaning: Article}
"""

TAIL = """\
ask_for: {kk: Қағаз, ru: Бумага, en: A paper}
on_fail: {kk: Қараңыз, ru: Проверьте, en: Look at it}
established_by: register
consequence: {fail: officer, unknown: wait}
"""


def head(code: str, effective: str = "{from: 2024-01-01}") -> str:
    return f"""\
code: {code}
title: {{kk: Ереже, ru: Правило, en: Rule}}
law: {{act: {{kk: Заң, ru: Закон, en: Law}}, article: "1"}}
source: made up
status: SINGLE
effective: {effective}
"""


EXEMPT = """\
exempt:
  {name}:
    when: {when}
    title: {{kk: Босатылған, ru: Освобождён, en: Exempt}}
    law: {{act: {{kk: Заң, ru: Закон, en: Law}}, article: "2"}}
    source: made up
    status: SINGLE
"""

GATES = {
    "G01_income": head("G01") + """\
values:
  least:
    - {from: 2024-01-01, to: 2025-12-31, value: 100, source: made up, status: SINGLE}
    - {from: 2026-01-01, value: 120, source: made up, status: SINGLE}
value_titles: {least: {kk: Ең азы, ru: Наименьший, en: The least}}
pass_when: income >= least
""" + EXEMPT.format(name="kandas", when="kandas") + TAIL,
    "G02_answer": head("G02") + 'pass_when: answer == "clear"\nunknown_when: answer == "pending"\n' + TAIL,
    "G03_points": head("G03") + """\
values_of: {threshold: points.threshold}
value_titles: {threshold: {kk: Шегі, ru: Порог, en: Threshold}}
applies_when: route != "family"
pass_when: points_least >= threshold
unknown_when: points_least < threshold and points_most >= threshold
""" + TAIL,
    "G04_offences": head("G04") + "pass_when: offences == 0\nunknown_when: listed == 0 and offences > 0\n" + TAIL,
    "G05_citizenship": head("G05")
    + 'applies_when: years(born, lodged_on) >= 18\npass_when: citizenship in ["KAZ", "UZB"]\n' + TAIL,
}  # fmt: skip

POINTS = """\
title: {kk: Балдар, ru: Баллы, en: Points}
law: {act: {kk: Заң, ru: Закон, en: Law}, article: "3"}
effective: {from: 2024-01-01}
threshold:
  - {from: 2024-01-01, value: 30, source: made up, status: OFFICIAL}
rounding: none
maximum: 50
criteria:
  level:
    title: {kk: Деңгейі, ru: Уровень, en: Level}
    measure: level
    bands:
      - {when: measure == "none", points: 0, from: 2024-01-01, status: OFFICIAL, source: made up, title: {kk: жоқ, ru: нет, en: none}}
      - {when: measure == "A", points: 10, from: 2024-01-01, status: OFFICIAL, source: made up, title: {kk: A, ru: A, en: A}}
      - {when: measure == "B", points: 20, from: 2024-01-01, status: OFFICIAL, source: made up, title: {kk: B, ru: B, en: B}}
  size:
    title: {kk: Адам саны, ru: Число человек, en: Persons}
    bands:
      - {when: size < 3, points: 10, from: 2024-01-01, status: OFFICIAL, source: made up, title: {kk: аз, ru: мало, en: few}}
      - {when: size < 6, points: 20, from: 2024-01-01, status: OFFICIAL, source: made up, title: {kk: орташа, ru: средне, en: some}}
      - {when: size >= 6, points: 30, from: 2024-01-01, status: OFFICIAL, source: made up, title: {kk: көп, ru: много, en: many}}
"""

CASES = {
    "G01_income": """\
- {name: Enough in 2024, on: 2024-01-01, facts: {income: 100, kandas: false}, expect: PASS}
- {name: Enough on the last day of 2025, on: 2025-12-31, facts: {income: 100, kandas: false}, expect: PASS}
- {name: Too little in 2026, on: 2026-01-01, facts: {income: 100, kandas: false}, expect: FAIL}
- {name: Nobody knows, on: 2026-01-01, facts: {}, expect: UNKNOWN}
- {name: A kandas, on: 2026-01-01, facts: {kandas: true}, expect: NOT_APPLICABLE, exemption: kandas}
""",
    "G02_answer": """\
- {name: Clear, on: 2026-01-01, facts: {answer: clear}, expect: PASS}
- {name: Found, on: 2026-01-01, facts: {answer: found}, expect: FAIL}
- {name: Awaited, on: 2026-01-01, facts: {answer: pending}, expect: UNKNOWN}
""",
    "G03_points": """\
- {name: Enough, on: 2024-01-01, facts: {route: standard, level: B, size: 2}, expect: PASS, points: 30}
- {name: Too few, on: 2026-01-01, facts: {route: standard, level: A, size: 2}, expect: FAIL, points: 20}
- {name: The level is missing, on: 2026-01-01, facts: {route: standard, size: 2}, expect: UNKNOWN, points: [10, 30]}
- {name: The family route, on: 2026-01-01, facts: {route: family}, expect: NOT_APPLICABLE}
""",
    "G04_offences": """\
- {name: None, on: 2026-01-01, facts: {offences: 0, listed: 0}, expect: PASS}
- {name: One of the list, on: 2026-01-01, facts: {offences: 1, listed: 1}, expect: FAIL}
- {name: Another one, on: 2026-01-01, facts: {offences: 1, listed: 0}, expect: UNKNOWN}
""",
    "G05_citizenship": """\
- {name: A citizen of Uzbekistan, on: 2026-01-01, facts: {citizenship: UZB, born: 1990-01-01, lodged_on: 2026-01-01}, expect: PASS}
- {name: Another citizen, on: 2026-01-01, facts: {citizenship: FRA, born: 1990-01-01, lodged_on: 2026-01-01}, expect: FAIL}
- {name: Nobody knows, on: 2026-01-01, facts: {born: 1990-01-01, lodged_on: 2026-01-01}, expect: UNKNOWN}
""",
}


def written(folder: Path) -> Path:
    """Writes the small programme into `folder`."""
    files = {"programme": HOME, "points": POINTS, "sources/applications": APPLICATIONS, "sources/offences": OFFENCES}
    files |= {f"gates/{name}": text for name, text in GATES.items()}
    files |= {f"cases/{name}": text for name, text in CASES.items()}
    for name, text in files.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The folder of the small programme; `qonys policy check` finds nothing in it."""
    return written(tmp_path / "small")


@pytest.fixture
def add(small: Path) -> Callable[[str, str], Path]:
    """Adds a gate to the small programme: its code and what stands between the head and the tail of the file."""

    def write(code: str, body: str) -> Path:
        path = small / "gates" / f"{code}_more.yaml"
        path.write_text(head(code) + body + TAIL, encoding="utf-8")
        return path

    return write


@pytest.fixture
def spoil(small: Path) -> Callable[..., Path]:
    """Replaces texts in one file of the small programme: `spoil("gates/G01_income", (before, after), ...)`."""

    def change(name: str, *pairs: tuple[str, str]) -> Path:
        path = small / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        for before, after in pairs:
            assert before in text, before
            text = text.replace(before, after, 1)
        path.write_text(text, encoding="utf-8")
        return small

    return change


# Every file of the small programme as far as these four facts go: whatever is proved about it can be counted.
EVERY = {
    "size": list(range(1, 16)), "route": ["standard", "family"], "level": [None, "none", "A", "B"],
    "kandas": [None, True, False],
}  # fmt: skip
CONDITIONS = [
    "size > 3", "size <= 3", "size > 15", "size < 1", "size >= 1", "size == 7", "size * 2 > 20", 'route == "family"',
    'route != "family"', 'route in ["standard"]', 'level == "A"', 'level in ["A", "B"]', 'level != "none"', "kandas", "not kandas",
    "known(level)", "not known(kandas)", "larger(size, 4) < 4",
]  # fmt: skip


@pytest.fixture(scope="session")
def counted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rulebook, Files, pd.DataFrame]:
    """The small programme as the solver sees it, and its every file (as far as `EVERY` goes) as a table."""
    folder = written(tmp_path_factory.mktemp("counted") / "small")
    programme = programmes.load(str(folder))
    book = rulebook.load(programme)
    files = [dict(zip(EVERY, values, strict=True)) for values in product(*EVERY.values())]
    return book, Files(programme, book), cases.frame(book, files)


def gate(code: str, **conditions: Any) -> Gate:
    """A gate over the four facts; `exempt` maps names to conditions."""
    words = {"kk": "а", "ru": "б", "en": "c"}
    law = {"act": words, "article": "1"}
    exempt = {
        name: {"when": when, "law": law, "title": words, "source": "made up", "status": "SINGLE"}
        for name, when in (conditions.pop("exempt", None) or {}).items()
    }
    rule = Rule.model_validate(
        {
            "code": code, "title": words, "law": law, "source": "made up", "status": "SINGLE", "ask_for": words,
            "effective": {"from": date(2024, 1, 1)}, "on_fail": words, "established_by": "register", "exempt": exempt,
            "consequence": {"fail": "officer", "unknown": "wait"},
            **{name: condition for name, condition in conditions.items() if condition},
        }
    )  # fmt: skip
    facts = {name for condition in rule.conditions.values() for name in condition.names}
    return Gate(rule, {}, tuple(sorted(facts & set(EVERY))), False, "")


def conditions(depth: int = 2) -> st.SearchStrategy[str]:
    """Conditions over the four facts, often ones that no file or every file meets."""
    leaf = st.sampled_from(CONDITIONS)
    if depth == 0:
        return leaf
    inner = conditions(depth - 1)
    joined = st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda part: f"({' '.join(part)})")
    return st.one_of(leaf, joined, inner.map(lambda part: f"not ({part})"))
