// A SEPA debit: without a mandate it is refused, with one it takes days to fail.
"use strict";

const {advance, happened, refused, run, stripe} = require("./application");

run(async () => {
  const method = await stripe.paymentMethods.create({
    type: "sepa_debit",
    sepa_debit: {iban: "AT861904300235473202"},
    billing_details: {name: "Jenny Rosen", email: "jenny@example.com"},
  });
  const wanted = {amount: 2000, currency: "eur", payment_method: method.id, confirm: true};
  const noMandate = await refused(() => stripe.paymentIntents.create(wanted));
  const made = await stripe.paymentIntents.create({...wanted, mandate_data: {customer_acceptance: {type: "offline"}}});
  await advance({days: 5});
  const failed = await stripe.paymentIntents.retrieve(made.id);
  return {
    noMandate: noMandate.slice(0, 2),
    started: [made.status, method.type],
    failed: [failed.status, failed.last_payment_error.code],
    happened: await happened(),
  };
});
