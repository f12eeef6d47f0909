// A platform: what it earns of a seller's payments, what it sends to a seller, and how a seller is paid out.
"use strict";

const {refused, run, stripe} = require("./application");

run(async () => {
  const seller = await stripe.accounts.create({
    type: "custom", country: "US", external_account: "btok_us_verified", capabilities: {transfers: {requested: true}},
  });
  const theirs = {stripeAccount: seller.id};
  const direct = await stripe.paymentIntents.create({
    amount: 10000, currency: "usd", payment_method: "pm_card_bypassPending", confirm: true, application_fee_amount: 1000,
  }, theirs);
  const charge = await stripe.charges.retrieve(direct.latest_charge, {expand: ["application_fee"]}, theirs);
  const platform = await stripe.balance.retrieve();
  const payout = await stripe.payouts.create({amount: 500, currency: "usd", expand: ["destination"]}, theirs);
  const transfer = await stripe.transfers.create({amount: 300, currency: "usd", destination: seller.id, transfer_group: "order_7"});
  const sent = await stripe.transfers.list({transfer_group: "order_7"});
  const own = await stripe.accounts.retrieveCurrent({}, theirs);
  const accounts = await stripe.accounts.list({limit: 3});
  const hook = await stripe.webhookEndpoints.create({url: "http://127.0.0.1:9/", enabled_events: ["*"], connect: true});
  const stranger = await refused(() => stripe.balance.retrieve({}, {stripeAccount: "acct_1NobodyKnowsThis1"}));
  return {
    direct: [direct.status, charge.application_fee.amount, charge.application_fee.charge === charge.id],
    platform: platform.available[0].amount,
    payout: [payout.status, payout.destination.last4],
    transfer: [transfer.amount, transfer.transfer_group, sent.data.length],
    account: [own.id === seller.id, accounts.data.length],
    stranger: stranger.slice(0, 3),
    hook: hook.secret.startsWith("whsec_"),
  };
});
