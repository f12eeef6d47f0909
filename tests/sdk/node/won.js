// Charged, disputed, a file uploaded and staged, submitted, won: with every webhook verified.
"use strict";

const {advance, disputeOf, happened, listen, pay, run, stripe, verified} = require("./application");

run(async () => {
  const hook = await listen();
  const endpoint = await stripe.webhookEndpoints.create({url: hook.url, enabled_events: ["*"]});
  const intent = await pay("pm_card_createDispute");
  const dispute = await disputeOf(intent);
  const file = await stripe.files.create({
    purpose: "dispute_evidence",
    file: {data: Buffer.from(PDF, "latin1"), name: "receipt.pdf", type: "application/octet-stream"},
  });
  const staged = await stripe.disputes.update(dispute.id, {
    evidence: {receipt: file.id, customer_name: "Jenny Rosen", billing_address: "1 Main St"},
    submit: false,
  });
  // null is sent as an empty string, which unsets.
  const unset = await stripe.disputes.update(dispute.id, {evidence: {billing_address: null}, submit: false});
  const sent = await stripe.disputes.update(dispute.id, {evidence: {uncategorized_text: "winning_evidence"}});
  await advance({seconds: 10});
  const won = await stripe.disputes.retrieve(dispute.id, {expand: ["charge", "evidence.receipt"]});
  const events = await verified(hook.received, endpoint.secret);
  hook.close();
  return {
    opened: [dispute.status, dispute.amount, dispute.charge === intent.latest_charge],
    file: [file.type, file.size === PDF.length],
    staged: [staged.status, staged.evidence.billing_address, staged.evidence_details.submission_count],
    unset: [unset.evidence.billing_address, unset.evidence.customer_name],
    sent: [sent.status, sent.evidence_details.submission_count],
    won: [won.status, won.charge.disputed, won.evidence.receipt.filename],
    money: won.balance_transactions.map(({amount, fee, net}) => [amount, fee, net]),
    events: events.map((event) => event.type),
    happened: await happened(),
    previous: events.at(-1).data.previous_attributes,
    version: events[0].api_version,
  };
});

const PDF = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n%%EOF\n";
