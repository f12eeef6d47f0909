// The library as it is, without any way around its missing port: a server that also listens on 80 needs none.
"use strict";

const omise = require("omise");

const secretKey = process.argv[3];
const client = omise({secretKey, publicKey: secretKey.replace("skey", "pkey"), host: "127.0.0.1", vaultHost: "127.0.0.1", scheme: "http"});
const card = {name: "S", number: "4242424242424242", expiration_month: 12, expiration_year: 2034};

(async () => {
  const token = await client.tokens.create({card});
  const charge = await client.charges.create({amount: 100000, currency: "thb", card: token.id});
  process.stdout.write(JSON.stringify([charge.status, (await client.balance.retrieve()).total]));
})();
