// The built-in receiver: what `sandbox:inbox` endpoints got, to look at events before there is an application.

import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { paged } from "../lib/paged.js";
import { aCharge, doing, dotted, empty, json, table } from "../lib/parts.js";
import { provider } from "../lib/shell.js";
import { time } from "../lib/time.js";
import { listen, tabs } from "./webhooks.js";

export async function show(view) {
  const rows = table({
    caption: "Inbox",
    keyOf: (row) => row.id,
    columns: [
      { name: "Event", class: "wide", cell: (row) => event(row) },
      { name: "Provider", class: "top spare", cell: (row) => provider(row.provider).title },
      { name: "Got", class: "top", cell: (row) => time(row.at) },
    ],
  });
  let listening = false;
  const list = paged(view, { path: "/inbox", table: rows, none: () => nothing(view, listening) });
  const start = doing("Listen", async () => { await listen(); }, { class: "primary" });
  view.root.append(h("div", { class: "head" }, h("h1", {}, "Webhooks"), tabs("/inbox"), h("div", { class: "buttons" }, start)),
    list.element);
  async function look() {
    const { data } = await get("/webhook_endpoints", { query: { limit: 1000 }, signal: view.signal });
    listening = data.some((row) => row.url === "sandbox:inbox");
    start.hidden = listening;
    await list.look();
  }
  view.watch(["delivery"], list.look, (change) => change.status === "delivered");
  view.watch(["record"], look, (change) => change.kind === "Endpoint");
  await look();
}

function event(row) {
  return h("details", { class: "json" }, h("summary", {}, dotted(row.type)),
    h("pre", { tabindex: "0" }, Object.entries(row.headers).map(([name, value]) => `${name}: ${value}`).join("\n")),
    row.payload ? json("Body", row.payload, true) : h("pre", { tabindex: "0" }, row.body));
}

function nothing(view, listening) {
  return listening
    ? empty("The inbox listens", "Charge a card, and its events stand here with their headers and signatures.", aCharge(view))
    : empty("The inbox does not listen yet",
      "Press Listen: every event of this merchant is stored here from then on, with its headers and signature. "
      + "No application is needed. Then charge a card.", aCharge(view));
}
