"""Pages in a real browser, on a desk and on a phone: nothing asked of the network, nothing wider than the screen."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from .test_runs import small  # type: ignore[import-not-found]  # noqa: F401

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = [
    "lists/index.html",
    "lists/office-75.html",
    "lists/held.html",
    "lists/incomplete.html",
    "audit/report.html",
    "data_docs/index.html",
]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("small"),
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine: install it (Debian: chromium) to look at the pages"
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.mark.parametrize("page_name", PAGES)
@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_opens_whole(small: Path, browser: Browser, page_name: str, width: int):  # noqa: F811
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((small / "data/out/kz_2026" / page_name).as_uri())
    assert [url for url in asked if not url.startswith("file:")] == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "SYNTHETIC" in page.inner_text("body")
    assert page.evaluate("document.documentElement.lang") in ("en", "kk", "ru")
    assert page.locator("h1").count() == 1
    page.close()


def test_verdicts_can_be_opened_to_their_counts(small: Path, browser: Browser):  # noqa: F811
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((small / "data/out/kz_2026/audit/report.html").as_uri())
    assert page.locator("details").count() > 5
    page.locator("details > summary").first.click()
    assert page.locator("details[open]").count() >= 1
    for word in ("PASS", "FAIL", "NOT ENOUGH DATA", "NOT MEASURABLE"):
        assert word in page.inner_text("body")
    page.close()
