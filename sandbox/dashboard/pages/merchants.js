// Merchants, each a world of its own; and of the one that is looked at, its snapshots and its end.

import { del, get, post } from "../lib/api.js";
import { ask, field, select, toast } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { badge, button, code, doing, empty, loading, table } from "../lib/parts.js";
import { go, link } from "../lib/router.js";
import { time } from "../lib/time.js";

const NAME = "[A-Za-z0-9_]{1,64}";

export async function show(view) {
  const everybody = h("div");
  const kept = h("div");
  const merchants = merchantTable(view);
  const snapshots = snapshotTable(view);
  view.root.append(
    h("div", { class: "head" }, h("h1", {}, "Merchants"),
      h("div", { class: "buttons" }, button("New merchant", () => create(), { class: "primary" }))),
    everybody,
    h("div", { class: "head" }, h("h2", { class: "section" }, `Snapshots of ${view.merchant}`),
      h("div", { class: "buttons" }, button("Take snapshot", () => take()), button("Reset merchant", () => reset(view),
        { class: "danger" }))),
    kept);
  async function look() {
    await Promise.all([
      loading(everybody, async () => {
        const { data } = await get("/merchants", { query: { limit: 1000 }, signal: view.signal });
        merchants.show(data.reverse());
        return merchants.element;
      }),
      loading(kept, async () => {
        const { data } = await get("/snapshots", { query: { limit: 1000 }, signal: view.signal });
        snapshots.show(data.reverse());
        return data.length ? snapshots.element : noSnapshot(view);
      }),
    ]);
  }
  view.watch(["record", "settings", "clock", "snapshot"], look);
  await look();
}

function merchantTable(view) {
  return table({
    caption: "Merchants",
    keyOf: (row) => row.name,
    columns: [
      { name: "Name", cell: (row) => [h("a", { href: link("/payments", { merchant: row.name }), class: "row-link" }, row.name), " ",
        row.name === view.merchant && badge("looked at", "info")] },
      { name: "Its time", cell: (row) => time(row.now, "absolute") },
      { name: "Clock", cell: (row) => (row.rate === 0 ? "frozen" : row.rate === 1 ? "live" : `${row.rate}×`) },
      { name: "Charges", class: "right number spare", cell: (row) => String(row.charges) },
      { name: "Disputes", class: "right number spare", cell: (row) => String(row.disputes) },
      { name: "Actions", class: "right", cell: (row) => row.name !== view.merchant
        && button("Switch", () => go("/payments", { merchant: row.name }), { class: "small", "aria-label": `Switch to ${row.name}` }) },
    ],
  });
}

function snapshotTable(view) {
  return table({
    caption: "Snapshots",
    keyOf: (row) => row.id,
    columns: [
      { name: "Snapshot", class: "wide", cell: (row) => [row.name ? h("strong", {}, row.name) : h("span", { class: "quiet" },
        "without a name"), " ", code(row.id)] },
      { name: "Its time", cell: (row) => time(row.now, "absolute") },
      { name: "Records", class: "right number", cell: (row) => String(row.records) },
      { name: "Actions", class: "right", cell: (row) => h("div", { class: "buttons tight" },
        button("Restore", () => restore(view, row), { class: "small", "aria-label": `Restore ${row.id}` }),
        button("Fork", () => fork(row), { class: "small", "aria-label": `Fork ${row.id}` }),
        doing("Delete", () => del(`/snapshots/${row.id}`), { class: "small danger", "aria-label": `Delete ${row.id}` })) },
    ],
  });
}

function noSnapshot(view) {
  return empty("No snapshot yet", 
    `A snapshot keeps the whole of ${view.merchant} with its clock, to go back to or to give to another merchant.`,
    `curl -X POST '${location.origin}/_sandbox/snapshots?merchant=${view.merchant}' -H 'content-type: application/json' `
    + `-d '{"name": "before the dispute"}'`);
}

async function create() {
  const made = await ask({
    title: "New merchant",
    about: "A world of its own: clock, ledger, records, webhooks. Its keys end in its name: sk_test_NAME. "
      + "The first use of a key makes it too.",
    label: "Create",
    content: [
      field("Name", h("input", { name: "name", required: true, pattern: NAME, maxlength: 64, spellcheck: "false" }),
        "Letters, digits, underscores."),
      field("Profile", select("profile", [["testmode", "testmode: test cards act at once, due in 8 days"], ["network",
        "network: the card networks' own deadlines"]])),
    ],
    act: (said) => post("/merchants", { name: said.name, ...(said.profile === "testmode" ? {} : { settings: { profile: said.profile } }) }),
  });
  if (!made) return;
  toast(`Merchant ${made.name} is there.`);
  go("/payments", { merchant: made.name });
}

async function take() {
  const made = await ask({
    title: "Take snapshot", about: "The state is kept as it is now; the merchant goes on.", label: "Take snapshot",
    content: field("Name", h("input", { name: "name", maxlength: 200 }), "For people; may be empty."),
    act: (said) => post("/snapshots", said.name.trim() ? { name: said.name.trim() } : {}),
  });
  if (made) toast(`Snapshot ${made.id} taken.`);
}

async function restore(view, row) {
  const done = await ask({
    title: `Restore ${row.name ?? row.id}?`,
    about: `Merchant ${view.merchant} is as it was then, clock included. What happened since is gone: take a snapshot first to keep it.`,
    label: "Restore", danger: true, act: () => post(`/snapshots/${row.id}/restore`),
  });
  if (done) toast(`Restored to ${row.name ?? row.id}.`);
}

async function fork(row) {
  const done = await ask({
    title: `Fork ${row.name ?? row.id}`,
    about: "Another merchant, without records so far, begins with this state.",
    label: "Fork",
    content: field("Merchant", h("input", { name: "merchant", required: true, pattern: NAME, maxlength: 64, spellcheck: "false" }),
      "A new name is made."),
    act: (said) => post(`/snapshots/${row.id}/fork`, { merchant: said.merchant }),
  });
  if (done) toast(`Merchant ${done.name} begins with it.`);
}

async function reset(view) {
  const done = await ask({
    title: `Reset ${view.merchant}?`,
    about: "As if it was never used: records, endpoints, faults and settings are gone, the clock shows the wall's time. "
      + "Its snapshots stay.",
    label: "Reset merchant", danger: true,
    content: field(`Type ${view.merchant} to confirm`, h("input", { name: "name", required: true, autocomplete: "off",
      spellcheck: "false" })),
    act: async (said) => {
      if (said.name !== view.merchant) throw new Error(`Type ${view.merchant} to reset it.`);
      return post("/reset");
    },
  });
  if (done) toast(`${view.merchant} is as if never used.`);
}
