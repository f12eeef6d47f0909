"""A person at the dashboard: one browser page that looks at one merchant, and the control API beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.browser.chromium import expect
from tests.serving import Serving

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

REFUSED = "Failed to load resource: the server responded with a status of 4"


class Desk:
    """`page` is the browser's; `call` is the control API as the merchant.

    Its clock stands still at the wall's time, so that nothing but the test moves it.
    """

    def __init__(self, serving: Serving, page: Page, merchant: str, wrong: list[str]) -> None:
        self.serving, self.page, self.merchant, self.wrong = serving, page, merchant, wrong
        self.url = serving.url
        self.key = f"sk_test_{merchant}"
        self.refusals_expected = False
        self.call("POST", "/clock", {"rate": 0})

    # The control API, and Stripe's

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        status, answer = self.serving.call(method, f"/_sandbox{path}", body, self.key)
        assert status < 300, f"{method} {path}: {status} {answer}"
        return answer

    def stripe(self, method: str, path: str, params: Mapping[str, Any] | None = None, **headers: str) -> Any:
        _, answer = self.serving.call(method, path, params, self.key, **headers)
        return answer

    def pay(self, amount: int = 2_000, currency: str = "usd", **params: Any) -> Any:
        """A captured charge."""
        wanted = {"amount": amount, "currency": currency, "source": "tok_visa", **params}
        answer = self.stripe("POST", "/v1/charges", wanted)
        assert "id" in answer, answer
        return answer

    def dispute(self, charge: Any, **more: Any) -> Any:
        return self.call("POST", "/disputes", {"charge": charge["id"], **more})

    def settle(self) -> None:
        """Every webhook that is due was answered or failed."""
        self.call("POST", "/clock/advance", {"seconds": 0})

    # The page

    def open(self, path: str = "/payments", **query: str) -> Page:
        """The page of that path has been shown."""
        self.page.goto(f"{self.url}/dashboard{path}?{urlencode({'merchant': self.merchant, **query})}")
        self.ready()
        return self.page

    def ready(self, title: str = "") -> None:
        """The page with that title, or whichever is under way, has been shown."""
        expect(self.page.locator(f'main[data-ready="{title}"]' if title else "main[data-ready]")).to_be_visible()

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def row(self, text: str) -> Locator:
        """The table row with that text."""
        return self.main.locator("tbody tr").filter(has_text=text)

    def press(self, name: str) -> None:
        """The button of that name, in the dialog if one is open."""
        self.within().get_by_role("button", name=name, exact=True).click()

    def fill(self, **fields: str) -> None:
        """Fields by their `name`, in the dialog if one is open."""
        for name, value in fields.items():
            field = self.within().locator(f'[name="{name}"]')
            if field.evaluate("(element) => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def within(self) -> Locator:
        """The open dialog, or the page if none is open: asked anew at each look, since a dialog may open only after the first one."""
        return self.page.locator("dialog[open], body:not(:has(dialog[open])) main")

    # What must hold for every test

    def check(self) -> None:
        """No error on the console, no policy violated, no request to anybody else."""
        violations = [line for page in self.page.context.pages for line in page.evaluate("window.__violations ?? []")]
        wrong = [line for line in self.wrong if not (self.refusals_expected and REFUSED in line)]
        assert not wrong + violations, "\n".join(wrong + violations)
