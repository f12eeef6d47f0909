"""Rules of Radar's that a merchant may have on: they block what the bank approved, because of a check that failed."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge
from sandbox.providers.stripe.cards import WRONG_CVC, Decline
from sandbox.providers.stripe.disputing import STRIPE, words

CVC, ZIP = "block_if_cvc_check_fails", "block_if_zip_check_fails"
RULES: Mapping[str, Decline] = {
    CVC: WRONG_CVC._replace(rule=CVC),
    ZIP: Decline("incorrect_zip", None, "The zip code you supplied failed validation.", param="address_zip", rule=ZIP),
}


def blocked(merchant: Merchant, draft: Charge) -> Decline | None:
    """The rule's decline, if one that is on does not like what was given; what was not given is not checked."""
    own = (merchant.settings.get("providers") or {}).get(STRIPE) or {}
    on = words(own.get("radar_rules") or "")
    if not on:
        return None
    card = draft.details["card"]
    address = (draft.details.get("billing_details") or {}).get("address") or {}
    failed = {
        CVC: card.get("cvc", True) and card.get("cvc_check") == "fail",
        ZIP: address.get("postal_code") and card.get("zip_check") == "fail",
    }
    return next((RULES[name] for name in on if failed[name]), None)


# How the rules above are known, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("the setting radar_rules turns on block_if_cvc_check_fails and block_if_zip_check_fails; they block after the bank has approved",
     "names; the codes incorrect_cvc and incorrect_zip were seen in public logs"),
)
