// Every call that the library has in this domain, with promises; the control API does what the library cannot.
"use strict";

const http = require("http");
const {URL} = require("url");
const omise = require("omise");

const [, , address, secretKey] = process.argv;
const server = new URL(address);
// The library takes a host and no port: this is the way of docs/omise.md around it.
http.globalAgent.defaultPort = Number(server.port);
const client = omise({
  secretKey, publicKey: secretKey.replace("skey", "pkey"), host: server.hostname, vaultHost: server.hostname, scheme: omise.Scheme.Http,
});
const never = new Set();  // calls that nobody has made yet
for (const [name, resource] of Object.entries(client)) {
  for (const [call, function_] of Object.entries(resource)) {
    never.add(`${name}.${call}`);
    resource[call] = (...given) => {
      never.delete(`${name}.${call}`);
      return function_.apply(resource, given);
    };
  }
}
const card = {name: "Somchai Prasert", expiration_month: 12, expiration_year: 2034, security_code: "123"};

async function control(method, path, body) {
  const answer = await fetch(`${address}/_sandbox/${path}`, {
    method, body: body && JSON.stringify(body),
    headers: {"content-type": "application/json", authorization: `Basic ${Buffer.from(secretKey + ":").toString("base64")}`},
  });
  return answer.json();
}

const token = async (number = "4242424242424242") => (await client.tokens.create({card: {...card, number}})).id;
const paid = async (more = {}) => client.charges.create({amount: 100000, currency: "thb", card: await token(), ...more});
const disputed = async () => control("POST", "disputes", {charge: (await paid()).id});
const refused = async (call) => call.then(() => "nothing was refused", (error) => [error.code, error.message]);
const ids = (list) => list.data.map((one) => one.id);

async function charges() {
  const made = await paid({description: "order 6735"});
  const held = await paid({capture: false, authorization_type: omise.AuthType.PreAuth});
  const reversed = await paid({capture: false});
  const source = await client.sources.create({amount: 40000, currency: "thb", type: "promptpay"});
  const waiting = await client.charges.create({amount: 40000, currency: "thb", source: source.id});
  const updated = await client.charges.update(made.id, {metadata: {order: {id: 1}}});
  const refund = await client.charges.createRefund(made.id, {amount: 10000});
  return {
    token: (await client.tokens.retrieve(await token())).used,
    made: [made.status, made.net, made.card.brand],
    updated: updated.metadata,
    captured: (await client.charges.capture(held.id, {capture_amount: 60000})).captured_amount,
    reversed: (await client.charges.reverse(reversed.id)).status,
    expired: (await client.charges.expire(waiting.id)).status,
    source: (await client.sources.retrieve(source.id)).charge_status,
    declined: (await client.charges.create({amount: 100000, currency: "thb", card: await token("4111111111140011")})).failure_code,
    refund: [refund.amount, refund.voided],
    refunds: ids(await client.charges.listRefunds(made.id)).length,
    same: (await client.charges.retrieveRefund(made.id, refund.id)).id === refund.id,
    listed: ids(await client.charges.list({limit: 2, order: "reverse_chronological"})).length,
    retrieved: (await client.charges.retrieve(made.id)).refunded_amount,
  };
}

async function disputes() {
  const [one, two] = [await disputed(), await disputed()];
  const updated = await client.disputes.update(one.id, {message: "Signed for"});
  const open = ids(await client.disputes.listOpen());
  const pending = ids(await client.disputes.listPending());
  await control("POST", `disputes/${one.id}/win`);
  await control("POST", "clock/advance", {days: 14});
  return {
    updated: [updated.status, updated.message],
    open: open.length === 1 && open[0] === two.id,
    pending: pending.length === 1 && pending[0] === one.id,
    closed: (await client.disputes.listClosed()).data.map((dispute) => dispute.status),
    all: (await client.disputes.list()).total,
    silence: (await client.disputes.retrieve(two.id)).message,
  };
}

async function customers() {
  const made = await client.customers.create({email: "somchai@example.com", card: await token()});
  const more = await client.customers.update(made.id, {card: await token("5555555555554444")});
  const [visa, master] = ids(more.cards);
  const card = await client.customers.updateCard(made.id, visa, {name: "S. P."});
  return {
    card: [card.name, (await client.customers.retrieveCard(made.id, master)).brand],
    destroyed: (await client.customers.destroyCard(made.id, visa)).deleted,
    cards: ids(await client.customers.listCards(made.id)).length,
    charged: (await client.charges.create({amount: 100000, currency: "thb", customer: made.id})).card.brand,
    retrieved: (await client.customers.retrieve(made.id)).default_card === master,
    listed: (await client.customers.list()).total,
    gone: (await client.customers.destroy(made.id)).deleted,
  };
}

async function money() {
  const bank_account = {brand: "bbl", number: "1234567890", name: "Somchai Prasert"};
  const recipient = await client.recipients.create({name: "Somchai", type: "individual", bank_account});
  const transfer = await client.transfers.create({amount: 50000, recipient: recipient.id});
  return {
    recipient: [(await client.recipients.update(recipient.id, {email: "a@example.com"})).email,
      (await client.recipients.retrieve(recipient.id)).verified, (await client.recipients.list()).total],
    transfer: [(await client.transfers.update(transfer.id, {amount: 40000})).net,
      (await client.transfers.retrieve(transfer.id)).sendable, (await client.transfers.list()).total],
    destroyed: [(await client.transfers.destroy(transfer.id)).deleted, (await client.recipients.destroy(recipient.id)).deleted],
    balance: (await client.balance.retrieve()).currency,
    account: (await client.account.updateAccount({zero_interest_installments: true})).zero_interest_installments,
    country: (await client.account.retrieve()).country,
    capability: (await client.capability.retrieve()).payment_methods[0].name,
    transaction: (await client.transactions.retrieve(ids(await client.transactions.list())[0])).key,
    event: (await client.events.retrieve(ids(await client.events.list())[0])).key,
    search: (await client.search.list({scope: "charge", query: "6735", filters: {captured: true}})).total,
  };
}

async function refusals() {
  return {
    card: await refused(client.tokens.create({card: {...card, number: "4242424242424241"}})),
    missing: await refused(client.charges.retrieve("chrg_test_404")),
    amount: await refused(client.charges.create({amount: 10, currency: "thb", card: await token()})),
    unsupported: await Promise.all([
      client.links.list(), client.links.create({amount: 10000, currency: "thb", title: "a", description: "b"}), client.links.retrieve("link_test_1"),
      client.schedules.create({every: 1, period: "day"}), client.schedules.retrieve("schd_test_1"), client.schedules.destroy("schd_test_1"),
      client.charges.schedules(), client.customers.schedules("cust_test_1"), client.recipients.schedules("recp_test_1"), client.transfers.schedules(),
    ].map(refused)),
    callback: await new Promise((resolve) => client.customers.retrieve("missing", (error) => resolve(error.message))),
  };
}

(async () => {
  const found = {charges: await charges(), disputes: await disputes(), customers: await customers(), money: await money()};
  process.stdout.write(JSON.stringify({...found, refusals: await refusals(), never: [...never]}));
})().catch((error) => {
  process.stderr.write(`${error.stack || JSON.stringify(error)}\n`);
  process.exitCode = 1;
});
