// What a state from elsewhere means in a scenario: every value is looked at, what is not understood is told and left out.
import { choices } from "./second.js";

const inside = (value, { least, most }) => Number.isFinite(value) && value >= (least ?? -Infinity) && value <= (most ?? Infinity);

const understood = (value, handle) => {
  if (handle.scale === "choice") return handle.options.includes(value);
  if (Array.isArray(value)) return handle.interval !== null && value[0] < value[1] && value.every((end) => inside(end, handle));
  return typeof value === "number" && inside(value, handle);
};

// The state that is left, complete, and names of what was left out. fallback: what stands where the state says nothing.
export const settled = (state, scenario, fallback = {}) => {
  const left = [...(state.unread ?? [])];
  const handles = new Map(scenario.handles.map((handle) => [handle.path, handle]));
  const pick = (name, known, otherwise) => {
    if (known.includes(state[name])) return state[name];
    if (state[name]) left.push(`${name} \u201c${state[name]}\u201d`);
    return known.includes(fallback[name]) ? fallback[name] : otherwise;
  };
  const policies = scenario.policies.map(({ name }) => name);
  const scopes = Object.keys(scenario.lines);
  const seconds = choices(scenario);
  const found = {
    ...state,
    policy: pick("policy", policies, policies[Math.min(3, policies.length - 1)]),
    scope: pick("scope", scopes, scopes[0]),
    second: pick("second", seconds, seconds[0]),
    prior: pick("prior", scenario.priors.map(({ name }) => name), null),
    mix: state.mix && state.mix.filter((part) => scenario.parts.includes(part) || !left.push(`offer \u201c${part}\u201d`)),
    changes: Object.fromEntries(Object.entries(state.changes).filter(([path, value]) =>
      (handles.has(path) && understood(value, handles.get(path))) || !left.push(`${path} = ${Array.isArray(value) ? value.join(" to ") : value}`))),
  };
  if (!state.prior) found.prior = null;
  if (state.mix?.length && !found.mix.length) found.mix = null; // a mix of nothing known was none of nothing
  delete found.unread;
  return [found, left];
};

const TOLD_MOST = 6;

export const leftOut = (left) => {
  const more = left.length - TOLD_MOST;
  return `Left out, because this scenario has no such thing or cannot take it: ${left.slice(0, TOLD_MOST).join("; ")}${more > 0 ? `; and ${more} more` : ""}.`;
};
