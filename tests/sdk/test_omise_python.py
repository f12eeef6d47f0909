"""The official Python library 0.16, unchanged, against the real server: every call it has in this domain."""

from __future__ import annotations

import ast
import hashlib
import hmac
import inspect
import json
import secrets
from base64 import b64decode
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.sdk.account import Account
from tests.sdk.evidence import png
from tests.serving import Receiver, Serving

CARD = {"name": "Somchai Prasert", "expiration_month": 12, "expiration_year": 2034, "security_code": "123"}
DAY = 86_400


@pytest.fixture
def account(serving: Serving) -> Account:
    """The same merchant by its Omise key."""
    made = Account(serving, secrets.token_hex(8))
    made.key = made.key.replace("sk_", "skey_")
    return made


@pytest.fixture
def omise(account: Account, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The library pointed at the server, as docs/omise.md tells a user to do it."""
    import omise as library

    name = account.key.removeprefix("skey_test_")
    monkeypatch.setattr(library, "api_main", account.url)
    monkeypatch.setattr(library, "api_vault", account.url)
    monkeypatch.setattr(library, "api_secret", f"skey_test_{name}")
    monkeypatch.setattr(library, "api_public", f"pkey_test_{name}")
    return library


def token(omise: Any, number: str = "4242424242424242") -> Any:
    return omise.Token.create(**CARD, number=number)


def paid(omise: Any, amount: int = 100_000, **params: Any) -> Any:
    return omise.Charge.create(amount=amount, currency="thb", card=token(omise).id, **params)


def disputed(omise: Any, account: Account, **body: Any) -> Any:
    """The library cannot open one; the control API can."""
    opened = account.call("POST", "disputes", {"charge": paid(omise).id, **body})
    return omise.Dispute.retrieve(opened["id"])


def keys(omise: Any) -> list[str]:
    return [event.key for event in omise.Event.list()]


def test_token_is_made_charged_and_used(omise: Any) -> None:
    """Reload follows the token's location, which is a whole URL."""
    made = token(omise)
    assert (made.used, made.charge_status, made.card.last_digits, made.card.brand) == (False, "unknown", "4242", "Visa")
    charge = omise.Charge.create(amount=100_000, currency="thb", card=made.id)
    assert (charge.status, charge.paid, charge.net, charge.card.id) == ("successful", True, 96_094, made.card.id)
    made.reload()
    assert (made.used, made.charge_status) == (True, "successful")
    assert omise.Token.retrieve(made.id).used
    with pytest.raises(omise.errors.UsedTokenError, match="token was already used"):
        omise.Charge.create(amount=100_000, currency="thb", card=made.id)


def test_charge_is_listed_retrieved_updated_and_reloaded(omise: Any) -> None:
    charges = [paid(omise, 30_000 + number) for number in range(3)]
    listed = omise.Charge.list()
    assert len(listed) == 3
    assert [charge.id for charge in listed] == [charge.id for charge in charges]
    assert [charge.id for charge in listed.offset(limit=2, order="reverse_chronological")] == [charges[2].id, charges[1].id]
    first = omise.Charge.retrieve(charges[0].id)
    first.description, first.metadata = "order 6735", {"lines": {"a": 1}}
    first.update()
    first.reload()
    assert (first.description, first.metadata.lines.a) == ("order 6735", 1)
    assert [event.key for event in first.list_events()] == ["charge.update", "charge.create"]


def test_authorization_is_captured_reversed_or_expired(omise: Any, account: Account) -> None:
    held = [paid(omise, capture=False, authorization_type="pre_auth") for _ in range(3)]
    assert {(charge.status, charge.authorized, charge.capturable) for charge in held} == {("pending", True, True)}
    held[0].capture(capture_amount=60_000)
    assert (held[0].status, held[0].captured_amount, held[0].fee, held[0].fee_vat) == ("successful", 60_000, 2_190, 153)
    held[1].reverse()
    assert (held[1].status, held[1].reversed) == ("reversed", True)
    with pytest.raises(omise.errors.BaseError, match="only uncaptured authorized charges can be reversed"):
        held[0].reverse()
    with pytest.raises(omise.errors.FailedCaptureError):
        held[0].capture()
    source = omise.Source.create(amount=100_000, currency="thb", type="promptpay")
    waiting = omise.Charge.create(amount=100_000, currency="thb", source=source.id)
    waiting.expire()
    assert (waiting.status, waiting.expired) == ("expired", True)
    account.advance(days=8)
    held[2].reload()
    assert (held[2].status, held[2].expired) == ("expired", True)
    assert keys(omise)[-4:] == ["charge.reverse", "charge.create", "charge.expire", "charge.expire"]


def test_declined_card_is_a_failed_charge_and_no_error(omise: Any) -> None:
    charge = omise.Charge.create(amount=100_000, currency="thb", card=token(omise, "4111111111140011").id)
    assert (charge.status, charge.failure_code, charge.paid) == ("failed", "insufficient_fund", False)


def test_refund_in_part_and_as_a_void(omise: Any) -> None:
    charge = paid(omise)
    part = charge.refund(amount=10_000, metadata={"why": "broken"})
    assert (part.amount, part.voided, part.status, charge.refunded_amount) == (10_000, False, "closed", 10_000)
    assert [refund.id for refund in charge.list_refunds()] == [part.id]
    part.reload()
    whole = paid(omise)
    assert whole.refund(amount=100_000).voided
    assert whole.voided
    assert [refund.amount for refund in omise.Refund.list()] == [10_000, 100_000]
    with pytest.raises(omise.errors.FailedRefundError, match="remaining amount"):
        charge.refund(amount=90_001)


def test_dispute_is_answered_with_a_document_and_won(omise: Any, account: Account) -> None:
    dispute = disputed(omise, account, reason="duplicate_processing")
    assert (dispute.status, dispute.amount, dispute.reason_code) == ("open", 100_000, "duplicate_processing")
    document = dispute.upload_document({"file": ("receipt.png", png())})
    assert (document.filename, document.deleted) == ("receipt.png", False)
    extra = dispute.upload_document({"file": ("a.png", png())})
    extra.reload()
    extra.destroy()
    assert extra.destroyed
    assert [one.id for one in dispute.list_documents()] == [document.id]
    assert omise.Document.retrieve(dispute.id, document.id).filename == "receipt.png"
    assert [one.id for one in omise.Dispute.list_open_disputes()] == [dispute.id]
    dispute.update(message="The parcel was signed for", metadata={"case": 1})
    assert (dispute.status, dispute.message) == ("pending", "The parcel was signed for")
    assert [one.id for one in omise.Dispute.list_pending_disputes()] == [dispute.id]
    with pytest.raises(omise.errors.BaseError, match="documents list cannot be modified"):
        dispute.upload_document({"file": ("late.png", png())})
    account.call("POST", f"disputes/{dispute.id}/win")
    dispute.reload()
    assert (dispute.status, [line["key"] for line in dispute.transactions]) == ("won", ["dispute.won.credit", "dispute.started.debit"])
    assert [one.id for one in omise.Dispute.list_closed_disputes()] == [one.id for one in omise.Dispute.list()] == [dispute.id]
    assert omise.Balance.retrieve().total == 96_094


def test_dispute_is_accepted(omise: Any, account: Account) -> None:
    dispute = disputed(omise, account)
    dispute.accept()
    assert (dispute.status, dispute.message) == ("lost", "Merchant accepts the dispute")
    assert keys(omise) == ["charge.create", "dispute.create", "dispute.accept", "dispute.close"]


def test_dispute_nobody_answers_is_lost_on_the_day(omise: Any, account: Account, receiver: Receiver) -> None:
    """The webhooks arrive signed by the secret that the control API shows, decoded from base64."""
    endpoint = account.call("POST", "webhook_endpoints", {"provider": "omise", "url": receiver.url})
    dispute = disputed(omise, account)
    opened_at = account.now
    assert account.advance(days=14) == ["response_due"]
    dispute.reload()
    assert (dispute.status, dispute.message) == ("lost", None)
    assert account.now == opened_at + 14 * DAY
    got = [json.loads(body) for _, body in receiver.got]
    assert sorted(event["key"] for event in got) == ["charge.create", "dispute.close", "dispute.create"]
    for headers, body in receiver.got:
        signed = headers["omise-signature-timestamp"].encode() + b"." + body
        assert hmac.new(b64decode(endpoint["secret"]), signed, hashlib.sha256).hexdigest() == headers["omise-signature"]
        assert headers["content-type"] == "application/json"
    closed = omise.Event.retrieve(next(event["id"] for event in got if event["key"] == "dispute.close"))
    assert (closed.data.status, closed.webhook_deliveries[0]["status"]) == ("lost", 200)


def test_customer_keeps_cards(omise: Any) -> None:
    customer = omise.Customer.create(email="somchai@example.com", card=token(omise).id)
    customer.update(card=token(omise, "5555555555554444").id, description="regular")
    assert [card.brand for card in customer.list_cards()] == ["Visa", "MasterCard"]
    card = customer.cards.retrieve(customer.default_card)
    card.update(name="Somchai P.", expiration_year=2035)
    card.reload()
    assert (card.brand, card.name, card.expiration_year) == ("Visa", "Somchai P.", 2035)
    charge = omise.Charge.create(amount=50_000, currency="thb", customer=customer.id)
    assert (charge.customer, charge.card.brand) == (customer.id, "Visa")
    card.destroy()
    assert card.destroyed
    customer.reload()
    assert omise.Card.retrieve(customer.id, customer.default_card).brand == "MasterCard"
    customer.destroy()
    assert customer.destroyed
    assert len(omise.Customer.list()) == 0
    assert keys(omise) == [
        "customer.create", "customer.update", "customer.update.card", "card.update", "charge.create", "card.destroy",
        "customer.update.card", "customer.destroy",
    ]  # fmt: skip


def test_source_is_retrieved(omise: Any) -> None:
    source = omise.Source.create(amount=40_000, currency="thb", type="promptpay")
    assert (source.flow, source.charge_status, source.scannable_code) == ("offline", "unknown", None)
    assert omise.Source.retrieve(source.id).id == source.id
    charge = omise.Charge.create(amount=40_000, currency="thb", source=source.id)
    assert (charge.source.charge_status, charge.source.scannable_code.type) == ("pending", "qr")


def test_account_balance_and_capability(omise: Any) -> None:
    paid(omise)
    account = omise.Account.retrieve()
    assert (account.country, account.currency, account.api_version) == ("TH", "THB", "2019-05-29")
    account.update(zero_interest_installments=True)
    assert account.zero_interest_installments
    balance = omise.Balance.retrieve()
    assert (balance.total, balance.transferable) == (96_094, 96_094)
    balance.reload()
    capability = omise.Capability.retrieve()
    assert [method["name"] for method in capability.payment_methods][:2] == ["card", "internet_banking_bay"]
    capability.reload()


def test_money_is_transferred_to_a_recipient(omise: Any, account: Account) -> None:
    paid(omise)
    bank_account = {"brand": "bbl", "number": "1234567890", "name": "Somchai Prasert"}
    recipient = omise.Recipient.create(name="Somchai", type="individual", bank_account=bank_account)
    recipient.update(email="somchai@example.com")
    recipient.reload()
    assert (recipient.verified, recipient.bank_account.last_digits) == (False, "7890")
    assert omise.Recipient.retrieve(recipient.id).email == "somchai@example.com"
    assert [one.id for one in omise.Recipient.list()] == [recipient.id]
    transfer = omise.Transfer.create(amount=50_000, recipient=recipient.id)
    transfer.update(amount=40_000)
    assert (transfer.amount, transfer.fee, transfer.fee_vat, transfer.net) == (40_000, 2_804, 196, 37_000)
    assert omise.Transfer.retrieve(transfer.id).amount == 40_000
    assert [one.id for one in omise.Transfer.list()] == [transfer.id]
    transfer.destroy()
    assert transfer.destroyed
    recipient.destroy()
    assert recipient.destroyed
    assert [line.key for line in omise.Transaction.list()] == ["charge.captured.net"]
    assert omise.Transaction.retrieve(next(iter(omise.Transaction.list())).id).amount == 96_094


def test_search_finds_charges(omise: Any) -> None:
    charges = [paid(omise, amount) for amount in (30_000, 45_000, 60_000)]
    found = omise.Search.execute("charge", filters={"amount": "400..600"}, order="chronological")
    assert [charge.id for charge in found] == [charges[1].id, charges[2].id]
    assert (found.total, found.scope, found.filters.amount) == (2, "charge", "400..600")
    assert (len(found), found[1].id) == (2, charges[2].id)


def test_list_of_charges_takes_dates(omise: Any, account: Account) -> None:
    first = paid(omise)
    account.advance(days=2)
    later = paid(omise)
    assert [charge.id for charge in omise.Charge.list(fromDate=later.created_at)] == [later.id]
    assert [charge.id for charge in omise.Charge.list(toDate=first.created_at)] == [first.id]


def test_every_object_is_loaded_anew(omise: Any, account: Account) -> None:
    """`reload` follows the location in the object, which must lead back to it."""
    charge = paid(omise)
    bank_account = {"brand": "bbl", "number": "1234567890", "name": "Somchai Prasert"}
    recipient = omise.Recipient.create(name="Somchai", type="individual", bank_account=bank_account)
    customer = omise.Customer.create(card=token(omise).id)
    dispute = disputed(omise, account)
    made = [
        charge, recipient, customer, dispute, token(omise), omise.Account.retrieve(), omise.Balance.retrieve(), omise.Capability.retrieve(),
        omise.Transfer.create(amount=40_000, recipient=recipient.id), next(iter(omise.Event.list())), next(iter(omise.Transaction.list())),
        customer.cards.retrieve(customer.default_card), dispute.upload_document({"file": ("a.png", png())}),
        charge.refund(amount=10_000) and next(iter(omise.Refund.list())),
    ]  # fmt: skip
    assert {type(one).__name__ for one in made} == set(reloadable(omise))
    for one in made:
        before = getattr(one, "id", one.location)
        one.reload()
        assert getattr(one, "id", one.location) == before


@pytest.mark.parametrize(
    "call",
    [
        lambda o: o.Schedule.list().offset(), lambda o: o.Link.list().offset(), lambda o: o.Forex.retrieve("usd"),
        lambda o: o.Receipt.list().offset(), lambda o: o.Chain.list().offset(), lambda o: o.Occurrence.retrieve("occu_test_1"),
        lambda o: o.Charge.list_schedules().offset(), lambda o: o.Customer.create().list_schedules().offset(),
        lambda o: o.Customer.create().schedule(), lambda o: o.Schedule.retrieve("schd_test_1"), lambda o: o.Schedule.create(every=1),
        lambda o: o.Link.retrieve("link_test_1"), lambda o: o.Link.create(amount=1), lambda o: o.Chain.retrieve("acch_test_1"),
        lambda o: o.Receipt.retrieve("rcpt_1"),
    ],
)  # fmt: skip
def test_what_is_out_of_scope_says_so(omise: Any, call: Any) -> None:
    with pytest.raises(omise.errors.BaseError, match="does not support this operation"):
        call(omise)


OUT_OF_SCOPE = {"Schedule", "Link", "Forex", "Receipt", "Chain", "Occurrence"}  # a read and a write of each is refused above
CALLED_BY_PYTHON = {"Collection", "LazyCollection", "BankAccount", "Base"}  # lists and parts of other objects


def resources(omise: Any) -> dict[str, list[str]]:
    """The library's resources with the names of their calls."""
    kinds = {name: kind for name, kind in vars(omise).items() if inspect.isclass(kind) and issubclass(kind, omise.Base) and name[0] != "_"}
    return {
        name: [call for call, value in vars(kind).items() if call[0] != "_" and not isinstance(value, str)]
        for name, kind in kinds.items() if name not in OUT_OF_SCOPE | CALLED_BY_PYTHON
    }  # fmt: skip


def reloadable(omise: Any) -> list[str]:
    return [name for name, calls in resources(omise).items() if "reload" in calls]


def test_every_call_that_the_library_has_is_made_here(omise: Any) -> None:
    """Calls of a class by both names, calls of an object by their own."""
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    by_name = {node.attr for node in made}
    by_class = {(node.value.attr, node.attr) for node in made if isinstance(node.value, ast.Attribute)}
    known = resources(omise)
    assert len(known) == 16
    for name, calls in known.items():
        for call in calls:
            of_class = isinstance(inspect.getattr_static(getattr(omise, name), call), classmethod)
            assert (name, call) in by_class if of_class else call in by_name, f"{name}.{call}"


def test_refusals_are_the_errors_a_user_catches(omise: Any, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    errors = omise.errors
    with pytest.raises(errors.NotFoundError, match="customer missing was not found"):
        omise.Customer.retrieve("missing")
    with pytest.raises(errors.InvalidCardError, match="number is invalid"):
        token(omise, "4242424242424241")
    with pytest.raises(errors.InvalidChargeError, match=r"greater than or equal to 2000 \(thb subunits\)"):
        paid(omise, 10)
    monkeypatch.setattr(omise, "api_secret", "skey_unknown")
    with pytest.raises(errors.AuthenticationFailureError, match="refuses live keys"):
        omise.Account.retrieve()
    monkeypatch.setattr(omise, "api_secret", account.key.replace("skey", "pkey"))
    with pytest.raises(errors.AuthenticationFailureError, match="authentication failed"):
        omise.Account.retrieve()
