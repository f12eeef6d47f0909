// The clock, always in sight.

import { get } from "./api.js";
import { h } from "./dom.js";
import { watch } from "./live.js";
import { moment } from "./format.js";
import { everySecond, learnTime, now } from "./time.js";

export function clockBar() {
  const shown = h("strong", { class: "money" });
  const element = h("section", { class: "clock", "aria-label": "Clock" }, shown);
  async function look() {
    const clock = await get("/clock");
    learnTime(clock.now, clock.rate);
  }
  everySecond(() => { shown.textContent = `${moment(Math.floor(now()))} UTC`; });
  watch(["clock", "timer"], look, new AbortController().signal);
  look();
  return { element, look };
}
