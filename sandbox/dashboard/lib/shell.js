// What stands around every page: navigation, merchant, clock, theme.

import { clockBar } from "./clock.js";
import { get, merchant } from "./api.js";
import { fill, h } from "./dom.js";
import { watchState } from "./live.js";
import { link } from "./router.js";
import { routes } from "../routes.js";

const main = h("main", { id: "main", tabindex: "-1" });
const nav = h("nav", { "aria-label": "Pages" });
const picker = h("select", { id: "merchant", "aria-label": "Merchant", onchange: () => changeMerchant(picker.value) });
const state = h("span", { class: "live", role: "status" });

let known = { providers: [] };
let clock = null;

export const about = () => known;

// What the provider of that name is and can: a row of GET /_sandbox/about.
// The books of a connected account, "stripe:acct_1", are its provider's: the row with the account in its title.
export function provider(name) {
  const [house, ...account] = String(name ?? "").split(":");
  const row = known.providers.find((one) => one.name === house) ?? { name, title: house };
  return account.length ? { ...row, title: `${row.title} · ${account.join(":")}` } : row;
}

export const shell = {
  main,
  learn(said) {
    known = said;
  },
  opened(route) {
    const at = route?.under ?? route?.path;
    fill(nav, routes.filter((row) => row.nav).map((row) =>
      h("a", { href: link(row.path), "aria-current": row.path === at && "page" }, row.nav)));
    listMerchants().catch(() => {}); // the one that is looked at stands there in any case
  },
  look: () => clock.look(),
};

async function listMerchants() {
  const { data } = await get("/merchants", { query: { limit: 1000 } });
  const names = [...new Set([merchant(), ...data.map((row) => row.name)])].sort();
  if (JSON.stringify(names) === picker.dataset.names && picker.value === merchant()) return;
  picker.dataset.names = JSON.stringify(names);
  fill(picker, names.map((name) => h("option", { value: name, selected: name === merchant() }, name)));
}

function changeMerchant(name) {
  const path = location.pathname.replace(/^\/dashboard/, "").split("/").slice(0, 2).join("/") || "/payments";
  history.pushState(null, "", `/dashboard${path}${name === "default" ? "" : `?merchant=${encodeURIComponent(name)}`}`);
  window.dispatchEvent(new PopStateEvent("popstate"));
}

function themeSwitch() {
  const names = { system: "System", light: "Light", dark: "Dark" };
  const now = () => document.documentElement.dataset.theme ?? "system";
  const choice = h("select", { "aria-label": "Theme", onchange: () => {
    if (choice.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice.value;
    try {
      if (choice.value === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", choice.value);
    } catch {
      // a browser that keeps nothing asks again next time
    }
  } }, Object.entries(names).map(([value, text]) => h("option", { value, selected: value === now() }, text)));
  return choice;
}

// "/" puts the cursor into the page's search, as people are used to.
function shortcuts(event) {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = main.querySelector("input[type=search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
}

export function frame() {
  clock = clockBar();
  document.addEventListener("keydown", shortcuts);
  watchState((now) => fill(state, { live: "● Live", lost: "○ Reconnecting", connecting: "○ Connecting" }[now]));
  return [
    h("header", { class: "side" },
      h("a", { class: "brand", href: "/", "aria-label": "payment-sandbox" },
        h("img", { src: "/dashboard/static/icon.svg", alt: "", width: 22, height: 22 }),
        h("span", {}, "payment-sandbox")),
      h("label", { class: "merchant" }, h("span", {}, "Merchant"), picker), nav,
      h("div", { class: "foot" }, state, themeSwitch())),
    h("div", { class: "stage" }, clock.element, main),
  ];
}

