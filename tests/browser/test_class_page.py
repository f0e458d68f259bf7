"""The class's page in a real browser, offline: it works, it asks for nothing, and no text of a student runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.report import class_page, student_page
from tests.support.classes import make_class
from tests.support.gradebooks import HOSTILE, make_gradebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
_WATCH_POLICY = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => {
        window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
"""

Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a document offline; at the end nothing may have been asked for, blocked or complained of."""
    opened: list[Page] = []
    complaints: list[str] = []

    def open_document(document: str, fragment: str = "", **options: Any) -> Page:
        path = tmp_path / f"page-{len(opened)}.html"
        path.write_text(document, encoding="utf-8")
        context = browser.new_context(offline=True, **{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.add_init_script(_WATCH_POLICY)
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: complaints.extend([request.url] if _is_foreign(request.url) else []))
        page.goto(path.as_uri() + fragment, timeout=120_000)
        opened.append(page)
        return page

    yield open_document
    violations = [violation for page in opened for violation in page.evaluate("window.violations || []")]
    for page in opened:
        page.context.close()
    assert complaints + violations == []


def _is_foreign(url: str) -> bool:
    return not url.startswith(("file:", "data:"))


def _wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Playwright's own way of waiting evaluates a string, which the page's policy forbids."""
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never held")


@pytest.fixture(scope="module")
def document() -> str:
    return class_page(make_class(12))


def _names(page: Page) -> list[str]:
    return page.locator("#table-students tbody tr:visible th").all_inner_texts()


def _numbers(page: Page, column: int) -> list[str]:
    return page.locator(f"#table-students tbody tr > :nth-child({column})").all_inner_texts()


def test_page_sorts_by_a_column_either_way(open_page: Open, document: str) -> None:
    page = open_page(document)
    total = page.get_by_role("columnheader", name="Total")
    total.get_by_role("button").click()
    falling = [float(text.split(" /")[0]) for text in _numbers(page, 12)]
    assert total.get_attribute("aria-sort") == "descending"
    assert falling == sorted(falling, reverse=True) and len(set(falling)) > 3

    total.get_by_role("button").press("Enter")
    assert total.get_attribute("aria-sort") == "ascending"
    assert [float(text.split(" /")[0]) for text in _numbers(page, 12)] == falling[::-1]

    page.get_by_role("columnheader", name="Name").get_by_role("button").click()
    assert total.get_attribute("aria-sort") == "none"
    assert _names(page) == [student.name for student in make_class(12).students]


def test_page_sorts_what_has_no_score_last_either_way(open_page: Open) -> None:
    page = open_page(class_page(make_gradebook()))
    for _ in range(2):
        page.get_by_role("columnheader", name="long-sums").get_by_role("button").click()
        cells = _numbers(page, 5)
        assert cells[0] == "100.0" and cells[1:].count("missing") == 3


def test_page_searches(open_page: Open, document: str) -> None:
    page = open_page(document)
    student = make_class(12).students[4]
    page.get_by_role("searchbox").fill(student.name.upper())
    assert _names(page) == [student.name]
    assert page.get_by_role("status").inner_text() == "1 of 12"

    page.get_by_role("searchbox").fill("nobody of this name")
    assert _names(page) == []
    page.get_by_role("searchbox").fill("")
    assert len(_names(page)) == 12


def test_page_goes_to_a_student_to_the_next_and_back(open_page: Open, document: str) -> None:
    page = open_page(document)
    students = make_class(12).students
    page.locator("#students").scroll_into_view_if_needed()
    page.get_by_role("link", name=students[3].name, exact=True).last.click()
    heading = page.locator("h2:visible").first
    assert heading.inner_text() == students[3].name
    assert page.evaluate("document.activeElement.id") == "student-4-heading"
    assert not page.locator("#class").is_visible()

    page.locator(".student:target a[rel=next]").click()
    assert page.locator("h2:visible").first.inner_text() == students[4].name
    page.go_back()
    assert page.locator("h2:visible").first.inner_text() == students[3].name
    page.locator(".student:target .back").click()
    assert page.locator("#class").is_visible()
    assert page.locator(".student:visible").count() == 0


def test_page_that_is_opened_at_a_student_draws_its_charts_on_the_way_back(open_page: Open, document: str) -> None:
    page = open_page(document, "#student-2")
    assert page.locator("#chart-tasks .main-svg").count() == 0
    page.locator(".student:target .back").click()
    page.locator("#chart-tasks .main-svg").first.wait_for()
    assert page.locator("#chart-tasks").bounding_box()["width"] > 900  # type: ignore[index]


def test_click_on_a_cell_goes_to_its_student(open_page: Open, document: str) -> None:
    page = open_page(document)
    plot = page.locator("#chart-tasks .nsewdrag")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    spot = {"x": box["width"] / 3, "y": box["height"] * 2.5 / 12}
    plot.hover(position=spot)  # type: ignore[arg-type]
    page.locator("#chart-tasks .hovertext").wait_for()
    assert make_class(12).students[2].name in page.locator("#chart-tasks .hovertext").text_content()  # type: ignore[operator]
    plot.click(position=spot)  # type: ignore[arg-type]
    page.locator(".student:target").wait_for()

    assert page.evaluate("location.hash") == "#student-3"


def test_choice_of_an_assignment_changes_both_charts(open_page: Open, document: str) -> None:
    page = open_page(document)
    page.get_by_label("Show").select_option("autograd")

    assert page.evaluate("document.getElementById('chart-tasks').layout.xaxis.range") == [6.5, 13.5]
    shown = page.evaluate("document.getElementById('chart-distribution').data.map((trace) => trace.visible)")
    assert [number for number, is_shown in enumerate(shown) if is_shown] == [2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desktop"])
def test_hostile_text_stays_text(open_page: Open, scheme: str, width: int) -> None:
    page = open_page(class_page(make_gradebook()), color_scheme=scheme, viewport={"width": width, "height": 900})
    page.locator("#chart-tasks .main-svg").first.wait_for()
    assert page.title() == "Class report – A class"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "Bob <script>" in (page.locator("#chart-tasks .yaxislayer-above").text_content() or "")
    page.get_by_role("link", name=f"Bob {HOSTILE}", exact=True).last.click()

    assert page.locator(".student:target h2").inner_text() == f"Bob {HOSTILE}"
    assert page.locator(".student:target pre").inner_text() == HOSTILE
    assert page.locator("script").count() == 3
    assert page.title() == "Class report – A class"


def test_charts_follow_the_colour_scheme(open_page: Open, document: str) -> None:
    page = open_page(document, color_scheme="light")
    colour = "document.getElementById('chart-spread').layout.font.color"
    light = page.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    _wait_until(page, lambda: page.evaluate(colour) != light)

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 28)"


def test_paper_is_light_and_without_navigation(open_page: Open, document: str) -> None:
    page = open_page(document, color_scheme="dark")
    page.locator("#chart-spread .main-svg").first.wait_for()
    page.emulate_media(media="print")
    _wait_until(page, lambda: page.evaluate("document.getElementById('chart-spread').layout.font.color") == "#444")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("nav:visible").count() == 0 and not page.get_by_role("searchbox").is_visible()


def test_page_without_scripts_still_shows_the_students(open_page: Open, document: str) -> None:
    page = open_page(document, java_script_enabled=False)
    page.get_by_role("link", name=make_class(12).students[3].name, exact=True).last.click()

    assert page.locator(".student:target h2").inner_text() == make_class(12).students[3].name
    assert not page.locator("#class").is_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_student_page_opens_without_scripts(open_page: Open, language: str) -> None:
    page = open_page(student_page(make_gradebook(), "bob", language), java_script_enabled=True)

    assert HOSTILE in page.locator("h1").inner_text()
    assert page.evaluate("getComputedStyle(document.querySelector('.grade')).borderRadius") == "10px"
    assert "owned" not in page.title().replace(HOSTILE, "")
