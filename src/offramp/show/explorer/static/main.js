// The page: one state, kept in the address; a change of it goes to the sliders, the charts and the server.
import * as address from "./address.js";
import { assumptions } from "./assumptions.js";
import { handlesUnder } from "./beliefs.js";
import { leftOut, settled } from "./checks.js";
import { debate } from "./debate.js";
import { $, el, toast } from "./dom.js";
import { exchange } from "./exchange.js";
import { Follower } from "./follow.js";
import { exchanged, gradeKey, groups } from "./levers.js";
import { comparison, headlines, strip, summary } from "./numbers.js";
import { notes, preset, presets } from "./notes.js";
import { Picture, lineData, lineTable, routeRows, swatch } from "./pictures.js";
import { runs } from "./runs.js";
import { menu, second } from "./second.js";
import { Refused, fileOf, greet, openFile, openKey as known } from "./server.js";
import { pinnedAs } from "./sheet.js";
import * as standing from "./standing.js";
import { basis, drawn, wanted } from "./words.js";

// Random numbers are there on any address, a ready-made identifier on a secure one only.
const page = [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("");
const pictures = { routes: new Picture("chart-routes"), second: new Picture("chart-second") };
const app = { state: address.fresh(), scenario: null, frame: null, pinned: null, packed: null, moved: -Infinity, writing: 0, opening: 0 };
let levers = [];

const partsOf = (state) => state.mix ?? app.scenario.policies.find((policy) => policy.name === state.policy)?.parts ?? [];
const question = (state = app.state) => ({ ...address.wish(state), scenario: app.scenario.key, scope: state.scope, line: state.second });

// ------------------------------------------------------------------------------------------------ the state and its address

const fragment = (text = address.toText(app.state)) => (app.packed ? `${text}${text ? "&" : ""}file=${app.packed}` : text);

// Every finished move is a step to go back to. While a hand moves, its step is rewritten, and not at every event:
// browsers stop listening to a page that writes its address too often.
const REST = 800;
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
  if (Number.isNaN(value)) {
    const handle = app.scenario.handles.find((one) => one.path === path);
    standing.slip(path, handle.label, wanted(handle));
    return;
  }
  const changes = { ...app.state.changes };
  if (value === undefined) delete changes[path];
  else changes[path] = value;
  change({ changes }, true);
};

const rest = (path, values) => follower.rest(app.scenario.key, values.map((value) => question({ ...app.state, changes: { ...app.state.changes, [path]: value } }).state));

const mix = (name, on) => {
  const now = new Set(partsOf(app.state));
  if (on) now.add(name); else now.delete(name);
  change({ mix: app.scenario.parts.filter((each) => now.has(each)) });
};

// A state from elsewhere, such as a claim's experiment, in the scenario of its own.
const loadState = async (key, state) => {
  if (key !== app.scenario.key) await openKey(key, state);
  else settleState(state);
  keep();
};

// To begin anew is to leave what was loaded.
const anew = (part) => {
  preset();
  change({ mix: null, from: null, ...part });
};

const choose = (policy) => anew({ policy, view: "explore" });

// ------------------------------------------------------------------------------------------------ from the state to the page

let built = "";

const render = () => {
  const { state, scenario } = app;
  if ($(state.view).hidden) {
    for (const view of document.querySelectorAll(".view")) view.hidden = view.id !== state.view;
    window.scrollTo(0, 0);
    if (document.activeElement?.closest(".view[hidden]")) $("main").focus({ preventScroll: true });
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
  $("reset").setAttribute("aria-disabled", String(!mixed && !state.prior && !Object.keys(state.changes).length)); // it keeps the focus
  $("prior").value = state.prior ?? "";
  const parts = partsOf(state);
  const believed = { ...scenario, handles: handlesUnder(scenario, state.prior) };
  const plan = JSON.stringify([scenario.key, parts, mixed, state.prior]);
  if (plan !== built) {
    exchanged($("levers"), groups(believed, parts, mixed, move, rest, mix));
    levers = [...document.querySelectorAll("#levers .lever")];
    built = plan;
  }
  for (const each of levers) each.update(state.changes);
  if (state.view === "assumptions") assumptions(believed, state, move);
  if (state.view === "claims") debate(scenario, state, loadState, openText, excuse);
  inquire();
  if (current().fresh !== "no") paint(); // else it is drawn when it comes
  else document.body.dataset.fresh = "no";
  standing.marks();
  pinned();
  notes(app, change, excuse);
};

// Whose answer is looked at.
const current = () => (app.state.view === "policies" ? comparer : follower);

const inquire = () => {
  const asked = app.state.view === "policies" ? { ...question(), all: true } : question();
  if (!current().wish(asked)) return;
  document.body.dataset.fresh = "no";
  standing.waiting();
};

const pinned = () => {
  const { pin } = app.state;
  if (pin === null) {
    if (app.pinned) showPinned(null);
    app.pinnedFrom = null;
    return;
  }
  const from = JSON.stringify([pin, app.state.scope, app.state.second]);
  if (app.pinnedFrom === from) return;
  app.pinnedFrom = from;
  app.pinned = null; // of other lines, perhaps
  const [then, left] = settled(address.fromText(pin), app.scenario, app.state);
  if (left.length) toast(leftOut(left));
  pinner.wish(question({ ...then, scope: app.state.scope, second: app.state.second }));
};

// ------------------------------------------------------------------------------------------------ from an answer to the page

const draw = async () => {
  const { frame, state, scenario, pinned: pin } = app;
  if (!frame || state.view !== "explore") return;
  const names = scenario.lines[state.scope];
  const work = [pictures.routes.show(`routes ${state.scope}`, scenario.charts[`routes ${state.scope}`], routeRows(frame, names, pin))];
  $("key-pin").hidden = !pin;
  $("pin-name").textContent = pin ? `Pinned: ${pinnedAs(pin, state)}.` : "";
  $("key-reference").hidden = frame.shown === frame.reference;
  const key = names.map((line, i) => (frame.lines[line] ? swatch(line, i, scenario.styles) : null)).filter(Boolean);
  $("key-routes").replaceChildren(...key.flatMap((each) => [each, " "]));
  const other = second(scenario, frame, state.second, pin);
  work.push(pictures.second.show(other.chart, scenario.charts[other.chart], other.tables));
  $("second-title").textContent = other.title;
  $("key-second").replaceChildren(...other.key);
  await Promise.all(work);
};

const refining = (frame) => (frame.simulated < app.scenario.levels.at(-1) ? "; refining\u2026" : "");

const labelOf = (name) => app.scenario.outcomes.find((one) => one.name === name)?.label;

const precise = (frame) => {
  const who = labelOf(["departures", "evasions", "emigrations"].find((name) => frame.outcomes[name]?.[frame.shown]));
  const error = who && frame.blocks.flatMap((block) => block.rows).find((row) => row.label === who)?.cells[frame.policies.indexOf(frame.shown)].error;
  const told = error ? `, mean of ${who.toLowerCase()} ${error} (standard error)` : "";
  return `${basis(frame, app.scenario)}${told}${refining(frame)}`;
};

const data = (chart) => {
  const { frame, state, scenario } = app;
  return chart === "routes" ? lineData(frame, scenario.lines[state.scope], "persons", app.pinned) : second(scenario, frame, state.second, app.pinned).data();
};

const texts = () => {
  const { frame, state, scenario } = app;
  const wanted = scenario.headlines.map(labelOf).concat("Cost per net departure");
  const net = { to: labelOf("departures"), added: labelOf("departures_net"), gross: labelOf("departures_gross"), displaced: labelOf("departures_displaced") };
  $("headlines").replaceChildren(headlines(frame, wanted, net, app.pinned));
  $("strip").replaceChildren(...strip(frame, wanted, net));
  $("chart-routes").setAttribute("aria-label", `Fan chart: who leaves by route under ${frame.shown}. The numbers stand in the table below it.`);
  const other = second(scenario, frame, state.second, app.pinned);
  $("chart-second").setAttribute("aria-label", `${other.title} under ${frame.shown}. The numbers stand in the table below it.`);
  $("table-routes").replaceChildren(lineTable(frame, scenario.lines[state.scope], "Who has left, median (90 % interval), persons", app.pinned));
  $("table-second").replaceChildren(other.table());
  for (const place of document.querySelectorAll(".source")) place.textContent = `Source: Offramp ${app.version}, ${scenario.name}, ${drawn(frame)}.`;
  $("few").hidden = !frame.few;
  $("few").lastElementChild.textContent = frame.few;
  // A first picture tells the headlines alone; the table stands meanwhile, and says of what.
  if (frame.level > 0) $("all-outcomes").replaceChildren(comparison(frame, captionOf(frame), null));
  else for (const caption of document.querySelectorAll("#all-outcomes caption span")) caption.textContent = "Of the state before, until the present one is refined";
  $("all-outcomes").classList.toggle("before", frame.level === 0);
};

// What is looked at stands there, as far as it is answered.
const paint = () => {
  if (app.state.view === "policies") {
    standing.drawn(`${basis(comparer.frame, app.scenario)}${refining(comparer.frame)}`, true);
    document.body.dataset.fresh = comparer.fresh;
    return;
  }
  const { frame } = app;
  standing.drawn(precise(frame), follower.fresh !== "no");
  draw().then(() => {
    // The mark of a painted picture, for benchmarks and tests.
    if (app.frame !== frame) return;
    document.body.dataset.painted = `${frame.hash} ${frame.level} ${frame.shown}`;
    if (current() === follower) document.body.dataset.fresh = follower.fresh;
  });
};

const arrived = (frame) => {
  app.frame = frame;
  if (app.state.view !== "policies") paint();
  texts();
  const said = summary(frame, app.scenario);
  $("summary").textContent = said;
  // Words are said aloud once, when the hand rests and the numbers stand.
  if (follower.fresh === "full") $("said").textContent = said;
};

const captionOf = (frame) => `Mean over ${basis(frame, app.scenario)}, ±: its standard error; middle 90\u00a0%; change against the reference, bold where two standard errors tell it from zero`;

const compared = (frame, newest) => {
  if (!newest) return;
  comparer.frame = frame;
  $("comparison").replaceChildren(comparison(frame, captionOf(frame), choose, ["departures", "departures_net", "families_harmed", "attempts_failed", "killed_trying", "killed", "cost_usd"].map(labelOf).concat("Cost per net departure")));
  if (app.state.view === "policies") paint();
};

const failed = (error) => standing.refused(error, new Map(app.scenario.handles.map(({ path, label }) => [path, label])), app.state.view === "policies" ? comparer.shown : follower.shown);

// What failed beside the charts, which stand as they are.
const excuse = (error) => toast([error.message, ...(error.problems ?? []).map(({ what, remedy }) => `${what}. ${remedy}`)].join(" "));

const pinFailed = (error) => {
  toast(`The pinned line cannot be simulated and was taken away: ${error.problems?.[0]?.what ?? error.message}`);
  change({ pin: null });
};

const showPinned = (frame) => {
  app.pinned = frame;
  if (!app.frame) return;
  draw();
  texts();
};

const follower = new Follower(`${page} a`, arrived, failed);
const comparer = new Follower(`${page} b`, compared, failed);
const pinner = new Follower(`${page} c`, (frame) => { if (app.state.pin !== null) showPinned(frame); }, pinFailed);

// ------------------------------------------------------------------------------------------------ opening

// Nothing of the scenario before may stand under the title of the next.
const clear = () => {
  for (const each of [follower, comparer, pinner]) each.begin(app.scenario.levels.length);
  Object.assign(app, { frame: null, pinned: null, pinnedFrom: null });
  for (const picture of Object.values(pictures)) picture.clear();
  for (const id of ["preset", "strip", "headlines", "summary", "said", "table-routes", "table-second", "key-routes", "key-second", "all-outcomes"]) $(id).replaceChildren();
  $("comparison").replaceChildren(el("p", { text: "Simulating\u2026" }));
  $("few").hidden = true;
  delete document.body.dataset.painted;
  document.body.dataset.fresh = "no";
  standing.empty();
};

const adopt = (state, fallback) => {
  const [found, left] = settled(state, app.scenario, fallback);
  app.state = { ...found, scenario: app.scenario.key };
  if (left.length) toast(leftOut(left));
};

const settle = (scenario, state) => {
  app.scenario = scenario;
  clear();
  $("prior").replaceChildren(el("option", { value: "", text: "as in the file" }), ...scenario.priors.map(({ name, note }) => el("option", { value: name, text: name, title: note })));
  $("beliefs").hidden = !scenario.priors.length;
  for (const kind of ["pessimist", "optimist"]) $(kind).hidden = scenario.priors.length > 0;
  $("title").textContent = scenario.title;
  document.title = `${scenario.title} \u2013 Offramp explorer`;
  $("scope").replaceChildren(...Object.keys(scenario.lines).map((scope) => el("option", { value: scope, text: scope === "force" ? "soldiers of the force" : "people at home" })));
  $("second").replaceChildren(...menu(scenario));
  for (const key of document.querySelectorAll(".grade-key")) key.replaceChildren(...gradeKey(scenario.grades));
  $("missing").replaceChildren(...scenario.missing.map((text) => el("li", { text })));
  built = "";
  adopt({ ...address.fresh(), ...state });
  render();
};

// The last wish to open counts, in whatever order the answers come.
const open = async (asked, state) => {
  const turn = (app.opening += 1);
  const scenario = await asked;
  if (turn !== app.opening) return false;
  const file = fileOf(scenario.key);
  app.packed = file && await address.packed(file.text);
  settle(scenario, state);
  return true;
};

const openKey = (key, state) => open(known(key), state);

const openText = async (text, name, state) => {
  try {
    if (!await open(openFile(text, name), state)) return;
    standing.forgive();
    keep();
    if (!app.packed) toast("This file is too long for a link: the address holds your changes, not the file.");
  } catch (error) {
    standing.turnAway(name, error);
  }
};

const fromAddress = async () => {
  const text = location.hash.slice(1);
  const file = new URLSearchParams(text).get("file");
  const state = address.fromText(text);
  const key = state.scenario ?? app.first;
  try {
    if (file && app.packed !== file) await openText(await address.unpacked(file), "scenario of this link", state);
    else if (app.scenario?.key !== key) await openKey(key, state);
    else settleState(state);
  } catch (error) {
    toast(error instanceof Refused && error.status === 404 ? `\u201c${key}\u201d is no scenario that ships with Offramp, and no file that is open on this server. If it is a file of yours, open it again.` : `This link cannot be read: ${error.message}`);
  }
  if (!app.scenario) await openKey(app.first, address.fresh()); // whatever a link says, the page works
  history.replaceState(null, "", `#${fragment()}`); // the state in full, so that back leads to it
};

const settleState = (state) => {
  follower.rest(app.scenario.key, []); // what was expected of the state before
  adopt(state, app.state);
  render();
};

const wire = () => {
  $("policy").addEventListener("change", () => { if ($("policy").value) choose($("policy").value); });
  $("scope").addEventListener("change", () => change({ scope: $("scope").value }));
  $("second").addEventListener("change", () => change({ second: $("second").value }));
  $("prior").addEventListener("change", () => change({ prior: $("prior").value || null }));
  $("reset").addEventListener("click", () => anew({ changes: {}, prior: null }));
  $("pin").addEventListener("click", () => change({ pin: app.state.pin === null ? address.essence(app.state) : null }));
  presets(app, question, change, excuse);
  for (const tab of document.querySelectorAll(".tab")) {
    tab.addEventListener("click", () => change({ view: tab.dataset.view }));
  }
  for (const [id, name] of [["find", "find"], ["find-claim", "claim"], ["verdict", "verdict"]]) $(id).addEventListener("input", () => change({ [name]: $(id).value || null }, true));
  $("only-uncertain").addEventListener("input", () => change({ all: $("only-uncertain").checked ? null : "1" }));
  $("only-changed").addEventListener("input", () => change({ changed: $("only-changed").checked ? "1" : null }));
  $("refusal-close").addEventListener("click", standing.forgive);
  window.addEventListener("popstate", fromAddress);
  exchange({ app, question, openText, refused: (place, what, remedy) => standing.turnAway(place, { problems: [{ place, what, remedy }] }), pictures, data });
  // The numbers alone: what is looked at is no part of a run.
  runs({ question, link: () => fragment(address.essence(app.state)) });
};

const start = async () => {
  const told = await greet(() => document.body.setAttribute("data-ready", "yes"));
  app.first = told.first;
  app.version = told.version;
  $("version").textContent = `Offramp ${told.version}.`;
  $("shipped").replaceChildren(...told.shipped.map((name) => el("button", { type: "button", text: name, onclick: () => { $("open-menu").hidePopover(); openKey(name, address.fresh()).then(() => keep()).catch(excuse); } })));
  await fromAddress();
  wire(); // there is something now that hands can move
};

start();
