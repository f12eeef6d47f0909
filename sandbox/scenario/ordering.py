"""What the steps of orders with Google do: guests through the control API, the restaurant through Google's own."""

from __future__ import annotations

from typing import Any

from sandbox.core.clock import iso
from sandbox.scenario import meals
from sandbox.scenario.dialects import Plan, kept
from sandbox.scenario.outside import Denied
from sandbox.scenario.reader import Path_
from sandbox.scenario.stage import Failed, Stage
from sandbox.scenario.through import said, through_api, through_control

ROOT = "/google/ordering"
PROJECT = "restaurant-project"
BUILT_IN = "sandbox:partner"
PARTNERS, TOKENS = "ordering_partners", "ordering_tokens"
HELP = {"type": "CUSTOMER_SERVICE", "button": {"title": "Help", "openUrlAction": {"url": "mailto:help@example.test"}}}


def rupees(paise: int) -> dict[str, Any]:
    units, part = divmod(paise, 100)
    return {"type": "ACTUAL", "amount": {"currencyCode": "INR", "units": str(units), "nanos": part * 10_000_000}}


async def partner(stage: Stage, answer: str) -> str:
    """The partner's id: the application, or a built-in restaurant of that answer. It is registered when it is first needed."""
    known: dict[str, str] = stage.notes.setdefault(PARTNERS, {})
    if stage.app is not None:
        answer = ""
        wanted: dict[str, Any] = {"project_id": stage.app.secret or PROJECT, "webhook_url": stage.app.url}
    else:  # which looks at no signature
        wanted = {"project_id": PROJECT, "webhook_url": BUILT_IN, "jwt": False, "answers": {"submit": answer}}
    if answer not in known:
        made = await stage.outside.control("POST", f"{ROOT}/partners", wanted)
        known[answer] = made["id"]
        stage.notes.setdefault(TOKENS, {})[made["id"]] = made["access_token"]
    return known[answer]


async def order(stage: Stage, body: meals.Order, path: Path_) -> None:
    """An order that is declined or rejected is an outcome: its state says so. A cart that the restaurant does not take ends the story."""
    filled = await said(stage, body)
    line = {"id": "1", "name": "Dinner", "type": "REGULAR", "quantity": 1, "price": rupees(filled["amount"])}
    try:
        sent = {"partner": await partner(stage, body.answer), "cart": {"merchant": {"id": "1", "name": "Restaurant"}, "lineItems": [line]}}
        checkout = await stage.outside.control("POST", f"{ROOT}/checkouts", sent)
    except Denied as denied:
        raise Failed(f"refused with status {denied.status}, code {denied.code}: {denied.message}") from None
    if checkout["status"] != "ready":
        found = "; ".join(f"{each['code']} {each['path']} {each['message']}" for each in checkout["findings"])
        raise Failed(f"the checkout is {checkout['status']}: {found}")
    await through_control(stage, path, body, f"{ROOT}/checkouts/{checkout['id']}/submit", {"card": body.card})


async def order_update(stage: Stage, body: meals.OrderUpdate, path: Path_) -> None:
    """With everything that Google asks for, and the partner's token. The order as it is then is kept under the step's name."""
    filled = await said(stage, body)
    shown = await stage.object(await stage.id(body.order))
    if not shown.get("action_order_id"):
        raise Failed(f"the restaurant never took this order: it is {shown.get('state')}")
    at = iso(stage.now - body.ago)
    state = filled.get("state")
    update: dict[str, Any] = {
        "actionOrderId": shown["action_order_id"], "updateTime": at, "orderManagementActions": [HELP],
        **kept(
            orderState={"state": state, "label": state.replace("_", " ").capitalize()} if state else None,
            totalPrice=rupees(filled["total"]) if "total" in filled else None,
        ),
    }  # fmt: skip
    if state == "CONFIRMED":
        update |= {"receipt": {"userVisibleOrderId": "1"}, "infoExtension": {"estimatedFulfillmentTimeIso8601": f"{at}/PT40M"}}
    message = {"isInSandbox": body.sandbox, "customPushMessage": {"orderUpdate": update}}
    token = stage.notes[TOKENS][shown["partner"]]
    plan = Plan("POST", "/v2/conversations:send", message)
    if await through_api(stage, path, body, [plan], {"authorization": f"Bearer {token}"}) is not None:
        stage.keep(filled.get("name"), await stage.object(shown["id"]))
