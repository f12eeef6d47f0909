// What changes at the merchant, as the server says it: pages name what they care about and are called, rarely, to look again.

import { address } from "./api.js";

const WAIT_MS = 250; // between two looks: a busy merchant changes a thousand times a second
const REST = 5; // times as long as a look took, nobody looks again: a search through everything must not keep the server busy
const KINDS = [
  "event", "record", "delivery", "transfer", "timer", "clock", "settings", "request", "progress", "recording", "snapshot",
  "replaced", "lost",
];
const ALWAYS = new Set(["replaced", "lost", "reconnected"]); // nothing known before holds

let source = null;
let state = "connecting";
const watchers = new Set();
const onState = new Set();

function say(kind, change) {
  for (const watcher of watchers) if (ALWAYS.has(kind) || watcher.kinds.has(kind)) watcher.look(kind, change);
}

function tell(now) {
  const was = state;
  state = now;
  for (const hear of onState) hear(now);
  if (now === "live" && was === "lost") say("reconnected", {});
}

// The stream of the merchant is open; a hidden tab has none, because a browser opens only six connections to a server.
export function connect() {
  source?.close();
  source = null;
  if (document.hidden) return;
  source = new EventSource(address("/stream"));
  source.onopen = () => tell("live");
  source.onerror = () => tell("lost");
  for (const kind of KINDS) source.addEventListener(kind, (message) => say(kind, JSON.parse(message.data)));
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    source?.close();
    source = null;
    tell("lost");
  } else {
    connect();
  }
});

export function watchState(hear) {
  onState.add(hear);
  hear(state);
}

// `look(changes)` is called when something of these kinds changed, at most four times a second and never twice at once;
// `changes` is what was said since the last time. It ends with the signal.
export function watch(kinds, look, signal, wants = () => true) {
  let waiting = [];
  let timer = 0;
  let looking = false;
  let rest = WAIT_MS;
  async function run() {
    timer = 0;
    if (looking) return; // the look that is under way starts the next
    const changes = waiting;
    waiting = [];
    looking = true;
    const began = performance.now();
    try {
      await look(changes);
    } finally {
      looking = false;
      rest = Math.max(WAIT_MS, REST * (performance.now() - began));
      if (waiting.length && !signal.aborted) timer = setTimeout(run, rest);
    }
  }
  const watcher = {
    kinds: new Set(kinds),
    look(kind, change) {
      if (!ALWAYS.has(kind) && !wants(change, kind)) return;
      waiting.push({ kind, ...change });
      if (waiting.length > 1000) waiting = waiting.slice(-100);
      if (!timer && !looking) timer = setTimeout(run, rest);
    },
  };
  watchers.add(watcher);
  signal.addEventListener("abort", () => {
    watchers.delete(watcher);
    clearTimeout(timer);
  });
}
