"""`/v1/account_links`: a page where somebody would be onboarded. Here nothing is asked, and he goes back to where the platform says."""

from __future__ import annotations

from typing import Literal

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW
from sandbox.providers.base import Op, Reply
from sandbox.providers.pages import away, choice, page
from sandbox.providers.stripe import connecting
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.ids import new_id
from sandbox.providers.stripe.records import AccountLink
from sandbox.providers.stripe.validate import Expandable, Params, Text

PATH = "/stripe/account_links/{merchant}/{link}"
LIVES_S = 5 * 60
NO_URL = "Not a valid URL: {} must begin with http:// or https://."
BUTTONS = choice("Finish onboarding", "Let the link expire")


class LinkCreate(Expandable):
    account: Text
    refresh_url: Text | None = None
    return_url: Text | None = None
    type: Literal["account_onboarding", "account_update"]


def create(merchant: Merchant, params: LinkCreate) -> AccountLink:
    account = connecting.account(merchant, params.account)
    for name in ("refresh_url", "return_url"):
        url = getattr(params, name)
        if url is None:
            raise Refusal(Reason.PARAM_MISSING, param=name)
        if not url.startswith(("http://", "https://")):
            raise Refusal(Reason.PARAM_INVALID, code="url_invalid", message=NO_URL.format(name), param=name)
    link = AccountLink(
        new_id(merchant, AccountLink, ""), STRIPE, NEW, merchant.now, account.id, merchant.now + LIVES_S, params.return_url or "",
        params.refresh_url or "",
    )  # fmt: skip
    return merchant.fire(link, Trigger.CREATE)


class Visit(Params):
    pass


class Answered(Params):
    outcome: Literal["pass", "fail"]


def behind(merchant: Merchant, key: str) -> AccountLink:
    link: AccountLink | None = merchant.get(STRIPE, AccountLink, key)
    if link is None:
        raise Refusal(Reason.NOT_FOUND, kind="account_link", id=key[:100], param="link")
    return link


def over(merchant: Merchant, link: AccountLink) -> bool:
    """Whether the link was used, or its time is up: then it leads to where a new one is made."""
    return link.status != "open" or link.expires_at <= merchant.now


def show(merchant: Merchant, params: Visit, name: str, key: str) -> Reply:
    link = behind(merchant, key)
    if over(merchant, link):
        return away(link.refresh_url)
    return page("Onboarding", f"Test account {link.account_id}: it is verified already, so nothing is asked.", BUTTONS)


def decide(merchant: Merchant, params: Answered, name: str, key: str) -> Reply:
    """He goes back to the platform; the link works once."""
    link = behind(merchant, key)
    if over(merchant, link):
        return away(link.refresh_url)
    merchant.fire(link, Trigger.SPEND)
    return away(link.return_url if params.outcome == "pass" else link.refresh_url)


OPERATIONS = (
    Op("POST", "/v1/account_links", create, LinkCreate),
    Op("GET", PATH, show, Visit, public=show),
    Op("POST", PATH, decide, Answered, public=decide),
)
# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("an account link lives five minutes and works once; then it leads to its refresh_url", "span; documented as a few minutes"),
    ("its page is the sandbox's own and asks nothing: onboarding sends no event and changes no account", "the sandbox's own"),
    ("an account link without http:// or https:// in its URLs is url_invalid", "wording"),
)
