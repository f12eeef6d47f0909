import { h } from "../lib/dom.js";

export async function show(view) {
  view.root.append(h("h1", {}, "Soon"));
}
