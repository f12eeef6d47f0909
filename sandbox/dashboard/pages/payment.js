// One payment: the picture of its life, what may be done about it, and everything that belongs to it.

import { get } from "../lib/api.js";
import { actsOf, actsOfPart } from "../lib/acts.js";
import { h, keyed, refill } from "../lib/dom.js";
import { amount, kindName } from "../lib/format.js";
import { badge, card, copyButton, facts, json, money, table } from "../lib/parts.js";
import { link } from "../lib/router.js";
import { provider } from "../lib/shell.js";
import { time } from "../lib/time.js";
import { timeline } from "../lib/timeline.js";

function head(payment) {
  return h("div", { class: "head" },
    h("div", {}, h("h1", {}, money(payment.amount, payment.currency), " ", badge(payment.status),
      payment.disputed && [" ", badge("disputed", "bad")]),
    h("div", { class: "quiet" }, h("code", { class: "id" }, payment.id), " ", copyButton(payment.id))),
    actsOf({ ...payment, words: provider(payment.provider) }));
}

function factsOf(payment) {
  const left = payment.captured - payment.refunded;
  return card("Payment", facts({
    Provider: provider(payment.provider).title,
    Created: time(payment.created),
    Captured: amount(payment.captured, payment.currency),
    Refunded: payment.refunded ? amount(payment.refunded, payment.currency) : null,
    "Left of it": payment.refunded ? amount(left, payment.currency) : null,
    Customer: payment.customer,
    Description: payment.description,
  }), impossible(payment));
}

// What this provider does not have at all, in its own words.
function impossible(payment) {
  const why = new Set(Object.values(payment.actions).filter((act) => act.code === "out_of_reach").map((act) => act.message));
  return why.size > 0 && h("details", { class: "more gap-above" }, h("summary", {}, "What cannot be done here"),
    h("ul", {}, [...why].map((text) => h("li", {}, text))));
}

function partOf(part, open) {
  const name = part.kind === "Dispute" ? h("a", { href: link(`/disputes/${part.id}`) }, "Dispute") : kindName(part.kind);
  return h("li", {}, h("div", { class: "part" }, h("strong", {}, name), badge(part.status),
    part.amount !== null && part.currency && money(part.amount, part.currency), actsOfPart(part)),
  json(part.id, part.object, open));
}

const LEDGER = [
  { name: "Transfer", cell: (row) => [h("div", {}, row.debit, " → "), h("div", {}, row.credit)] },
  { name: "Amount", class: "right", cell: (row) => [money(row.amount, row.currency),
    h("div", { class: "quiet" }, time(row.at, "relative"))] },
];

export async function show(view) {
  const top = h("div");
  const about = h("div");
  const parts = h("ul", { class: "parts" });
  const books = table({ caption: "Transfers of this payment", columns: LEDGER, keyOf: (row) => row.id });
  const ledger = card("Ledger", books.element);
  const picture = timeline(view.signal);

  async function look() {
    const payment = await get(`/payments/${encodeURIComponent(view.params.id)}`, { signal: view.signal });
    refill(top, head(payment));
    refill(about, factsOf(payment));
    const open = new Set([...parts.querySelectorAll("details[open]")].map((one) => one.closest("[data-key]").dataset.key));
    keyed(parts, payment.parts, (part) => part.id, (part) => partOf(part, open.has(part.id)));
    picture.show(payment.timeline, payment.parts);
    books.show(payment.transfers);
    ledger.hidden = !payment.transfers.length;
  }

  view.root.append(h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: link("/payments") }, "← Payments")), top,
    h("div", { class: "columns" }, card("Timeline", picture.element),
      h("div", { class: "stack" }, about, card("What belongs to it", parts), ledger)));
  await look();
  view.watch(["record", "event", "delivery", "timer", "transfer"], look);
}
