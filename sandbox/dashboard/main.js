// The dashboard starts here: what stands around every page, then the page that the address names.

import { get, merchant } from "./lib/api.js";
import { fill, h } from "./lib/dom.js";
import { learnDecimals } from "./lib/format.js";
import { connect, watch } from "./lib/live.js";
import { problem } from "./lib/parts.js";
import { chooseMerchant, start } from "./lib/router.js";
import { frame, shell } from "./lib/shell.js";
import { routes } from "./routes.js";

let leaving = new AbortController();

async function show({ route, params, query }, merchantChanged) {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  if (merchantChanged) {
    connect();
    shell.look().catch(() => {});
  }
  shell.opened(route);
  const root = shell.main;
  root.removeAttribute("data-ready");
  if (!route) {
    fill(root, h("h1", {}, "No such page"), h("p", {}, "Nothing of the dashboard has this address. The pages are on the left."));
    root.setAttribute("data-ready", "No such page");
    return;
  }
  const view = { root, params, query, signal, merchant: merchant(), watch: (kinds, look, wants) => watch(kinds, look, signal, wants) };
  try {
    const page = await route.page();
    if (signal.aborted) return;
    document.title = `${route.title} · ${merchant()} · payment-sandbox`;
    fill(root);
    window.scrollTo(0, 0);
    await page.show(view);
  } catch (error) {
    if (!signal.aborted && error.name !== "AbortError") fill(root, h("h1", {}, route.title), problem(error));
  }
  root.setAttribute("data-ready", route.title); // what a test waits for
}

async function begin() {
  fill(document.getElementById("app"), frame());
  chooseMerchant();
  try {
    const [about] = await Promise.all([get("/about"), shell.look()]);
    learnDecimals(about.decimals);
    shell.learn(about);
  } catch (error) {
    fill(shell.main, problem(error));
    return;
  }
  start(routes, show);
  connect();
}

begin();
