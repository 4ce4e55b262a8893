// The charts: definitions from the server (those of the report), rows swapped in place, pictures to save.
import { $, el, grid } from "./dom.js";
import { dateText, inUnit } from "./words.js";

// logLevel 1: a line that nobody is on (nothing pinned, say) has no extent, which is no fault.
const OPTIONS = { actions: false, logLevel: 1, ast: true, defaultStyle: false, renderer: "svg", tooltip: { disableDefaultStyle: true, theme: "page" } };

export class Picture {
  constructor(place) {
    this.place = $(place).firstElementChild;
    this.name = null;
    this.chain = Promise.resolve();
  }

  // name: of the definition; tables: rows by data set. Drawn anew only when the definition changes.
  show(name, spec, tables) {
    this.chain = this.chain.then(async () => {
      if (this.name !== name) {
        this.view?.finalize();
        const drawn = { ...structuredClone(spec), datasets: tables };
        drawn.config.axis.labelFontSize *= Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
        this.view = (await window.vegaEmbed(this.place, drawn, OPTIONS)).view;
        this.name = name;
        return;
      }
      for (const [set, rows] of Object.entries(tables)) if (this.holds(set)) this.view.data(set, rows);
      await this.view.runAsync();
    }).catch((error) => {
      console.error(error);
      this.place.textContent = "This chart could not be drawn; its numbers stand in the table below.";
      this.name = null;
    });
    return this.chain;
  }

  clear() {
    this.chain = this.chain.then(() => {
      this.view?.finalize();
      this.view = null;
      this.name = null;
      this.place.replaceChildren();
    });
  }

  holds(set) {
    try { this.view.data(set); return true; } catch { return false; }
  }

  // The drawing with its colours as they are on the page now.
  async svg() {
    if (!this.view) throw new Error("Nothing is drawn yet; wait for the first picture.");
    const text = await this.view.toSVG();
    const style = getComputedStyle(document.documentElement);
    return text.replace(/var\((--[\w-]+)\)/g, (_, property) => style.getPropertyValue(property).trim());
  }
}

// The key of a line: its colour and dash, and its name.
export const swatch = (line, i, [colours, dashes]) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 34 8");
  svg.setAttribute("aria-hidden", "true");
  const stroke = document.createElementNS(svg.namespaceURI, "line");
  for (const [name, value] of Object.entries({ x1: 1, y1: 4, x2: 33, y2: 4, class: `series-${i % colours} dash-${i % dashes}` })) stroke.setAttribute(name, value);
  svg.append(stroke);
  return el("span", { class: "pair" }, svg, line);
};

const days = (frame) => (frame.days ??= frame.dates.map((date) => Date.parse(date)));

const fan = (frame, line, policy, extra) => {
  const found = frame?.lines[line]?.[policy];
  if (!found) return [];
  return days(frame).map((date, i) => ({ ...extra, date, q05: found.q05[i], q25: found.q25[i], q50: found.q50[i], q75: found.q75[i], q95: found.q95[i] }));
};
const median = (frame, line, policy) => {
  const found = frame?.lines[line]?.[policy];
  return found ? days(frame).map((date, i) => ({ date, q50: found.q50[i] })) : [];
};

export const routeRows = (frame, names, pinned) => ({
  table: names.flatMap((line) => fan(frame, line, frame.shown, { policy: "in view", line })),
  reference: frame.shown === frame.reference ? [] : median(frame, names[0], frame.reference),
  pinned: fan(pinned, names[0], pinned?.shown),
});

export const lineRows = (frame, line, pinned) => ({
  table: fan(frame, line, frame.shown, { policy: "in view" }),
  reference: frame.shown === frame.reference ? [] : median(frame, line, frame.reference),
  pinned: fan(pinned, line, pinned?.shown),
});

export const outcomeRows = (frame, name, pinned) => ({
  table: [["Reference", frame, frame.reference], ["In view", frame, frame.shown], ["Pinned", pinned, pinned?.shown]]
    .filter(([, from, policy]) => from?.outcomes[name]?.[policy]?.mean !== undefined && from.outcomes[name][policy].mean !== null)
    .map(([row, from, policy]) => {
      const told = from.outcomes[name][policy];
      return { policy: row, ...told, q25: told.q25 ?? told.mean, q75: told.q75 ?? told.mean }; // an event has no middle half
    }),
});

// What a chart shows, as a table for other programs: every date of every line and policy.
const csv = (rows) => rows.map((row) => row.map((cell) => (/[",\n]/.test(cell ?? "") ? `"${cell.replaceAll('"', '""')}"` : cell ?? "")).join(",")).join("\n") + "\n";
const QUANTILES = ["q05", "q25", "q50", "q75", "q95"];

// On what the numbers of a row rest: draws, and how many of them were simulated for this state.
const BASIS = ["draws", "simulated_draws"];
const basisOf = ({ draws, simulated }) => [draws, simulated];

// Who stands in a table beside the policy in view: [frame, policy, name], what was pinned last.
const beside = (frame, pin, name) => [...frame.policies.map((policy) => [frame, policy, policy]), ...(pin ? [[pin, pin.shown, `${name}: ${pin.shown}`]] : [])];

export const lineData = (frame, lines, unit, pin) => csv([["line", "policy", "date", "unit", ...QUANTILES, ...BASIS],
  ...lines.flatMap((line) => beside(frame, pin, "pinned").filter(([from, policy]) => from.lines[line]?.[policy]).flatMap(([from, policy, name]) =>
    from.dates.map((date, i) => [line, name, date, unit, ...QUANTILES.map((q) => from.lines[line][policy][q][i]), ...basisOf(from)])))]);

const STATISTICS = ["mean", "error", ...QUANTILES].map((name) => [name, name]);
const CHANCE = [["mean", "share_of_draws"], ["q05", "chance_low"], ["q95", "chance_high"]];

export const outcomeData = (frame, { name: outcome, unit, event }, pin) => csv([["outcome", "policy", "unit", ...(event ? CHANCE : STATISTICS).map(([, head]) => head), ...BASIS],
  ...beside(frame, pin, "pinned").map(([from, policy, name]) => [outcome, name, unit, ...(event ? CHANCE : STATISTICS).map(([key]) => from.outcomes[outcome]?.[policy]?.[key]), ...basisOf(from)])]);

// The table behind a chart of lines: a few dates, the median with its 90 % interval.
export const lineTable = (frame, lines, caption, pin, unit = "persons", titles = {}) => {
  const last = frame.dates.length - 1;
  const at = [...new Set([0.2, 0.4, 0.6, 0.8, 1].map((share) => Math.round(last * share)))];
  const cell = (found, i) => (found ? `${inUnit(found.q50[i], unit)} (${inUnit(found.q05[i], unit)} to ${inUnit(found.q95[i], unit)})` : "\u2013");
  const columns = lines.filter((line) => frame.lines[line]).map((line) => [titles[line] ?? line, frame.lines[line][frame.shown]]);
  const [first] = lines;
  const whole = titles[first] ?? first;
  if (frame.shown !== frame.reference) columns.push([`${whole}, reference`, frame.lines[first]?.[frame.reference]]);
  if (pin) columns.push([`${whole}, pinned`, pin.lines[first]?.[pin.shown]]);
  return grid(caption, ["End of", ...columns.map(([head]) => head)], at.map((i) => [dateText(frame.dates[i]), ...columns.map(([, found]) => cell(found, i))]));
};

export const outcomeTable = (rows, { label, unit, event }) => (event
  ? grid(label, ["", "share of draws", "90 % interval of the chance"], rows.map((row) => [row.policy, inUnit(row.mean, unit), `${inUnit(row.q05, unit, 2)} to ${inUnit(row.q95, unit, 2)}`]))
  : grid(label, ["", "mean", "5 %", "median", "95 %", "standard error of the mean"],
    rows.map((row) => [row.policy, ...[row.mean, row.q05, row.q50, row.q95].map((value) => inUnit(value, unit)), row.error === null ? "\u2013" : `\u00b1${inUnit(row.error, unit === "relative" ? "share" : unit, 2)}`])));
