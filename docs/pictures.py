"""Takes the pictures of the README from the results of `make run` (`make pictures`; needs Chromium)."""

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

TOP = Path(__file__).resolve().parents[1]
# page, picture, what to scroll to ("" is the top)
SHOTS = [
    ("lists/office-75.html", "ranked_list", ""),
    ("audit/report.html", "audit", ""),
    ("audit/report.html", "audit_groups", "#by-sex"),
    ("policy/diff/index.html", "policy_diff", ""),
    ("model/index.html", "model_table", "#tables"),
    ("tuning/index.html", "tuning", ""),
]


def dry_run() -> None:
    """Compares the law with one whose threshold of points is 440 instead of 400."""
    law = Path("data/interim/threshold_440")
    shutil.rmtree(TOP / law, ignore_errors=True)
    shutil.copytree(TOP / "pipeline/programmes/kz_2026", TOP / law)
    points = TOP / law / "points.yaml"
    text = points.read_text(encoding="utf-8")
    assert "value: 400" in text
    points.write_text(text.replace("value: 400", "value: 440", 1), encoding="utf-8")
    command = [TOP / ".venv/bin/qonys", "policy", "diff", "kz_2026", str(law)]
    if subprocess.run(command, check=False, cwd=TOP).returncode > 1:  # 1: it raised concerns, as it should
        sys.exit("pictures: the dry run failed; the sentence above says why")
    shutil.rmtree(TOP / law)


def model_table() -> None:
    """Prints the whole model."""
    if subprocess.run([TOP / ".venv/bin/qonys", "model", "table"], check=False, cwd=TOP).returncode:
        sys.exit("pictures: the model could not be printed; the sentence above says why")


def tuning() -> None:
    """Looks for better settings of the training."""
    if subprocess.run([TOP / ".venv/bin/qonys", "tune"], check=False, cwd=TOP).returncode:
        sys.exit("pictures: the search failed; the sentence above says why")


def main() -> None:
    """Writes docs/img/*.png, 1280 x 860 pixels; exits with 2 where there is no browser or no run."""
    chromium, out = shutil.which("chromium"), TOP / "data/out/kz_2026"
    if not chromium or not (out / "run.json").exists():
        sys.exit("pictures: install chromium and run `make run` first")
    dry_run()
    model_table()
    tuning()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        for page_name, name, place in SHOTS:
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.goto((out / page_name).as_uri())
            if place:
                page.locator(place).evaluate("element => element.scrollIntoView()")
            page.screenshot(path=TOP / "docs/img" / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
