// A risky payment is refunded as fraud, a warning acted on, and a file linked for as long as a day.
"use strict";

const {advance, happened, pay, run, stripe} = require("./application");

run(async () => {
  const intent = await pay("pm_card_riskLevelElevated");
  const [review] = (await stripe.reviews.list()).data;
  await stripe.refunds.create({payment_intent: intent.id, reason: "fraudulent"});
  const closed = await stripe.reviews.retrieve(review.id);
  const seen = await happened();
  const warned = await pay("pm_card_createIssuerFraudRecord");
  const [warning] = (await stripe.radar.earlyFraudWarnings.list({payment_intent: warned.id})).data;
  await stripe.refunds.create({payment_intent: warned.id});
  const acted = await stripe.radar.earlyFraudWarnings.retrieve(warning.id);
  const file = await stripe.files.create({
    purpose: "dispute_evidence",
    file: {data: Buffer.from("%PDF-1.4\n%%EOF\n"), name: "receipt.pdf", type: "application/octet-stream"},
    file_link_data: {create: true, expires_at: file_expiry(intent)},
  });
  const [link] = file.links.data;
  const got = await fetch(link.url);
  await advance({days: 1});
  const ended = await stripe.fileLinks.retrieve(link.id);
  return {
    opened: [review.reason, review.open],
    closed: [closed.reason, closed.open],
    warned: [warning.actionable, acted.actionable],
    linked: [got.status, got.headers.get("content-type"), ended.url],
    happened: seen,
  };
});

const file_expiry = (intent) => intent.created + 86400;
