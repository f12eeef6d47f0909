// One dispute: how it stands and until when, the answer, the bank's side, and the table that rules it.

import { get, post } from "../lib/api.js";
import { act } from "../lib/acts.js";
import { toast } from "../lib/dialog.js";
import { fill, h, refill } from "../lib/dom.js";
import { amount, tone, words } from "../lib/format.js";
import { diagram } from "../lib/diagram.js";
import { evidenceForm } from "../lib/evidence.js";
import { badge, card, copyButton, facts, json, money } from "../lib/parts.js";
import { link } from "../lib/router.js";
import { provider } from "../lib/shell.js";
import { time } from "../lib/time.js";

const doTo = (dispute, what, said) => async () => {
  await post(`/disputes/${dispute.id}/${what}`);
  toast(said);
};

function head(dispute) {
  const can = dispute.actions;
  const amountOf = amount(dispute.amount, dispute.currency);
  return h("div", { class: "head" },
    h("div", {}, h("h1", {}, money(dispute.amount, dispute.currency), " ", badge(dispute.status, tone(dispute.status)),
      dispute.kind === "inquiry" && [" ", badge("inquiry", "info")]),
    h("div", { class: "quiet" }, h("code", { class: "id" }, dispute.id), " ", copyButton(dispute.id))),
    h("div", { class: "buttons", role: "group", "aria-label": "The bank decides" }, h("span", { class: "quiet" }, "The bank:"),
      act("Win", can.win, doTo(dispute, "win", `Won: the bank decides for the merchant, ${amountOf}.`)),
      act("Lose", can.lose, doTo(dispute, "lose", `Lost: the bank decides for the cardholder, ${amountOf}.`)),
      act("Escalate", can.escalate, doTo(dispute, "escalate", "The inquiry is a chargeback now."))));
}

function about(dispute) {
  return card("Dispute", facts({
    Payment: h("a", { href: link(`/payments/${dispute.payment}`) }, h("code", {}, dispute.payment)),
    Provider: provider(dispute.provider).title,
    Reason: words(dispute.reason),
    Opened: time(dispute.created),
    "Answer due": dispute.closed_at || dispute.submitted_at || !dispute.evidence_due_at ? null : time(dispute.evidence_due_at),
    Answered: dispute.submitted_at && time(dispute.submitted_at),
    Closed: dispute.closed_at && time(dispute.closed_at),
  }), h("div", { class: "buttons gap-above" }, act("Accept the loss", dispute.actions.accept,
    doTo(dispute, "accept", "Accepted: the merchant gives in."), { class: dispute.actions.accept.possible ? "danger" : "" })));
}

export async function show(view) {
  const path = `/disputes/${encodeURIComponent(view.params.id)}`;
  const first = await get(path, { signal: view.signal });
  const machine = await get(`/machines/${first.provider}/dispute`, { signal: view.signal });
  const form = evidenceForm(provider(first.provider));
  const top = h("div");
  const side = h("div", { class: "stack" });
  const picture = h("div");
  const below = h("div");

  let lit = null;
  function draw(dispute) {
    refill(top, head(dispute));
    refill(side, about(dispute));
    form.show(dispute);
    const shape = below.querySelector("details");
    fill(below, json("The object as the API shows it", dispute.object, shape?.open ?? false));
    if (lit !== dispute.state) fill(picture, diagram(machine, dispute.state, picture.clientWidth || 900));
    lit = dispute.state;
  }

  view.root.append(h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: link("/disputes") }, "← Disputes")), top,
    h("div", { class: "columns" }, card("Evidence", form.element), side), card("States", picture), card("", below));
  draw(first);
  const look = async () => draw(await get(path, { signal: view.signal }));
  view.watch(["record", "timer"], look, (change, kind) => kind !== "record" || change.id === first.id);
}
