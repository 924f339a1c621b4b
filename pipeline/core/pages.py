"""HTML pages from `pipeline/templates`: self-contained, no script, nothing loaded from anywhere."""

from base64 import b64encode
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(template: str, **values: Any) -> str:
    """The page as HTML; the same values give the same bytes. A name that the template uses and `values` lacks is an error."""
    return _environment().get_template(template).render(values) + "\n"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("pipeline", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip


def inline(png: bytes) -> str:
    """A picture as an address that carries it (a `data:` URI), so that the page needs no second file; "" for no picture."""
    return f"data:image/png;base64,{b64encode(png).decode('ascii')}" if png else ""
