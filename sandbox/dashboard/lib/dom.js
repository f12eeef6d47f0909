// Elements are made here and nowhere else, and text only ever becomes a text node: what a stranger wrote cannot become markup.

const SVG = "http://www.w3.org/2000/svg";
const AS_PROPERTY = new Set(["value", "checked", "selected", "disabled", "open", "indeterminate"]);

function put(element, props) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "href") setLink(element, value);
    else if (AS_PROPERTY.has(name) && name in element) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
}

// Links lead into the dashboard or to a web address; no other scheme ever becomes one.
function setLink(element, address) {
  if (/^(\/(?!\/)|#|https?:\/\/)/.test(address)) element.setAttribute("href", address);
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

// h("a", {class: "x", href: "/…", onclick: act}, "text", element, [more]); false, null and undefined are left out.
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  put(element, props);
  return add(element, children);
}

// The same for a picture's elements.
export function s(tag, props, ...children) {
  const element = document.createElementNS(SVG, tag);
  put(element, props);
  return add(element, children);
}

// The element holds these children and nothing else.
export function fill(element, ...children) {
  element.replaceChildren();
  return add(element, children);
}

// The same for what is drawn anew while somebody looks at it: the focus stays on what has the same name or text.
export function refill(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const nameOf = (one) => one.name || one.getAttribute("href") || one.textContent;
  const name = focused && nameOf(focused);
  fill(element, ...children);
  if (focused) [...element.querySelectorAll(FOCUSABLE)].find((one) => nameOf(one) === name)?.focus({ preventScroll: true });
  return element;
}

// The parent shows these items in this order. What did not change keeps its element, and with it focus and scroll position;
// an element that had the focus hands it on to what takes its place.
export function keyed(parent, items, keyOf, make) {
  const before = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const focusedKey = focused?.closest("[data-key]")?.dataset.key;
  const place = focused && [...(before.get(focusedKey)?.querySelectorAll(FOCUSABLE) ?? [])].indexOf(focused);
  const now = items.map((item) => {
    const key = String(keyOf(item));
    const print = JSON.stringify(item);
    const old = before.get(key);
    if (old && old.print === print) return old;
    const made = make(item);
    made.dataset.key = key;
    made.print = print;
    return made;
  });
  const kept = new Set(now);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  now.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  if (focused && !focused.isConnected) {
    const heir = now.find((child) => child.dataset.key === focusedKey);
    (place < 0 ? heir : heir?.querySelectorAll(FOCUSABLE)[place])?.focus();
  }
}

export const FOCUSABLE = "a[href], button:not([disabled]), input, select, textarea, [tabindex='0'], summary";
