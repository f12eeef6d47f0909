// Every provider's payments, newest first, live.

import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { badge, money, table } from "../lib/parts.js";
import { time } from "../lib/time.js";

export async function show(view) {
  const rows = table({
    caption: "Payments",
    keyOf: (row) => row.id,
    pathOf: (row) => `/payments/${row.id}`,
    columns: [
      { name: "Amount", class: "right", cell: (row) => money(row.amount, row.currency) },
      { name: "Status", cell: (row) => badge(row.status) },
      { name: "Payment", cell: (row) => row.id },
      { name: "Created", cell: (row) => time(row.created) },
    ],
  });
  view.root.append(h("h1", {}, "Payments"), rows.element);
  async function look() {
    const { data } = await get("/payments", { query: { order: "desc", limit: 50 }, signal: view.signal });
    rows.show(data);
  }
  view.watch(["record"], look);
  await look();
}
