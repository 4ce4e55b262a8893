// How the pictures stand to the sliders: drawn, on their way, or refused; said in words, at the lever and beside the charts.
import { $, el } from "./dom.js";

const SLOW = 600; // milliseconds after which a picture that has not come is told of
let timer = 0;
let wrong = new Map(); // key path -> what is wrong with its number

const tell = (sentence) => { for (const place of document.querySelectorAll(".progress")) place.textContent = sentence; };
const stale = (how) => { if (how) document.body.dataset.stale = how; else delete document.body.dataset.stale; };
const trouble = (...parts) => { for (const place of document.querySelectorAll(".trouble")) place.replaceChildren(...parts.map((part) => part.cloneNode(true))); };

// Each lever that was refused says so; also those that were made since.
export const marks = () => { for (const lever of document.querySelectorAll(".lever")) lever.refuse?.(wrong.get(lever.dataset.path) ?? null); };

const accuse = (problems) => {
  wrong = new Map(problems.map(({ place, what, remedy }) => [place, `${what}. ${remedy}`]));
  marks();
};

// Nothing of this scenario was drawn yet.
export const empty = () => {
  clearTimeout(timer);
  stale("new");
  tell("Waiting for the first picture\u2026");
  trouble();
  accuse([]);
};

// Asked for; what stands there is told of as old when the answer takes its time.
export const waiting = () => {
  clearTimeout(timer);
  if (document.body.dataset.stale === "new") return;
  timer = setTimeout(() => { stale("waiting"); tell("Simulating\u2026 what stands here is of the state before."); }, SLOW);
};

export const drawn = (sentence, current) => {
  tell(sentence);
  if (!current) return;
  clearTimeout(timer);
  stale(null);
  trouble();
  accuse([]);
};

// labels: names of numbers by their key path. before: whether anything stands there.
export const refused = (error, labels, before) => {
  clearTimeout(timer);
  if (document.body.dataset.stale !== "new") stale("refused");
  const problems = error.problems?.length ? error.problems : [{ place: "", what: error.message, remedy: "" }];
  const rest = before ? "what stands here is of the state before" : "nothing is drawn yet";
  tell(`Not simulated; ${rest}.`);
  trouble(el("strong", { text: "Not simulated. " }),
    ...problems.map(({ place, what, remedy }) => el("span", {}, place ? `${labels.get(place) ?? place}: ` : "", `${what.replace(/\.$/, "")}. ${remedy} `)));
  accuse(problems);
};

// What is no number at all is not asked about: the number before stays in force.
export const slip = (path, label, remedy) => {
  const what = "is not a number that can be reckoned with";
  trouble(el("strong", { text: "The number before stays in force. " }), el("span", { text: `${label}: ${what}. ${remedy}` }));
  accuse([{ place: path, what, remedy }]);
};

// A file that was turned away; it says so until it is closed or another file opens.
export const turnAway = (name, error) => {
  const problems = error.problems?.length ? error.problems : [{ place: "", what: error.message, remedy: "" }];
  $("refusal").hidden = false;
  $("refusal-title").textContent = `${name} was refused`;
  $("refusal-list").replaceChildren(...problems.map(({ place, what, remedy }) =>
    el("li", {}, place ? el("code", { text: place }) : null, ` ${what}. `, el("span", { class: "soft", text: remedy }))));
  $("refusal").scrollIntoView({ block: "nearest" });
};

export const forgive = () => { $("refusal").hidden = true; };
