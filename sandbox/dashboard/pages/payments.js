// Every provider's payments, newest first, live. Only the page that is looked at is ever fetched.

import { get, merchant } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { select } from "../lib/dialog.js";
import { amount, words } from "../lib/format.js";
import { badge, empty, money, problem, table } from "../lib/parts.js";
import { link, note } from "../lib/router.js";
import { about, provider } from "../lib/shell.js";
import { time } from "../lib/time.js";

const PAGE = 50;

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

// What narrows the list stands in the address, so a link to it is the list.
function filters(query, changed) {
  const providers = about().providers;
  const statuses = [...new Set(providers.filter((row) => !query.provider || row.name === query.provider)
    .flatMap((row) => row.payment_statuses))];
  const search = h("input", { type: "search", name: "q", value: query.q ?? "", placeholder: "Id, text or 43.21",
    "aria-label": "Search payments", title: "Id, description, customer or amount; press / to search" });
  let typing = 0;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => changed({ q: search.value.trim() }), 200);
  });
  return h("form", { class: "filters", onsubmit: (event) => event.preventDefault() }, search,
    select("provider", [["", "Every provider"], ...providers.map((row) => [row.name, row.title])], query.provider ?? "",
      { "aria-label": "Provider", onchange: (event) => changed({ provider: event.target.value, status: "" }) }),
    select("status", [["", "Every status"], ...statuses.map((word) => [word, words(word)])], query.status ?? "",
      { "aria-label": "Status", onchange: (event) => changed({ status: event.target.value }) }));
}

function firstPayment() {
  const commands = about().providers.filter((row) => row.first_payment)
    .map((row) => row.first_payment.replaceAll("{url}", location.origin).replaceAll("{merchant}", merchant()));
  return empty("No payments yet",
    "Point an SDK at this address with the key of this merchant, or type one of these in a terminal. The payment appears here at once.",
    ...commands);
}

export async function show(view) {
  const query = Object.fromEntries(["q", "provider", "status", "after"].map((name) => [name, view.query.get(name) ?? ""]));
  const list = table({ caption: "Payments, newest first", columns: COLUMNS, keyOf: (row) => row.id,
    pathOf: (row) => `/payments/${row.id}` });
  const place = h("div", { class: "stack" });
  const bar = h("div");
  const pager = h("nav", { class: "pager", "aria-label": "Pages of the list" });

  function changed(wanted) {
    Object.assign(query, wanted, { after: "" });
    note("/payments", query);
    if ("provider" in wanted) fill(bar, filters(query, changed));
    look().catch(() => {});
  }

  async function look() {
    let answer;
    try {
      answer = await get("/payments", { query: { order: "newest", limit: PAGE, ...query }, signal: view.signal });
    } catch (error) {
      if (error.name === "AbortError") return;
      fill(place, problem(error));
      return;
    }
    const narrowed = query.q || query.provider || query.status || query.after;
    if (!answer.data.length) {
      fill(place, narrowed ? empty("No such payment", "Nothing fits this search. Fewer filters find more.") : firstPayment());
    } else {
      if (!list.element.isConnected) fill(place, list.element);
      list.show(answer.data);
    }
    fill(pager, query.after && h("a", { class: "button", href: link("/payments", { ...query, after: "" }) }, "← Newest"),
      answer.has_more && h("a", { class: "button", href: link("/payments", { ...query, after: answer.next }) }, "Older →"));
  }

  fill(bar, filters(query, changed));
  view.root.append(h("div", { class: "head" }, h("h1", {}, "Payments"), bar), place, pager);
  view.watch(["record"], look);
  await look();
}

