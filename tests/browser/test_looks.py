"""How the pages look and read, in light and in dark: axe-core finds nothing serious, and nothing sticks out of a narrow window."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.browser.chromium import expect
from tests.browser.desk import Desk
from tests.browser.show import PAGES, Story, run, told
from tests.serving import Serving

pytestmark = pytest.mark.browser
WIDTHS = (1280, 720, 400)
GROUND = "getComputedStyle(document.documentElement).backgroundColor"


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


class Seen(NamedTuple):
    """What is wrong with each page; a page that is fine is not there."""

    light: dict[str, list[str]]
    dark: dict[str, list[str]]
    narrow: dict[str, list[str]]
    grounds: set[str]


@pytest.fixture(scope="module")
def seen(tour: Desk, story: Story, axe: str) -> Seen:
    """Every page was opened once, and looked at in light, in dark and in narrow windows."""
    found = Seen({}, {}, {}, set())
    page = tour.page
    for name in PAGES:
        page.goto(f"{story.url}/dashboard{story.address(name)}")
        tour.ready()
        if name == "scenario":
            run(page)
        page.evaluate("for (const part of [...document.querySelectorAll('main details')].slice(0, 3)) part.open = true")
        page.evaluate(axe)
        page.emulate_media(color_scheme="light")
        found.light[name] = findings(tour)
        found.grounds.add(page.evaluate(GROUND))
        page.emulate_media(color_scheme="dark")
        found.dark[name] = findings(tour, ["color-contrast"])  # all that a theme changes
        found.grounds.add(page.evaluate(GROUND))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found.narrow[f"{name} at {width}"] = too_wide(tour)
        page.set_viewport_size({"width": 1280, "height": 800})
    return found


def wrong(seen: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: lines for name, lines in seen.items() if lines}


def test_everybody_can_read_every_page(seen: Seen) -> None:
    assert list(seen.light) == list(PAGES)
    assert wrong(seen.light) == {}


def test_everybody_can_read_every_page_in_the_dark(seen: Seen) -> None:
    assert len(seen.grounds) == 2, "it was dark"
    assert wrong(seen.dark) == {}


def test_nothing_sticks_out_of_a_narrow_window(seen: Seen) -> None:
    assert len(seen.narrow) == len(PAGES) * len(WIDTHS)
    assert wrong(seen.narrow) == {}


def test_dialogs_can_be_read_too(tour: Desk, story: Story, axe: str) -> None:
    found = {}
    asking = {"webhooks": "Add endpoint", "faults": "Add fault", "merchants": "Reset merchant", "payment": "Fraud warning"}
    for name, label in asking.items():
        tour.page.goto(f"{story.url}/dashboard{story.address(name)}")
        tour.ready()
        tour.press(label)
        expect(tour.page.locator("dialog[open]")).to_be_visible()
        tour.page.evaluate(axe)
        found[name] = findings(tour)
    assert wrong(found) == {}


def test_the_theme_that_somebody_chooses_stays(desk: Desk) -> None:
    """Whatever the system's is; also after the page is loaded anew."""
    page = desk.open("/faults")
    light = page.evaluate(GROUND)
    page.get_by_label("Theme").select_option("dark")
    dark = page.evaluate(GROUND)
    assert dark != light
    page.reload()
    desk.ready("Faults")
    assert page.evaluate(GROUND) == dark
    page.get_by_label("Theme").select_option("system")
    assert page.evaluate(GROUND) == light
