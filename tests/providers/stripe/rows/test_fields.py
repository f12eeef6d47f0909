"""Every row of the reference's field tables: type and presence over all states, and what its ids expand to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.providers.stripe.rows.gallery import Gallery, Seen
from tests.providers.stripe.rows.tables import ROWS, TABLES, Field, fields

MILLENNIUM = 946_684_800

# Fields that may be null or missing at Stripe and never are here, and the other way round, by what it comes from.
NEVER_NULL = {
    "every charge has one": "charge.outcome charge.payment_method_details charge.fraud_details charge.radar_options",
    "refunds are made of charges": "refund.charge refund.status refund.metadata",
    "a dispute is answered in some way": "dispute.intended_submission_method",
    "an upload is a file with a name and a type that was looked at": "file.filename file.links file.type",
    "a secret key sees it": "payment_intent.client_secret",
    "the account has it": "payment_intent.managed_payments setup_intent.managed_payments balance.refund_and_dispute_prefunding",
    "cards have options": "payment_intent.payment_method_options setup_intent.payment_method_options",
    "sent in practice, the reference says": "customer.balance customer.invoice_settings customer.metadata customer.next_invoice_sequence",
    "no customer lacks them": "customer.delinquent customer.invoice_prefix customer.preferred_locales customer.tax_exempt",
    "an event knows who asked, be it nobody": "event.api_version event.request",
    "money was moved": "payout.balance_transaction payout.destination payout.metadata payout.trace_id transfer.balance_transaction "
    "transfer.destination transfer_reversal.balance_transaction transfer_reversal.destination_payment_refund "
    "application_fee.balance_transaction fee_refund.balance_transaction",
    "reviews are of charges": "review.charge",
}
NEVER_THERE = {
    "no debit fails after it has succeeded": "charge.failure_balance_transaction",
    "adaptive pricing": "charge.presentment_details refund.presentment_details payment_intent.presentment_details",
    "nobody is mailed": "charge.receipt_number refund.receipt_number",
    "gone long ago": "charge.order payment_intent.source",
    "customers of version 2": "refund.customer_account payment_intent.customer_account customer.customer_account "
    "payment_method.customer_account setup_intent.customer_account",
    "nothing sets it": "refund.description file.title setup_intent.attach_to_self payout.payout_method charge.outcome.network_advice_code",
    "ignored and named so": "payment_intent.hooks payment_intent.payment_details customer.tax",
    "null for cards": "payment_intent.processing setup_intent.single_use_mandate",
    "configurations of methods": "payment_intent.payment_method_configuration_details setup_intent.payment_method_configuration_details",
    "payment records, agents": "payment_intent.payment_record payment_intent.shared_payment_granted_token "
    "payment_method.shared_payment_granted_token",
    "Billing": "customer.cash_balance customer.currency customer.discount customer.invoice_credit_balance",
    "organisations and apps": "event.context webhook_endpoint.application",
    "reserves, instant payouts, Issuing": "balance.connect_reserved balance.instant_available balance.issuing",
    "nothing is converted": "balance_transaction.exchange_rate",
    "payouts cost nothing": "payout.application_fee payout.application_fee_amount",
    "no browser was there": "review.ip_address review.ip_address_location review.session token.client_ip",
    "null in the reference": "charge.payment_method_details.card.installments charge.payment_method_details.card.transaction_link_id "
    "charge.payment_method_details.card.wallet payment_method.card.generated_from payment_method.card.wallet",
    "attempts are not kept": "setup_intent.latest_attempt",
    "settlement merchant of setups": "setup_intent.on_behalf_of",
    "phones": "card.dynamic_last4 card.tokenization_method card.wallet",
    "sources of cards have no amount": "source.amount",
}
ONE_STATE = {
    **{name: {True} for names in NEVER_NULL.values() for name in names.split()},
    **{name: {False} for names in NEVER_THERE.values() for name in names.split()},
}




def is_a(value: Any, field: Field) -> bool:
    """Whether a value that is not null is of the row's type."""
    match field.type:
        case "integer":
            return type(value) is int
        case "number":
            return type(value) in (int, float)
        case "timestamp":
            return type(value) is int and (value == 0 or value > MILLENNIUM)
        case "boolean":
            return type(value) is bool
        case "string" | "id":
            return type(value) is str and value != ""
        case "currency":
            return type(value) is str and len(value) == 3 and value.islower()
        case "hash":
            return type(value) is dict
        case "map":
            return type(value) is dict and all(type(text) is str for text in value.values())
        case "strings":
            return type(value) is list and all(type(text) is str for text in value)
        case "hashes":
            return type(value) is list and all(type(item) is dict for item in value)
        case "list":
            return value["object"] == "list" and {"data", "has_more", "url"} <= value.keys()
    raise AssertionError(field.type)


def named(row: tuple[str, Field]) -> str:
    return f"{row[0]}.{row[1].name}"


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_a_field_has_its_type_and_is_there_as_the_reference_says(gallery: Gallery, row: tuple[str, Field]) -> None:
    kind, field = row
    bodies = list(gallery.of(kind))
    assert bodies
    for body in bodies:
        if field.name not in body:
            assert field.presence == "absent", body
        elif body[field.name] is None:
            assert field.presence == "null", body
        else:
            assert is_a(body[field.name], field), body[field.name]


OPTIONAL = [row for row in ROWS if row[1].presence != "set"]


@pytest.mark.parametrize("row", OPTIONAL, ids=named)
def test_a_field_that_may_be_missing_is_seen_with_and_without_a_value(gallery: Gallery, row: tuple[str, Field]) -> None:
    """Or else a line above says why there is one state only."""
    kind, field = row
    assert {body.get(field.name) is not None for body in gallery.of(kind)} == ONE_STATE.get(named(row), {True, False})


def test_only_rows_have_one_state() -> None:
    assert set(ONE_STATE) <= {named(row) for row in OPTIONAL}


@pytest.mark.parametrize("kind", TABLES)
def test_no_key_is_without_a_row(gallery: Gallery, kind: str) -> None:
    """Nothing is shown that the reference does not have."""
    rows = {field.name for field in fields(kind)}
    assert {key for body in gallery.of(kind) if not body.get("deleted") for key in body} <= rows


def unordered(body: Any, where: str) -> Iterator[str]:
    """Hashes whose keys do not stand as Stripe sends them: `id`, `object`, then the alphabet; metadata as it was given."""
    if isinstance(body, list):
        for item in body:
            yield from unordered(item, where)
    if isinstance(body, dict):
        first = [key for key in ("id", "object") if key in body]
        if [*body] != first + sorted(body.keys() - set(first)):
            yield f"{where}: {[*body]}"
        for key, value in body.items():
            if key != "metadata":
                yield from unordered(value, f"{where}.{key}")


def test_keys_stand_in_the_order_of_the_wire(gallery: Gallery) -> None:
    assert {line for kind, seen in gallery.seen.items() for each in seen for line in unordered(each.body, kind)} == set()


def wanted(gallery: Gallery, kind: str, name: str) -> Iterator[Seen]:
    """One object for each kind of id that stands in a field; a card that stands for a payment method is none."""
    found = {}
    for seen in gallery.seen[kind]:
        prefix = str(seen.body.get(name)).partition("_")[0]
        if seen.path and isinstance(seen.body.get(name), str) and (name, prefix) != ("payment_method", "card"):
            found[prefix] = seen
    yield from found.values()


EXPANDED = [row for row in ROWS if row[1].into and ONE_STATE.get(named(row)) != {False}]


@pytest.mark.parametrize("row", EXPANDED, ids=named)
def test_an_id_expands_to_its_object(gallery: Gallery, row: tuple[str, Field]) -> None:
    """`expand[]=NAME` gives the whole object that the row names; where it names several, each of them."""
    kind, field = row
    kinds = set()
    for seen in wanted(gallery, kind, field.name):
        there = seen.expanded(field.name)[field.name]
        assert (there["id"], len(there) > 3) == (seen.body[field.name], True)
        kinds.add(there["object"])
    assert kinds == set(field.into)
