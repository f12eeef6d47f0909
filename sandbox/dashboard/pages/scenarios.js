// The shipped stories.

import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { command, table } from "../lib/parts.js";
import { provider } from "../lib/shell.js";

export async function show(view) {
  const rows = table({
    caption: "Scenarios",
    keyOf: (row) => row.name,
    pathOf: (row) => `/scenarios/${row.name}`,
    columns: [
      { name: "Scenario", cell: (row) => h("span", { class: "nowrap" }, row.name) },
      { name: "What happens", class: "most", cell: (row) => first(row.about) },
      { name: "Providers", cell: (row) => row.providers.map((name) => provider(name).title).join(", ") },
    ],
  });
  view.root.append(
    h("div", { class: "head" }, h("h1", {}, "Scenarios")),
    h("p", { class: "quiet" }, "Stories of cardholders, banks, time and the network, each with what must hold. "
      + "Open one to read and run it; from a shell:"),
    command("payment-sandbox run missed-deadline"),
    rows.element);
  const { data } = await get("/scenarios", { query: { limit: 1000 }, signal: view.signal });
  rows.show(data);
}

// The first sentence: the page of a scenario has the rest.
function first(about) {
  return /^.*?[.!?](?=\s|$)/s.exec(about)?.[0] ?? about;
}
