// Pages that turn themselves, parameters that unset, refunds, and keys that make a call happen once.
"use strict";

const {happened, pay, run, stripe} = require("./application");

run(async () => {
  const made = [];
  for (let step = 0; step < 5; step += 1) {
    made.push((await stripe.paymentIntents.create({amount: 100 + step, currency: "usd", metadata: {step, drop: "x"}})).id);
  }
  const paged = [];
  for await (const intent of stripe.paymentIntents.list({limit: 2})) paged.push(intent.id);
  const changed = await stripe.paymentIntents.update(made[0], {metadata: {drop: null}, description: "order 6735"});
  const cleared = await stripe.paymentIntents.update(made[0], {description: null, metadata: ""});
  const twice = [];
  for (let time = 0; time < 2; time += 1) {
    twice.push(await stripe.paymentIntents.confirm(made[1], {payment_method: "pm_card_visa"}, {idempotencyKey: "order-6735"}));
  }
  const intent = await stripe.paymentIntents.retrieve(made[1], {expand: ["latest_charge.balance_transaction"]});
  const first = await stripe.refunds.create({payment_intent: intent.id, amount: 41});
  const rest = await stripe.refunds.create({charge: intent.latest_charge.id, reason: "requested_by_customer"});
  const refunds = await stripe.refunds.list({charge: intent.latest_charge.id});
  const charge = await stripe.charges.retrieve(intent.latest_charge.id, {expand: ["refunds"]});
  const held = await pay("pm_card_visa", {capture_method: "manual"});
  const taken = await stripe.paymentIntents.capture(held.id, {amount_to_capture: 1500});
  return {
    paged: paged.length === 5 && paged.every((id, index) => id === made[4 - index]),
    changed: [changed.metadata, changed.description],
    cleared: [cleared.metadata, cleared.description],
    once: [twice[0].id === twice[1].id, twice.map((each) => each.lastResponse.headers["idempotent-replayed"] ?? null)],
    net: intent.latest_charge.balance_transaction.net,
    refunds: [first.amount, rest.amount, rest.reason, refunds.data.map((each) => each.id).join() === `${rest.id},${first.id}`],
    charge: [charge.refunded, charge.amount_refunded, charge.refunds.data.length],
    captured: [held.amount_capturable, taken.amount_received],
    happened: await happened(),
  };
});
