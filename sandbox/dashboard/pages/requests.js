// The log of API requests, and the recorder that makes a scenario of them.

import { get, post } from "../lib/api.js";
import { ask, field, select, toast } from "../lib/dialog.js";
import { fill, h } from "../lib/dom.js";
import { downloadButton } from "../lib/download.js";
import { filters, paged } from "../lib/paged.js";
import { aCharge, badge, button, copyButton, doing, dotted, empty, loading, note, table } from "../lib/parts.js";
import { link } from "../lib/router.js";
import { about, provider } from "../lib/shell.js";
import { time } from "../lib/time.js";

export async function show(view) {
  const by = filters(view, "/requests", [
    { name: "q", search: "Path, id or idempotency key" },
    { name: "failed", label: "Outcome", choices: [["", "Any outcome"], ["true", "Failed"], ["false", "Succeeded"]] },
    { name: "method", label: "Method", choices: [["", "Any method"], "GET", "POST", "DELETE",
      "PATCH"].map((row) => Array.isArray(row) ? row : [row, row]) },
    { name: "provider", label: "Provider", choices: [["", "Every provider"], ...about().providers.map((row) => [row.name, row.title])] },
  ]);
  const rows = table({
    caption: "Requests",
    keyOf: (row) => row.id,
    pathOf: (row) => `/requests/${row.id}`,
    columns: [
      { name: "Request", class: "wide", cell: (row) => [h("span", { class: "method" }, row.method), " ", h("span", { class: "id" },
        dotted(row.path))] },
      { name: "Status", cell: (row) => [status(row), row.faults.map((fault) => [" ", badge(`fault: ${fault.what}`, "warn")])] },
      { name: "Took", class: "right", cell: (row) => h("span", { class: "number" }, took(row.seconds)) },
      { name: "Idempotency key", class: "spare", cell: (row) => h("span", { class: "id quiet" }, row.idempotency_key ?? "–") },
      { name: "Provider", class: "spare", cell: (row) => provider(row.provider).title },
      { name: "At", cell: (row) => time(row.at, "relative") },
    ],
  });
  const list = paged(view, { path: "/requests", table: rows, filters: by, none: () => nothing(view) });
  const tape = recorder(view);
  view.root.append(h("div", { class: "head" }, h("h1", {}, "Requests"), tape.buttons), tape.element, by.element, list.element);
  view.watch(["request"], list.look);
  view.watch(["request", "recording", "record"], tape.look);
  await Promise.all([list.look(), tape.look()]);
}

export const took = (seconds) => `${(seconds * 1000).toFixed(seconds < 0.1 ? 1 : 0)} ms`;

export function status(row) {
  return row.status ? badge(String(row.status), row.status < 400 ? "good" : "bad") : badge("no answer", "bad");
}

function nothing(view) {
  return empty("No request yet",
    "Point an official SDK at this server, or try it with curl: every request is listed here with its outcome.",
    aCharge(view));
}

// Recording: what is asked of the merchant, as a scenario file that replays to the same events.

function recorder(view) {
  const element = h("div", { class: "stack" });
  const buttons = h("div", { class: "buttons" });
  const state = h("div");
  const saved = h("div");
  element.append(state, saved);
  async function look() {
    await loading(state, async () => {
      const tape = await get("/record", { signal: view.signal });
      fill(buttons, tape.recording
        ? button("Stop and save as a scenario", () => stop(saved), { class: "primary" })
        : [button("Save a range", () => range(view, saved)), doing("Record a scenario", () => start(view))]);
      element.hidden = !tape.recording && !saved.childNodes.length;
      return tape.recording
        ? h("div", { class: "note warn" }, h("strong", {}, "Recording"), " since ", time(tape.since),
          ` · ${tape.calls} ${tape.calls === 1 ? "call" : "calls"}`,
          tape.lost ? ` and ${tape.lost} more that no longer fit` : "")
        : h("div");
    });
  }
  return { element, buttons, look };
}

async function start(view) {
  try {
    await post("/record/start");
  } catch (error) {
    if (error.code !== "merchant_in_use") throw error;
    await ask({
      title: "Reset and record?",
      about: `A replay begins with nothing, and merchant ${view.merchant} has records. `
        + "Resetting removes them, its endpoints and its settings; snapshots stay.",
      label: "Reset and record",
      danger: true,
      act: async () => {
        await post("/reset");
        await post("/record/start");
      },
    });
  }
}

async function stop(saved) {
  const made = await ask({
    title: "Save the recording",
    label: "Save",
    content: naming("recorded"),
    act: (said) => post("/record/stop", named(said)),
  });
  if (made) written(saved, made);
}

function naming(name) {
  return [
    field("Name", h("input", { name: "name", required: true, maxlength: 60, pattern: "[a-z0-9]+(-[a-z0-9]+)*", value: name }),
      "Small letters, digits and dashes."),
    field("About", h("textarea", { name: "about", maxlength: 2000 }), "What the story is about; may be empty."),
  ];
}

const named = ({ name, about: text }) => ({ name, ...(text.trim() ? { about: text.trim() } : {}) });

// What is in the log already: from one request to another, or up to now with what was done by hand since.
async function range(view, saved) {
  let rows;
  try {
    rows = (await get("/requests", { query: { order: "newest", limit: 200 }, signal: view.signal })).data;
  } catch (error) {
    if (error.name !== "AbortError") toast(error.message, "bad");
    return;
  }
  const choices = rows.filter((row) => row.method !== "GET").map((row) => [row.id,
    `${row.method} ${row.path} · ${row.status ?? "no answer"} · ${row.iso.slice(0, 19).replace("T", " ")}`]);
  const made = await ask({
    title: "Save a range as a scenario",
    about: "What the requests build upon is taken too. It is played once, unseen, to know that it replays.",
    label: "Save",
    content: [
      field("From", select("first", choices, choices[0]?.[0], { required: true })),
      field("Up to", select("last", [["", "Now, with what was done by hand"], ...choices], "")),
      naming("range"),
    ],
    act: (said) => post("/record/range", { first: said.first, ...(said.last ? { last: said.last } : {}), ...named(said) }),
  });
  if (made) written(saved, made);
}

// The file as it can be copied or downloaded.
function written(saved, made) {
  toast(`Recorded ${made.steps} ${made.steps === 1 ? "step" : "steps"}.`);
  fill(saved, h("section", { class: "card" },
    h("div", { class: "head" }, h("h2", {}, `${made.name}.yaml`),
      h("div", { class: "buttons" }, copyButton(made.yaml), downloadButton("Download", `${made.name}.yaml`, made.yaml, "application/yaml"),
        button("Put away", () => { fill(saved); saved.parentElement.hidden = true; }, { class: "small plain" }))),
    made.left_out.length ? note(`Left out, because no step can repeat it: ${made.left_out.join(", ")}`, "warn") : null,
    h("pre", { tabindex: "0" }, made.yaml),
    h("p", { class: "quiet" }, "Play it with ", h("code", {}, `payment-sandbox run ${made.name}.yaml`), ". Shipped stories are under ",
      h("a", { href: link("/scenarios") }, "Scenarios"), ".")));
  saved.parentElement.hidden = false;
}
