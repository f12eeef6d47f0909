// How amounts, spans and stories are written: run by node, asked for by test_format.py.

import assert from "node:assert/strict";
import { test } from "node:test";

import { amount, count, kindName, label, learnDecimals, minorUnits, moment, relative, span, tone, typed, words } from "../../sandbox/dashboard/lib/format.js";
import { namesOf, outcome, story, summary } from "../../sandbox/dashboard/lib/story.js";

learnDecimals({ jpy: 0, kwd: 3 });

for (const [minor, currency, shown] of [
  [4321, "usd", "43.21 USD"], [5, "usd", "0.05 USD"], [0, "usd", "0.00 USD"], [-4321, "usd", "−43.21 USD"], [500, "jpy", "500 JPY"],
  [12345, "kwd", "12.345 KWD"], [123456789, "usd", "1,234,567.89 USD"], [1234567, "jpy", "1,234,567 JPY"], [-1, "kwd", "−0.001 KWD"],
]) test(`${minor} of ${currency} is written ${shown}`, () => assert.equal(amount(minor, currency), shown));

for (const [text, currency, minor] of [
  ["43.21", "usd", 4321], ["43", "usd", 4300], ["43.2", "usd", 4320], [" 1,234.50 ", "usd", 123450], ["500", "jpy", 500],
  ["12.345", "kwd", 12345], ["12.3456", "kwd", null], ["500.5", "jpy", null], ["0", "usd", null], ["-5", "usd", null], ["", "usd", null],
  ["1e3", "usd", null], ["43.", "usd", 4300], ["9999999999999999999", "usd", null], ["<b>", "usd", null],
]) test(`'${text}' typed as ${currency} is ${minor} minor units`, () => assert.equal(minorUnits(text, currency), minor));

test("what a field shows is what it would be read as", () => {
  for (const minor of [1, 99, 100, 123456789]) assert.equal(minorUnits(typed(minor, "usd"), "usd"), minor);
});

for (const [seconds, text] of [[0, "0 seconds"], [1, "1 second"], [61, "1 minute 1 second"], [3600, "1 hour"], [93_600, "1 day 2 hours"],
  [86_401, "1 day"], [-120, "2 minutes"], [31_557_600 * 3, "3 years"]]) {
  test(`${seconds} seconds are ${text}`, () => assert.equal(span(seconds), text));
}

test("a time is in the past, now, or ahead", () => {
  assert.equal(relative(100, 4000), "1 hour 5 minutes ago");
  assert.equal(relative(100, 101), "now");
  assert.equal(relative(7300, 100), "in 2 hours");
});

test("times are UTC, whatever this machine's zone", () => assert.equal(moment(1_767_603_600), "5 Jan 2026, 09:00:00"));

test("statuses have a tone, and unknown ones are merely quiet", () => {
  assert.deepEqual(["succeeded", "lost", "needs_response", "unheard_of"].map(tone), ["good", "bad", "warn", "quiet"]);
});

test("words are for people", () => {
  assert.deepEqual([kindName("PaymentIntent"), label("customer_name"), words("not_yet"), count(1, "event"), count(1200, "event")],
    ["Payment intent", "Customer name", "not yet", "1 event", "1,200 events"]);
});

for (const [delivery, text, short, mood] of [
  [{ status: "delivered", attempts: 1, last_code: 200 }, "delivered 200", "✓ 200", "good"],
  [{ status: "delivered", attempts: 3, last_code: 204 }, "delivered 204, 3 attempts", "✓ 204 ×3", "good"],
  [{ status: "failed", attempts: 4, last_code: 0, last_error: "refused" }, "failed: no answer, 4 attempts", "✕ no answer ×4", "bad"],
  [{ status: "pending", attempts: 1, last_code: 500 }, "pending: answered 500", "… 500", "warn"],
  [{ status: "pending", attempts: 0 }, "pending", "… pending", "warn"],
]) test(`a webhook is ${text}`, () => assert.deepEqual(outcome(delivery), { text, short, tone: mood }));

test("of several parts of a kind each has a number", () => {
  const nameOf = namesOf([{ id: "a", kind: "Refund" }, { id: "b", kind: "Refund" }, { id: "c", kind: "Charge" }]);
  assert.deepEqual(["a", "b", "c", "d"].map(nameOf), ["Refund 1", "Refund 2", "Charge", "d"]);
});

const ROWS = [
  { kind: "event", at: 10, object: "ch", event: "e1", type: "charge.succeeded", deliveries: [{ id: "d1", status: "failed", attempts: 2, last_code: 500 }] },
  { kind: "status", at: 10, object: "ch", status: "succeeded" },
  { kind: "money", at: 10, object: "ch", name: "charge", amount: 1000, fee: 59, currency: "usd" },
  { kind: "money", at: 70, object: "du", name: "dispute", amount: -1000, fee: 1500, currency: "usd" },
  { kind: "deadline", at: 900, object: "du", name: "evidence_due", trigger: "deadline" },
];
const PARTS = [{ id: "ch", kind: "Charge" }, { id: "du", kind: "Dispute" }];

test("a story gathers what happened at once, statuses first, and keeps account", () => {
  const told = story(ROWS, PARTS, 100);
  assert.deepEqual(told.map(({ at, ahead, net }) => [at, ahead, net]), [[10, false, 941], [70, false, -1559], [900, true, -1559]]);
  assert.deepEqual(told[0].lines.map((line) => line.text),
    ["Charge → succeeded", "+10.00 USD charge and a fee of 0.59 USD", "charge.succeeded"]);
  assert.equal(told[2].lines[0].text, "Dispute: evidence due");
});

test("a rule that decided is named with what came of it", () => {
  const told = story([
    { kind: "event", at: 10, object: "o", event: "e1", type: "ordering.order.updated", deliveries: [] },
    { kind: "rule", at: 10, object: "o", rule: "U3", outcome: "applied", says: "total 250.00, refunds 35.00" },
    { kind: "rule", at: 20, object: "o", rule: "U11", outcome: "no_change", says: "" },
  ], [], 100);
  assert.deepEqual(told[0].lines.map((line) => line.text), ["Rule U3, applied: total 250.00, refunds 35.00", "ordering.order.updated"]);
  assert.equal(told[1].lines[0].text, "Rule U11, no change");
});

test("a deadline that has passed stands among what happened", () => {
  assert.equal(story(ROWS, PARTS, 2000).at(-1).ahead, false);
});

test("the whole picture fits in a sentence", () => {
  assert.equal(summary(story(ROWS, PARTS, 100), 100),
    "1 event · 1 webhook, 1 failed · −15.59 USD with the merchant · next: Dispute: evidence due in 13 minutes 20 seconds");
});
