// Full runs: started here, worked off by the server, told again after a reload.
import { $, el } from "./dom.js";
import { ask } from "./server.js";

const left = (seconds) => (seconds === null ? "" : seconds < 60 ? `${Math.round(seconds)} s left` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s left`);

const words = { queued: "Waiting", running: "Running", cancelling: "Stopping", done: "Done", cancelled: "Cancelled", failed: "Failed" };

const entry = (run) => {
  const active = ["queued", "running", "cancelling"].includes(run.status);
  return el("article", { class: "run", "aria-labelledby": `run-${run.id}` },
    el("h3", { id: `run-${run.id}`, text: `${run.id}. ${run.title}` }),
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

const follow = async () => {
  clearTimeout(timer);
  const all = await ask("/api/runs");
  const text = JSON.stringify(all);
  if (text !== told) {
    told = text;
    const focused = document.activeElement?.closest?.(".run button");
    $("run-list").replaceChildren(...(all.length ? all.reverse().map(entry) : [el("p", { class: "soft", text: "No run yet." })]));
    if (focused) $("run-list").querySelector("button")?.focus();
  }
  const active = all.filter((run) => ["queued", "running", "cancelling"].includes(run.status)).length;
  document.querySelector('[data-view="runs"]').textContent = active ? `Full runs (${active})` : "Full runs";
  if (active) timer = setTimeout(follow, 700);
};

export const runs = ({ question, fragment }) => {
  $("run-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    $("run-error").textContent = "";
    try {
      await ask("/api/runs", { ...question(), draws: $("run-draws").valueAsNumber, link: fragment() });
    } catch (error) {
      $("run-error").textContent = [error.message, ...(error.problems ?? []).map(({ place, what, remedy }) => `${place}: ${what}. ${remedy}`)].join(" ");
    }
    follow();
  });
  follow();
};
