// The picture of a payment's life. Time runs downwards, and what it skips is shortened: a gap of a second and one of a year both
// fit, each with its length beside it. On the left flows the money, as wide as what the merchant has of it at that time; then the
// line of time; then what happened, with the outcome of every webhook. Below "now" stand the deadlines ahead.

import { fill, h, s } from "./dom.js";
import { day, moment, number, span } from "./format.js";
import { badge } from "./parts.js";
import { link } from "./router.js";
import { story, summary } from "./story.js";
import { everySecond, now, time } from "./time.js";

const LINE = 21; // pixels from one line of text to the next
const TOP = 26; // below the words that say what the columns are
const GAP_LEAST = 26;
const CHARACTER = 7.05; // the mean width of one at 13 pixels, a little more than it mostly is
const CHIP_CHARACTER = 6.7;

const gap = (seconds) => GAP_LEAST + Math.min(46, 7 * Math.log10(1 + Math.max(0, seconds) / 60));

// Where the columns stand, from the picture's width.
function columns(width) {
  const narrow = width < 560;
  const clock = narrow ? 66 : 86;
  const river = narrow ? 44 : 72;
  const spine = clock + 14 + river + 18;
  return { width, clock, bank: clock + 14, river, spine, text: spine + 20 };
}

// Every instant with its place: y of its first line, height, and the gap before it.
function places(instants, at) {
  const rows = [];
  let y = TOP;
  let before = null;
  let nowPlaced = false;
  const place = (row, height) => {
    const skipped = before === null ? 0 : row.at - before;
    const space = before === null ? 0 : gap(skipped);
    y += space;
    rows.push({ ...row, y, height, space, skipped });
    y += height;
    before = row.at;
  };
  for (const instant of instants) {
    if (instant.ahead && !nowPlaced) {
      place({ now: true, at, lines: [] }, LINE);
      nowPlaced = true;
    }
    place(instant, instant.lines.length * LINE);
  }
  if (!nowPlaced) place({ now: true, at, lines: [] }, LINE);
  return { rows, height: y + 8 };
}

// The money: a band whose width is what the merchant has; below nothing it turns to the other side.
function river(rows, col) {
  const most = Math.max(1, ...rows.map((row) => Math.abs(row.net ?? 0)));
  const zero = col.bank + col.river * 0.28;
  const wide = (net) => (net / most) * col.river * (net < 0 ? 0.28 : 0.72);
  const drawn = [s("line", { class: "bank", x1: zero, x2: zero, y1: rows[0].y - 6, y2: rows.at(-1).y + 8 })];
  let net = 0;
  let said = null;
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place];
    if (row.ahead) break;
    if (row.net !== undefined) net = row.net;
    if (row.currency && row.net !== said) {
      said = row.net;
      drawn.push(s("text", { class: row.net < 0 ? "net owe-text" : "net", x: zero + 5, y: row.y + 15 }, number(row.net, row.currency)));
    }
    const end = rows[place + 1] && !rows[place + 1].ahead ? rows[place + 1].y + 1 : row.y + row.height - 4;
    if (net === 0 || row.now) continue;
    const x = net > 0 ? zero : zero + wide(net);
    drawn.push(s("rect", { class: net > 0 ? "have" : "owe", x, y: row.y, width: Math.max(1.5, Math.abs(wide(net))), height: end - row.y }));
  }
  return drawn.sort((one, other) => (one.tagName === "text") - (other.tagName === "text"));
}

const clipped = (text, room, each = CHARACTER) => {
  const fit = Math.max(4, Math.floor(room / each));
  return text.length > fit ? `${text.slice(0, fit - 1)}…` : text;
};

const legend = (rows, col) => {
  const money = rows.some((row) => row.currency);
  const sent = rows.some((row) => row.lines.some((one) => one.chips.length));
  return [money && s("text", { class: "legend", x: col.bank, y: 11 }, "with the merchant"),
    sent && s("text", { class: "legend", x: col.width - 4, y: 11, "text-anchor": "end" }, "webhooks")];
};

// A line's chips, from the right edge inwards; answers their elements and how much room they leave.
function chips(line, y, col) {
  const drawn = [];
  let right = col.width - 2;
  for (const chip of [...line.chips].reverse()) {
    const text = chip.short;
    const width = text.length * CHIP_CHARACTER + 14;
    if (right - width < col.text + 90) break;
    drawn.push(s("a", { href: link(`/deliveries/${chip.id}`), tabindex: "-1" },
      s("title", {}, `Webhook ${chip.text}`),
      s("rect", { class: `chip ${chip.tone}`, x: right - width, y: y + 2, width, height: 17, rx: 8.5 }),
      s("text", { class: `chip-text ${chip.tone}`, x: right - width / 2, y: y + 14.5, "text-anchor": "middle" }, text)));
    right -= width + 5;
  }
  return { drawn, room: right - col.text - 8 };
}

function textLine(line, y, col) {
  const { drawn, room } = chips(line, y, col);

  const label = clipped(line.text, room);
  const title = label !== line.text && s("title", {}, line.text);
  return [s("text", { class: `line ${line.kind} ${line.tone}`, x: col.text, y: y + 15 }, title, label), drawn];
}

function instantPicture(row, col, firstOfDay) {
  const y = row.y;
  const clock = new Date(row.at * 1000).toISOString().slice(11, 19);
  const date = day(row.at).replace(/ \d{4}$/, "");
  const main = row.lines.find((one) => one.kind === "status") ?? row.lines[0];
  const [kind, r] = row.ahead ? ["ahead", 5] : main.kind === "status" ? ["major", 5.5] : ["minor", 4];
  const node = s("circle", { class: `node ${kind}`, cx: col.spine, cy: y + 11, r });
  const stamp = [
    firstOfDay && s("text", { class: "date", x: col.clock, y: y + 15, "text-anchor": "end" }, date),
    (!firstOfDay || row.height >= 2 * LINE) && s("text", { class: "clock-text", x: col.clock, y: y + 15 + (firstOfDay ? LINE - 4 : 0),
      "text-anchor": "end" }, clock),
  ];
  return [s("title", {}, `${moment(row.at)} UTC`), stamp, node, row.lines.map((line, place) => textLine(line, y + place * LINE, col))];
}

function skipped(row, col) {
  if (!row.space || row.skipped < 60) return null;
  const y = row.y - row.space / 2 + 2;
  return s("text", { class: "skipped", x: col.text, y: y + 4 }, `${span(row.skipped)} later`);
}

// The picture as an element of that width.
function picture(instants, width, at) {
  const col = columns(width);
  const { rows, height } = places(instants, at);
  const here = rows.find((row) => row.now);
  const today = s("text", { class: "now-text", x: col.text, y: here.y + 15 }, `now · ${moment(Math.floor(at))} UTC`);
  let lastDay = "";
  const drawn = rows.map((row) => {
    if (row.now) return null;
    const first = day(row.at) !== lastDay;
    lastDay = day(row.at);
    return s("g", {}, skipped(row, col), instantPicture(row, col, first));
  });
  const svg = s("svg", { class: "timeline", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true", focusable: "false" },
    legend(rows, col), river(rows, col),
    s("line", { class: "spine", x1: col.spine, x2: col.spine, y1: rows[0].y + 11, y2: here.y + 11 }),
    rows.at(-1) !== here && s("line", { class: "spine ahead", x1: col.spine, x2: col.spine, y1: here.y + 11, y2: rows.at(-1).y + 11 }),
    s("line", { class: "now", x1: col.clock - 40, x2: width, y1: here.y + 21, y2: here.y + 21 }),
    s("circle", { class: "node now-node", cx: col.spine, cy: here.y + 11, r: 6 }), skipped(here, col), today, drawn);
  return { svg, today };
}

// The same as a list, for whoever does not see the picture or wants to copy from it.
function asList(instants) {
  return h("ol", { class: "story" }, instants.map((instant) => h("li", {}, time(instant.at, instant.ahead ? "both" : "absolute"),
    h("ul", {}, instant.lines.map((line) => h("li", {}, line.text,
      line.chips.map((chip) => [" ", h("a", { href: link(`/deliveries/${chip.id}`) }, badge(chip.text, chip.tone))])))))));
}

// A timeline that is drawn anew when its width changes; {element, show(rows, parts)}.
export function timeline(signal) {
  const frame = h("div", { class: "timeline-frame" });
  const about = h("p", { class: "quiet" });
  const list = h("details", { class: "json" }, h("summary", {}, "As a list"));
  const rest = h("div");
  list.append(rest);
  let drawn = null;
  let instants = [];
  function draw() {
    if (!instants.length || !frame.clientWidth) return;
    drawn = picture(instants, Math.max(320, frame.clientWidth), now());
    fill(frame, drawn.svg);
  }
  const observer = new ResizeObserver(() => { if (drawn?.svg.viewBox.baseVal.width !== frame.clientWidth) draw(); });
  observer.observe(frame);
  signal.addEventListener("abort", () => observer.disconnect());
  everySecond(() => {
    if (!drawn) return;
    drawn.today.textContent = `now · ${moment(Math.floor(now()))} UTC`;
    about.textContent = summary(instants, now());
  }, signal);
  return {
    element: h("div", {}, about, frame, list),
    show(rows, parts) {
      instants = story(rows, parts, now());
      about.textContent = summary(instants, now());
      draw();
      fill(rest, asList(instants));
    },
  };
}

