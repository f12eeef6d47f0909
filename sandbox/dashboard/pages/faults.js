// What goes wrong on purpose: what there is, how often it struck, and a new one.

import { del, get, post } from "../lib/api.js";
import { ask, field, select, toast } from "../lib/dialog.js";
import { fill, h } from "../lib/dom.js";
import { badge, button, doing, dotted, empty, loading, table } from "../lib/parts.js";
import { time } from "../lib/time.js";

const WHERE = { request: "Requests, before the work", response: "Requests, after the work", webhook: "Webhooks" };
const SHORT = { request: "request", response: "answer", webhook: "webhook" };

export async function show(view) {
  const list = h("div");
  const clear = button("Remove all", () => removeAll(), { class: "danger" });
  let kinds = {};
  view.root.append(
    h("div", { class: "head" }, h("h1", {}, "Faults"),
      h("div", { class: "buttons" }, clear, button("Add fault", () => add(kinds), { class: "primary" }))),
    h("p", { class: "quiet" }, "Exact and alike in every run: what strikes is decided by number, count and pattern, "
      + "or by odds drawn from the merchant's seed."),
    list);
  const rows = faults();
  async function look() {
    await loading(list, async () => {
      const found = await get("/faults", { query: { limit: 1000 }, signal: view.signal });
      kinds = found.kinds;
      clear.hidden = !found.data.length;
      if (!found.data.length) return nothing(view);
      rows.show(found.data.reverse());
      return rows.element;
    });
  }
  view.watch(["record"], look, (change) => change.kind === "Fault");
  await look();
}

function faults() {
  return table({
    caption: "Faults",
    keyOf: (row) => row.id,
    columns: [
      { name: "What", cell: (row) => [h("strong", {}, row.what), h("div", { class: "quiet about" }, said(row.about))] },
      { name: "Strikes", cell: (row) => SHORT[row.where] },
      { name: "Which", cell: (row) => which(row) },
      { name: "When", cell: (row) => plan(row) },
      { name: "Struck", class: "right", cell: (row) => h("span", { class: "number", title: `${row.met} met` },
        `${row.struck} of ${row.met}`) },
      { name: "Status", cell: (row) => badge(row.status, row.status === "armed" ? "warn" : "quiet") },
      { name: "Since", class: "spare", cell: (row) => time(row.created, "relative") },
      { name: "Actions", class: "right", cell: (row) => doing("Remove", () => del(`/faults/${row.id}`), { class: "small",
        "aria-label": `Remove ${row.what}` }) },
    ],
  });
}

// `seconds` and `times` in what the server says are names of fields.
function said(text) {
  return text.split("`").map((part, place) => (place % 2 ? h("code", {}, part) : part));
}

function which(row) {
  const patterns = [...row.paths, ...row.events];
  return patterns.length ? patterns.map((text) => h("div", { class: "id" }, dotted(text))) : h("span", { class: "quiet" }, "any");
}

function plan(row) {
  const parts = [
    row.nth > 1 ? `from no. ${row.nth}` : null,
    row.count ? `${row.count}×` : "each time",
    row.probability < 1 ? `odds ${row.probability}` : null,
    row.seconds !== null ? `${row.seconds} s` : null,
    row.times ? `${row.times} more` : null,
    row.retry === null ? null : `retry: ${row.retry}`,
  ];
  return parts.filter(Boolean).join(" · ");
}

function nothing(view) {
  return empty("Nothing goes wrong on purpose",
    "Add a fault: a lost reply, a timeout, a webhook that comes twice. Your application should survive each of them.",
    `curl -X POST '${location.origin}/_sandbox/faults?merchant=${view.merchant}' -H 'content-type: application/json' `
    + `-d '{"where": "response", "what": "reply_lost", "paths": ["POST /v1/refunds"], "count": 1}'`);
}

async function removeAll() {
  const done = await ask({
    title: "Remove all faults", about: "Nothing goes wrong on purpose any more.", label: "Remove all", danger: true,
      act: () => del("/faults"),
  });
  if (done) toast(`${done.deleted} ${done.deleted === 1 ? "fault" : "faults"} removed.`);
}

async function add(kinds) {
  const optional = h("div");
  const what = h("select", { name: "what", onchange: () => fits() });
  const about = h("small", {});
  const where = select("where", Object.keys(kinds).map((key) => [key, WHERE[key] ?? key]), "response", { onchange: () => offer() });
  const events = field("Event types", h("input", { name: "events", placeholder: "charge.dispute.*", spellcheck: "false" }),
    "Patterns with commas between them; empty: any.");
  const kind = () => kinds[where.value].find((row) => row.what === what.value);
  function offer() {
    fill(what, kinds[where.value].map((row) => h("option", { value: row.what }, row.what)));
    events.hidden = where.value !== "webhook";
    fits();
  }
  function fits() {
    const { about: text, clock, seconds, times, retry } = kind();
    fill(about, said(`${text}.`));
    fill(optional,
      clock && field("Seconds", h("input", { name: "seconds", type: "number", min: 0, step: "any", value: seconds }),
        clock === "wall" ? "Of real time." : "Of simulated time."),
      times && field("Copies", h("input", { name: "times", type: "number", min: 1, max: 100, value: times })),
      retry && field("Stripe-Should-Retry", select("retry", [["", "not said"], ["true", "true"], ["false", "false"]])));
  }
  offer();
  const made = await ask({
    title: "Add fault",
    label: "Add fault",
    content: [
      field("Strikes", where), h("label", { class: "field" }, h("span", {}, "What"), what, about), optional,
      field("Paths", h("input", { name: "paths", placeholder: "POST /v1/refunds*", spellcheck: "false" }),
        "Patterns with commas between them; of a webhook: its endpoint's. Empty: any."),
      events,
      h("div", { class: "row" },
        field("How often", h("input", { name: "count", type: "number", min: 1 }), "Empty: each time."),
        field("From number", h("input", { name: "nth", type: "number", min: 1 }), "Empty: the first."),
        field("Odds", h("input", { name: "probability", type: "number", min: 0.001, max: 1, step: "any" }), "Empty: always.")),
    ],
    act: (said) => post("/faults", asked(said)),
  });
  if (made) toast(`${made.what} strikes from now on.`);
}

function asked(said) {
  const patterns = (text) => (text ?? "").split(",").map((part) => part.trim()).filter(Boolean);
  const body = { where: said.where, what: said.what };
  for (const name of ["seconds", "times", "count", "nth", "probability"]) if (said[name]) body[name] = Number(said[name]);
  if (said.retry) body.retry = said.retry === "true";
  if (patterns(said.paths).length) body.paths = patterns(said.paths);
  if (said.where === "webhook" && patterns(said.events).length) body.events = patterns(said.events);
  return body;
}
