// What the library throws for each kind of refusal.
"use strict";

const {disputeOf, pay, refused, run, stripe} = require("./application");

run(async () => {
  const intent = await pay("pm_card_visa");
  const disputed = await pay("pm_card_createDispute");
  const dispute = await disputeOf(disputed);
  await stripe.disputes.close(dispute.id);
  const once = {idempotencyKey: "order-6735"};
  await stripe.customers.create({name: "Jenny"}, once);
  return {
    declined: await refused(() => pay("pm_card_visa_chargeDeclinedInsufficientFunds")),
    tooMuch: await refused(() => stripe.refunds.create({charge: intent.latest_charge, amount: 2001})),
    noCharge: await refused(() => stripe.refunds.create({charge: "ch_nope"})),
    chargedBack: await refused(() => stripe.refunds.create({payment_intent: disputed.id})),
    tooLate: await refused(() => stripe.disputes.update(dispute.id, {evidence: {customer_name: "Jenny"}})),
    unknownParameter: await refused(() => stripe.customers.create({nickname: "Jen"})),
    unknownKey: await refused(() => stripe.charges.list({}, {apiKey: "sk_test_no-such"})),
    publishableKey: await refused(() => stripe.refunds.list({}, {apiKey: "pk_test_alpha"})),
    idempotency: await refused(() => stripe.customers.create({name: "Jane"}, once)),
    notEmulated: await refused(() => stripe.coupons.list()),
  };
});
