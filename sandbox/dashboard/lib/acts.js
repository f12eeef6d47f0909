// What people do about a payment by hand: a button for each act, which asks what it has to and says in full what was refused.

import { post } from "./api.js";
import { h } from "./dom.js";
import { ask, field, select, toast } from "./dialog.js";
import { amount, minorUnits, typed, words } from "./format.js";
import { doing } from "./parts.js";

const NEVER = "out_of_reach"; // the provider has no such thing at all: no button

// A button for an act that the server said is possible, or why not when it is pressed.
export function act(label, possible, work, props = {}) {
  if (!possible || possible.code === NEVER) return null;
  if (possible.possible) return doing(label, work, props);
  return h("button", { type: "button", "aria-disabled": "true", title: possible.message, class: props.class,
    onclick: () => toast(possible.message, "warn") }, label);
}

const reasons = (label, name, known, usual) =>
  known.length > 0 && field(label, select(name, [["", usual], ...known.map((word) => [word, words(word)])], ""));

function amountField(most, currency, partly) {
  return field(`Amount in ${currency.toUpperCase()}`,
    h("input", { name: "amount", inputmode: "decimal", autocomplete: "off", value: typed(most, currency), readonly: !partly }),
    partly ? `${amount(most, currency)} at most` : "All of it: this provider takes no part of it here.");
}

// What was typed as minor units; the whole when nothing was changed. Throws what a dialog shows.
function asked(text, most, currency) {
  if (text.trim() === typed(most, currency)) return undefined;
  const minor = minorUnits(text, currency);
  if (minor === null) throw new Error(`'${text}' is no amount of ${currency.toUpperCase()}: write it like ${typed(most, currency)}.`);
  return minor;
}

const given = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "" && value !== undefined));

function refund(payment) {
  const { amount: most } = payment.actions.refund;
  return ask({
    title: "Refund", label: "Refund", about: `Money goes back to the cardholder of ${payment.id}.`,
    content: [amountField(most, payment.currency, payment.actions.refund_part.possible),
      reasons("Reason", "reason", payment.words.refund_reasons, "None")],
    act: async (values) => {
      const made = await post("/refunds", given({ charge: payment.id, reason: values.reason,
        amount: asked(values.amount, most, payment.currency) }));
      toast(`Refund ${made.id} of ${amount(made.amount, payment.currency)} was made.`);
    },
  });
}

function dispute(payment, kind) {
  const { amount: most } = payment.actions[kind === "inquiry" ? "inquiry" : "dispute"];
  return ask({
    title: kind === "inquiry" ? "Open an inquiry" : "Open a dispute", label: kind === "inquiry" ? "Open inquiry" : "Open dispute",
    about: kind === "inquiry" ? "The cardholder's bank asks first; no money moves yet." : "The cardholder's bank takes the money back.",
    content: [reasons("Reason", "reason", payment.words.dispute_reasons, "The usual one"),
      amountField(most, payment.currency, payment.actions.dispute_part.possible),
      field("Days until the answer is due", h("input", { name: "days", type: "number", min: 0, max: 3660, placeholder: "as usual" }))],
    act: async (values) => {
      const made = await post("/disputes", given({ charge: payment.id, kind, reason: values.reason,
        amount: asked(values.amount, most, payment.currency),
        evidence_due_in_days: values.days === "" ? undefined : Number(values.days) }));
      toast(`Dispute ${made.id} is open.`);
    },
  });
}

function warn(payment) {
  return ask({
    title: "Early fraud warning", label: "Warn", about: "The card's issuer suspects fraud; nobody has disputed anything yet.",
    content: reasons("Kind of fraud", "fraud_type", payment.words.fraud_types, "The usual one"),
    act: async (values) => {
      const made = await post("/early_fraud_warnings", given({ charge: payment.id, fraud_type: values.fraud_type }));
      toast(`Warning ${made.id} was sent.`);
    },
  });
}

async function authenticate(payment, verdict) {
  await post(`/three_d_secure/${payment.id}/${verdict}`);
  toast(verdict === "pass" ? "The cardholder has authenticated." : "The cardholder failed to authenticate.");
}

// Every button of a payment; `payment.words` is its provider's row of GET /_sandbox/about.
export function actsOf(payment) {
  const can = payment.actions;
  return h("div", { class: "buttons" },
    can.three_d_secure.possible && [
      doing("Pass 3-D Secure", () => authenticate(payment, "pass"), { class: "primary" }),
      doing("Fail 3-D Secure", () => authenticate(payment, "fail"))],
    act("Refund", can.refund, () => refund(payment), { class: can.refund.possible ? "primary" : "" }),
    act("Dispute", can.dispute, () => dispute(payment, "chargeback")),
    act("Inquiry", can.inquiry, () => dispute(payment, "inquiry")),
    act("Fraud warning", can.early_fraud_warning, () => warn(payment)));
}

// What may be done about a part of a payment: [act, label, where it is posted, what is said then, class].
const ACTS_OF_PARTS = [
  ["succeed", "Settle", "refunds", (id) => `Refund ${id} has settled.`, "small"],
  ["fail", "Fail", "refunds", (id) => `Refund ${id} has failed.`, "small danger"],
  ["cancel", "Cancel", "refunds", (id) => `Refund ${id} is canceled.`, "small danger"],
  ["approve", "Approve", "reviews", (id) => `Review ${id} is closed: the payment was approved.`, "small"],
];

// A refund that has not settled yet, or could still fail; a review that is open.
export function actsOfPart(part) {
  return Object.keys(part.actions).length > 0 && h("span", { class: "buttons" },
    ACTS_OF_PARTS.map(([name, label, place, done, look]) => part.actions[name]?.possible && doing(label, async () => {
      await post(`/${place}/${part.id}/${name}`);
      toast(done(part.id));
    }, { class: look })));
}
