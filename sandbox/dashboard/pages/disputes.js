// Disputes as a board: a column for each status that any of them has, with the time that is left to answer.

import { get } from "../lib/api.js";
import { select } from "../lib/dialog.js";
import { fill, h, keyed } from "../lib/dom.js";
import { tone, words } from "../lib/format.js";
import { badge, empty, money, problem } from "../lib/parts.js";
import { link, note } from "../lib/router.js";
import { about, provider } from "../lib/shell.js";
import { everySecond, now, time } from "../lib/time.js";

const PAGE = 200;
const SOON_S = 86_400;

function deadline(dispute) {
  if (dispute.closed_at) return h("span", { class: "quiet" }, "closed ", time(dispute.closed_at, "relative"));
  if (dispute.submitted_at) return h("span", { class: "quiet" }, "answered ", time(dispute.submitted_at, "relative"));
  if (!dispute.evidence_due_at) return null;
  return h("span", { class: "due", "data-due": dispute.evidence_due_at }, "answer ", time(dispute.evidence_due_at, "relative"));
}

function ticket(dispute) {
  return h("li", {}, h("a", { class: "ticket", href: link(`/disputes/${dispute.id}`) },
    h("div", { class: "part" }, h("strong", {}, money(dispute.amount, dispute.currency)),
      dispute.kind === "inquiry" && badge("inquiry", "info")),
    h("div", {}, words(dispute.reason)), deadline(dispute),
    h("div", { class: "ids quiet" }, provider(dispute.provider).title, h("code", { class: "id" }, dispute.id))));
}

// Statuses in the order in which the providers' tables reach them, those first that wait for somebody.
function columnsOf(disputes) {
  const order = about().providers.flatMap((row) => row.dispute_statuses);
  const found = [...new Set(disputes.map((dispute) => dispute.status))];
  return found.sort((one, other) => order.indexOf(one) - order.indexOf(other));
}

export async function show(view) {
  const query = { q: view.query.get("q") ?? "", provider: view.query.get("provider") ?? "" };
  const board = h("div", { class: "board" });
  const place = h("div");
  const more = h("p", { class: "quiet" });

  async function look() {
    let answer;
    try {
      answer = await get("/disputes", { query: { order: "newest", limit: PAGE, ...query }, signal: view.signal });
    } catch (error) {
      if (error.name !== "AbortError") fill(place, problem(error));
      return;
    }
    const { data, has_more: rest } = answer;
    if (!data.length) {
      fill(place, query.q || query.provider ? empty("No such dispute", "Nothing fits this search.")
        : empty("No disputes yet", "Open one from a payment's page, or type this with the id of a charge:",
          `payment-sandbox dispute CHARGE --server ${location.origin} --merchant ${view.merchant}`));
    } else {
      if (!board.isConnected) fill(place, board);
      keyed(board, columnsOf(data).map((status) => ({ status, rows: data.filter((one) => one.status === status) })),
        (column) => column.status, (column) => h("section", { class: "lane" },
          h("h2", {}, badge(column.status, tone(column.status)), h("span", { class: "quiet" }, ` ${column.rows.length}`)),
          h("ul", {}, column.rows.map(ticket))));
    }
    fill(more, rest && `The newest ${PAGE} are shown: a search finds older ones.`);
    press();
  }

  // A deadline within a day is said in another colour too.
  function press() {
    for (const due of board.querySelectorAll("[data-due]")) due.classList.toggle("soon", Number(due.dataset.due) - now() < SOON_S);
  }

  let typing = 0;
  const search = h("input", { type: "search", value: query.q, placeholder: "Id, reason or 43.21", "aria-label": "Search disputes" });
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => changed({ q: search.value.trim() }), 200);
  });
  function changed(wanted) {
    Object.assign(query, wanted);
    note("/disputes", query);
    look();
  }
  const providers = about().providers.filter((row) => row.dispute_statuses.length);
  view.root.append(h("div", { class: "head" }, h("h1", {}, "Disputes"), h("form", { class: "filters",
    onsubmit: (event) => event.preventDefault() }, search, select("provider", [["", "Every provider"],
    ...providers.map((row) => [row.name, row.title])], query.provider, { "aria-label": "Provider",
    onchange: (event) => changed({ provider: event.target.value }) }))), place, more);
  everySecond(press, view.signal);
  view.watch(["record"], look, (change) => change.kind === "Dispute");
  await look();
}
