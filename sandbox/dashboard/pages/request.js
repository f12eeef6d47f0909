// One request: what was sent, how it ended, and the line that sends it again.

import { get } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { badge, card, copyButton, crumbs, dotted, facts, json, note } from "../lib/parts.js";
import { provider } from "../lib/shell.js";
import { time } from "../lib/time.js";
import { status, took } from "./requests.js";

export async function show(view) {
  const row = await get(`/requests/${encodeURIComponent(view.params.id)}`, { signal: view.signal });
  fill(view.root, crumbs("/requests", "Requests"),
    h("div", { class: "head" },
      h("h1", {}, row.method, " ", dotted(row.path)), status(row), row.faults.map((fault) => badge(`fault: ${fault.what}`, "warn")),
      h("div", { class: "buttons" }, copyButton(row.curl, "Copy as curl"))),
    row.error && error(row),
    card(null, facts({
      Request: h("span", { class: "id" }, row.id),
      Provider: provider(row.provider).title,
      At: time(row.at),
      Took: took(row.seconds),
      "Idempotency key": row.idempotency_key && h("span", { class: "id" }, row.idempotency_key),
      Ignored: row.ignored.length > 0 && h("span", {}, h("span", { class: "id" }, row.ignored.join(", ")),
        " (taken, and without effect here)"),
      Query: row.query && h("span", { class: "id" }, row.query),
    })),
    sent(row));
}

function error(row) {
  const { error: said } = row;
  return h("section", { class: "card" }, h("h2", {}, "Error"),
    note(typeof said.message === "string" ? said.message : "No message", "bad"), json("In full", said, true));
}

function sent(row) {
  if (!row.body) {
    const bare = row.method === "GET" || row.method === "DELETE";
    return h("p", { class: "quiet" }, bare
      ? "It has no body." : "It has no body, or one that the log does not keep: a file, or a long text.");
  }
  return card("Body", fields(row.body), h("p", { class: "quiet" },
    "Card numbers, security codes and keys are masked; a line that had some cannot be sent again as it stands."));
}

function fields(body) {
  if (/^\s*[{[]/.test(body)) {
    try {
      return h("pre", { tabindex: "0" }, JSON.stringify(JSON.parse(body), null, 2));
    } catch {
      return h("pre", { tabindex: "0" }, body);
    }
  }
  return h("dl", { class: "params" }, [...new URLSearchParams(body)].map(([name, value]) =>
    h("div", {}, h("dt", { class: "id" }, name), h("dd", { class: "id" }, value))));
}
