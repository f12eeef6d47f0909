// Nobody answers a dispute: it is lost at its deadline. An altered webhook is not believed.
"use strict";

const {advance, control, disputeOf, happened, listen, pay, refused, run, stripe, verified} = require("./application");

run(async () => {
  const hook = await listen();
  const wanted = ["charge.dispute.created", "charge.dispute.closed"];
  const endpoint = await stripe.webhookEndpoints.create({url: hook.url, enabled_events: wanted});
  const dispute = await disputeOf(await pay("pm_card_createDispute"));
  const {fired} = await advance({days: 9});
  const lost = await stripe.disputes.retrieve(dispute.id);
  const events = await verified(hook.received, endpoint.secret);
  const {body, signature} = hook.received[0];
  const altered = Buffer.from(body.toString().replace("2000", "2001"));
  hook.close();
  return {
    fired: fired.map((timer) => timer.name),
    lost: [lost.status, lost.is_charge_refundable, lost.evidence_details.submission_count],
    events: events.map((event) => event.type),
    atTheDeadline: events[1].created === dispute.evidence_details.due_by,
    happened: await happened(),
    altered: await refused(async () => stripe.webhooks.constructEvent(altered, signature, endpoint.secret)),
    balanced: (await control("GET", "ledger")).balanced,
  };
});
