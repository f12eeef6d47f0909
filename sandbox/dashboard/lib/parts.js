// The pieces that every page is made of: badges, amounts, ids, notes, tables, empty states.

import { fill, h, keyed } from "./dom.js";
import { amount, tone, words } from "./format.js";
import { go, link } from "./router.js";
import { toast } from "./dialog.js";

export function badge(status, as = tone(status)) {
  return h("span", { class: `badge ${as}` }, words(status));
}

export function money(minor, currency) {
  return h("span", { class: "money" }, amount(minor, currency));
}

export function button(label, act, props = {}) {
  return h("button", { type: "button", onclick: act, ...props }, label);
}

// A button that cannot be pressed twice while its work is under way; what is refused is said in full.
export function doing(label, work, props = {}) {
  const element = button(label, async () => {
    if (element.hasAttribute("aria-busy")) return; // not `disabled`, which would take the focus away
    element.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (error) {
      if (error.name !== "AbortError") toast(error.message, "bad");
    } finally {
      element.removeAttribute("aria-busy");
    }
  }, props);
  return element;
}

export function copyButton(text, label = "Copy") {
  const element = button(label, async () => {
    await navigator.clipboard.writeText(typeof text === "function" ? text() : text).catch(() => copyOldWay(text));
    element.textContent = "Copied";
    setTimeout(() => { element.textContent = label; }, 1500);
  }, { class: "small copy" });
  return element;
}

// Where a page may not write to the clipboard: not on localhost over http, or without leave.
function copyOldWay(text) {
  const area = h("textarea", { class: "offscreen", "aria-hidden": "true", value: typeof text === "function" ? text() : text });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export function code(text) {
  return h("code", { class: "id" }, text);
}

// A name with dots, which may be broken behind each of them.
export function dotted(text) {
  return String(text).split(/(?<=[._/:])/).flatMap((part, place) => (place ? [h("wbr"), part] : [part]));
}

// A command to type, with a button that copies it.
export function command(text) {
  return h("div", { class: "command" }, h("code", {}, text), copyButton(text));
}

export function empty(title, about, ...commands) {
  return h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, about), commands.map(command));
}

// The command that empty pages teach: one charge at the merchant that is looked at.
export function aCharge(view) {
  return `curl -u sk_test_${view.merchant}: -d amount=2000 -d currency=usd -d source=tok_visa ${location.origin}/v1/charges`;
}

// The way back to the list that this page is one of.
export function crumbs(path, name) {
  return h("nav", { class: "crumbs", "aria-label": "Where you are" }, h("a", { href: link(path) }, `← ${name}`));
}

export function problem(error) {
  return h("div", { class: "note bad", role: "alert" },
    h("strong", {}, error.code ? words(error.code) : "Something is wrong"), " ", error.message,
    error.param && error.param !== "id" && h("span", { class: "quiet" }, ` (${error.param})`));
}

export function note(text, as = "info") {
  return h("div", { class: `note ${as}` }, text);
}

// {label: value} as a list of facts; values may be elements; null ones are left out.
export function facts(shown) {
  return h("dl", { class: "facts" }, Object.entries(shown).filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));
}

export function card(title, ...children) {
  return h("section", { class: "card" }, title && h("h2", {}, title), children);
}

// JSON that can be folded away and copied.
export function json(title, value, open = false) {
  const text = JSON.stringify(value, null, 2);
  return h("details", { class: "json", open }, h("summary", {}, title), copyButton(text), h("pre", { tabindex: "0" }, text));
}

// A table whose rows open. columns: [{name, cell(item), class?, sort?}]; keyOf(item); pathOf(item) makes the whole row a link.
// Answers {element, show(items)}; show changes only the rows that changed.
export function table({ caption, columns, keyOf, pathOf }) {
  const body = h("tbody");
  // Without links in it, a table that is too wide must itself take the focus to be scrolled by keys.
  const scrolls = pathOf ? {} : { tabindex: "0", role: "region", "aria-label": caption };
  const element = h("div", { class: "scroll", ...scrolls }, h("table", {},
    h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col", class: column.class }, column.name)))), body));
  function row(item) {
    const path = pathOf?.(item);
    const cells = columns.map((column, place) => {
      const shown = column.cell(item);
      return h("td", { class: column.class }, path && place === 0 ? h("a", { href: link(path), class: "row-link" }, shown) : shown);
    });
    // The first cell's link is what the keyboard and a screen reader find; a click anywhere in the row does the same.
    const open = path && ((click) => {
      if (click.target.closest("a, button, input, select, summary") || getSelection().toString()) return;
      if (click.ctrlKey || click.metaKey) window.open(link(path), "_blank", "noopener");
      else go(path);
    });
    return h("tr", { class: path && "opens", onclick: open }, cells);
  }
  return { element, body, show: (items) => keyed(body, items, keyOf, row) };
}

// Runs `load` into the element: what it answers is shown, or why it could not be.
export async function loading(element, load) {
  try {
    const shown = await load();
    if (shown !== undefined) fill(element, shown);
  } catch (error) {
    if (error.name !== "AbortError") fill(element, problem(error));
  }
}
