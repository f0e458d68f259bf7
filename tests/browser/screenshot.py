"""Takes the picture of docs/class-report.md anew: `PYTHONPATH=tests:. python tests/browser/screenshot.py`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from grader.report import class_page
from tests.support.classes import make_class

_PICTURE = Path(__file__).parents[2] / "docs" / "images" / "report.png"


def main() -> None:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        path.write_text(class_page(make_class(48, seed=3)), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1320, "height": 1480})
        page.goto(path.as_uri())
        page.locator("#chart-tasks .main-svg").first.wait_for()
        page.screenshot(path=_PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
