// One payment: the picture of its life, what may be done about it, and everything that belongs to it.

import { get } from "../lib/api.js";
import { actsOf, actsOfRefund } from "../lib/acts.js";
import { fill, h } from "../lib/dom.js";
import { amount, kindName, words } from "../lib/format.js";
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

function about(payment) {
  const left = payment.captured - payment.refunded;
  return card("Payment", facts({
    Provider: provider(payment.provider).title,
    Created: time(payment.created),
    Captured: amount(payment.captured, payment.currency),
    Refunded: payment.refunded ? amount(payment.refunded, payment.currency) : null,
    "Left of it": payment.refunded ? amount(left, payment.currency) : null,
    Customer: payment.customer,
    Description: payment.description,
  }));
}

function partOf(part) {
  const name = part.kind === "Dispute" ? h("a", { href: link(`/disputes/${part.id}`) }, "Dispute") : kindName(part.kind);
  return h("li", {}, h("div", { class: "part" }, h("strong", {}, name), badge(part.status),
    part.amount !== null && part.currency && money(part.amount, part.currency), actsOfRefund(part)),
  json(part.id, part.object));
}

const LEDGER = [
  { name: "From", cell: (row) => words(row.debit) },
  { name: "To", cell: (row) => words(row.credit) },
  { name: "Amount", class: "right", cell: (row) => money(row.amount, row.currency) },
  { name: "When", cell: (row) => time(row.at, "relative") },
];

export async function show(view) {
  const top = h("div");
  const side = h("div", { class: "stack" });
  const picture = timeline(view.signal);
  const books = table({ caption: "Transfers of this payment", columns: LEDGER, keyOf: (row) => row.id });
  const ledger = card("Ledger", books.element);
  const parts = h("ul", { class: "parts" });
  let opened = new Set();

  async function look() {
    const payment = await get(`/payments/${encodeURIComponent(view.params.id)}`, { signal: view.signal });
    // What somebody unfolded stays so.
    opened = new Set([...parts.querySelectorAll("details[open]")].map((one) => one.firstChild.textContent));
    if (!top.contains(document.activeElement) || top.childElementCount === 0) fill(top, head(payment));
    fill(side, about(payment), card("What belongs to it", parts), payment.transfers.length > 0 && ledger);
    fill(parts, payment.parts.map(partOf));
    for (const one of parts.querySelectorAll("details")) one.open = opened.has(one.firstChild.textContent);
    picture.show(payment.timeline, payment.parts);
    books.show(payment.transfers);
  }

  view.root.append(h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: link("/payments") }, "← Payments")), top,
    h("div", { class: "columns" }, card("Timeline", picture.element), side));
  view.watch(["record", "event", "delivery", "timer", "transfer"], look);
  await look();
}
