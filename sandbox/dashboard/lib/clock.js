// The clock, always in sight: what time it is at the merchant, and everything that moves it. A panel beneath lists the timers
// ahead and what happened on the last jump.

import { get, post } from "./api.js";
import { ask, field, toast } from "./dialog.js";
import { fill, h } from "./dom.js";
import { count, iso, kindName, moment, relative, span, words } from "./format.js";
import { watch } from "./live.js";
import { button, doing } from "./parts.js";
import { link } from "./router.js";
import { everySecond, learnTime, now, speed, time } from "./time.js";

const LOOK_MS = 400; // how often a running advance is looked at
const AHEAD = 20;
const HAPPENED = 100;
const MINUTE = 60; // seconds: less is no difference worth a word

const forever = new AbortController().signal;
const rateWords = (rate) => (rate === 0 ? "frozen" : rate === 1 ? "wall speed" : `${rate.toLocaleString("en")} × the wall`);

// How far a clock is from the wall's, once that is more than a minute: " · 9 days ahead".
function apart(at) {
  const seconds = at - Date.now() / 1000;
  return Math.abs(seconds) > MINUTE ? ` · ${span(Math.abs(seconds))} ${seconds > 0 ? "ahead" : "behind"}` : "";
}

// What is known, kept here because the bar outlives every page.
let clock = null;
let jumping = null; // {label, since} while an advance of this page runs
let last = null; // the last jump: {from, now, fired, events}

// Time goes on as `goal` says; what rang and what happened is kept for the panel.
async function jump(goal, label, shown) {
  const from = Math.floor(now());
  jumping = { label, since: performance.now() };
  shown();
  const timer = setInterval(shown, LOOK_MS);
  try {
    const answer = await post("/clock/advance", goal);
    const wanted = new Set(answer.events);
    const { data } = wanted.size ? await get("/events", { query: { order: "newest", limit: Math.min(1000, wanted.size) } }) : { data: [] };
    last = { from, now: answer.now, fired: answer.fired, count: answer.events.length,
      events: data.filter((event) => wanted.has(event.id)).reverse() };
    toast(`It is ${moment(answer.now)} UTC: ${count(answer.fired.length, "timer")} rang, ${count(answer.events.length, "event")}.`);
  } finally {
    clearInterval(timer);
    jumping = null;
    shown();
  }
}

function toDate(go) {
  return ask({
    title: "Go to a date", label: "Go", about: "Deadlines on the way pass, and webhooks are sent, as if the time had gone by.",
    content: field("Date and time in UTC", h("input", { name: "to", type: "datetime-local", step: 1, required: true,
      value: iso(Math.floor(now()) + 86_400).slice(0, 19) })),
    act: (values) => go({ to: `${values.to}${values.to.length === 16 ? ":00" : ""}Z` }, `to ${values.to.replace("T", " ")}`),
  });
}

function otherRate(set) {
  return ask({
    title: "Rate of time", label: "Set", about: "0 freezes the clock, 1 is as fast as the wall's, 3600 makes an hour of a second.",
    content: field("Times as fast", h("input", { name: "rate", type: "number", min: 0, max: 1_000_000, step: "any", required: true,
      value: speed() })),
    act: (values) => set(Number(values.rate)),
  });
}

function rates(set) {
  const choices = [["1", "1 ×"], ["60", "60 ×"], ["3600", "3,600 ×"], ["other", "Other…"]];
  const chosen = h("select", { "aria-label": "Rate of time", onchange: () => {
    if (chosen.value === "other") otherRate(set).then(show);
    else set(Number(chosen.value)).catch((error) => toast(error.message, "bad"));
  } });
  function show() {
    const rate = speed();
    const known = [...choices];
    if (rate && !known.some(([value]) => Number(value) === rate)) known.unshift([String(rate), `${rate.toLocaleString("en")} ×`]);
    if (!rate) known.unshift(["0", "0 ×"]);
    fill(chosen, known.map(([value, text]) => h("option", { value, selected: Number(value) === rate }, text)));
  }
  return { element: chosen, show };
}

function heldBy() {
  const held = clock?.held_by ?? [];
  if (!held.length) return "working";
  return ["waiting for ", h("a", { href: link(`/deliveries/${held[0].delivery}`) }, held[0].url),
    held.length > 1 && ` and ${held.length - 1} more`];
}

function progress() {
  if (!jumping && !clock?.advancing) return null;
  const since = jumping ? ` · ${Math.floor((performance.now() - jumping.since) / 1000)} s` : "";
  return h("span", { class: "progress", role: "status" }, h("progress", { "aria-label": "Time goes on" }),
    h("span", {}, `Going ${jumping?.label ?? "on"}${since} · `, heldBy()));
}

// A link to what a timer or an event is about, where a page shows that.
function about(target, kind, payment, text = target) {
  if (kind === "Delivery") return h("a", { href: link(`/deliveries/${target}`) }, text);
  if (kind === "Dispute") return h("a", { href: link(`/disputes/${target}`) }, text);
  return payment ? h("a", { href: link(`/payments/${payment}`) }, text) : h("span", {}, text);
}

function timerRow(timer) {
  return h("li", {}, time(timer.due, "relative"), " ", h("strong", {}, words(timer.name)), " of ",
    kindName(timer.kind).toLowerCase(), " ", about(timer.target, timer.kind, timer.payment));
}

function happened() {
  if (!last) return h("p", { class: "quiet" }, "Nothing yet: move the clock, and what happens on the way is listed here.");
  const more = last.count - last.events.slice(0, HAPPENED).length;
  return [h("p", { class: "quiet" }, `From ${moment(last.from)} to ${moment(last.now)} UTC, ${span(last.now - last.from)}.`),
    h("ol", { class: "ticks" }, last.fired.slice(0, HAPPENED).map((timer) =>
      h("li", {}, time(timer.due, "absolute"), " ", h("strong", {}, words(timer.name)), " rang for ",
        about(timer.target, timer.kind, timer.payment))),
    last.events.slice(0, HAPPENED).map((event) =>
      h("li", {}, time(event.created, "absolute"), " ", about(event.object, "", event.payment, event.type)))),
    more > 0 && h("p", { class: "quiet" }, `and ${count(more, "event")} more`),
    !last.count && !last.fired.length && h("p", {}, "Nothing was due on the way.")];
}

export function clockBar() {
  const shown = h("strong", { class: "now", "aria-live": "off" });
  const pace = h("span", { class: "quiet" });
  const busy = h("div", { class: "busy" });
  const rate = rates(setRate);
  const freeze = doing("Freeze", () => setRate(speed() === 0 ? 1 : 0));
  const next = doing("Next timer", () => go({ until: "next" }, "to the next timer"), { disabled: true });
  const ahead = h("ol", { class: "ticks" });
  const jumped = h("div");
  const panel = h("div", { class: "panel columns", id: "clock-panel", hidden: true },
    h("section", {}, h("h2", {}, "Timers ahead"), ahead), h("section", {}, h("h2", {}, "The last jump"), jumped));
  const toggle = button("Timers", () => open(panel.hidden), { "aria-expanded": "false", "aria-controls": "clock-panel" });
  const steps = [doing("+1 h", () => go({ hours: 1 }, "1 hour on")), doing("+1 day", () => go({ days: 1 }, "1 day on")), next,
    button("To date…", () => toDate(go))];

  function open(wanted) {
    panel.hidden = !wanted;
    toggle.setAttribute("aria-expanded", String(wanted));
    if (wanted) look().catch((error) => toast(error.message, "bad"));
  }
  async function setRate(wanted) {
    learn(await post("/clock", { rate: wanted }));
  }
  async function go(goal, label) {
    await jump(goal, label, () => look().catch(() => {}));
  }
  function learn(said) {
    clock = said;
    learnTime(said.now, said.advancing ? 0 : said.rate);
    freeze.textContent = said.rate === 0 ? "Run" : "Freeze";
    pace.textContent = `${rateWords(said.rate)}${said.rate === 1 ? apart(said.now) : ""}`;
    rate.show();
    fill(busy, progress());
    next.disabled = !said.next;
    next.title = said.next ? `${words(said.next.name)} of ${said.next.target}, ${relative(said.next.due, said.now)}` : "No timer is set";
  }
  async function look() {
    learn(await get("/clock"));
    if (panel.hidden) return;
    const { data, has_more: more } = await get("/timers", { query: { limit: AHEAD } });
    fill(ahead, data.map(timerRow), more && h("li", { class: "quiet" }, "and more"), !data.length && h("li", { class: "quiet" },
      "None: nothing is waiting for time to pass."));
    fill(jumped, happened());
  }
  everySecond(() => { shown.textContent = `${moment(Math.floor(now()))} UTC`; });
  watch(["clock", "timer"], () => look().catch(() => {}), forever);
  const element = h("section", { class: "clock", "aria-label": "Clock" },
    h("div", { class: "clock-row" }, h("div", { class: "face" }, shown, pace),
      h("div", { class: "buttons" }, freeze, rate.element, steps, toggle)),
    busy, panel);
  return { element, look };
}
