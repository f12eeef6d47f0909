"""How the pages look and read, in light and in dark: axe-core finds nothing serious, and nothing sticks out of a narrow window."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.chromium import expect
from tests.browser.desk import Desk
from tests.browser.show import PAGES, Story, run, told
from tests.serving import Serving

pytestmark = pytest.mark.browser
WIDTHS = (1280, 720, 400)


@pytest.fixture(scope="module")
def story(serving: Serving) -> Story:
    """A shop with some of everything, looked at and left alone."""
    return told(serving, "looks")


def findings(desk: Desk, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds serious or critical on the page as it is."""
    found = desk.page.evaluate("(rules) => axe.run(document, {resultTypes: ['violations'], ...(rules && {runOnly: rules})})", rules)
    return [
        f"{rule['impact']} {rule['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for rule in found["violations"] if rule["impact"] in ("serious", "critical") for node in rule["nodes"]
    ]  # fmt: skip


def too_wide(desk: Desk) -> list[str]:
    """What sticks out of the window to the right, other than within something that scrolls."""
    found: Any = desk.page.evaluate("""() => document.documentElement.scrollWidth > innerWidth
      ? [...document.querySelectorAll("main *, header *, .clock *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1
          && !e.closest(".scroll, pre, nav, .unseen")).map((e) => e.outerHTML.slice(0, 120)) : []""")
    return list(found)


# What the dark theme alone can change is colours.
@pytest.mark.parametrize(
    ("options", "rules"), [({"color_scheme": "light"}, None), ({"color_scheme": "dark"}, ["color-contrast"])], ids=["light", "dark"]
)
def test_everybody_can_read_every_page(desk: Desk, story: Story, axe: str, options: dict[str, Any], rules: list[str] | None) -> None:
    wrong: dict[str, list[str]] = {}
    for page in PAGES:
        desk.page.goto(f"{story.url}/dashboard{story.address(page)}")
        desk.ready()
        if page == "scenario":
            run(desk.page)
        desk.page.evaluate("for (const part of [...document.querySelectorAll('main details')].slice(0, 3)) part.open = true")
        desk.page.evaluate(axe)
        wrong[page] = findings(desk, rules)
    assert {page: lines for page, lines in wrong.items() if lines} == {}
    dark = desk.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (sum(map(int, dark[4:-1].split(","))) < 150) == (options["color_scheme"] == "dark")


def test_dialogs_can_be_read_too(desk: Desk, story: Story, axe: str) -> None:
    wrong = {}
    asking = {"webhooks": "Add endpoint", "faults": "Add fault", "merchants": "Reset merchant", "payment": "Fraud warning"}
    for page, label in asking.items():
        desk.page.goto(f"{story.url}/dashboard{story.address(page)}")
        desk.ready()
        desk.press(label)
        expect(desk.page.locator("dialog[open]")).to_be_visible()
        desk.page.evaluate(axe)
        wrong[page] = findings(desk)
    assert {page: lines for page, lines in wrong.items() if lines} == {}


def test_nothing_sticks_out_of_a_narrow_window(desk: Desk, story: Story) -> None:
    wrong = {}
    for page in PAGES:
        desk.page.goto(f"{story.url}/dashboard{story.address(page)}")
        desk.ready()
        for width in WIDTHS:
            desk.page.set_viewport_size({"width": width, "height": 800})
            wrong[f"{page} at {width}"] = too_wide(desk)
    assert {page: lines for page, lines in wrong.items() if lines} == {}


def test_the_theme_that_somebody_chooses_stays(desk: Desk) -> None:
    """Whatever the system's is; also after the page is loaded anew."""
    page = desk.open("/faults")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_label("Theme").select_option("dark")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    desk.ready("Faults")
    assert page.evaluate(ground) == dark
    page.get_by_label("Theme").select_option("system")
    assert page.evaluate(ground) == light
