// The dashboard starts here: what stands around every page, then the page that the address names.

import { Refused, get, merchant } from "./lib/api.js";
import { fill, h } from "./lib/dom.js";
import { learnDecimals } from "./lib/format.js";
import { connect, watch } from "./lib/live.js";
import { problem } from "./lib/parts.js";
import { chooseMerchant, link, start } from "./lib/router.js";
import { frame, shell } from "./lib/shell.js";
import { routes } from "./routes.js";

let leaving = new AbortController();

// What a look finds out is shown, also that what the page is about is gone; a server that does not answer is the frame's to say.
function looking(root, title, look) {
  return async (changes) => {
    try {
      await look(changes);
    } catch (error) {
      if (error instanceof Refused && error.status) fill(root, h("h1", {}, title), problem(error));
      else if (!(error instanceof Refused) && error.name !== "AbortError") throw error;
    }
  };
}

// From a page that could not be shown to the list it belongs to.
function wayBack(route) {
  const list = routes.find((row) => row.path === route.under);
  return list && h("p", {}, h("a", { href: link(list.path) }, `← ${list.title}`));
}

async function show({ route, params, query }, merchantChanged) {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  if (merchantChanged) {
    connect();
    shell.look().catch(() => {});
  }
  shell.opened(route);
  shell.main.removeAttribute("data-ready");
  const root = h("div", { class: "page" }); // a page of its own: what another one still brings lands nowhere
  fill(shell.main, root);
  if (!route) {
    fill(root, h("h1", {}, "No such page"), h("p", {}, "Nothing of the dashboard has this address. The pages are on the left."));
    shell.main.setAttribute("data-ready", "No such page");
    return;
  }
  const view = { root, params, query, signal, merchant: merchant(),
    watch: (kinds, look, wants) => watch(kinds, looking(root, route.title, look), signal, wants) };
  document.title = `${route.title} · ${merchant()} · payment-sandbox`;
  window.scrollTo(0, 0);
  try {
    const page = await route.page();
    if (!signal.aborted) await page.show(view);
  } catch (error) {
    if (error.name !== "AbortError") fill(root, h("h1", {}, route.title), problem(error), wayBack(route));
  }
  if (!signal.aborted) shell.main.setAttribute("data-ready", route.title); // what a test waits for
}

async function begin() {
  fill(document.getElementById("app"), frame());
  chooseMerchant();
  try {
    const [about] = await Promise.all([get("/about"), shell.look()]);
    learnDecimals(about.decimals);
    shell.learn(about);
  } catch (error) {
    fill(shell.main, h("h1", {}, "payment-sandbox"), problem(error), h("p", {}, h("a", { href: "/" }, "To the merchant default")));
    shell.main.setAttribute("data-ready", "Error");
    return;
  }
  start(routes, show);
  connect();
}

begin();
