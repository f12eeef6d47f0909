"""What integrations most often get wrong about Stripe, row by row: the sandbox must not make any of it pass."""

from __future__ import annotations

from sandbox.providers.stripe.routes.endpoints import event_names
from tests.harness import START, Shop


def test_dispute_created_is_no_event_type(shop: Shop) -> None:
    """It is called `charge.dispute.created`; an endpoint cannot ask for the other."""
    assert "dispute.created" not in event_names()
    wanted = {"url": "http://localhost:4242/hook", "enabled_events": ["dispute.created"]}
    assert shop.post("/v1/webhook_endpoints", wanted).error["param"] == "enabled_events[0]"
    shop.pay("pm_card_createDispute")
    assert "dispute.created" not in shop.events()
    assert "charge.dispute.created" in shop.events()


def test_a_refund_over_the_rest_has_no_error_code(shop: Shop) -> None:
    answer = shop.post("/v1/refunds", {"payment_intent": shop.pay()["id"], "amount": 2001})
    assert (answer.status, answer.error["param"], "code" in answer.error) == (400, "amount", False)


def test_an_unknown_charge_of_a_refund_is_a_404_and_another_unknown_id_a_400(shop: Shop) -> None:
    charge, intent = shop.post("/v1/refunds", {"charge": "ch_x"}), shop.post("/v1/refunds", {"payment_intent": "pi_x"})
    assert (charge.status, charge.error["param"]) == (404, "id")
    assert (intent.status, intent.error["param"]) == (400, "payment_intent")


def test_a_publishable_key_is_a_403_and_no_401(shop: Shop) -> None:
    answer = shop.get("/v1/charges", key="pk_test_alpha")
    assert (answer.status, answer.error["code"]) == (403, "secret_key_required")


def test_charge_disputed_never_goes_back_and_the_fee_stays(shop: Shop) -> None:
    """Also after a win, which returns the amount only."""
    paid = shop.pay("pm_card_createDispute")
    (dispute,) = shop.disputes_of(paid)
    shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": {"uncategorized_text": "winning_evidence"}})
    shop.advance(seconds=6)
    assert shop.get(f"/v1/charges/{paid['latest_charge']}")["disputed"] is True
    lines = shop.get(f"/v1/disputes/{dispute['id']}")["balance_transactions"]
    assert [(line["amount"], line["fee"]) for line in lines] == [(-2000, 1500), (2000, 0)]


def test_closing_a_dispute_sends_charge_updated_last(shop: Shop) -> None:
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createDispute"))
    seen = len(shop.events())
    shop.post(f"/v1/disputes/{dispute['id']}/close")
    assert shop.events(seen) == ["charge.dispute.closed", "charge.updated"]


def test_limit_clamps_in_silence(shop: Shop) -> None:
    shop.pay()
    shop.pay()
    assert [len(shop.get("/v1/charges", {"limit": limit})["data"]) for limit in (0, -1, 101)] == [1, 1, 2]


def test_balance_transactions_of_a_dispute_are_objects(shop: Shop) -> None:
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createDispute"))
    assert [line["object"] for line in dispute["balance_transactions"]] == ["balance_transaction"]


def test_payment_method_types_of_an_older_client_is_taken_and_stays_in_the_answer(shop: Shop) -> None:
    """The parameter went with endive; the official CLI of that day still sends it, so the sandbox takes it."""
    for version in ("2026-08-26.dahlia", "2026-10-28.endive"):
        wanted = {"amount": 500, "currency": "usd", "payment_method_types": ["card"]}
        answer = shop.post("/v1/payment_intents", wanted, headers={"stripe-version": version})
        assert (answer["payment_method_types"], "sandbox-ignored" in answer.headers) == (["card"], False)


def test_listing_balance_transactions_by_dispute_finds_nothing(shop: Shop) -> None:
    """Though the dispute is the `source` of the rows."""
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createDispute"))
    assert dispute["balance_transactions"][0]["source"] == dispute["id"]
    assert shop.get("/v1/balance_transactions", {"source": dispute["id"]})["data"] == []


def test_signature_time_is_wall_clock_time(shop: Shop) -> None:
    """However far the merchant's own clock is."""
    shop.advance(days=100)
    shop.hear("charge.succeeded")
    shop.pay()
    shop.settle()
    (heard,) = shop.receiver.heard
    assert heard.headers["stripe-signature"].startswith(f"t={START},")
    assert heard.event["created"] == START + 100 * 86_400


def test_a_charge_may_have_no_balance_transaction_right_after_success() -> None:
    """Profile network: it comes 2 s later, with `charge.updated`."""
    shop = Shop(profile="network")
    paid = shop.pay()
    path = f"/v1/charges/{paid['latest_charge']}"
    assert shop.get(path)["balance_transaction"] is None
    seen = len(shop.events())
    shop.advance(seconds=2)
    assert shop.get(path)["balance_transaction"] is not None
    assert shop.events(seen) == ["charge.updated"]
    shop.close()


def test_submit_is_true_unless_said_otherwise(shop: Shop) -> None:
    """Any evidence without `submit=false` spends the one submission."""
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createDispute"))
    sent = shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": {"customer_name": "Jane"}})
    assert (sent["status"], sent["evidence_details"]["submission_count"]) == ("under_review", 1)
    assert shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": {"customer_name": "Joe"}}).status == 400
