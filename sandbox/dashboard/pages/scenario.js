// One story: read, run with live progress, judged.

import { address, get, post } from "../lib/api.js";
import { field, select } from "../lib/dialog.js";
import { fill, h } from "../lib/dom.js";
import { downloadButton } from "../lib/download.js";
import { words } from "../lib/format.js";
import { badge, copyButton, crumbs, facts, problem, table } from "../lib/parts.js";
import { link } from "../lib/router.js";
import { provider } from "../lib/shell.js";

export async function show(view) {
  const story = await get(`/scenarios/${encodeURIComponent(view.params.name)}`, { signal: view.signal });
  const outcome = h("div", { class: "stack", "aria-live": "polite" });
  fill(view.root, crumbs("/scenarios", "Scenarios"),
    h("div", { class: "head" }, h("h1", {}, story.name)),
    h("p", {}, story.about),
    runner(view, story, outcome), outcome,
    h("section", { class: "card" },
      h("div", { class: "head" }, h("h2", {}, story.file),
        h("div", { class: "buttons" }, copyButton(story.yaml), downloadButton("Download", `${story.name}.yaml`, story.yaml,
          "application/yaml"))),
      h("pre", { tabindex: "0", class: "tall" }, story.yaml)));
}

function runner(view, story, outcome) {
  const merchant = h("input", { name: "merchant", required: true, pattern: "[A-Za-z0-9_]{1,64}", value: "scenario", spellcheck: "false" });
  const providers = select("provider", [...(story.providers.length > 1 ? [["", "all of them"]] : []),
    ...story.providers.map((name) => [name, provider(name).title])]);
  const webhook = h("input", { name: "webhook", type: "url", placeholder: "http://127.0.0.1:8000/webhooks", maxlength: 5000 });
  const secret = h("input", { name: "secret", maxlength: 500, autocomplete: "off", spellcheck: "false" });
  const press = h("button", { type: "submit", class: "primary" }, "Run");
  const form = h("form", { class: "card runner", onsubmit: async (event) => {
    event.preventDefault();
    press.disabled = true;
    try {
      await run(view, story, outcome, {
        merchant: merchant.value, html: true, provider: providers.value || null, webhook: webhook.value.trim() || null,
          webhook_secret: secret.value || null,
      });
    } finally {
      press.disabled = false;
    }
  } },
  h("div", { class: "row" }, field("Provider", providers), field("Merchant", merchant, "Is reset first.")),
  h("details", {}, h("summary", {}, "With your application"),
    h("div", { class: "row" }, field("Its webhooks", webhook, "It takes part in the story and is judged."), field("Their secret", secret,
      "What it checks signatures with."))),
  h("div", { class: "buttons" }, press));
  return form;
}

async function run(view, story, outcome, { merchant, ...wanted }) {
  const done = h("strong", {}, "Beginning");
  const bar = h("progress", { "aria-label": "Progress" });
  fill(outcome, h("div", { class: "card progress" }, bar, done));
  const stream = new EventSource(address("/stream", { merchant }));
  const close = () => stream.close();
  view.signal.addEventListener("abort", close);
  stream.addEventListener("progress", (message) => {
    const said = JSON.parse(message.data);
    const failed = said.failed ? ` · ${said.failed} failed` : "";
    done.textContent = `${provider(said.provider).title}, step ${said.step}: ${words(said.verb)}${failed}`;
    bar.max = Math.max(story.steps, said.step);
    bar.value = said.step;
  });
  try {
    await new Promise((opened) => { stream.onopen = opened; stream.onerror = opened; });
    const body = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null));
    const answer = await post(`/scenarios/${story.name}/run`, body, { query: { merchant }, signal: view.signal });
    fill(outcome, verdict(story, answer, merchant));
  } catch (error) {
    if (error.name !== "AbortError") fill(outcome, problem(error));
  } finally {
    close();
  }
}

function verdict(story, answer, merchant) {
  return [
    h("div", { class: `note ${answer.passed ? "good" : "bad"} verdict` },
      h("strong", {}, answer.passed ? "Passed" : "Failed"), " ", answer.verdicts.map(sentence).join(" "),
      h("span", { class: "buttons" }, downloadButton("Report", `${story.name}.html`, answer.html, "text/html"),
        h("a", { class: "button small", href: link("/payments", { merchant }) }, `Look at merchant ${merchant}`))),
    answer.verdicts.map(judged),
  ];
}

function sentence(row) {
  const { ran, failed, skipped } = row.counts;
  const without = skipped ? `, ${skipped} not looked at without an application` : "";
  return `${provider(row.provider).title}: ${ran - failed} of ${ran} expectations hold${without}.`;
}

function judged(row) {
  const checks = table({
    caption: `Expectations on ${row.provider}`,
    keyOf: (check) => check.place,
    columns: [
      { name: "Result", cell: (check) => badge(check.result) },
      { name: "Line", class: "right number", cell: (check) => String(check.line) },
      { name: "Expectation", cell: (check) => check.what },
      { name: "Expected", cell: (check) => value(check.expected) },
      { name: "Seen", cell: (check) => value(check.seen) },
    ],
  });
  checks.show(row.checks.map((check, place) => ({ ...check, place })));
  return h("section", { class: "card" }, h("h2", {}, `${provider(row.provider).title}: expectations`),
    facts({ From: row.start, To: row.end, Seed: String(row.seed) }), checks.element,
    h("details", { class: "json" }, h("summary", {}, `What happened (${row.timeline.length})`),
      h("pre", { tabindex: "0" }, row.timeline.map(line).join("\n"))));
}

const line = (each) => `${each.at}  ${each.kind.padEnd(8)}  ${each.what}  ${each.about}`;

function value(said) {
  return h("code", { class: "id" }, typeof said === "string" ? said : JSON.stringify(said));
}
