// The merchant's clock as this page reckons it between two looks, and every <time> on the page in its words.

import { iso, moment, relative } from "./format.js";
import { h } from "./dom.js";

let base = Date.now() / 1000;
let rate = 1;
let looked = performance.now();

// The server said what time it is.
export function learnTime(now, at_rate) {
  base = now;
  rate = at_rate;
  looked = performance.now();
  tick();
}

export function now() {
  return base + (rate * (performance.now() - looked)) / 1000;
}

export const speed = () => rate;

// A time with both: "5 Jan 2026, 09:00:00" and "in 3 days". `show` is "both", "relative" or "absolute".
export function time(at, show = "both") {
  const element = h("time", { datetime: iso(at), title: `${moment(at)} UTC`, "data-at": at, "data-show": show });
  write(element);
  return element;
}

function write(element) {
  const at = Number(element.dataset.at);
  const near = relative(at, now());
  const text = { both: `${moment(at)} · ${near}`, relative: near, absolute: moment(at) }[element.dataset.show];
  if (element.textContent !== text) element.textContent = text;
}

const hear = new Set();

export function everySecond(call, signal) {
  hear.add(call);
  signal?.addEventListener("abort", () => hear.delete(call));
}

function tick() {
  for (const element of document.querySelectorAll("time[data-at]")) if (element.dataset.show !== "absolute") write(element);
  for (const call of hear) call();
}

setInterval(tick, 1000);
