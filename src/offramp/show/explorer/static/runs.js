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

const entry = (run) => {
  const active = ACTIVE.includes(run.status);
  return el("article", { class: "run", "aria-labelledby": `run-${run.id}` },
    el("h3", { id: `run-${run.id}`, text: `${run.id}. ${nameOf(run)}` }),
    el("p", {}, el("strong", { text: words[run.status] }), ` ${run.done} of ${run.total} draws. ${run.status === "running" ? left(run.seconds_left) : run.sentence}`),
    active ? el("progress", { max: String(run.total), value: String(run.done), "aria-label": `Progress of run ${run.id}` }) : null,
    run.out ? el("p", { class: "small soft" }, "Results: ", el("code", { text: run.out })) : null,
    el("p", { class: "run-actions" },
      run.report ? el("a", { href: run.report, target: "_blank", rel: "noopener", text: "Open the report" }) : null,
      run.link ? el("a", { href: `#${run.link}`, text: "Show its settings" }) : null,
      active ? el("button", { type: "button", text: "Cancel", onclick: async () => { await ask(`/api/runs/${run.id}/cancel`, {}).catch(() => {}); follow(); } }) : null));
};

let timer = 0;
let told = "";
let runsNow = [];

const follow = async () => {
  clearTimeout(timer);
  timer = setTimeout(follow, IDLE);
  if (document.hidden) return;
  const all = await ask("/api/runs").catch(() => runsNow);
  runsNow = all;
  const text = JSON.stringify(all);
  if (text !== told) {
    told = text;
    const focused = document.activeElement?.closest?.(".run button");
    $("run-list").replaceChildren(...(all.length ? all.toReversed().map(entry) : [el("p", { class: "soft", text: "No run yet." })]));
    if (focused) $("run-list").querySelector("button")?.focus();
  }
  const active = all.filter((run) => ACTIVE.includes(run.status)).length;
  document.querySelector('[data-view="runs"]').textContent = active ? `Full runs (${active})` : "Full runs";
  if (active) {
    clearTimeout(timer);
    timer = setTimeout(follow, 700);
  }
};

// link(): the state to run, as a link holds it.
export const runs = ({ question, link }) => {
  let sending = false;
  $("run-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    const wish = { draws: $("run-draws").valueAsNumber, link: link() };
    // The same twice would give the same: a second click is not a second wish.
    const same = runsNow.find((run) => ACTIVE.includes(run.status) && run.draws === wish.draws && run.link === wish.link);
    if (same) return toast(`This is run ${same.id}, which is not done yet; it was not started twice.`);
    $("run-error").textContent = "";
    sending = true;
    try {
      await ask("/api/runs", { ...question(), ...wish });
    } catch (error) {
      $("run-error").textContent = [error.message, ...(error.problems ?? []).map(({ place, what, remedy }) => `${place}: ${what}. ${remedy}`)].join(" ");
    }
    await follow();
    sending = false;
  });
  document.addEventListener("visibilitychange", follow);
  follow();
};
