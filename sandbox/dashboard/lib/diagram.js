// The state diagram, drawn from the very table that the server obeys: statuses side by side, each on its own line downwards;
// every row of the table an arrow from one to another. Nothing can overlap, however many rows there are. The present state is lit,
// and so are the ways out of it.

import { h, s } from "./dom.js";
import { words } from "./format.js";

const HEAD = 64;
const STEP = 30;
const BOX = 40;
const MARGIN = 54;
const LANE_LEAST = 108; // pixels: room for "warning needs"

// A status in one line, or in two, broken at the underscore nearest to its middle.
function broken(name) {
  const text = words(name);
  const places = [...text.matchAll(/ /g)].map((match) => match.index);
  if (text.length <= 13 || !places.length) return [text];
  const place = places.reduce((best, one) => (Math.abs(one - text.length / 2) < Math.abs(best - text.length / 2) ? one : best));
  return [text.slice(0, place), text.slice(place + 1)];
}

function box(state, x, lit, lane) {
  if (state.name === "") return s("circle", { class: "start", cx: x, cy: HEAD - 26, r: 7 });
  const lines = broken(state.name);
  const width = lane - 10;
  return s("g", { class: `state${lit ? " lit" : ""}${state.end ? " end" : ""}` },
    state.shown !== state.name && s("title", {}, `the API says ${words(state.shown)}`),
    s("rect", { x: x - width / 2, y: HEAD - 10 - BOX, width, height: BOX, rx: 7 }),
    lines.map((text, place) => {
      const y = HEAD - 10 - BOX / 2 + 4.5 + (place * 2 - lines.length + 1) * 7.5;
      return s("text", { x, y, "text-anchor": "middle" }, text);
    }));
}

function arrow(way, at, y, lit, width) {
  const [start, end] = [at.get(way.start), at.get(way.end)];
  const loop = start === end;
  const ahead = end > start ? -4 : 4;
  const path = loop ? `M${start} ${y - 7} h22 v11 h-18` : `M${start} ${y} H${end + ahead}`;
  const label = way.triggers.join(", ");
  const middle = loop ? start + 28 : (start + end) / 2;
  const half = (label.length * 6.2) / 2;
  const x = loop ? middle : Math.min(Math.max(middle, half + 4), width - half - 4);
  return s("g", { class: `way${lit ? " lit" : ""}${way.money ? " money" : ""}` },
    s("title", {}, [label, way.events.join(" · "), way.money && "money moves"].filter(Boolean).join("\n")),
    s("path", { d: path, "marker-end": `url(#tip${way.money ? "-money" : ""}${lit ? "-lit" : ""})` }),
    s("text", { x, y: y - 5, "text-anchor": loop ? "start" : "middle" }, label));
}

function tips() {
  return s("defs", {}, ["", "-money", "-lit", "-money-lit"].map((kind) =>
    s("marker", { id: `tip${kind}`, class: `tip${kind.replaceAll("-", " ")}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7,
      markerHeight: 7, orient: "auto" }, s("path", { d: "M0 0 8 4 0 8z" }))));
}

// The picture of a machine (GET /_sandbox/machines/…) with the state `present` lit, `width` pixels wide or more, and its rows as
// a table for whoever does not see it.
export function diagram(machine, present, width) {
  const count = machine.states.length;
  const lane = Math.max(LANE_LEAST, Math.floor((width - 2 * MARGIN) / Math.max(1, count - 1)));
  const at = new Map(machine.states.map((state, place) => [state.name, MARGIN + place * lane]));
  const whole = 2 * MARGIN + (count - 1) * lane;
  const height = HEAD + machine.ways.length * STEP + 20;
  const ways = [...machine.ways].sort((one, other) => (other.start === present) - (one.start === present));
  const frame = { class: "diagram", viewBox: `0 0 ${whole} ${height}`, width: whole, height };
  const svg = s("svg", { ...frame, "aria-hidden": "true", focusable: "false" }, tips(),
    machine.states.map((state) => s("line", { class: `lane${state.name === present ? " lit" : ""}`, x1: at.get(state.name),
      x2: at.get(state.name), y1: HEAD - 10, y2: height - 8 })),
    ways.map((way, place) => arrow(way, at, HEAD + (place + 1) * STEP - 8, way.start === present, whole)),
    machine.states.map((state) => box(state, at.get(state.name), state.name === present, lane)));
  const out = machine.ways.filter((way) => way.start === present);
  return h("div", {}, h("p", { class: "quiet" }, out.length
    ? ["It is ", h("strong", {}, words(present)), " now; from here ",
      out.map((way) => `${way.triggers.join(" or ")} → ${words(way.end)}`).join("; "), ". Orange arrows move money."]
    : ["It is ", h("strong", {}, words(present)), " now, and nothing leads on from here."]),
  h("div", { class: "scroll-x", tabindex: "0", role: "group", "aria-label": "State diagram" }, svg));
}
