// Where a state comes from, in words above the charts: a claim, a set of beliefs, a preset.
import { leftOut } from "./checks.js";
import { origin } from "./debate.js";
import { $, toast } from "./dom.js";

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
