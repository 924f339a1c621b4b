import jinja2
import pytest

from pipeline.core import pages
from pipeline.core.messages import Words


def test_a_page_escapes_what_it_is_given_and_ends_with_a_line_end():
    page = pages.render("data_docs.html", **_docs("<b>&"))
    assert "&lt;b&gt;&amp;" in page and "<b>&" not in page and page.endswith("</html>\n") and not page.endswith("\n\n")
    assert page == pages.render("data_docs.html", **_docs("<b>&"))


def test_a_value_that_the_page_lacks_is_an_error_not_a_hole():
    values = _docs("A")
    del values["title"]
    with pytest.raises(jinja2.UndefinedError, match="title"):
        pages.render("data_docs.html", **values)


def test_a_picture_becomes_an_address_and_no_picture_becomes_nothing():
    assert pages.inline(b"\x89PNG") == "data:image/png;base64,iVBORw=="
    assert pages.inline(b"") == ""


def _docs(title: str) -> dict:
    programme = {"as_of": "2026-06-30", "status": "Invented"}
    return {
        "programme": programme, "title": title, "lang": "en", "words": Words("en"), "results": [], "read": 3, "accepted": 2, "quarantined": 1,
    }  # fmt: skip
