// What a timeline says, before anything is drawn: rows of the control API gathered into instants, with words and tones. Pure: a
// test runs it in node.

import { amount, kindName, span, words } from "./format.js";

// One webhook's outcome: {text, short, tone}; the short form has room in a picture.
export function outcome(delivery) {
  const tries = delivery.attempts > 1 ? `, ${delivery.attempts} attempts` : "";
  const times = delivery.attempts > 1 ? ` ×${delivery.attempts}` : "";
  const code = delivery.last_code || (delivery.last_error ? "no answer" : "");
  const why = delivery.last_code ? `answered ${delivery.last_code}` : delivery.last_error ? "no answer" : "not sent yet";
  const said = (text, short, tone) => ({ text, short, tone });
  if (delivery.status === "delivered") return said(`delivered${code && ` ${code}`}${tries}`, `✓ ${code || "kept"}${times}`, "good");
  if (delivery.status === "failed") return said(`failed: ${why}${tries}`, `✕ ${code || "failed"}${times}`, "bad");
  return said(delivery.attempts ? `pending: ${why}${tries}` : "pending", `… ${code || "pending"}${times}`, "warn");
}

function signed(minor, currency) {
  return `${minor > 0 ? "+" : ""}${amount(minor, currency)}`;
}

// A row of the timeline as a line: {kind, text, tone, chips: [{text, tone, id}], object}.
function line(row, nameOf) {
  const base = { kind: row.kind, object: row.object, at: row.at, chips: [] };
  if (row.kind === "money") {
    const fee = row.fee ? ` and a fee of ${amount(row.fee, row.currency)}` : "";
    return { ...base, text: `${signed(row.amount, row.currency)} ${words(row.name)}${fee}`, tone: row.amount > 0 ? "good" : "bad",
      net: row.amount - row.fee, currency: row.currency };
  }
  if (row.kind === "status") return { ...base, text: `${nameOf(row.object)} → ${words(row.status)}`, tone: "status", status: row.status };
  if (row.kind === "deadline") return { ...base, text: `${nameOf(row.object)}: ${words(row.name)}`, tone: "ahead", trigger: row.trigger };
  if (row.kind === "rule") {
    const text = `Rule ${row.rule}, ${words(row.outcome)}${row.says && `: ${row.says}`}`;
    return { ...base, text, tone: row.outcome === "rejected" ? "bad" : "status" };
  }
  const chips = row.deliveries.map((delivery) => ({ ...outcome(delivery), id: delivery.id }));
  return { ...base, text: row.type, tone: "event", event: row.event, chips };
}

// Names of the payment's parts for people: "Dispute", or "Refund 2" where there are several.
export function namesOf(parts) {
  const counts = {};
  const total = {};
  for (const part of parts) total[part.kind] = (total[part.kind] ?? 0) + 1;
  const names = new Map();
  for (const part of parts) {
    counts[part.kind] = (counts[part.kind] ?? 0) + 1;
    names.set(part.id, kindName(part.kind) + (total[part.kind] > 1 ? ` ${counts[part.kind]}` : ""));
  }
  return (id) => names.get(id) ?? id;
}

const ORDER = { status: 0, rule: 1, money: 2, event: 3, deadline: 4 };

// Instants in order: [{at, ahead, lines, net, currency}]; `net` is what the merchant has of this payment after that instant.
export function story(rows, parts, now) {
  const nameOf = namesOf(parts);
  const instants = new Map();
  for (const row of rows) {
    const ahead = row.kind === "deadline" && row.at >= now - 1;
    const key = `${row.at} ${ahead}`;
    if (!instants.has(key)) instants.set(key, { at: row.at, ahead, lines: [] });
    instants.get(key).lines.push(line(row, nameOf));
  }
  const found = [...instants.values()].sort((one, other) => one.at - other.at || one.ahead - other.ahead);
  let net = 0;
  let currency = null;
  for (const instant of found) {
    instant.lines.sort((one, other) => ORDER[one.kind] - ORDER[other.kind]);
    for (const { net: moved, currency: of } of instant.lines) {
      if (moved === undefined) continue;
      net += moved;
      currency = of;
    }
    Object.assign(instant, { net, currency });
  }
  return found;
}

// The whole picture in a sentence, for whoever does not see it.
export function summary(instants, now) {
  const past = instants.filter((instant) => !instant.ahead);
  const events = past.flatMap((instant) => instant.lines).filter((one) => one.kind === "event");
  const sent = events.flatMap((one) => one.chips);
  const failed = sent.filter((chip) => chip.tone === "bad").length;
  const net = past.at(-1);
  const ahead = instants.find((instant) => instant.ahead);
  return [
    `${events.length} event${events.length === 1 ? "" : "s"}`,
    `${sent.length} webhook${sent.length === 1 ? "" : "s"}${failed ? `, ${failed} failed` : ""}`,
    net?.currency && `${amount(net.net, net.currency)} with the merchant`,
    ahead && `next: ${ahead.lines[0].text} in ${span(ahead.at - now)}`,
  ].filter(Boolean).join(" · ");
}
