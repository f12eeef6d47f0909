// Which page an address shows. Addresses are real paths, so what a log or an answer links to opens where it should.

import { choose, merchant } from "./api.js";

const BASE = "/dashboard";
let routes = [];
let show = () => {};

// The address of a page of the dashboard: link("/payments/pi_1", {status: "failed"}).
export function link(path, query = {}) {
  const wanted = new URLSearchParams();
  if (merchant() !== "default") wanted.set("merchant", merchant());
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== null && value !== "") wanted.set(name, value);
  const text = wanted.toString();
  return `${BASE}${path}${text ? `?${text}` : ""}`;
}

export function go(path, query) {
  history.pushState(null, "", link(path, query));
  open();
}

// The address says something else about the same page: filters, a cursor. Nothing is opened anew.
export function note(path, query) {
  history.replaceState(null, "", link(path, query));
}

// What the address names: {route, params, query}; route is null for an address of nothing.
export function read(location = window.location) {
  const query = new URLSearchParams(location.search);
  const path = location.pathname.replace(/^\/dashboard(?=\/|$)/, "").replace(/\/$/, "") || "/payments";
  for (const route of routes) {
    const params = match(route.path, path);
    if (params) return { route, params, query };
  }
  return { route: null, params: {}, query };
}

function match(pattern, path) {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const params = {};
  for (let place = 0; place < wanted.length; place += 1) {
    if (wanted[place].startsWith(":")) params[wanted[place].slice(1)] = decode(given[place]);
    else if (wanted[place] !== given[place]) return null;
  }
  return params;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// The merchant that the address names is the one that is asked about; whether that is another one than before.
export function chooseMerchant() {
  const name = new URLSearchParams(location.search).get("merchant") || "default";
  const changed = name !== merchant();
  choose(name);
  return changed;
}

function open() {
  const changed = chooseMerchant();
  show(read(), changed);
}

// Links within the dashboard open without loading it again; Ctrl, Cmd, Shift and the middle button do what they always do.
function follow(click) {
  const anchor = click.target.closest?.("a[href]");
  if (!anchor || click.defaultPrevented || click.button || click.ctrlKey || click.metaKey || click.shiftKey || click.altKey) return;
  const address = new URL(anchor.getAttribute("href"), location.href); // a picture's links have no such property
  if (address.origin !== location.origin || anchor.target || anchor.hasAttribute("download")) return;
  if (address.pathname !== "/" && !/^\/dashboard(\/(?!static\/)|$)/.test(address.pathname)) return;
  if (address.hash && address.pathname === location.pathname) return;
  click.preventDefault();
  history.pushState(null, "", address);
  open();
}

export function start(table, opened) {
  routes = table;
  show = opened;
  document.addEventListener("click", follow);
  window.addEventListener("popstate", open);
  open();
}
