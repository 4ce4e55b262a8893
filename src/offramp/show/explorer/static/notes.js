// Where a state comes from, in words above the charts: a claim, a set of beliefs, a preset.
import * as address from "./address.js";
import { leftOut } from "./checks.js";
import { origin } from "./debate.js";
import { $, toast } from "./dom.js";
import { ask } from "./server.js";

// The claim that the state was loaded from stands there whatever was moved since, and so does what the beliefs in force are.
export const notes = async ({ state, scenario }, change, failed) => {
  const note = scenario.priors.find(({ name }) => name === state.prior)?.note;
  $("belief").textContent = note ? `Beliefs \u201c${state.prior}\u201d: ${note}` : "";
  const place = $("from-claim");
  const id = state.from ?? "";
  if (place.dataset.claim === id) return;
  place.dataset.claim = id;
  place.replaceChildren();
  if (!id) return;
  try {
    const words = await origin(id, (claim) => change({ view: "claims", claim, verdict: null }));
    if (place.dataset.claim !== id) return; // elsewhere meanwhile
    if (words) return place.replaceChildren(...words);
    toast(leftOut([`claim \u201c${id}\u201d`]));
    change({ from: null });
  } catch (error) { failed(error); }
};

// What a preset has done, until the hand goes back or elsewhere; nothing to say no more of it.
export const preset = (sentence = "") => { $("preset").textContent = sentence; };

let clicks = 0;

// Pessimist and optimist are read off the draws of the state that is asked about: a later click takes the place of one before,
// and a hand that goes on meanwhile takes the place of both.
export const presets = (app, question, change, failed) => {
  for (const kind of ["pessimist", "optimist"]) {
    $(kind).addEventListener("click", async () => {
      const [click, asked] = [(clicks += 1), address.essence(app.state)];
      preset("Looking for the numbers that matter most\u2026");
      try {
        const { changes, dropped, sentence } = await ask("/api/preset", { ...question(), kind });
        if (click !== clicks) return;
        if (address.essence(app.state) !== asked) return preset(`The hand went on while the ${kind}\u2019s numbers were looked for; none was set.`);
        const kept = Object.entries(app.state.changes).filter(([path]) => !dropped.includes(path));
        change({ changes: { ...Object.fromEntries(kept), ...changes } });
        preset(sentence);
      } catch (error) {
        if (click !== clicks) return;
        preset();
        failed(error);
      }
    });
  }
};
