// Sliders: one native range and one number field a handle, its prior on the track, its evidence behind a button.
import { el } from "./dom.js";
import { STEPS, digits, fieldText, fromStep, toStep } from "./steps.js";
import { between, withUnit } from "./words.js";

const OPEN_MOST = 5;
const SMALL = 40; // a scenario with so few numbers shows them all

const said = (handle, change) => {
  if (change === undefined) return handle.interval ? `not known: ${between(handle.interval[0], handle.interval[1], handle.unit)}` : `as stated: ${withUnit(handle.value, handle.unit)}`;
  if (Array.isArray(change)) return `prior set by hand: ${between(change[0], change[1], handle.unit)}`;
  return `set by hand${handle.interval ? `; was ${between(handle.interval[0], handle.interval[1], handle.unit)}` : `; stated ${withUnit(handle.value, handle.unit)}`}`;
};

const gradeOf = (handle, scenario) => {
  const grades = handle.evidence.map((id) => scenario.evidence[id]?.grade).filter(Boolean).sort();
  return grades[0] ?? "judgement";
};

export const evidenceOf = (handle, scenario) => {
  const parts = [el("p", { class: "help", text: handle.help })];
  if (handle.law) parts.push(el("p", { text: `Prior: ${handle.law}; 90\u00a0% interval ${between(handle.interval[0], handle.interval[1], handle.unit)}.` }));
  for (const id of handle.evidence) {
    const one = scenario.evidence[id];
    if (!one) continue;
    parts.push(el("div", { class: "cited" },
      el("p", {}, el("span", { class: "grade", text: one.grade }), ` ${scenario.grades[one.grade]}. ${id}: ${one.measure}, ${one.value}. ${one.period}.`),
      one.computed ? el("p", { class: "small", text: `Computed: ${one.computed}` }) : null,
      el("p", { class: "small soft", text: one.source }),
      ...one.rivals.map((rival) => el("p", { class: "small rival", text: `Contradicted by ${rival}` }))));
  }
  if (handle.note || !handle.evidence.length) parts.push(el("p", { class: "note", text: handle.note || "judgement: the scenario names no source" }));
  parts.push(el("p", { class: "small soft" }, "In the file: ", el("code", { text: handle.path })));
  return parts;
};

// What the badge of a lever says.
export const gradeKey = (grades) => [el("span", { text: "What a number rests on, at best: " }),
  ...Object.entries(grades).flatMap(([grade, meaning]) => [el("span", { class: "pair" }, el("span", { class: "grade", text: grade }), ` ${meaning}`), " "]),
  el("span", { class: "pair" }, el("span", { class: "grade judged", text: "judgement" }), " no figure is cited")];

let count = 0;

// move(path, value): what a hand does; value undefined resets. rest(path, values): what its next key would do, the likelier first.
export const lever = (handle, scenario, move, rest = () => {}) => {
  const id = `h${(count += 1)}`;
  const grade = gradeOf(handle, scenario);
  const whose = handle.owner ? `, ${handle.owner}` : "";
  const about = el("div", { id: `${id}-about`, class: "about", popover: "auto", role: "dialog", "aria-label": `Evidence: ${handle.label}${whose}` });
  about.addEventListener("beforetoggle", (event) => { if (event.newState === "open") about.replaceChildren(...evidenceOf(handle, scenario)); });
  const info = el("button", { type: "button", class: grade.length === 1 ? "grade" : "grade judged", popovertarget: about.id, text: grade, "aria-label": `Evidence of ${handle.label}${whose}: ${grade.length === 1 ? `grade ${grade}` : grade}` });
  const reset = el("button", { type: "button", class: "reset", text: "\u21ba", "aria-label": `Reset ${handle.label}${whose}`, title: "Reset", onclick: () => { move(handle.path, undefined); hands[0].focus(); } });
  const meta = el("p", { class: "meta", id: `${id}-meta` });
  const root = el("div", { class: "lever", dataset: { path: handle.path } });
  const label = el("label", { for: id }, handle.label, whose ? el("span", { class: "hidden", text: whose }) : null);
  let show;
  if (handle.scale === "choice") {
    const select = el("select", { id, onchange: () => move(handle.path, select.value === handle.value ? undefined : select.value) },
      ...handle.options.map((word) => el("option", { value: word, text: word })));
    root.append(el("div", { class: "lever-top" }, label, info), el("div", { class: "lever-row" }, select, reset), meta, about);
    show = (change) => { select.value = change ?? handle.value; };
  } else {
    const range = el("input", { type: "range", id, min: "0", max: String(STEPS), step: "1", "aria-describedby": meta.id });
    const field = el("input", { type: "number", class: "exact", step: "any", "aria-label": `${handle.label}${whose}, exact value` });
    let from = 0;
    const rests = (towards) => {
      from = range.valueAsNumber;
      const next = [from + towards, from - towards].filter((step) => step >= 0 && step <= STEPS);
      rest(handle.path, next.map((step) => fromStep(handle, step)));
    };
    range.addEventListener("focus", () => rests(1));
    range.addEventListener("blur", () => rest(handle.path, []));
    range.addEventListener("input", () => {
      move(handle.path, fromStep(handle, range.valueAsNumber));
      rests(Math.sign(range.valueAsNumber - from) || 1);
    });
    field.addEventListener("change", () => move(handle.path, field.value === "" && !field.validity.badInput ? undefined : field.valueAsNumber));
    if (handle.interval) {
      range.classList.add("uncertain");
      range.style.setProperty("--from", `${toStep(handle, handle.interval[0]) / STEPS * 100}%`);
      range.style.setProperty("--to", `${toStep(handle, handle.interval[1]) / STEPS * 100}%`);
    }
    root.append(el("div", { class: "lever-top" }, label, info), el("div", { class: "lever-row" }, range, field, handle.unit ? el("span", { class: "unit", text: handle.unit }) : null, reset), meta, about);
    show = (change) => {
      const value = Array.isArray(change) ? Math.sqrt(Math.max(change[0], 0) * Math.max(change[1], 0)) || (change[0] + change[1]) / 2 : change ?? handle.value;
      const step = toStep(handle, value);
      if (range.valueAsNumber !== step) range.value = String(step);
      if (document.activeElement !== field) field.value = fieldText(handle, value);
      range.setAttribute("aria-valuetext", `${withUnit(value, handle.unit, digits(handle, value, 3))}, ${change === undefined ? (handle.interval ? "median of what is not known" : "as stated") : "set by hand"}`);
    };
  }
  // What is wrong with its number, until it is right.
  const wrong = el("p", { class: "wrong small", id: `${id}-wrong` });
  root.append(wrong);
  const hands = [...root.querySelectorAll("input, select")];
  root.refuse = (sentence) => {
    if (wrong.textContent === (sentence ?? "")) return;
    wrong.textContent = sentence ?? "";
    for (const hand of hands) {
      hand.setAttribute("aria-invalid", String(sentence !== null));
      hand.setAttribute("aria-describedby", `${meta.id} ${wrong.id}`);
    }
  };
  let last = null;
  root.update = (changes) => {
    const change = changes[handle.path];
    const now = JSON.stringify(change) ?? "";
    if (now === last) return; // a hand moves one slider, and the page holds a hundred
    last = now;
    show(change);
    root.classList.toggle("moved", change !== undefined);
    reset.hidden = change === undefined;
    meta.textContent = said(handle, change);
  };
  return root;
};

// The groups below the charts. Levers of a programme stand there when it is in view; what is uncertain always.
export const groups = (scenario, parts, mixed, move, rest, mix) => {
  const shown = scenario.handles.filter((handle) => (handle.part_of ? parts.includes(handle.part_of) : handle.interval || handle.optional || scenario.handles.length <= SMALL));
  const made = [];
  for (const group of scenario.groups) {
    const own = shown.filter((handle) => handle.group === group);
    const choice = group === "Offers" && scenario.parts.length ? mixOf(scenario, parts, mixed, mix) : null;
    if (!own.length && !choice) continue;
    const open = own.filter((handle) => !handle.optional || handle.interval).slice(0, OPEN_MOST);
    const folded = own.filter((handle) => !open.includes(handle));
    made.push(el("section", { class: "group", "aria-labelledby": `group-${group}` }, el("h3", { id: `group-${group}`, text: group }), choice, listOf(open, scenario, move, rest),
      folded.length ? el("details", { class: "more" }, el("summary", { text: `${folded.length} more in ${group.toLowerCase()}` }), listOf(folded, scenario, move, rest)) : null));
  }
  return made;
};

// Sections in place of others: what was unfolded stays so, and the box that was ticked keeps the focus, wherever it went.
export const exchanged = (place, sections) => {
  const fold = (details) => `${details.closest("section").getAttribute("aria-labelledby")} ${details.className}`;
  const open = new Set([...place.querySelectorAll("details[open]")].map(fold));
  const ticked = place.contains(document.activeElement) ? document.activeElement.closest(".mix label")?.textContent : null;
  place.replaceChildren(...sections);
  for (const details of place.querySelectorAll("details")) details.open = open.has(fold(details));
  const label = ticked && [...place.querySelectorAll(".mix label")].find((one) => one.textContent === ticked);
  if (!label) return;
  const details = label.closest("details");
  if (details) details.open = true;
  label.firstElementChild.focus();
};

const listOf = (handles, scenario, move, rest) => {
  const list = el("div", { class: "lever-list" });
  let owner = "";
  for (const handle of handles) {
    if (handle.owner && handle.owner !== owner) list.append(el("h4", { text: handle.owner }));
    owner = handle.owner;
    list.append(lever(handle, scenario, move, rest));
  }
  return list;
};

const nameOf = (part) => part.slice(part.indexOf(":") + 1);

const mixOf = (scenario, parts, mixed, mix) => {
  const boxes = scenario.parts.map((part) => {
    const box = el("input", { type: "checkbox", checked: parts.includes(part), onchange: () => mix(part, box.checked) });
    return [part, el("label", {}, box, ` ${nameOf(part)}`)];
  });
  const used = boxes.filter(([part]) => parts.includes(part)).map(([, label]) => label);
  const others = boxes.filter(([part]) => !parts.includes(part)).map(([, label]) => label);
  return el("fieldset", { class: "mix" }, el("legend", { text: mixed ? "In my mix" : "In this policy" }),
    ...(used.length ? used : [el("p", { class: "small soft", text: "No offer, no lever." })]),
    mixed ? el("p", { class: "small soft", text: "Told of by the channels of the policy that it was made from, and by those of what was added." }) : null,
    others.length ? el("details", { class: "others" }, el("summary", { text: "Add to it" }), ...others) : null);
};

export const priorFields = (handle, move) => {
  let ends = handle.interval;
  const fields = ends.map((_, i) => el("input", { type: "number", step: "any", "aria-label": `${handle.label}, ${i ? "95" : "5"} % quantile`,
    onchange: () => { if (Number.isFinite(fields[i].valueAsNumber)) move(handle.path, ends.map((end, j) => (j === i ? fields[i].valueAsNumber : end))); } }));
  const update = (change) => {
    ends = Array.isArray(change) ? change : handle.interval;
    fields.forEach((field, i) => { field.value = String(Number(ends[i].toPrecision(4))); });
  };
  return { made: el("span", { class: "prior" }, fields[0], " to ", fields[1]), update };
};
export { gradeOf, said };
