// The second chart: what the reader picked, day by day with its bands, or an outcome at the end over the draws.
import { el } from "./dom.js";
import { lineData, lineRows, lineTable, outcomeData, outcomeRows, outcomeTable, routeRows, swatch } from "./pictures.js";

const OUTCOME = "outcome:";

const outcomeOf = (scenario, second) => (second.startsWith(OUTCOME) ? scenario.outcomes.find(({ name }) => name === second.slice(OUTCOME.length)) : null);
const followedOf = (scenario, second) => scenario.followed.find(({ name }) => name === second);

export const choices = (scenario) => [...scenario.followed.map(({ name }) => name), ...scenario.outcomes.map(({ name }) => OUTCOME + name)];

export const menu = (scenario) => [
  el("optgroup", { label: "By date" }, ...scenario.followed.map(({ name, label }) => el("option", { value: name, text: label }))),
  el("optgroup", { label: "At the end, over draws" }, ...scenario.outcomes.map(({ name, label }) => el("option", { value: OUTCOME + name, text: label }))),
];

// Everything that the page shows of it: chart: name of its definition; rows by data set; title, key, table, data.
export const second = (scenario, frame, name, pin) => {
  const outcome = outcomeOf(scenario, name);
  if (outcome) {
    const tables = outcomeRows(frame, outcome.name, pin);
    return {
      chart: `outcome ${outcome.event ? "event" : outcome.unit}`,
      tables,
      title: outcome.label,
      key: [!tables.table.length ? "Nothing to draw: no draw of these policies defines it."
        : outcome.event ? "Dot: share of draws in which it happens. Line: 90\u00a0% interval of its chance."
          : "Dot: mean. Bar: middle 50\u00a0% of draws. Line: middle 90\u00a0%."],
      table: () => outcomeTable(tables.table, outcome),
      data: () => outcomeData(frame, outcome, pin),
    };
  }
  const one = followedOf(scenario, name);
  const [first] = one.lines;
  const several = one.lines.length > 1;
  const beside = several ? `, ${first}` : "";
  const compared = (frame.shown === frame.reference ? "" : `; dashed: reference${beside}`) + (pin ? `; dotted and grey: pinned${beside}` : "");
  return {
    chart: one.chart,
    tables: several ? routeRows(frame, one.lines, pin) : lineRows(frame, first, pin),
    title: one.label,
    key: several
      ? [...one.lines.flatMap((line, i) => [swatch(line, i, scenario.styles), " "]), `Median and 90\u00a0% of draws${compared}.`]
      : [`Median, middle 50\u00a0% and 90\u00a0% of draws${compared}.`],
    table: () => lineTable(frame, one.lines, `${one.label}, median (90 % interval)${one.unit === "persons" ? ", persons" : ""}`, pin, one.unit, several ? {} : { [first]: one.label }),
    data: () => lineData(frame, one.lines, one.unit, pin),
  };
};
