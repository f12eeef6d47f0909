// How amounts, times and words are written. Pure: a test runs it in node.

// Decimals of currencies that do not have two, as the server counts them (GET /_sandbox/about).
let decimals = {};

export function learnDecimals(known) {
  decimals = known;
}

// 4321, "usd" -> "43.21 USD"; 500, "jpy" -> "500 JPY".
export function amount(minor, currency) {
  return `${number(minor, currency)} ${String(currency).toUpperCase()}`;
}

export function number(minor, currency) {
  const places = decimals[String(currency).toLowerCase()] ?? 2;
  const sign = minor < 0 ? "−" : "";
  const digits = String(Math.abs(minor)).padStart(places + 1, "0");
  const major = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ",");
  return sign + major + (places ? `.${digits.slice(-places)}` : "");
}

// "43.21", "usd" -> 4321; null for what is no amount of that currency.
export function minorUnits(text, currency) {
  const places = decimals[String(currency).toLowerCase()] ?? 2;
  const match = /^(\d{1,15})(?:[.](\d*))?$/.exec(text.trim().replaceAll(",", ""));
  if (!match || (match[2] ?? "").length > places) return null;
  const minor = Number(match[1] + (match[2] ?? "").padEnd(places, "0"));
  return minor > 0 && Number.isSafeInteger(minor) ? minor : null;
}

// An amount as somebody would type it.
export function typed(minor, currency) {
  return number(minor, currency).replaceAll(",", "");
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value) => String(value).padStart(2, "0");

// Epoch seconds -> "5 Jan 2026, 09:00:00", always UTC.
export function moment(at) {
  const date = new Date(at * 1000);
  return `${day(at)}, ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

export function day(at) {
  const date = new Date(at * 1000);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

export function iso(at) {
  return new Date(at * 1000).toISOString().replace(".000", "");
}

const SPANS = [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

// 93600 -> "1 day 2 hours": the two largest units.
export function span(seconds) {
  let left = Math.abs(Math.round(seconds));
  const parts = [];
  for (const [name, size] of SPANS) {
    const count = Math.floor(left / size);
    if (count) parts.push(`${count} ${name}${count === 1 ? "" : "s"}`);
    else if (parts.length) break;
    left -= count * size;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0 seconds";
}

// Relative to now: "in 3 days 4 hours", "2 hours ago", "now".
export function relative(at, now) {
  const away = Math.round(at - now);
  if (Math.abs(away) < 2) return "now";
  return away > 0 ? `in ${span(away)}` : `${span(away)} ago`;
}

// "requires_payment_method" -> "requires payment method"; a kind of record as two words.
export function words(text) {
  return String(text).replaceAll("_", " ");
}

// 1, "event" -> "1 event"; 2 -> "2 events".
export function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

// "customer_name" -> "Customer name".
export function label(text) {
  const said = words(text);
  return said.charAt(0).toUpperCase() + said.slice(1);
}

// "PaymentIntent" -> "Payment intent".
export function kindName(kind) {
  return label(String(kind).replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase());
}

// Finds the tone of a status by its words; the text says it too, so an unknown one is merely neutral.
const TONES = [
  ["good", /succe|pass|paid|won|deliver|captured|complete|settled|enabled|balanced|success|attended|confirmed|fulfilled|charged/],
  ["bad", /fail|lost|declin|refus|revers|error|no_show|rejected|unbalanced/],
  ["warn", /need|requires|pending|warning|review|open|due|uncaptured|processing|authori|refund|disput/],
];

export function tone(status) {
  const word = String(status).toLowerCase();
  return TONES.find(([, pattern]) => pattern.test(word))?.[0] ?? "quiet";
}
