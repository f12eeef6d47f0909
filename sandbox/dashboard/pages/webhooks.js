// Where events go, and what became of each: endpoints above, deliveries below.

import { del, get, post } from "../lib/api.js";
import { ask, field, select, toast } from "../lib/dialog.js";
import { h, keyed } from "../lib/dom.js";
import { filters, paged } from "../lib/paged.js";
import { aCharge, badge, button, code, copyButton, doing, dotted, empty, loading, table } from "../lib/parts.js";
import { link } from "../lib/router.js";
import { about, provider } from "../lib/shell.js";
import { time } from "../lib/time.js";

const INBOX = "sandbox:inbox";
const senders = () => about().providers.filter((row) => row.webhook_events.length > 0);

export async function show(view) {
  const endpoints = h("div");
  const shelf = h("ul", { class: "rows", "aria-label": "Endpoints" });
  const inbox = doing("Listen in the inbox", () => listen());
  const list = deliveries(view);
  const rest = h("div", { class: "stack" }, h("h2", { class: "section" }, "Deliveries"), list.element);
  view.root.append(
    h("div", { class: "head" }, h("h1", {}, "Webhooks"), tabs("/webhooks"),
      h("div", { class: "buttons" }, inbox,
        button("Add endpoint", () => add(), { class: "primary" }))),
    endpoints, rest);
  async function look() {
    await loading(endpoints, async () => {
      const { data } = await get("/webhook_endpoints", { query: { limit: 1000 }, signal: view.signal });
      rest.hidden = !data.length && !list.any();
      inbox.hidden = data.some((row) => row.url === INBOX);
      if (!data.length) return nobody(view);
      keyed(shelf, data, (row) => row.id, endpoint);
      return shelf.isConnected ? undefined : shelf;
    });
  }
  view.watch(["record"], look, (change) => change.kind === "Endpoint");
  view.watch(["delivery"], list.look);
  await list.look();
  await look();
}

// Deliveries and the inbox are two addresses with one place in the navigation.
export function tabs(at) {
  return h("div", { class: "tabs" }, [["/webhooks", "Deliveries"], ["/inbox", "Inbox"]].map(([path, name]) =>
    h("a", { href: link(path), "aria-current": path === at && "page" }, name)));
}

function nobody(view) {
  return empty("Nobody listens yet",
    "Add the address where your application takes webhooks. "
    + "Or listen in the built-in inbox, to see every event before there is an application.",
    `curl -X POST '${location.origin}/_sandbox/webhook_endpoints?merchant=${view.merchant}' `
    + `-H 'content-type: application/json' -d '{"provider": "stripe", "url": "http://127.0.0.1:8000/webhooks"}'`);
}

// Every provider's events are stored in process from now on.
export async function listen() {
  const { data } = await get("/webhook_endpoints", { query: { limit: 1000 } });
  const there = new Set(data.filter((row) => row.url === INBOX).map((row) => row.provider));
  const wanted = senders().filter((row) => !there.has(row.name));
  const refused = [];
  for (const { name } of wanted) {
    await post("/webhook_endpoints", { provider: name, url: INBOX }).catch((error) => refused.push(error));
  }
  if (refused.length && refused.length === wanted.length) throw refused[0];
  toast(wanted.length ? "The inbox stores every event from now on." : "The inbox listens already.");
}

// Endpoints

function endpoint(row) {
  return h("li", {},
    h("div", { class: "what" },
      h("div", {}, h("strong", { class: "id" }, row.url), " ", badge(row.status, row.status === "enabled" ? "good" : "quiet"), " ",
        row.failing_since && h("span", { class: "quiet" }, "failing since ", time(row.failing_since, "relative"))),
      h("div", { class: "quiet" }, [provider(row.provider).title, heard(row.events), row.description].filter(Boolean).join(" · "))),
    secret(row), actions(row));
}

function heard(events) {
  if (events.includes("*")) return "all events";
  return events.length <= 3 ? events.join(", ") : `${events.length} types of events`;
}

// Never whole on the page, unless somebody asks: then once, until the page is left or it is hidden again.
function secret(row) {
  if (!row.secret) return h("span", { class: "quiet" }, "none");
  const masked = `${row.secret.slice(0, 6)}…`;
  const shown = h("span", { class: "id" }, masked);
  const reveal = button("Reveal", () => {
    const hidden = shown.textContent === masked;
    shown.textContent = hidden ? row.secret : masked;
    reveal.textContent = hidden ? "Hide" : "Reveal";
  }, { class: "small plain", "aria-label": `Reveal the secret of ${row.url}` });
  return h("span", { class: "secret" }, shown, " ", reveal);
}

function actions(row) {
  const at = `/webhook_endpoints/${row.id}`;
  const of = (name) => ({ class: "small", "aria-label": `${name} ${row.url}` });
  return h("div", { class: "buttons tight" },
    row.status === "enabled"
      ? doing("Disable", () => post(`${at}/disable`), of("Disable"))
      : doing("Enable", () => post(`${at}/enable`), of("Enable")),
    button("Roll secret", () => roll(row), of("Roll secret of")),
    button("Delete", () => remove(row), { ...of("Delete"), class: "small danger" }));
}

async function add() {
  const made = await ask({
    title: "Add endpoint",
    about: "Events go there from now on, signed with a fresh secret.",
    label: "Add endpoint",
    content: [
      field("Provider", select("provider", senders().map((row) => [row.name, row.title]))),
      field("Address", h("input", { name: "url", required: true, maxlength: 5000, value: "http://127.0.0.1:8000/webhooks",
        spellcheck: "false" }),
        `On this machine, unless the server was started with --allow-webhook-host; ${INBOX} stores events in process.`),
      field("Events", h("input", { name: "events", required: true, value: "*", spellcheck: "false" }),
        "* is all; else types with commas between them."),
      field("Description", h("input", { name: "description", maxlength: 500 }), "For people; may be empty."),
    ],
    act: (said) => post("/webhook_endpoints", {
      provider: said.provider, url: said.url.trim(), events: said.events.split(/[\s,]+/).filter(Boolean),
        description: said.description || null,
    }),
  });
  if (made) await once(made, "Endpoint added");
}

async function roll(row) {
  const made = await ask({
    title: "Roll the secret",
    about: `Events to ${row.url} are signed with a new secret, and with the old one too for 24 hours of simulated time.`,
    label: "Roll secret",
    act: () => post(`/webhook_endpoints/${row.id}/roll`),
  });
  if (made) await once(made, "Secret rolled");
}

function once(made, title) {
  return ask({
    title,
    about: "Your application checks signatures with this secret. It is shown whole this once.",
    content: h("div", { class: "command" }, code(made.secret), copyButton(made.secret)),
    label: "Done",
    act: () => true,
  });
}

async function remove(row) {
  const done = await ask({
    title: "Delete endpoint",
    about: `Nothing goes to ${row.url} any more, retries neither. What was delivered stays in the list.`,
    label: "Delete endpoint",
    danger: true,
    act: () => del(`/webhook_endpoints/${row.id}`),
  });
  if (done) toast("Endpoint deleted.");
}

// Deliveries

const STATUSES = [["", "Any status"], ["delivered", "Delivered"], ["pending", "Pending"], ["failed", "Failed"]];

function deliveries(view) {
  const by = filters(view, "/webhooks", [
    { name: "status", label: "Status", choices: STATUSES },
    { name: "provider", label: "Provider", choices: [["", "Every provider"], ...about().providers.map((row) => [row.name, row.title])] },
  ]);
  const rows = table({
    caption: "Deliveries",
    keyOf: (row) => row.id,
    pathOf: (row) => `/deliveries/${row.id}`,
    columns: [
      { name: "Event", cell: (row) => dotted(row.type ?? row.event) },
      { name: "Status", cell: (row) => badge(row.status) },
      { name: "Answer", cell: (row) => answered(row) },
      { name: "To", class: "spare", cell: (row) => h("span", { class: "id quiet short", title: row.url },
        row.url ?? "a deleted endpoint") },
      { name: "Sent", cell: (row) => time(row.created, "relative") },
      { name: "Next attempt", cell: (row) => row.next_at && row.status !== "delivered" ? time(row.next_at, "relative") : h("span",
        { class: "quiet" }, "–") },
    ],
  });
  let some = false; // whether any was ever listed: their story outlives their endpoints
  const list = paged(view, {
    path: "/deliveries", table: rows, filters: by, also: (answer) => { some ||= answer.data.length > 0; },
    none: () => empty("No event has been sent yet",
      "Charge a card, or dispute a payment: each event is listed here with every attempt and what was answered.",
      aCharge(view)),
  });
  return { element: h("div", { class: "stack" }, by.element, list.element), look: list.look, any: () => some };
}

export function answered(row) {
  const last = row.attempts.at(-1);
  if (!last) return h("span", { class: "quiet" }, "not sent yet");
  const tries = row.attempts.length > 1 ? h("span", { class: "quiet" }, ` after ${row.attempts.length} attempts`) : null;
  return h("span", {}, last.response ? String(last.response.status) : h("span", { class: "quiet" }, "no answer"), tries);
}

