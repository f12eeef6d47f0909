// The answer to a dispute: the fields that matter for its reason first, all others behind "more"; files go up as they are chosen.

import { post } from "./api.js";
import { field, toast } from "./dialog.js";
import { fill, h } from "./dom.js";
import { amount, label, words } from "./format.js";
import { doing, note } from "./parts.js";

const LONG = 5_000; // characters; a field that takes more is a box of several lines

function textField(one, value, changed) {
  const long = !one.characters_max || one.characters_max > LONG;
  const control = h(long ? "textarea" : "input", { name: one.name, maxlength: one.characters_max, value, autocomplete: "off",
    oninput: () => changed(one.name, control.value) });
  if (long) control.value = value;
  const most = long && one.characters_max && `${one.characters_max.toLocaleString("en")} characters at most`;
  const shown = field(label(one.name), control, most);
  if (long) shown.classList.add("whole");
  return shown;
}

// What the bank wants to be told is known, with what it costs.
function acknowledgement(one, currency, value, changed) {
  const control = h("input", { type: "checkbox", name: one.name, checked: value, onchange: () => changed(one.name, control.checked) });
  return h("label", { class: "whole" }, control, " I know that answering costs a fee of ",
    h("strong", {}, amount(one.amount, currency)), " besides");
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}

function fileField(one, files, types, upload) {
  const kept = files.filter((file) => file.field === one.name);
  const wrong = h("span", { role: "alert" });
  const control = h("input", { type: "file", name: one.name, accept: types.map((type) => `.${type}`).join(","), onchange: async () => {
    const [file] = control.files;
    if (!file) return;
    control.disabled = true;
    fill(wrong);
    try {
      await upload(one.name, file);
    } catch (error) {
      fill(wrong, note(error.message, "bad"));
    }
    control.value = "";
    control.disabled = false;
  } });
  return h("div", { class: "field" }, field(label(one.name), control),
    kept.map((file) => h("small", {}, `✓ ${file.filename ?? file.id}, ${Math.ceil(file.bytes / 1024)} KB`)), wrong);
}

// The form of a dispute; `known` is its provider's row of GET /_sandbox/about. {element, show(dispute)}.
export function evidenceForm(known) {
  const typed = new Map(); // what was typed and not saved yet
  const element = h("div");
  let dispute = null;
  let print = "";

  const save = async () => {
    if (typed.size) await post(`/disputes/${dispute.id}/evidence`, Object.fromEntries(typed));
    typed.clear();
  };
  async function upload(name, file) {
    await post(`/disputes/${dispute.id}/files`, { field: name, filename: file.name, content: await base64(file) });
    toast(`${file.name} was uploaded.`);
  }
  const changed = (name, value) => typed.set(name, value);

  function fields(some) {
    const value = (one) => typed.get(one.name) ?? dispute.evidence[one.name] ?? "";
    return h("div", { class: "fields" }, some.filter((one) => !one.file).map((one) => textField(one, value(one), changed)),
      dispute.actions.files.possible && some.filter((one) => one.file).map((one) =>
        fileField(one, dispute.files, known.file_types, upload)));
  }

  function buttons() {
    if (known.evidence_is_sent_at_once) return doing("Send to the bank", async () => {
      await save();
      toast("The bank has the answer.");
    }, { class: "primary" });
    return [doing("Save", async () => {
      await save();
      toast("The evidence is staged; the bank has not seen it yet.");
    }), doing("Submit to the bank", async () => {
      await save();
      await post(`/disputes/${dispute.id}/submit`);
      toast("The bank has the evidence.");
    }, { class: "primary" })];
  }

  function given() {
    const rows = Object.entries(dispute.evidence);
    return rows.length > 0 && h("dl", { class: "facts" }, rows.map(([name, text]) =>
      h("div", {}, h("dt", {}, label(name)), h("dd", {}, typeof text === "object" ? JSON.stringify(text) : String(text)))));
  }

  function draw() {
    const can = dispute.actions.evidence;
    if (!can.possible) {
      fill(element, note(can.message), given());
      return;
    }
    const matters = known.evidence.filter((one) => one.matters_for.includes("*") || one.matters_for.includes(dispute.reason));
    const others = known.evidence.filter((one) => !matters.includes(one));
    fill(element, h("form", { onsubmit: (event) => event.preventDefault() },
      h("p", { class: "quiet" }, "What matters for ", h("strong", {}, words(dispute.reason)), ":"), fields(matters),
      others.length > 0 && h("details", { class: "more" }, h("summary", {}, `${others.length} more fields`), fields(others)),
      dispute.acknowledgements.map((one) =>
        h("p", {}, acknowledgement(one, dispute.currency, typed.get(one.name) ?? one.given, changed))),
      h("div", { class: "buttons" }, buttons())));
  }

  return {
    element,
    show(shown) {
      dispute = shown;
      const now = JSON.stringify([shown.evidence, shown.files, shown.acknowledgements, shown.actions.evidence, shown.actions.files]);
      if (now === print) return;
      print = now;
      const open = element.querySelector("details.more")?.open;
      const focused = document.activeElement?.name;
      draw();
      const details = element.querySelector("details.more");
      if (details && open) details.open = true;
      if (focused) element.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
    },
  };
}
