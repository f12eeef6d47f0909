// The books: what every account holds, currency by currency, and the entries that made it so.

import { fill, h } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { paged } from "../lib/paged.js";
import { aCharge, badge, dotted, empty, money, table } from "../lib/parts.js";
import { provider } from "../lib/shell.js";
import { time } from "../lib/time.js";

export async function show(view) {
  const verdict = h("span");
  const balances = h("div", { class: "balances" });
  const heading = h("h2", { class: "section" }, "Entries");
  const rows = table({
    caption: "Entries",
    keyOf: (row) => row.id,
    columns: [
      { name: "No.", class: "right number spare", cell: (row) => row.id },
      { name: "At", cell: (row) => time(row.at, "absolute") },
      { name: "Debit", cell: (row) => h("code", {}, dotted(row.debit)) },
      { name: "Credit", cell: (row) => h("code", {}, dotted(row.credit)) },
      { name: "Amount", class: "right", cell: (row) => money(row.amount, row.currency) },
      { name: "Because of", cell: (row) => h("span", { class: "id quiet" }, row.cause) },
    ],
  });
  const list = paged(view, {
    path: "/ledger", table: rows, rows: "transfers",
    none: () => empty("The books are empty",
      "The first payment makes the first entries: what the cardholder's bank owes, what the merchant gets, what the fee is.",
      aCharge(view)),
    also: (books) => {
      heading.hidden = !books.accounts.length;
      fill(verdict, books.accounts.length ? badge(books.balanced ? "balanced" : "unbalanced") : null);
      fill(balances, trials(books.accounts));
    },
  });
  view.root.append(h("div", { class: "head" }, h("h1", {}, "Ledger"), verdict), balances, heading, list.element);
  view.watch(["transfer"], list.look);
  await list.look();
}

// One trial balance for each provider and currency: a positive balance is a credit.
function trials(accounts) {
  const groups = Map.groupBy ? Map.groupBy(accounts, keyOf) : grouped(accounts);
  return [...groups].map(([, rows]) => trial(rows));
}

const keyOf = (row) => `${row.provider} ${row.currency}`;

function grouped(accounts) {
  const groups = new Map();
  for (const row of accounts) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

function trial(rows) {
  const [{ provider: name, currency }] = rows;
  const sum = (sign) => rows.reduce((total, row) => total + Math.max(0, sign * row.balance), 0);
  const side = (balance, sign) => (sign * balance > 0 ? number(sign * balance, currency) : "");
  const line = (tag, label, debit, credit) => h("tr", {}, tag(label), h("td", { class: "right money" }, debit), h("td",
    { class: "right money" }, credit));
  const title = `${provider(name).title} · ${currency.toUpperCase()}`;
  return h("section", { class: "card trial" }, h("h2", {}, title),
    h("table", {}, h("caption", { class: "unseen" }, `Trial balance of ${title}`),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Account"), h("th", { scope: "col", class: "right" }, "Debit"), h("th",
        { scope: "col", class: "right" }, "Credit"))),
      h("tbody", {}, rows.map((row) => line((label) => h("th", { scope: "row", class: "id" }, label), row.name, side(row.balance, -1),
        side(row.balance, 1)))),
      h("tfoot", {}, line((label) => h("th", { scope: "row" }, label), "Total", number(sum(-1), currency), number(sum(1), currency)))));
}
