// What every script has: the library pointed at the server as the README says, the control API, and a webhook endpoint of its own.
"use strict";

const http = require("node:http");
const Stripe = require("stripe");

const [url, key] = process.argv.slice(2);
const {hostname, port} = new URL(url);
const stripe = new Stripe(key, {host: hostname, port, protocol: "http"});

async function control(method, path, body) {
  const answer = await fetch(`${url}/_sandbox/${path}`, {
    method,
    headers: {authorization: `Bearer ${key}`, "content-type": "application/json"},
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

const advance = (span) => control("POST", "clock/advance", span);

// Keeps the raw body and the signature of every webhook until `close`.
async function listen() {
  const received = [];
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      received.push({body: Buffer.concat(parts), signature: request.headers["stripe-signature"]});
      response.end();
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}/webhooks`,
    received,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

// The received events, each verified by the library, in the order in which they happened: delivery promises none.
async function verified(received, secret) {
  const order = (await stripe.events.list({limit: 100})).data.map((event) => event.id).reverse();
  const events = received.map(({body, signature}) => stripe.webhooks.constructEvent(body, signature, secret));
  return events.sort((one, other) => order.indexOf(one.id) - order.indexOf(other.id));
}

const happened = async () => (await stripe.events.list({limit: 100})).data.map((event) => event.type).reverse();

const pay = (method, more) =>
  stripe.paymentIntents.create({amount: 2000, currency: "usd", payment_method: method, confirm: true, ...more});

const disputeOf = async (intent) => (await stripe.disputes.list({payment_intent: intent.id})).data[0];

// What went wrong, in the words that an application branches on.
async function refused(call) {
  try {
    await call();
  } catch (error) {
    return [error.constructor.name, error.statusCode, error.code ?? null, error.param ?? null, error.decline_code ?? null];
  }
  return null;
}

function run(journey) {
  journey().then(
    (result) => console.log(JSON.stringify(result)),
    (error) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}

module.exports = {advance, control, disputeOf, happened, listen, pay, refused, run, stripe, verified};
