// Asking the server. A refusal comes back as an error with its problems; a server that is away is waited for.
import { $ } from "./dom.js";

export class Refused extends Error {
  constructor(status, told) {
    super(told.error ?? "The server did not answer as expected.");
    this.status = status;
    this.problems = told.problems ?? [];
  }
}

const banner = (sentence) => {
  $("banner").textContent = sentence;
  $("banner").hidden = !sentence;
};

let boot = null;
let away = null;

const status = async () => {
  const response = await fetch("/api/status", { cache: "no-store" });
  if (!response.ok) throw new Refused(response.status, await response.json());
  return response.json();
};

// Files that were opened here, by the key of their scenario: a server that was restarted, or has many others open, does not
// know them any more, and is sent them again.
const files = new Map();

// What the server tells of a scenario that it opens. One that ships has no text that must travel.
const opened = async (asked) => {
  const scenario = await ask("/api/open", asked);
  const text = asked.text ?? scenario.text;
  if (text) files.set(scenario.key, { text, name: asked.name ?? scenario.name });
  return scenario;
};
export const openFile = (text, name) => opened({ text, name });
export const openKey = (key) => opened({ scenario: key });
export const fileOf = (key) => files.get(key) ?? null;

// Resolves when the server answers again; all requests that fail meanwhile wait for the same.
const back = () => {
  away ??= (async () => {
    banner("The server does not answer. The page tries again every second; start it with offramp serve --port " + location.port + " if you stopped it.");
    for (;;) {
      await new Promise((next) => setTimeout(next, 1000));
      try {
        const told = await status();
        const restarted = boot !== null && told.boot !== boot;
        boot = told.boot;
        banner(restarted ? "The server was restarted. The page has found it again and goes on where you were." : "");
        if (restarted) setTimeout(() => banner(""), 8000);
        away = null;
        return;
      } catch (error) {
        if (error instanceof Refused) { banner(error.message); }
      }
    }
  })();
  return away;
};

const posted = (body) => ({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

// What helps the server and needs no answer: whatever is wrong with it is told when it is asked for.
export const hint = (path, body) => { fetch(path, posted(body)).catch(() => {}); };

export const ask = async (path, body, signal) => {
  for (let again = true; ;) {
    let response;
    try {
      response = await fetch(path, { ...(body === undefined ? { cache: "no-store" } : posted(body)), signal });
      if (response.status === 429 || response.status === 503) {
        await new Promise((next) => setTimeout(next, 1500));
        continue;
      }
      if (response.headers.get("content-type")?.startsWith("application/octet-stream")) return await response.blob();
      const told = await response.json();
      if (response.status === 404 && again && files.has(body?.scenario)) {
        again = false;
        const { text, name } = files.get(body.scenario);
        const { key } = await openFile(text, name); // another version may name it differently
        body = { ...body, scenario: key };
        continue;
      }
      if (!response.ok) throw new Refused(response.status, told);
      return told;
    } catch (error) {
      if (error.name === "AbortError" || error instanceof Refused) throw error;
      await back();
    }
  }
};

// Says what the server is about until it is ready to simulate; returns what it tells of itself.
export const greet = async (ready) => {
  const first = await ask("/api/status");
  boot = first.boot;
  (async () => {
    for (let told = first; ; told = await ask("/api/status")) {
      if (told.ready) { ready(); banner(""); return; }
      banner("The model is being compiled. On a new machine this takes about a minute, once; then every answer is quick.");
      await new Promise((next) => setTimeout(next, 500));
    }
  })();
  return first;
};
