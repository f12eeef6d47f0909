"""What strangers write stays text, what opens something is never shown whole, and no other site reaches the control API."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.chromium import expect
from tests.browser.desk import Desk
from tests.browser.payloads import PAYLOADS
from tests.serving import Serving

pytestmark = pytest.mark.browser
CARD = "4242424242424242"


def texts(start: int = 0) -> dict[str, str]:
    """Metadata of fifty payloads, as many as an object may have."""
    return {f"m{place}": text for place, text in enumerate(PAYLOADS[start : start + 50])}


def told(desk: Desk) -> dict[str, str]:
    """Every payload stands in several fields of several records; answers the addresses of pages that show some."""
    person = {"name": PAYLOADS[2], "description": PAYLOADS[3], "address": {"line1": PAYLOADS[0], "city": PAYLOADS[1]}}
    customer = desk.stripe("POST", "/v1/customers", {**person, "email": "ann@example.com", "metadata": texts()})
    assert customer["name"] == PAYLOADS[2]
    charges = [desk.pay(description=text, metadata={"t": text}) for text in PAYLOADS]
    paid = desk.pay(description=PAYLOADS[4], metadata=texts(50))
    refund = {"charge": charges[0]["id"], "amount": 100, "metadata": texts()}
    assert desk.stripe("POST", "/v1/refunds", refund, idempotency_key=PAYLOADS[5])["metadata"] == texts()
    dispute = desk.dispute(paid, reason="product_not_received")
    for text in PAYLOADS[:20]:
        evidence = dict.fromkeys(("uncategorized_text", "customer_name", "product_description", "shipping_carrier"), text)
        desk.stripe("POST", f"/v1/disputes/{dispute['id']}", {"submit": False, "evidence": evidence})
    for text in PAYLOADS[:5]:
        endpoint = {"provider": "stripe", "url": f"http://127.0.0.1:9/{text}", "description": text}
        desk.serving.call("POST", "/_sandbox/webhook_endpoints", endpoint, desk.key)
    desk.call("POST", "/webhook_endpoints", {"provider": "stripe", "url": "sandbox:inbox", "description": PAYLOADS[6]})
    for text in PAYLOADS[:10]:
        desk.call("POST", "/snapshots", {"name": text})
        fault = {"where": "webhook", "what": "drop", "paths": [f"/{text}"], "events": [text], "nth": 9_999}
        desk.call("POST", "/faults", fault)
    desk.stripe("POST", "/v1/customers", {"name": PAYLOADS[7]})
    desk.settle()
    desk.stripe("GET", "/v1/charges/%3Cscript%3Ewindow.hacked=1%3C%2Fscript%3E")
    failed = desk.call("GET", "/requests?failed=true&order=newest&limit=1")["data"][0]["id"]
    delivery = desk.call("GET", "/deliveries?order=newest&limit=1")["data"][0]["id"]
    return {
        "payments": "/payments", "payment": f"/payments/{paid['id']}", "refunded": f"/payments/{charges[0]['id']}", "disputes": "/disputes",
        "dispute": f"/disputes/{dispute['id']}", "webhooks": "/webhooks", "delivery": f"/deliveries/{delivery}", "inbox": "/inbox",
        "requests": "/requests", "request": f"/requests/{failed}", "faults": "/faults", "merchants": "/merchants",
        "none": "/payments/%3Cimg%20src=x%20onerror=window.hacked=1%3E", "nowhere": "/%3Cscript%3Ewindow.hacked=1%3C%2Fscript%3E",
    }  # fmt: skip


# Elements that no page of ours has, and attributes that run something.
STRANGE = """[...document.querySelectorAll('main *')].filter((e) =>
  e.matches('script, iframe, object, embed, base, form[action], main img, marquee, math, video, audio')
  || [...e.attributes].some((a) => a.name.startsWith('on')
    || (['href', 'src', 'action', 'xlink:href'].includes(a.name) && !/^(\\/|#|https?:)/.test(a.value)))
).map((e) => e.outerHTML.slice(0, 200))"""


def test_a_hundred_payloads_in_every_text_field_stay_text(desk: Desk) -> None:
    """None is executed, none becomes an element, none makes the policy speak up: they are text nodes."""
    desk.refusals_expected = True
    assert len(set(PAYLOADS)) == 100
    page = desk.page
    page.on("dialog", lambda dialog: desk.wrong.append(f"a dialog: {dialog.message}"))
    shown = ""
    for name, path in told(desk).items():
        desk.open(path)
        page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
        assert page.evaluate("window.hacked") is None, name
        assert page.evaluate(STRANGE) == [], name
        shown += desk.main.inner_text()
    desk.open("/payments", q="onerror")
    expect(desk.main.locator("tbody tr").first).to_contain_text("onerror")
    for text in PAYLOADS[:4]:  # they were there to be seen, as text
        assert " ".join(text.split()) in " ".join(shown.split()), text


def test_payloads_typed_into_the_page_come_back_as_text(desk: Desk) -> None:
    """In a filter, in the address and in a dialog that is refused."""
    desk.refusals_expected = True
    desk.pay()
    for text in PAYLOADS[:10]:
        desk.open("/requests", q=text)
        expect(desk.main.locator("input[type=search]")).to_have_value(text.strip()[:200])
    desk.open("/webhooks")
    desk.press("Add endpoint")
    desk.fill(events="<img/src=x/onerror=window.hacked=1>")
    desk.press("Add endpoint")
    expect(desk.within().get_by_role("alert")).to_contain_text("<img/src=x/onerror=window.hacked=1>")
    assert desk.page.evaluate("window.hacked") is None


def test_card_numbers_and_keys_are_never_shown_whole(desk: Desk) -> None:
    """Whatever page, and whatever is unfolded there."""
    card = {"number": CARD, "exp_month": 12, "exp_year": 2030, "cvc": "314"}
    intent = desk.stripe("POST", "/v1/payment_intents", {"amount": 2_000, "currency": "usd", "payment_method_types": ["card"]})
    desk.stripe("POST", "/v1/tokens", {"card": card})
    desk.stripe("POST", "/v1/charges", {"amount": 2_000, "currency": "usd", "source": {"object": "card", **card}})
    desk.call("POST", "/webhook_endpoints", {"provider": "stripe", "url": "sandbox:inbox"})
    charge = desk.pay()
    desk.settle()
    (endpoint,) = desk.call("GET", "/webhook_endpoints")["data"]
    token = desk.call("GET", "/requests?q=tokens")["data"][0]["id"]
    delivery = desk.call("GET", "/deliveries?limit=1")["data"][0]["id"]
    secret = re.compile("|".join((CARD, r"4242.4242.4242.4242", re.escape(endpoint["secret"]), r"\b[spr]?k(?:ey)?_(?:test|live)_\w{17,}")))
    for path in ("/payments", f"/payments/{charge['id']}", f"/payments/{intent['id']}", "/webhooks", f"/deliveries/{delivery}", "/inbox",
                 "/requests", f"/requests/{token}", "/merchants", "/ledger"):  # fmt: skip
        desk.open(path)
        desk.page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
        shown = desk.page.content()
        commands = shown.replace(f"sk_test_{desk.merchant}:", "")  # a command to type names the merchant, which is no secret
        assert not secret.search(commands), (path, secret.search(commands))


@contextmanager
def elsewhere() -> Iterator[str]:
    """A page of another site on this machine."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<!doctype html><title>elsewhere</title><p>Another site"
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def test_a_page_of_another_site_neither_reads_nor_changes_anything(desk: Desk) -> None:
    """Not by fetch, not by a form, not in a frame, though the same browser may open the dashboard."""
    desk.pay()
    with elsewhere() as there:
        page = desk.page
        page.goto(there)
        answers = page.evaluate(
            """async (url) => {
              const results = [];
              const reset = `${url}/_sandbox/reset?merchant=MERCHANT`;
              const post = (mode, type) => fetch(reset, {method: "POST", mode, body: "{}", headers: {"content-type": type}})
                .then((answer) => answer.type + answer.status, () => "refused");
              results.push(await post("cors", "application/json"), await post("no-cors", "text/plain"));
              results.push(await fetch(`${url}/_sandbox/payments?merchant=MERCHANT`).then((answer) => answer.text(), () => "refused"));
              const form = Object.assign(document.createElement("form"), {method: "POST", action: reset, target: "f"});
              const frame = Object.assign(document.createElement("iframe"), {name: "f", src: `${url}/dashboard`});
              document.body.append(frame, form);
              await new Promise((done) => { frame.onload = done; });
              results.push(frame.contentDocument === null ? "closed" : "open");
              const loaded = new Promise((done) => { frame.onload = done; });
              form.submit();
              await loaded;
              return results;
            }""".replace("MERCHANT", desk.merchant),
            desk.url,
        )  # fmt: skip
        assert answers == ["refused", "opaque0", "refused", "closed"]
        desk.wrong.clear()  # that it tried is the test
        desk.page.goto("about:blank")
        desk.wrong.clear()
    assert len(desk.call("GET", "/payments")["data"]) == 1


def test_a_foreign_host_name_gets_no_page(serving: Serving) -> None:
    """A name that somebody points at this machine opens nothing."""
    for path in ("/", "/dashboard", "/dashboard/static/main.js", "/_sandbox/payments"):
        connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=10)
        connection.request("GET", path, headers={"host": f"evil.example:{serving.port}"})
        answer = connection.getresponse()
        assert (answer.status, b"evil.example" in answer.read()) == (421, True)
        connection.close()
