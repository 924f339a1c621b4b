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
    ("backtest/index.html", "backtest", ""),
    ("drift/index.html", "drift", ""),
]
# commands whose pages are shown, and the largest exit code with which they have done their work
COMMANDS = [(["model", "table"], 0), (["tune"], 0), (["backtest"], 0), (["drift"], 1)]
# pictures that a stage drew
DRAWN = ["selective", "doubt", "calibration"]


def dry_run() -> None:
    """Compares the law with one whose threshold of points is 440 instead of 400."""
    law = Path("data/interim/threshold_440")
    shutil.rmtree(TOP / law, ignore_errors=True)
    shutil.copytree(TOP / "pipeline/programmes/kz_2026", TOP / law)
    points = TOP / law / "points.yaml"
    text = points.read_text(encoding="utf-8")
    assert "value: 400" in text
    points.write_text(text.replace("value: 400", "value: 440", 1), encoding="utf-8")
    run(["policy", "diff", "kz_2026", str(law)], 1)  # 1: it raised concerns, as it should
    shutil.rmtree(TOP / law)


def run(words: list[str], most: int) -> None:
    """Runs a command; an exit code above `most` ends it all."""
    if subprocess.run([TOP / ".venv/bin/qonys", *words], check=False, cwd=TOP).returncode > most:
        sys.exit(f"pictures: `qonys {' '.join(words)}` failed; the sentence above says why")


def main() -> None:
    """Writes docs/img/*.png, 1280 x 860 pixels; exits with 2 where there is no browser or no run."""
    chromium, out = shutil.which("chromium"), TOP / "data/out/kz_2026"
    if not chromium or not (out / "run.json").exists():
        sys.exit("pictures: install chromium and run `make run` first")
    dry_run()
    for words, most in COMMANDS:
        run(words, most)
    for name in DRAWN:
        shutil.copyfile(TOP / f"data/interim/kz_2026/evaluation/{name}.png", TOP / f"docs/img/{name}.png")
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
