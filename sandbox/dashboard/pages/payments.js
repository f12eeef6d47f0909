// Every provider's payments, newest first, live. Only the page that is looked at is ever fetched.

import { merchant } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { amount, words } from "../lib/format.js";
import { filters, paged } from "../lib/paged.js";
import { badge, empty, money, table } from "../lib/parts.js";
import { about, provider } from "../lib/shell.js";
import { time } from "../lib/time.js";

function standing(row) {
  const marks = [badge(row.status)];
  if (row.refunded >= row.captured && row.refunded) marks.push(badge("refunded", "info"));
  else if (row.refunded) marks.push(badge(`refunded ${amount(row.refunded, row.currency)}`, "info"));
  if (row.disputed) marks.push(badge("disputed", "bad"));
  return h("span", { class: "marks" }, marks);
}

const COLUMNS = [
  { name: "Amount", class: "right", cell: (row) => money(row.amount, row.currency) },
  { name: "Status", cell: standing },
  { name: "Payment", class: "grow", cell: (row) => [
    row.description && h("div", { class: "clip" }, row.description),
    h("div", { class: "ids quiet" }, h("code", {}, row.id), row.customer && h("code", {}, row.customer))] },
  { name: "Provider", class: "wide-only", cell: (row) => provider(row.provider).title },
  { name: "Created", cell: (row) => time(row.created, "relative") },
];

// Those that a payment of the provider that was chosen can have.
function statuses(provider) {
  const known = about().providers.filter((row) => !provider || row.name === provider).flatMap((row) => row.payment_statuses);
  return [["", "Every status"], ...[...new Set(known)].map((word) => [word, words(word)])];
}

function firstPayment() {
  const commands = about().providers.filter((row) => row.first_payment)
    .map((row) => row.first_payment.replaceAll("{url}", location.origin).replaceAll("{merchant}", merchant()));
  return empty("No payments yet",
    "Point an SDK at this address with the key of this merchant, or type one of these in a terminal. The payment appears here at once.",
    ...commands);
}

export async function show(view) {
  const by = filters(view, "/payments", [
    { name: "q", search: "Id, text or 43.21", label: "Search payments" },
    { name: "provider", label: "Provider", choices: [["", "Every provider"], ...about().providers.map((row) => [row.name, row.title])] },
    { name: "status", label: "Status", choices: (chosen) => statuses(chosen.provider) },
  ]);
  const rows = table({ caption: "Payments, newest first", columns: COLUMNS, keyOf: (row) => row.id,
    pathOf: (row) => `/payments/${row.id}` });
  const list = paged(view, { path: "/payments", table: rows, filters: by, none: firstPayment, address: "/payments" });
  view.root.append(h("div", { class: "head" }, h("h1", {}, "Payments"), by.element), list.element);
  view.watch(["record"], list.look);
  await list.look();
}
