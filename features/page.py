"""The tables in docs/features.md, written from the registry: `python -m features.page docs/features.md`."""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from features import recipes, registry, sets
from features.columns import Recipe

DIRECTION = {1: "more never lowers", -1: "more never raises", 0: "free"}
CHANGE = {"": "", "state": "state it", "more": "get more", "less": "get less", "other": "have another"}


@dataclass
class _Use:
    use: str | None
    declare: dict[str, Recipe] = field(default_factory=dict)


def set_table(name: str) -> str:
    """The feature set `name` as a Markdown table, in the model's order."""
    known = registry.scan()
    rows = []
    for record in sets.describe(_Use(name)):
        reads = registry.columns([record["name"]], known)
        sources = "; ".join(f"{table}: {', '.join(columns)}" if columns else table for table, columns in reads.items()
                            if columns or table != registry.CASES)  # fmt: skip
        unit = record["unit"] or record["kind"]
        rows.append(
            (f"`{record['name']}`", record["meaning"], unit, DIRECTION[record["monotone"]], sources,
             record["theme"].replace("_", " "), CHANGE[record["change"]])
        )  # fmt: skip
    return _table(("feature", "meaning", "unit", "direction", "made from", "theme", "a person can"), rows)


def recipe_table() -> str:
    """The recipes for features declared in YAML as a Markdown table."""
    rows = []
    for name, make in recipes.RECIPES.items():
        meaning = (make.__doc__ or "").partition("\n")[0].rstrip(".")
        rows.append((f"`{name}`", meaning, " or ".join(sorted(recipes.KINDS[name]))))
    return _table(("recipe", "gives", "from a column of kind"), rows)


def refresh(text: str) -> str:
    """`text` with every block between `<!-- table: NAME -->` and `<!-- end -->` written anew."""
    return re.sub(
        r"(?s)(<!-- table: (\w+) -->\n).*?(<!-- end -->)",
        lambda found: found[1] + (recipe_table() if found[2] == "recipes" else set_table(found[2])) + found[3],
        text,
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(refresh(page.read_text(encoding="utf-8")), encoding="utf-8")
