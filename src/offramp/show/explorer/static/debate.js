// Claims of the debate with their verdicts, and the experiments of the scenario: a click loads one into the charts.
import * as address from "./address.js";
import { $, el, toast } from "./dom.js";
import { choices } from "./second.js";
import { ask } from "./server.js";
import { number } from "./words.js";

let told = null; // the claims
let asked = null; // the same, on their way
let asking = null; // asked for once, however often the view is opened meanwhile
let wanted = {}; // the filters, as the state has them
let built = "";

const SIGNS = { holds: "\u2713", "holds if": "\u2713?", "cannot be told from the evidence": "?", "does not hold": "\u2717", "contradicted by figures": "\u2717" };

const badge = ({ verdict, status }) => el("span", { class: verdict ? "verdict" : "verdict none" }, verdict ? el("span", { "aria-hidden": "true", text: `${SIGNS[verdict]} ` }) : null, status);

// load(scenario, state): shows a state in the charts; the rest of the claim follows it. open(name): opens a variant as a
// scenario of its own.
const card = (claim, load, open) => {
  const { states, files, second, hurdle } = claim.experiment;
  const part = (heading, text) => (text ? el("p", { class: "small", text: `${heading}: ${text}` }) : null);
  const [first, next] = states;
  const show = first && el("button", {
    type: "button", class: "strong", text: "Show it in the charts", "aria-describedby": `claim-${claim.id}`,
    onclick: () => {
      load(claim, first.state, next?.state ?? null);
      toast(next ? `Claim ${claim.id}: \u201c${first.name}\u201d in view, \u201c${next.name}\u201d to compare with.` : `Claim ${claim.id}: \u201c${first.name}\u201d in view.`);
    },
  });
  const others = states.length > 2 ? el("p", { class: "small" }, "Or one by one: ", ...states.flatMap(({ name, state }) => [el("button", { type: "button", class: "link", text: name, onclick: () => load(claim, state, null) }), " "])) : null;
  const apart = files.length ? el("p", { class: "small" }, "Has no slider and opens as a scenario of its own: ", ...files.flatMap((name) => [el("button", { type: "button", class: "link", text: name, onclick: () => open(name, second) }), " "])) : null;
  return el("article", { class: "claim", "data-id": claim.id, "aria-labelledby": `claim-${claim.id}` },
    el("p", { class: "claim-top small soft" }, `${claim.id}, ${claim.kind}`, badge(claim)),
    el("h4", { id: `claim-${claim.id}`, text: claim.says }),
    ...claim.sentences.map((text) => el("p", { class: "small", text })),
    el("p", { class: "run-actions" }, show, hurdle ? el("span", { class: "small soft", text: hurdle }) : null),
    others,
    apart,
    el("details", {}, el("summary", { text: "How it is tested" }),
      ...claim.tests.map((text) => el("p", { class: "small" }, el("code", { text }))),
      part("What pulls against what", claim.trade_off), part("What would refute it", claim.refuted_by), part("Why this test", claim.why_this_test), part("Not tested", claim.untested), part("What the model cannot say", claim.silent),
      part("Figures", claim.evidence.join(", "))));
};

const filter = () => {
  $("find-claim").value = wanted.claim ?? "";
  $("verdict").value = wanted.verdict ?? "";
  if ($("verdict").selectedIndex < 0) $("verdict").value = ""; // no such verdict
  const find = $("find-claim").value.trim().toLowerCase();
  const kind = $("verdict").value;
  for (const root of document.querySelectorAll(".claim")) {
    const claim = told.claims.find(({ id }) => id === root.dataset.id);
    const text = [claim.id, claim.says, claim.status, ...claim.evidence, ...claim.experiment.states.map(({ name }) => name), ...claim.experiment.files].join(" ").toLowerCase();
    root.hidden = !((!find || text.includes(find)) && (!kind || (kind === "loadable" ? claim.experiment.states.length + claim.experiment.files.length : (claim.verdict ?? "none") === kind)));
  }
  for (const section of document.querySelectorAll(".article")) section.hidden = !section.querySelector(".claim:not([hidden])");
  $("claims-found").textContent = `${document.querySelectorAll(".claim:not([hidden])").length} of ${told.claims.length} claims`;
};

const hear = () => (asked ??= ask("/api/claims").catch((error) => { asked = null; throw error; }));

// From which claim a state was loaded, as words for a place above the charts; null for a claim that there is none of.
// back(id): shows the claim in its list.
export const origin = async (id, back) => {
  const claim = (await hear()).claims.find((one) => one.id === id);
  return claim && ["Loaded from claim ", el("button", { type: "button", class: "link", text: claim.id, "aria-label": `Claim ${claim.id} in the list`, onclick: () => back(id) }), ": ", el("q", { text: claim.says }), " ", badge(claim)];
};

const claims = async (load, open) => {
  told = await hear();
  const words = [...new Set(told.claims.map(({ verdict }) => verdict ?? "none"))];
  $("verdict").append(el("option", { value: "loadable", text: "can be shown in the charts" }), ...words.map((word) => el("option", { value: word, text: word === "none" ? "no verdict yet" : word })));
  $("claim-list").replaceChildren(...told.articles.map(({ key, citation }) => el("section", { class: "article", "aria-labelledby": `article-${key}` },
    el("h3", { id: `article-${key}`, class: "citation", text: citation }), ...told.claims.filter(({ article }) => article === key).map((claim) => card(claim, load, open)))));
  $("claims-run").textContent = told.run || "Verdicts of figures alone; offramp claims run tests the rest.";
  filter();
};

const short = (value) => number(value, 4);

// Every cell of an experiment is a button: rows are policies, or the values of the first number where two are crossed.
const grid = (experiment, load) => {
  const [first, other] = experiment.vary;
  const cell = (policy, pairs) => el("td", {}, el("button", {
    type: "button", class: "link", text: pairs.length ? short(pairs.at(-1)[1]) : "show", "aria-label": `${policy}${pairs.map(([vary, value]) => `, ${vary.label || vary.key}: ${short(value)}`).join("")}`,
    onclick: () => load(policy, Object.fromEntries(pairs.map(([{ key }, value]) => [key, value]))),
  }));
  const rows = experiment.policies.flatMap((policy) => {
    if (!first) return [[policy, [cell(policy, [])]]];
    if (!other) return [[policy, first.values.map((value) => cell(policy, [[first, value]]))]];
    return first.values.map((value) => [`${experiment.policies.length > 1 ? `${policy}; ` : ""}${first.label || first.key}: ${short(value)}`, other.values.map((across) => cell(policy, [[first, value], [other, across]]))]);
  });
  const across = other ?? first;
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": experiment.name }, el("table", {},
    el("caption", { text: across ? `Click a value of ${across.label || across.key} to see it in the charts` : "Click a policy to see it in the charts" }),
    el("tbody", {}, ...rows.map(([head, cells]) => el("tr", {}, el("th", { scope: "row", text: head }), ...cells)))));
};

const experiments = (scenario, load) => {
  if (built === scenario.key) return;
  built = scenario.key;
  $("experiments").hidden = !scenario.experiments.length;
  $("experiment-list").replaceChildren(...scenario.experiments.map((one) => el("article", { class: "experiment", "aria-labelledby": `experiment-${one.name}` },
    el("h4", { id: `experiment-${one.name}`, text: one.question }), el("p", { class: "small soft", text: one.name }),
    grid(one, (policy, changes) => load(policy, changes, one.outcomes[0])))));
};

// What a second chart can show of an outcome in this scenario: its line by date, or its spread at the end.
const shownOf = (scenario, name) => [name, `outcome:${name}`].find((each) => choices(scenario).includes(each));

// state: that of the page. open(key, state): opens a scenario in a state; it may be the open one. openText(text, name, state): opens a file.
export const debate = (scenario, state, open, openText, failed) => {
  wanted = state;
  experiments(scenario, (policy, changes, outcome) => open(scenario.key, { ...address.fresh(), policy, changes, second: shownOf(scenario, outcome) ?? null }));
  if (told) return filter();
  asking ??= claims(({ id, experiment }, shown, beside) => {
    const from = (one) => ({ ...address.fresh(), ...one });
    open(told.scenario, { ...from(shown), from: id, second: experiment.second, pin: beside ? address.essence(from(beside)) : null });
  }, async (name, second) => {
    try {
      const { text } = await ask("/api/variant", { name });
      await openText(text, name, { ...address.fresh(), policy: name, second });
      toast(`\u201c${name}\u201d is open as a scenario of its own; what it changes holds under every policy there.`);
    } catch (error) { failed(error); }
  }).catch((error) => { asking = null; failed(error); });
};
