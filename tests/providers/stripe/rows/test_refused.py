"""Every row of the reference's tables of illegal calls: status, code, blamed parameter and message."""

from __future__ import annotations

import pytest

from tests.harness import Shop
from tests.providers.stripe.rows.more_refused import INTENTS, OTHERS, PAYMENTS
from tests.providers.stripe.rows.refused import CHARGES, DISPUTES, REFUNDS

ALL = {**CHARGES, **REFUNDS, **DISPUTES, **INTENTS, **PAYMENTS, **OTHERS}


@pytest.mark.parametrize("name", ALL)
def test_an_illegal_call_is_refused_in_these_words(shop: Shop, name: str) -> None:
    row = ALL[name]
    answer, key = row.call(shop)
    error = answer.error
    assert (answer.status, error["type"], error.get("code"), error.get("param")) == (row.status, row.type, row.code, row.param), error
    wanted = row.message.replace("{}", key)
    if wanted.endswith("…"):
        assert error["message"].startswith(wanted[:-1])
    else:
        assert error["message"] == wanted


@pytest.mark.parametrize("name", INTENTS)
def test_what_is_refused_about_an_intent_carries_it(shop: Shop, name: str) -> None:
    """The whole of it, as it is."""
    carried = INTENTS[name].call(shop)[0].error["payment_intent"]
    assert carried == shop.get(f"/v1/payment_intents/{carried['id']}").body
