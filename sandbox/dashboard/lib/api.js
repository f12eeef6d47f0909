// The control API. Every call names the merchant; a refusal is an error that says all the server said.

// What people read of it: without the sentences that tell a program which call to make next.
const forPeople = (message) => message.split(/(?<=[.!?])\s+(?=[A-Z])/).filter((one) => !/\/_sandbox\b/.test(one)).join(" ") || message;

export class Refused extends Error {
  constructor(status, error) {
    super(forPeople(error.message));
    this.status = status;
    this.code = error.code;
    this.param = error.param ?? null;
  }
}

let chosen = "default";

export const merchant = () => chosen;

export function choose(name) {
  chosen = name;
}

export function address(path, query = {}) {
  const wanted = new URLSearchParams({ merchant: chosen });
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") wanted.set(name, value);
  }
  return `/_sandbox${path}?${wanted}`;
}

async function call(method, path, { query, body, signal } = {}) {
  const options = { method, signal, headers: {} };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(address(path, query), options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, { code: "unreachable", message: "The server does not answer. Is payment-sandbox serve still running?" });
  }
  const said = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, said.error ?? { code: "unknown", message: `Status ${answer.status}` });
  return said;
}

// get("/payments", {query: {…}, signal}), post("/refunds", {charge, amount}), del("/faults/x").
export const get = (path, options) => call("GET", path, options);
export const post = (path, body = {}, options = {}) => call("POST", path, { ...options, body });
export const del = (path, options) => call("DELETE", path, options);
