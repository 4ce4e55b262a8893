// Every number of the scenario: its prior or value, what it rests on, and a hand on it.
import { $, el } from "./dom.js";
import { evidenceOf, gradeOf, lever, priorFields, said } from "./levers.js";

let built = "";
let rows = [];

export const assumptions = (scenario, state, move) => {
  if (built !== `${state.prior} ${scenario.key}`) {
    built = `${state.prior} ${scenario.key}`;
    rows = scenario.handles.map((handle) => rowOf(handle, scenario, move));
    const tables = scenario.groups.map((group) => {
      const own = rows.filter((row) => row.handle.group === group);
      return el("section", { class: "assumption-group", "aria-labelledby": `assumed-${group}` },
        el("h3", { id: `assumed-${group}`, text: group }), ...own.map((row) => row.root));
    });
    const shares = scenario.shares.map((one) => el("section", { class: "assumption" },
      el("h4", { text: one.label }),
      el("p", { text: one.parts.map((part) => `${part.name}: about ${Math.round(part.mean * 100)}\u00a0%`).join("; ") }),
      el("p", { class: "small soft", text: `Uncertain shares that sum to one. ${one.evidence.join(", ")} ${one.note}` })));
    $("every-assumption").replaceChildren(...tables, ...shares);
  }
  $("find").value = state.find ?? "";
  $("only-uncertain").checked = !state.all;
  $("only-changed").checked = Boolean(state.changed);
  const find = $("find").value.trim().toLowerCase();
  const uncertain = !state.all;
  const { changed } = state;
  for (const row of rows) {
    const { handle, root } = row;
    const here = (!find || row.text.includes(find)) && (!uncertain || handle.interval || state.changes[handle.path] !== undefined) && (!changed || state.changes[handle.path] !== undefined);
    root.hidden = !here;
    if (here) row.update(state.changes);
  }
  for (const section of document.querySelectorAll(".assumption-group")) section.hidden = ![...section.querySelectorAll(".assumption")].some((root) => !root.hidden);
};

const rowOf = (handle, scenario, move) => {
  const root = el("div", { class: "assumption" });
  const text = `${handle.path} ${handle.label} ${handle.help} ${handle.note} ${handle.evidence.join(" ")}`.toLowerCase();
  let hand = null;
  let prior = null;
  let shown = null;
  const update = (changes) => {
    // Made when it is first looked at: a scenario has hundreds.
    if (!hand) {
      hand = lever(handle, scenario, move);
      prior = handle.interval && priorFields(handle, move);
      const line = prior && el("p", { class: "small prior-line" }, "90\u00a0% interval: ", prior.made);
      const rests = el("details", { class: "rests" }, el("summary", { text: `Rests on ${handle.evidence.length ? `${handle.evidence.length} figure${handle.evidence.length > 1 ? "s" : ""}, best grade ${gradeOf(handle, scenario)}` : "judgement"}` }));
      rests.addEventListener("toggle", () => { if (rests.open && rests.childElementCount === 1) rests.append(...evidenceOf(handle, scenario)); });
      root.append(el("div", { class: "assumed" }, handle.owner ? el("p", { class: "small soft owner", text: handle.owner }) : null, hand, line), rests);
    }
    const now = JSON.stringify(changes[handle.path] ?? null);
    if (now !== shown) {
      shown = now;
      hand.update(changes);
      prior?.update(changes[handle.path]);
      root.dataset.said = said(handle, changes[handle.path]);
    }
  };
  return { handle, root, text, update };
};
