// The state of the page, and its place in the address: a link is a scenario.
// The part after # never leaves the browser, so a link tells the server nothing.

export const fresh = () => ({ scenario: null, policy: null, prior: null, mix: null, changes: {}, view: "explore", scope: null, second: null, pin: null, find: null, all: null, changed: null, claim: null, verdict: null, from: null });

const VIEWS = ["explore", "policies", "claims", "assumptions", "runs"];
const FLAGS = ["all", "changed"];
const LOOKED_AT = ["view", "scope", "second", "find", ...FLAGS, "claim", "verdict", "from"]; // what is filtered, too, and from which claim it was loaded
const PLAIN = ["scenario", "policy", "prior", ...LOOKED_AT];
const KNOWN = [...PLAIN, "pin", "mix", "file"];

const readValue = (text) => {
  if (/^-?[\d.]+(e[-+]?\d+)?$/i.test(text)) return Number(text);
  const pair = text.split("~").map(Number);
  return pair.length === 2 && pair.every(Number.isFinite) ? pair : text;
};
const writeValue = (value) => (Array.isArray(value) ? value.join("~") : String(value));

export const toText = (state) => {
  const query = new URLSearchParams();
  for (const name of PLAIN) {
    if (state[name] && !(name === "view" && state.view === "explore")) query.set(name, state[name]);
  }
  if (state.mix) query.set("mix", JSON.stringify(state.mix));
  for (const path of Object.keys(state.changes).sort()) query.set(`set.${path}`, writeValue(state.changes[path]));
  if (state.pin) query.set("pin", state.pin);
  return query.toString();
};

// unread: what of it cannot be understood whatever the scenario.
export const fromText = (text) => {
  const state = fresh();
  const query = new URLSearchParams(text);
  for (const name of [...PLAIN, "pin"]) state[name] = query.get(name) ?? state[name];
  state.unread = [...new Set(query.keys())].filter((name) => !(KNOWN.includes(name) || name.startsWith("set."))).map((name) => `\u201c${name}\u201d`);
  if (!VIEWS.includes(state.view)) {
    state.unread.push(`view \u201c${state.view}\u201d`);
    state.view = "explore";
  }
  for (const flag of FLAGS) {
    if (state[flag] && state[flag] !== "1") state.unread.push(`${flag} \u201c${state[flag]}\u201d`);
    if (state[flag] !== "1") state[flag] = null;
  }
  let mix = null;
  try { mix = JSON.parse(query.get("mix") ?? "null"); } catch { mix = ""; }
  if (Array.isArray(mix)) state.mix = mix.map(String);
  else if (mix !== null) state.unread.push("the mix of offers");
  for (const [name, value] of query) if (name.startsWith("set.")) state.changes[name.slice(4)] = readValue(value);
  return state;
};

// A mix holds what a policy may use, each with its kind before its name.
const named = (mix, kind) => mix && mix.filter((part) => part.startsWith(kind)).map((part) => part.slice(kind.length));

// What the server is asked about a state: what the numbers depend on, not what is looked at.
export const wish = (state) => ({ scenario: state.scenario, state: { policy: state.policy ?? undefined, prior: state.prior ?? undefined, programmes: named(state.mix, "programme:"), levers: named(state.mix, "lever:"), offramps: named(state.mix, "offramp:"), changes: state.changes } });
export const essence = (state) => toText({ ...fresh(), scenario: state.scenario, policy: state.policy, prior: state.prior, mix: state.mix, changes: state.changes });

// An imported file travels in the link too, packed, as long as links of that length can be sent.
const LONGEST = 60_000;

const bytesOf = async (stream) => new Uint8Array(await new Response(stream).arrayBuffer());

export const packed = async (text) => {
  const bytes = await bytesOf(new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw")));
  if (bytes.length > LONGEST * 0.75) return null;
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

export const unpacked = async (text) => {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  // Bounded: a few kilobytes can unpack to gigabytes.
  const reader = stream.getReader();
  const parts = [];
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > 5_000_000) throw new Error("The file in this link is larger than 5 MB.");
    parts.push(value);
  }
  return new Blob(parts).text();
};
