"""Data docs: one page that opens without a network, made from the stored results of the suites."""

import json
from pathlib import Path
from typing import Any

from pipeline.core import pages
from pipeline.core.messages import Words
from pipeline.core.programme import Programme
from pipeline.validate.validator import Validator


def write(folder: Path, programme: Programme, validators: dict[str, Validator], lang: str) -> None:
    """`index.html`, `results.json` and `suites/<source>.json` (the Great Expectations suites) in `folder`."""
    (folder / "suites").mkdir(parents=True, exist_ok=True)
    results = [_result(programme, name, validators[name]) for name in programme.sources]
    for name in programme.sources:
        text = json.dumps(validators[name].suite.document(), indent=1, ensure_ascii=False, sort_keys=True)
        (folder / "suites" / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    (folder / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    html = pages.render(
        "data_docs.html", programme=programme, title=Words(lang).name(programme.title), lang=lang, results=results,
        read=sum(r["read"] for r in results), accepted=sum(r["accepted"] for r in results),
        quarantined=sum(r["quarantined"] for r in results),
    )  # fmt: skip
    (folder / "index.html").write_text(html, encoding="utf-8")


def _result(programme: Programme, name: str, validator: Validator) -> dict[str, Any]:
    source = programme.tables[name]
    expectations = []
    for expectation, counts in zip(validator.suite.document()["expectations"], validator.suite.counts, strict=True):
        expectations.append({
            "column": expectation["meta"]["column"], "reason": expectation["meta"]["reason"],
            "expectation": expectation["type"], **counts, "success": counts["unexpected"] == 0,
        })  # fmt: skip
    return {
        "source": name, "title": source.title, "file": source.file, "read": validator.read,
        "accepted": validator.accepted, "quarantined": validator.quarantined, "limit": source.quarantine_limit,
        "reasons": dict(sorted(validator.reasons.items())), "expectations": expectations,
        "columns": [
            {"name": column_name, "kind": column.kind, "meaning": column.meaning, "unit": column.unit,
             "marks": [word for word, set_ in (("required", column.required), ("protected", column.protected), ("secret", column.secret), ("personal", column.personal)) if set_]}
            for column_name, column in source.columns.items()
        ],
    }  # fmt: skip
