// Full runs: started here, worked off by the server, told again after a reload.
import * as address from "./address.js";
import { $, el, toast } from "./dom.js";
import { ask } from "./server.js";

const left = (seconds) => (seconds === null ? "" : seconds < 60 ? `${Math.round(seconds)} s left` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s left`);

const words = { queued: "Waiting", running: "Running", cancelling: "Stopping", done: "Done", cancelled: "Cancelled", failed: "Failed" };

const ACTIVE = ["queued", "running", "cancelling"];
const TOLD_MOST = 3;
const IDLE = 4000; // milliseconds between two looks at the list while nothing runs: another page may start something

// What was run: the policy, and what of the scenario was changed.
const nameOf = (run) => {
  const state = address.fromText(run.link);
  const changes = Object.entries(state.changes).map(([path, value]) => `${path} = ${Array.isArray(value) ? value.join(" to ") : value}`);
  const more = changes.length - TOLD_MOST;
  return [run.title, ...(state.mix ? [`of ${state.mix.map((part) => part.slice(part.indexOf(":") + 1)).join(", ") || "no offer"}`] : []), ...(state.prior ? [`beliefs ${state.prior}`] : []),
    ...changes.slice(0, TOLD_MOST), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
};

// An entry is made once and told anew in place: what a hand or a screen reader is on stays under it.
const entryOf = (run) => {
  const [status, told, out] = [el("strong"), el("span"), el("code")];
  const progress = el("progress", { "aria-label": `Progress of run ${run.id}` });
  const results = el("p", { class: "small soft" }, "Results: ", out);
  const report = el("a", { target: "_blank", rel: "noopener", text: "Open the report" });
  const settings = run.link ? el("a", { href: `#${run.link}`, text: "Show its settings" }) : null;
  const cancel = el("button", { type: "button", text: "Cancel", onclick: async () => { await ask(`/api/runs/${run.id}/cancel`, {}).catch(() => {}); follow(); } });
  const made = el("article", { class: "run", tabindex: "-1", "aria-labelledby": `run-${run.id}` },
    el("h3", { id: `run-${run.id}`, text: `${run.id}. ${nameOf(run)}` }),
    el("p", {}, status, " ", told),
    progress,
    results,
    el("p", { class: "run-actions" }, report, settings, cancel));
  const tell = (now) => {
    const active = ACTIVE.includes(now.status);
    status.textContent = words[now.status];
    told.textContent = now.status === "done" ? now.sentence : `${now.done} of ${now.total} draws${now.total > now.draws ? ", with those of prior sets and experiments" : ""}. ${now.status === "running" ? left(now.seconds_left) : now.sentence}`;
    Object.assign(progress, { max: now.total, value: now.done });
    out.textContent = now.out ?? "";
    results.hidden = !now.out;
    if (now.report) report.href = now.report;
    report.hidden = !now.report;
    if (!active && document.activeElement === cancel) made.focus();
    progress.hidden = cancel.hidden = !active;
  };
  return { made, tell };
};

let timer = 0;
let asked = 0;
let runsNow = [];
const entries = new Map();

const follow = async () => {
  clearTimeout(timer);
  timer = setTimeout(follow, IDLE);
  if (document.hidden) return;
  const turn = ++asked;
  const all = await ask("/api/runs").catch(() => runsNow);
  if (turn < asked) return; // an answer to an older question knows less
  runsNow = all;
  const list = $("run-list");
  const shown = all.toReversed().map((run) => {
    const key = `${run.id} ${run.title} ${run.draws} ${run.link}`; // another server may give the number anew
    if (!entries.has(key)) entries.set(key, entryOf(run));
    entries.get(key).tell(run);
    return entries.get(key).made;
  });
  shown.forEach((made, i) => { if (list.children[i] !== made) list.insertBefore(made, list.children[i] ?? null); });
  while (list.children.length > shown.length) list.lastChild.remove();
  $("no-run").hidden = all.length > 0;
  const active = all.filter((run) => ACTIVE.includes(run.status)).length;
  document.querySelector('[data-view="runs"]').textContent = active ? `Full runs (${active})` : "Full runs";
  if (active) {
    clearTimeout(timer);
    timer = setTimeout(follow, 700);
  }
};

// link(): the state to run, as a link holds it.
export const runs = ({ question, link }) => {
  const sending = new Set(); // wishes on their way
  $("run-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const wish = { draws: $("run-draws").valueAsNumber, link: link() };
    // The same twice would give the same: a second click is not a second wish.
    const same = [...sending, ...runsNow.filter((run) => ACTIVE.includes(run.status))].find((run) => run.draws === wish.draws && run.link === wish.link);
    if (same) return toast(`This is ${same.id ? `run ${same.id}, which is` : "asked for and"} not done yet; it was not started twice.`);
    $("run-error").textContent = "";
    sending.add(wish);
    try {
      await ask("/api/runs", { ...question(), ...wish });
    } catch (error) {
      $("run-error").textContent = [error.message, ...(error.problems ?? []).map(({ place, what, remedy }) => `${place}: ${what}. ${remedy}`)].join(" ");
    }
    await follow();
    sending.delete(wish);
  });
  document.addEventListener("visibilitychange", follow);
  follow();
};
