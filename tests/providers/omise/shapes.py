"""What real answers of 2019-05-29 hold: the fields of each object in their order, and what kind of value each is.

Source: recorded answers in the repositories of Omise's SDKs and its OpenAPI export, read 2026-11-23.
Kinds: s text, i integer, b boolean, o hash, l list object, a array, t time; a question mark after it lets null through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

FIELDS: Mapping[str, str] = {
    "charge": """object s id s location s amount i authorization_type s? authorized_amount i captured_amount i
        acquirer_reference_number s? net i fee i fee_vat i interest i interest_vat i funding_amount i refunded_amount i
        transaction_fees o platform_fee o currency s funding_currency s ip s? refunds l link s? description s? metadata o card o?
        source o? schedule s? linked_account o? customer so? dispute o? transaction so? failure_code s? failure_message s?
        merchant_advice s? merchant_advice_code s? status s authorize_uri s? return_uri s? created_at t paid_at t? authorized_at t?
        expires_at t expired_at t? reversed_at t? multi_capture b zero_interest_installments b branch s? terminal s? device s?
        authorized b capturable b capture b disputable b livemode b refundable b partially_refundable b reversed b reversible b
        voided b paid b expired b can_perform_void b approval_code s?""",
    "refund": """object s id s location s livemode b voided b currency s amount i metadata o charge so capture s? terminal s?
        transaction so? status s funding_amount i funding_currency s created_at t acquirer_reference_number s? approval_code s?""",
    "dispute": """object s id s livemode b location s currency s amount i funding_amount i funding_currency s metadata o charge so
        documents l transactions a admin_message s? message s? reason_code s reason_message s status s closed_at t? created_at t""",
    "document": "object s livemode b id s deleted b filename s location s kind s? download_uri s? created_at t?",
    "card": """object s id s livemode b location s? deleted b street1 s? street2 s? city s? state s? phone_number s? postal_code s?
        country s financing s bank s brand s fingerprint s first_digits s? last_digits s name s expiration_month i expiration_year i
        security_code_check b tokenization_method s? created_at t""",
    "token": "object s id s livemode b location s used b charge_status s card o created_at t",
    "customer": """object s id s livemode b location s deleted b metadata o cards l default_card so? linked_accounts l description s?
        email s? created_at t""",
    "source": """object s id s livemode b location s amount i barcode s? bank s? created_at t currency s email s? flow s
        installment_term i? ip s? absorption_type s? name s? mobile_number s? phone_number s? platform_type s? scannable_code o?
        qr_settings o? billing o? shipping o? items a references o? provider_references o? store_id s? store_name s? terminal_id s?
        type s zero_interest_installments b? charge_status s receipt_amount i? discounts a promotion_code s?""",
    "event": "object s id s livemode b location s webhook_deliveries a data o key s created_at t",
    "webhook_delivery": "object s id s uri s status i key s error s? payload s created_at s",
    "transaction": """object s id s livemode b currency s amount i location s direction s key s origin so transferable_at t
        created_at t""",
    "balance": "object s livemode b location s currency s total i transferable i reserve i on_hold i created_at t",
    "list": "object s data a limit i offset i total i location s order s from t to t",
    "search": """object s export s? data a page i per_page i total i total_pages i filters o location s order s query s scope s
        aggregate_level s?""",
    "error": "object s location s code s message s",
    "transfer": """object s id s livemode b location s deleted b fail_fast b paid b sent b sendable b currency s amount i fee i metadata o
        recipient so? bank_account o? failure_code s? failure_message s? paid_at t? sent_at t? balance_hold_at t? created_at t
        transactions a schedule s? fee_vat i net i total_fee i split_transfer_group_id s?""",
    "recipient": """object s id s livemode b location s deleted b bank_account o active b default b verified b description s? email s?
        failure_code s? name s tax_id s? type s created_at t schedule s? metadata o verified_at t? activated_at t?""",
    "bank_account": """object s livemode b last_digits s account_number s? name s type s? created_at t brand s bank_code s?
        branch_code s?""",
    "account": """object s id s team s livemode b location s country s currency s email s created_at t supported_currencies a
        api_version s auto_activate_recipients b chain_enabled b zero_interest_installments b chain_return_uri s? webhook_uri s?
        metadata_export_keys o chaining_allowed b last_updated_api_version s transfer_config o""",
    "capability": """object s location s banks a limits o payment_methods a tokenization_methods a zero_interest_installments b
        country s""",
    "payment_method": """object s name s currencies a card_brands a? installment_terms a? loan_installment_terms a? banks a
        provider s?""",
}  # fmt: skip
# What the schema has and no recording: at an object's end, if the request brought it.
IF_SENT: Mapping[str, Mapping[str, str]] = {"charge": {"statement_descriptor": "s", "webhook_endpoints": "a"}}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
IS = {
    "s": lambda v: isinstance(v, str),
    "i": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "b": lambda v: isinstance(v, bool),
    "o": lambda v: isinstance(v, dict),
    "l": lambda v: isinstance(v, dict) and v.get("object") == "list",
    "a": lambda v: isinstance(v, list),
    "t": lambda v: isinstance(v, str) and TIME.match(v) is not None,
    "?": lambda v: v is None,
}


def kinds_of(name: str) -> dict[str, str]:
    words = FIELDS[name].split()
    return dict(zip(words[::2], words[1::2], strict=True))


def wrong(shown: Any, where: str = "") -> list[str]:
    """What differs from the real shape, in the object and in every object inside it."""
    if isinstance(shown, list):
        return [line for place, item in enumerate(shown) for line in wrong(item, f"{where}[{place}]")]
    if not isinstance(shown, dict):
        return []
    name = shown.get("object")
    lines = []
    if name in FIELDS:
        kinds = kinds_of(name)
        here = where or name
        kinds = {**kinds, **{field: kind for field, kind in IF_SENT.get(name, {}).items() if field in shown}}
        if list(shown) != list(kinds):
            more, less = [f for f in shown if f not in kinds], [f for f in kinds if f not in shown]
            lines.append(f"{here}: fields {more} too many, {less} missing, or the order is wrong")
        for field, kind in kinds.items():
            if field in shown and not any(IS[letter](shown[field]) for letter in kind):
                lines.append(f"{here}.{field} is {shown[field]!r}, not {kind}")
    return lines + [line for field, value in shown.items() if field != "metadata" for line in wrong(value, f"{where or name}.{field}")]
