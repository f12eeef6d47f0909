// Dialogs that ask, and words that pass: both say in full what was refused.

import { fill, h } from "./dom.js";

let shelf = null;

// A few words at the edge of the page that go by themselves; what is wrong stays until it is put away.
export function toast(text, as = "good") {
  shelf ??= document.body.appendChild(h("div", { class: "toasts", role: "status", "aria-live": "polite" }));
  const away = () => element.remove();
  const element = h("div", { class: `toast ${as}` }, h("span", {}, text),
    h("button", { type: "button", class: "small plain", "aria-label": "Put away", onclick: away }, "×"));
  shelf.append(element);
  if (as !== "bad") setTimeout(away, 6000);
}

// A modal form. `content` are fields; `act(values)` does the work and may throw a refusal, which is shown in the dialog with what
// was typed kept. Resolves to what `act` answered, or null if the dialog was closed.
export function ask({ title, about, content, label, danger = false, act }) {
  return new Promise((resolve) => {
    let done = null;
    const wrong = h("div", { role: "alert" });
    const submit = h("button", { type: "submit", class: danger ? "danger" : "primary" }, label);
    const close = () => dialog.close();
    const form = h("form", { method: "dialog", onsubmit: send },
      h("h2", { id: "dialog-title" }, title), about && h("p", { class: "quiet" }, about), content, wrong,
      h("div", { class: "buttons end" }, h("button", { type: "button", onclick: close }, "Cancel"), submit));
    const dialog = h("dialog", { "aria-labelledby": "dialog-title", onclose: ended }, form);
    async function send(event) {
      event.preventDefault();
      submit.disabled = true;
      fill(wrong);
      try {
        done = (await act(Object.fromEntries(new FormData(form)))) ?? true;
        dialog.close();
      } catch (error) {
        fill(wrong, h("div", { class: "note bad" }, error.message));
        submit.disabled = false;
      }
    }
    function ended() {
      dialog.remove();
      resolve(done);
    }
    document.body.append(dialog);
    dialog.showModal();
  });
}

// A labelled field for a dialog or a form: field("Amount", h("input", {name: "amount"}), "43.21 at most").
export function field(label, control, hint) {
  return h("label", { class: "field" }, h("span", {}, label), control, hint && h("small", {}, hint));
}

// A choice of [value, text] pairs, or of plain words.
export function select(name, choices, chosen, props = {}) {
  return h("select", { name, ...props }, choices.map((choice) => {
    const [value, text] = Array.isArray(choice) ? choice : [choice, choice];
    return h("option", { value, selected: value === chosen }, text);
  }));
}
