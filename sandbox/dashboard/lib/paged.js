// Long lists, newest first, a page at a time: what is fetched is what is on the screen, and only rows that changed are made anew.

import { get } from "./api.js";
import { fill, h } from "./dom.js";
import { button, problem } from "./parts.js";
import { link, note } from "./router.js";

const SIZE = 50;
const TYPING_MS = 200; // after the last key, before it is looked for

// Search and choices over a list, kept in the address. fields: {name, search: "placeholder", label} or {name, label, choices: [[value,
// text]]}, where choices that follow from what else is chosen are a function of that.
export function filters(view, path, fields) {
  const chosen = Object.fromEntries(fields.map(({ name }) => [name, view.query.get(name) ?? ""]));
  let changed = () => {};
  let timer = 0;
  view.signal.addEventListener("abort", () => clearTimeout(timer));
  const offered = ({ name, choices }) => (typeof choices === "function" ? choices(chosen) : choices)
    .map(([value, text]) => h("option", { value, selected: value === chosen[name] }, text));
  function set(name, value, wait) {
    if (chosen[name] === value) return;
    chosen[name] = value;
    for (const field of fields.filter((one) => typeof one.choices === "function" && one.name !== name)) {
      if (!field.choices(chosen).some(([known]) => known === chosen[field.name])) chosen[field.name] = "";
      fill(element.querySelector(`[name="${field.name}"]`), offered(field));
    }
    note(path, chosen);
    clearTimeout(timer);
    timer = setTimeout(() => changed(), wait);
  }
  const element = h("div", { class: "filters", role: "search" }, fields.map((field) => field.search
    ? h("input", { type: "search", name: field.name, placeholder: field.search, "aria-label": field.label ?? field.search, maxlength: 200,
      value: chosen[field.name], oninput: (event) => set(field.name, event.target.value.trim(), TYPING_MS) })
    : h("select", { name: field.name, "aria-label": field.label, onchange: (event) => set(field.name, event.target.value, 0) },
      offered(field))));
  return {
    element,
    values: () => chosen,
    any: () => Object.values(chosen).some(Boolean),
    onchange(call) { changed = call; },
  };
}

const unfit = () => h("p", { class: "empty quiet" }, "Nothing fits. Change or clear what you look for.");

// A table over a list of the control API. `rows` names the list in the answer; `none` makes what stands in the place of an empty list;
// `look` asks again, `from()` begins at the newest. What the rest of an answer says is given to `also`. With an `address`, the path of
// the page, each page of the list has an address of its own.
export function paged(view, { path, table, filters: by = null, rows = "data", none, also, size = SIZE, query = {}, address }) {
  const before = []; // cursors of the pages before this one
  let cursor = (address && view.query.get("after")) || null;
  let next = null;
  let asked = 0;
  const newer = button("← Newer", () => turn(before.pop() ?? null), { class: "small" });
  const older = button("Older →", () => { before.push(cursor); turn(next); }, { class: "small" });
  const place = h("span", { class: "quiet", role: "status" });
  const foot = h("nav", { class: "pager", hidden: true, "aria-label": "Pages of the list" }, place, newer, older);
  const instead = h("div");
  const element = h("div", { class: "paged" }, instead, table.element, foot);
  table.element.hidden = true;

  async function look() {
    const number = asked += 1;
    try {
      const sent = { ...query, ...by?.values(), order: "newest", limit: size, after: cursor };
      const answer = await get(path, { query: sent, signal: view.signal });
      if (number === asked) shown(answer);
    } catch (error) {
      if (error.name === "AbortError" || number !== asked) return;
      if (error.code === "cursor_unknown" && cursor !== null) return from(); // what it pointed at is forgotten
      fill(instead, problem(error));
    }
  }
  function shown(answer) {
    const found = answer[rows];
    next = answer.next;
    table.element.hidden = !found.length;
    fill(instead, !found.length && (by?.any() ? unfit() : none?.()));
    table.show(found);
    foot.hidden = !answer.has_more && cursor === null;
    if (address) fill(foot, cursor !== null && page("← Newest"), answer.has_more && page("Older →", next));
    newer.disabled = cursor === null;
    older.disabled = !answer.has_more;
    place.textContent = `Page ${before.length + 1}`;
    also?.(answer);
  }
  const page = (text, after = "") => h("a", { class: "button", href: link(address, { ...by?.values(), after }) }, text);
  async function turn(to) {
    cursor = to;
    await look();
    if (to !== null && document.activeElement === document.body) newer.focus();
  }
  function from() {
    before.length = 0;
    return turn(null);
  }
  by?.onchange(from);
  return { element, look, from };
}
