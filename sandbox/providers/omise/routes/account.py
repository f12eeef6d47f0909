"""`/account`, `/balance`, `/capability`, `/`: and where webhooks go, which at Omise is a field of the account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.core import endpoints
from sandbox.core.changes import Configure
from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Endpoint
from sandbox.providers.base import Op
from sandbox.providers.omise import versions
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.params import Given, refuse
from sandbox.providers.omise.records import Preferences
from sandbox.providers.omise.views import account as views
from sandbox.providers.omise.views import money as money_views

CHARGE_ENDPOINTS_MAX = 2  # Assumed: no limit is documented


def account(merchant: Merchant, given: Given) -> dict[str, Any]:
    return views.account(merchant)


def update_account(merchant: Merchant, given: Given) -> dict[str, Any]:
    kept = dict(views.preferences(merchant))
    for name in views.FLAGS:
        if given.raw(name) is not None:
            kept[name] = given.flag(name, False)
    if given.has("chain_return_uri"):
        kept["chain_return_uri"] = given.text("chain_return_uri")
    keys = given.nested("metadata_export_keys")
    if keys is not None:
        exported = {name: list(keys.texts(name)) for name in views.METADATA_KEYS if keys.has(name)}
        kept["metadata_export_keys"] = {**kept.get("metadata_export_keys", {}), **exported}
    merchant.put(Preferences(views.PREFERENCES, OMISE, "kept", merchant.now, kept))
    if given.has("webhook_uri"):
        set_webhook(merchant, given.text("webhook_uri"))
    return views.account(merchant)


def set_webhook(merchant: Merchant, url: str | None) -> None:
    """Events go to `url` from now on, unsigned until somebody makes a secret; None: nowhere. Raises Refusal bad_request."""
    endpoint = views.account_endpoint(merchant)
    if url is None:
        if endpoint is not None:
            endpoints.remove(merchant, endpoint)
        return
    if endpoint is None:
        endpoints.add(merchant, OMISE, url, signed=False)
    elif endpoint.url != url:
        endpoints.admit(merchant, url)
        merchant.put(endpoint._replace(url=url))


def charge_endpoints(merchant: Merchant, charge_id: str, urls: Sequence[str]) -> None:
    """What happens to this charge is told to these addresses as well. Raises Refusal bad_request."""
    if len(urls) > CHARGE_ENDPOINTS_MAX:
        raise refuse("bad_request", f"webhook_endpoints is too long (maximum is {CHARGE_ENDPOINTS_MAX})")
    base = views.account_endpoint(merchant)
    for url in urls:
        # Signed as the account's own are, also after a roll: a receiver knows one secret, or none.
        details = {"charge": charge_id, endpoints.SECRET_OF: base.id if base is not None else ""}
        endpoints.add(merchant, OMISE, url, details=details, signed=False)


def set_api_version(merchant: Merchant, given: Given) -> dict[str, Any]:
    """The account's default version; without a name, the newest."""
    version = given.text("api_version") or given.text("version") or versions.NEWEST
    if version not in versions.VERSIONS:
        raise Refusal(Reason.VERSION_UNKNOWN, version=version)
    merchant.alter(Configure({**merchant.settings, "omise_version": version}))
    kept = {**views.preferences(merchant), "version_updated_at": merchant.now}
    merchant.put(Preferences(views.PREFERENCES, OMISE, "kept", merchant.now, kept))
    return views.account(merchant)


def balance(merchant: Merchant, given: Given) -> dict[str, Any]:
    return money_views.balance(merchant)


def capability(merchant: Merchant, given: Given) -> dict[str, Any]:
    return views.capability(merchant)


def system_info(merchant: Merchant, given: Given) -> dict[str, Any]:
    return views.system_info(merchant)


def is_for(endpoint: Endpoint, body: bytes) -> bool:
    """Whether an endpoint that belongs to one charge hears of an object: that charge, or what names it."""
    charge_id = endpoint.details.get("charge")
    return not charge_id or str(charge_id).encode() in body


OPERATIONS = (
    Op("GET", "/account", account),
    Op("PATCH", "/account", update_account),
    Op("GET", "/account/api_versions", account),
    Op("PATCH", "/account/api_version", set_api_version),
    Op("GET", "/balance", balance),
    Op("GET", "/capability", capability, public=capability),
    Op("GET", "/", system_info, public=system_info),
)
DOCUMENTED: tuple[tuple[str, str], ...] = (("GET /account/api_versions answers the account", "the OpenAPI export of 2019-05-29"),)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("PATCH /account/api_version takes api_version; without it, the newest", "the export names no parameter"),
    ("a charge has at most two webhook_endpoints", "limit"),
    ("bank codes and transfer limits of an account", "samples"),
)
