"""Where the law itself treats groups differently: gates whose exemptions or scope read the attribute's own fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.core import yaml
from pipeline.core.expressions import Expression
from pipeline.core.programme import Programme, Words


@dataclass(frozen=True)
class Gate:
    """What the audit tells about a gate: its title and the attributes its exemptions or scope depend on."""

    code: str
    title: Words
    attributes: frozenset[str]


def gates(programme: Programme) -> dict[str, Gate]:
    """The programme's gates by code, from `gates/*.yaml`; empty for a programme without gates.

    An attribute counts as named by the law where an `exempt` or `applies_when` condition reads a fact that is taken
    from the same column of the same source.
    """
    found = {}
    for path in sorted((programme.folder / "gates").glob("*.yaml")):
        document = yaml.plain(yaml.read(path))
        code = str(document["code"])
        facts = _facts(document)
        columns = {programme.facts[name].from_ for name in facts if name in programme.facts}
        attributes = {name for name, group in programme.groups.items() if group.from_ in columns}
        found[code] = Gate(code, document["title"], frozenset(attributes))
    return found


def _facts(document: Mapping[str, Any]) -> set[str]:
    conditions = [exemption["when"] for exemption in document.get("exempt", {}).values()]
    conditions += [document["applies_when"]] if document.get("applies_when") is not None else []
    texts = [str(text).lower() if isinstance(text, bool) else str(text) for text in conditions]
    return {name for text in texts for name in Expression(text).names}
