// The page: one state, kept in the address; a change of it goes to the sliders, the charts and the server.
import * as address from "./address.js";
import { assumptions } from "./assumptions.js";
import { handlesUnder } from "./beliefs.js";
import { debate } from "./debate.js";
import { $, el, toast } from "./dom.js";
import { exchange } from "./exchange.js";
import { Follower } from "./follow.js";
import { groups } from "./levers.js";
import { comparison, headlines, summary } from "./numbers.js";
import { Picture, lineData, lineTable, routeRows, swatch } from "./pictures.js";
import { runs } from "./runs.js";
import { choices, menu, second } from "./second.js";
import { Refused, ask, greet } from "./server.js";
import { number } from "./words.js";

// Random numbers are there on any address, a ready-made identifier on a secure one only.
const page = [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("");
const pictures = { routes: new Picture("chart-routes"), second: new Picture("chart-second") };
const app = { state: address.fresh(), scenario: null, frame: null, pinned: null, pinnedFrom: null, text: null, packed: null, moved: -Infinity, writing: 0, waiting: 0 };
let levers = [];
let follower;
let comparer;
let pinner;

const partsOf = (state) => state.mix ?? app.scenario.policies.find((policy) => policy.name === state.policy)?.parts ?? [];
const question = (state = app.state) => ({ ...address.wish(state), scenario: app.scenario.key, scope: state.scope, line: state.second });

// ------------------------------------------------------------------------------------------------ the state and its address

const fragment = () => {
  const text = address.toText(app.state);
  return app.packed ? `${text}${text ? "&" : ""}file=${app.packed}` : text;
};

// Every finished move is a step to go back to. While a hand moves, its step is rewritten, and not at every event:
// browsers stop listening to a page that writes its address too often.
const REST = 800;
const SLOW = 600; // milliseconds after which a picture that has not come is told of
const WRITE = 150;

const keep = (moving = false) => {
  const url = `#${fragment()}`;
  clearTimeout(app.writing);
  if (url === location.hash || (url === "#" && !location.hash)) return;
  const now = performance.now();
  const same = moving && now - app.moved < REST;
  app.moved = moving ? now : -REST;
  if (same) app.writing = setTimeout(() => history.replaceState(null, "", `#${fragment()}`), WRITE);
  else history.pushState(null, "", url);
};

const change = (part, moving = false) => {
  app.state = { ...app.state, ...part };
  inquire(); // first of all, so that the server works while the page is brought up to date
  keep(moving);
  render();
};

const move = (path, value) => {
  const changes = { ...app.state.changes };
  if (value === undefined) delete changes[path];
  else changes[path] = value;
  change({ changes }, true);
};

const mix = (name, on) => {
  const now = new Set(partsOf(app.state));
  if (on) now.add(name); else now.delete(name);
  change({ mix: app.scenario.parts.filter((each) => now.has(each)) });
};

// A state from elsewhere, such as a claim's experiment, in the scenario of its own.
const loadState = async (key, state) => {
  if (key !== app.scenario.key) await openKey(key, state);
  else settleState({ ...state, scenario: app.state.scenario });
  keep();
};

const choose = (policy) => change({ policy, mix: null, view: "explore" });

// ------------------------------------------------------------------------------------------------ from the state to the page

let asked = "";
let built = "";

const render = () => {
  const { state, scenario } = app;
  if ($(state.view).hidden) {
    for (const view of document.querySelectorAll(".view")) view.hidden = view.id !== state.view;
    window.scrollTo(0, 0);
    // A chart that is not on the page has no size, and takes that of its place when told of a change.
    if (state.view === "explore") window.dispatchEvent(new Event("resize"));
  }
  for (const tab of document.querySelectorAll(".tab")) {
    if (tab.dataset.view === state.view) tab.setAttribute("aria-current", "page"); else tab.removeAttribute("aria-current");
  }
  const mixed = state.mix !== null;
  $("policy").replaceChildren(...scenario.policies.map(({ name }, i) => el("option", { value: name, text: i ? name : `${name} (reference)`, selected: !mixed && name === state.policy })));
  if (mixed) $("policy").append(el("option", { value: "", text: "my mix", selected: true }));
  $("scope").value = state.scope;
  $("scope").parentElement.hidden = $("scope").options.length < 2;
  $("second").value = state.second;
  $("pin").textContent = state.pin === null ? "Pin this line" : "Unpin";
  $("pin").setAttribute("aria-pressed", String(state.pin !== null));
  $("reset").disabled = !mixed && !state.prior && !Object.keys(state.changes).length;
  $("prior").value = state.prior ?? "";
  const parts = partsOf(state);
  const believed = { ...scenario, handles: handlesUnder(scenario, state.prior) };
  const plan = JSON.stringify([scenario.key, parts, mixed, state.prior]);
  if (plan !== built) {
    const focused = document.activeElement?.closest?.("fieldset.mix") ? document.activeElement.parentElement.textContent.trim() : null;
    $("levers").replaceChildren(...groups(believed, parts, mixed, move, mix));
    levers = [...document.querySelectorAll("#levers .lever")];
    built = plan;
    if (focused) [...document.querySelectorAll(".mix label")].find((label) => label.textContent.trim() === focused)?.firstElementChild.focus();
  }
  for (const each of levers) each.update(state.changes);
  if (state.view === "assumptions") assumptions(believed, state, move);
  if (state.view === "claims") debate(scenario, loadState, openText, failed);
  inquire();
  if (app.frame && document.body.dataset.fresh !== "no") draw(); // else it is drawn when it comes
  pinned();
};

const inquire = () => {
  const { state } = app;
  const essence = JSON.stringify([question(), state.view === "policies"]);
  if (essence === asked) return;
  asked = essence;
  document.body.dataset.fresh = "no";
  clearTimeout(app.waiting);
  app.waiting = setTimeout(() => { if (document.body.dataset.fresh === "no" && app.state.view !== "policies") $("progress").textContent = "Simulating\u2026 what stands here is of the state before."; }, SLOW);
  if (state.view === "policies") comparer.wish({ ...question(), all: true });
  else follower.wish(question());
};

const pinned = () => {
  const { pin } = app.state;
  if (pin === null) {
    if (app.pinned) { app.pinned = null; app.pinnedFrom = null; draw(); }
    return;
  }
  const from = JSON.stringify([pin, app.state.scope, app.state.second]);
  if (app.pinnedFrom === from) return;
  app.pinnedFrom = from;
  const then = address.fromText(pin);
  pinner.wish({ ...question({ ...then, policy: then.policy ?? app.state.policy, scope: app.state.scope, second: app.state.second }) });
};

// ------------------------------------------------------------------------------------------------ from an answer to the page

const draw = async () => {
  const { frame, state, scenario, pinned: pin } = app;
  if (!frame || state.view !== "explore") return;
  const names = scenario.lines[state.scope];
  const work = [pictures.routes.show(`routes ${state.scope}`, scenario.charts[`routes ${state.scope}`], routeRows(frame, names, pin))];
  $("key-pin").hidden = !pin;
  $("key-reference").hidden = frame.shown === frame.reference;
  const key = names.map((line, i) => (frame.lines[line] ? swatch(line, i, scenario.styles) : null)).filter(Boolean);
  $("key-routes").replaceChildren(...key.flatMap((each) => [each, " "]));
  const other = second(scenario, frame, state.second, pin);
  work.push(pictures.second.show(other.chart, scenario.charts[other.chart], other.tables));
  $("second-title").textContent = other.title;
  $("key-second").replaceChildren(...other.key);
  await Promise.all(work);
};

const precise = (frame) => {
  const departures = frame.outcomes.departures?.[frame.shown] ?? frame.outcomes.evasions?.[frame.shown]
    ?? frame.outcomes.emigrations?.[frame.shown];
  const error = departures?.error ? `, mean of departures ±${number(departures.error, 2)}` : "";
  const last = frame.level + 1 >= app.scenario.levels.length;
  return `${frame.draws} draws of ${app.scenario.soldiers.toLocaleString("en")} soldiers${error}${last ? "" : "; refining\u2026"}`;
};

const data = (chart) => {
  const { frame, state, scenario } = app;
  return chart === "routes" ? lineData(frame, scenario.lines[state.scope], "persons") : second(scenario, frame, state.second, null).data();
};

const texts = () => {
  const { frame, state, scenario } = app;
  $("progress").textContent = precise(frame);
  const label = (name) => scenario.outcomes.find((one) => one.name === name)?.label;
  const wanted = scenario.headlines.map(label).concat("Cost per net departure");
  $("headlines").replaceChildren(headlines(frame, wanted, { to: label("departures"), added: label("departures_net"), gross: label("departures_gross"), displaced: label("departures_displaced") }));
  $("chart-routes").setAttribute("aria-label", `Fan chart: who leaves by route under ${frame.shown}. The numbers stand in the table below it.`);
  const other = second(scenario, frame, state.second, app.pinned);
  $("chart-second").setAttribute("aria-label", `${other.title} under ${frame.shown}. The numbers stand in the table below it.`);
  $("table-routes").replaceChildren(lineTable(frame, scenario.lines[state.scope], "Who has left, median (90 % interval), persons"));
  $("table-second").replaceChildren(other.table());
  for (const place of document.querySelectorAll(".source")) place.textContent = `Source: Offramp ${app.version}, ${scenario.name}, ${frame.draws} draws.`;
  $("few").hidden = !frame.few;
  $("few").lastElementChild.textContent = frame.few;
  if (frame.level > 0) $("all-outcomes").replaceChildren(comparison(frame, `Mean over ${frame.draws} draws, middle 90 %, error of the mean; change against the reference`, null));
};

const arrived = (frame, current) => {
  app.frame = frame;
  refuse(null);
  draw().then(() => {
    // The mark of a painted picture, for benchmarks and tests.
    document.body.dataset.painted = `${frame.hash} ${frame.level} ${frame.shown}`;
    if (current) document.body.dataset.fresh = frame.level + 1 === app.scenario.levels.length ? "full" : "first";
  });
  texts();
  // Words are said when the hand rests, not at every step of it.
  if (current && frame.level > 0) $("summary").textContent = summary(frame, app.scenario);
};

const compared = (frame, current) => {
  if (!current) return;
  $("comparison").replaceChildren(comparison(frame, `Mean over ${frame.draws} draws, middle 90 %, error of the mean; change against the reference`, choose));
  document.body.dataset.fresh = frame.level + 1 === app.scenario.levels.length ? "full" : "first";
};

const refuse = (error) => {
  $("refusal").hidden = !error;
  if (!error) return;
  const problems = error.problems?.length ? error.problems : [{ place: "", what: error.message, remedy: "" }];
  $("refusal-title").textContent = app.refusing ?? "These numbers do not go together";
  $("refusal-list").replaceChildren(...problems.map(({ place, what, remedy }) =>
    el("li", {}, place ? el("code", { text: place }) : null, ` ${what}. `, el("span", { class: "soft", text: remedy }))));
};

const failed = async (error) => {
  // A server that was restarted does not know a file that was opened before: it is sent again.
  if (error instanceof Refused && error.status === 404 && app.text) {
    await ask("/api/open", { text: app.text.text, name: app.text.name });
    asked = "";
    render();
    return;
  }
  app.refusing = error.status === 422 ? "These numbers do not go together" : "This could not be simulated";
  refuse(error);
  $("progress").textContent = "Not simulated; see above.";
};

// ------------------------------------------------------------------------------------------------ opening

const settle = (scenario, state) => {
  app.scenario = scenario;
  app.frame = null;
  const names = scenario.policies.map(({ name }) => name);
  const known = new Set(scenario.handles.map(({ path }) => path));
  app.state = { ...address.fresh(), ...state };
  const unknown = Object.keys(app.state.changes).filter((path) => !known.has(path));
  for (const path of unknown) delete app.state.changes[path];
  if (unknown.length) toast(`${unknown.length} numbers of this link are not in the scenario and were left out.`);
  if (!names.includes(app.state.policy)) app.state.policy = names.length > 1 ? names[Math.min(3, names.length - 1)] : names[0];
  if (app.state.mix) app.state.mix = app.state.mix.filter((name) => scenario.parts.includes(name));
  if (!scenario.priors.some(({ name }) => name === app.state.prior)) app.state.prior = null;
  $("prior").replaceChildren(el("option", { value: "", text: "as in the file" }), ...scenario.priors.map(({ name, note }) => el("option", { value: name, text: name, title: note })));
  $("beliefs").hidden = !scenario.priors.length;
  for (const kind of ["pessimist", "optimist"]) $(kind).hidden = scenario.priors.length > 0;
  const scopes = Object.keys(scenario.lines);
  if (!scopes.includes(app.state.scope)) [app.state.scope] = scopes;
  const seconds = choices(scenario);
  if (!seconds.includes(app.state.second)) [app.state.second] = seconds;
  $("title").textContent = scenario.title;
  document.title = `${scenario.title} \u2013 Offramp explorer`;
  $("scope").replaceChildren(...scopes.map((scope) => el("option", { value: scope, text: scope === "force" ? "soldiers of the force" : "people at home" })));
  $("second").replaceChildren(...menu(scenario));
  $("missing").replaceChildren(...scenario.missing.map((text) => el("li", { text })));
  follower = new Follower(`${page} a`, scenario.levels.length, arrived, failed);
  comparer = new Follower(`${page} b`, scenario.levels.length, compared, failed);
  pinner = new Follower(`${page} c`, scenario.levels.length, (frame) => { if (app.state.pin !== null) { app.pinned = frame; draw(); } }, failed);
  asked = "";
  built = "";
  app.pinned = null;
  app.pinnedFrom = null;
  refuse(null);
  render();
};

const openKey = async (key, state) => {
  const scenario = await ask("/api/open", { scenario: key });
  app.text = null;
  app.packed = null;
  settle(scenario, { ...state, scenario: key === app.first ? null : key });
};

const openText = async (text, name, state) => {
  try {
    const scenario = await ask("/api/open", { text, name });
    app.text = { text, name };
    app.packed = await address.packed(text);
    settle(scenario, { ...state, scenario: scenario.key });
    keep();
    if (!app.packed) toast("This file is too long for a link: the address holds your changes, not the file.");
  } catch (error) {
    turnAway(name, error);
  }
};

const turnAway = (name, error) => {
  app.refusing = `${name} was refused`;
  refuse(error);
  $("refusal").scrollIntoView({ block: "nearest" });
};

const fromAddress = async () => {
  const text = location.hash.slice(1);
  const file = new URLSearchParams(text).get("file");
  const state = address.fromText(text);
  const key = state.scenario ?? app.first;
  try {
    if (file && app.packed !== file) {
      const content = await address.unpacked(file);
      await openText(content, "scenario of this link", state);
    } else if (app.scenario?.key !== key) await openKey(key, state);
    else settleState(state);
  } catch (error) {
    toast(error instanceof Refused && error.status === 404 ? "The file of this link is not open on this server; open it again." : `This link cannot be read: ${error.message}`);
    if (!app.scenario) await openKey(app.first, address.fresh());
  }
};

const settleState = (state) => {
  const { scope, second, policy } = app.state;
  app.state = { ...state, scope: state.scope ?? scope, second: state.second ?? second, policy: state.policy ?? policy };
  render();
};

const wire = () => {
  $("policy").addEventListener("change", () => { if ($("policy").value) change({ policy: $("policy").value, mix: null }); });
  $("scope").addEventListener("change", () => change({ scope: $("scope").value }));
  $("second").addEventListener("change", () => change({ second: $("second").value }));
  $("prior").addEventListener("change", () => change({ prior: $("prior").value || null }));
  $("reset").addEventListener("click", () => change({ changes: {}, mix: null, prior: null }));
  $("pin").addEventListener("click", () => change({ pin: app.state.pin === null ? address.essence(app.state) : null }));
  for (const kind of ["pessimist", "optimist"]) {
    $(kind).addEventListener("click", async () => {
      try {
        const { changes, sentence } = await ask("/api/preset", { ...question(), page, kind });
        toast(sentence);
        change({ changes: { ...app.state.changes, ...changes } });
      } catch (error) { failed(error); }
    });
  }
  for (const tab of document.querySelectorAll(".tab")) {
    tab.addEventListener("click", () => change({ view: tab.dataset.view }));
  }
  for (const id of ["find", "only-uncertain", "only-changed"]) $(id).addEventListener("input", () => assumptions({ ...app.scenario, handles: handlesUnder(app.scenario, app.state.prior) }, app.state, move));
  $("refusal-close").addEventListener("click", () => refuse(null));
  window.addEventListener("popstate", fromAddress);
  exchange({ app, question, openText, refused: (place, what, remedy) => turnAway(place, { problems: [{ place, what, remedy }] }), pictures, data });
  runs({ question, fragment });
};

const start = async () => {
  const told = await greet(() => document.body.setAttribute("data-ready", "yes"));
  app.first = told.first;
  app.version = told.version;
  $("version").textContent = `Offramp ${told.version}.`;
  $("shipped").replaceChildren(...told.shipped.map((name) => el("button", { type: "button", text: name, onclick: () => { $("open-menu").hidePopover(); openKey(name, address.fresh()).then(() => keep()); } })));
  wire();
  await fromAddress();
};

start();
