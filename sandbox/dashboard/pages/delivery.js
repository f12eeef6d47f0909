// One event on its way to one endpoint: every attempt with what was sent and what came back.

import { get, post } from "../lib/api.js";
import { ask, field, toast } from "../lib/dialog.js";
import { h, refill } from "../lib/dom.js";
import { span } from "../lib/format.js";
import { badge, button, card, crumbs, doing, dotted, facts, json, note } from "../lib/parts.js";
import { provider } from "../lib/shell.js";
import { time } from "../lib/time.js";

const COPIES_MAX = 100;

export async function show(view) {
  const id = view.params.id;
  const root = h("div", { class: "stack" });
  view.root.append(crumbs("/webhooks", "Webhooks"), root);
  async function look() {
    const row = await get(`/deliveries/${encodeURIComponent(id)}`, { signal: view.signal });
    const open = [...root.querySelectorAll("details")].map((element) => element.open);
    refill(root, head(row), summary(row), h("h2", { class: "section" }, "Attempts"), attempts(row), payload(row));
    // What somebody opened stays open; a new attempt stands first, so places are counted from the end.
    const now = [...root.querySelectorAll("details")];
    open.forEach((was, place) => {
      const element = now[now.length - open.length + place];
      if (element && now.length === open.length) element.open = was;
    });
  }
  view.watch(["delivery"], look, (change) => change.id === id);
  await look();
}

function head(row) {
  return h("div", { class: "head" },
    h("h1", {}, dotted(row.type ?? row.event)), badge(row.status),
    h("div", { class: "buttons" },
      button("Resend as duplicate", () => duplicate(row)),
      doing("Resend", async () => {
        await post(`/deliveries/${row.id}/resend`);
        toast("It is on its way again.");
      }, { class: "primary" })));
}

async function duplicate(row) {
  const done = await ask({
    title: "Resend as duplicate",
    about: "The same event, several times: an application must act on it once.",
    label: "Resend",
    content: field("Copies", h("input", { name: "copies", type: "number", min: 1, max: COPIES_MAX, value: 2, required: true })),
    act: (said) => post(`/deliveries/${row.id}/resend`, { duplicate: Number(said.copies) }),
  });
  if (done) toast("The copies are on their way.");
}

function summary(row) {
  return card(null, facts({
    To: h("span", { class: "id" }, row.url ?? "a deleted endpoint"),
    Provider: provider(row.provider).title,
    Event: h("span", { class: "id" }, row.event),
    Created: time(row.created),
    "Next attempt": row.next_at ? time(row.next_at) : null,
  }));
}

function attempts(row) {
  if (!row.attempts.length) return note("Not sent yet. It goes out as soon as its endpoint is free.", "info");
  const shown = row.attempts.map((attempt, place) => attemptOf(attempt, place + 1, place === row.attempts.length - 1));
  return h("ol", { class: "attempts", reversed: true }, shown.reverse());
}

function attemptOf(attempt, number, last) {
  const { response } = attempt;
  const good = response && response.status >= 200 && response.status < 300;
  return h("li", { class: "card" },
    h("div", { class: "head" }, h("h3", {}, `Attempt ${number}`),
      badge(response ? String(response.status) : "no answer", good ? "good" : "bad"), time(attempt.at),
      h("span", { class: "quiet" }, took(attempt.seconds)),
      attempt.faults.map((fault) => badge(`fault: ${fault.what}`, "warn"))),
    attempt.error && note(attempt.error, "bad"),
    lines("Request", `${attempt.request.method} ${attempt.request.url ?? ""}`, attempt.request.headers, last),
    response && lines("Response", `Status ${response.status}`, response.headers, last, response.body));
}

function took(seconds) {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : span(seconds);
}

function lines(title, first, headers, open, body = "") {
  const said = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return h("details", { class: "json", open }, h("summary", {}, title),
    h("pre", { tabindex: "0" }, [first, ...said].join("\n") + (body ? `\n\n${body}` : "")));
}

function payload(row) {
  if (row.body === null) return note("The event is no longer kept: settings events_kept says how many are.", "info");
  try {
    return card(null, json("Body", JSON.parse(row.body), true));
  } catch {
    return card(null, h("pre", { tabindex: "0" }, row.body));
  }
}
