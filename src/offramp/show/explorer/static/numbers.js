// Headline numbers, the comparison table and the summary in words, from the cells that the server has worded.
import { el } from "./dom.js";
import { dateText } from "./words.js";

const cellOf = (frame, row, policy) => row.cells[frame.policies.indexOf(policy)];

// The headlines, harms marked; none of them can be taken away. Beside the departures stands what a policy adds to them: how
// many took an offer, how many of these would have left another way, and what is left of it. net: labels of these rows.
// pin: the frame of what was pinned, if anything was: its numbers stand beneath, benefit and harm alike.
export const headlines = (frame, wanted, net, pin) => {
  const then = new Map(pin?.blocks.flatMap((block) => block.rows).map((row) => [row.label, cellOf(pin, row, pin.shown)]));
  const rows = frame.blocks.flatMap((block) => block.rows).filter((row) => !row.part && wanted.includes(row.label))
    .sort((a, b) => wanted.indexOf(a.label) - wanted.indexOf(b.label));
  const [added, ...parts] = [net.added, net.gross, net.displaced].map((label) => rows.find((row) => row.label === label));
  const told = ["by offers, gross", "of them displaced"].map((words, i) => {
    const cell = parts[i] && cellOf(frame, parts[i], frame.shown);
    return cell?.interval ? `${words} ${cell.value} (${cell.interval})` : "";
  }).filter(Boolean).join("; ");
  return el("dl", { class: "headlines" }, ...rows.filter((row) => row !== added && !parts.includes(row)).map((row) => {
    const cell = cellOf(frame, row, frame.shown);
    const more = row.label === net.to && added && frame.shown !== frame.reference ? cellOf(frame, added, frame.shown) : null;
    const change = more ? `net ${more.value}${more.interval ? ` (${more.interval})` : ""}` : cell.difference;
    const notes = [more?.verdict, cell.verdict].filter(Boolean).join("; ");
    return el("div", { class: row.harm ? "headline harm" : "headline", title: row.meaning },
      el("dt", {}, row.label, row.harm ? el("span", { class: "mark", text: "harm" }) : null),
      el("dd", {}, el("strong", { text: cell.value }), cell.error ? el("span", { class: "interval", text: cell.error }) : null,
        cell.interval ? el("span", { class: "interval", text: cell.interval }) : null,
        change ? el("span", { class: (more ?? cell).clear ? "change clear" : "change", text: change }) : null,
        notes ? el("span", { class: "interval", text: notes }) : null,
        more && told ? el("span", { class: "change", text: told }) : null,
        then.has(row.label) ? el("span", { class: "then", text: `pinned: ${[then.get(row.label).value, then.get(row.label).error, then.get(row.label).interval && `(${then.get(row.label).interval})`].filter(Boolean).join(" ")}` }) : null));
  }));
};

// The least that stays in sight at every slider: who leaves, what the policy adds, and the first harms, each with its interval.
// wanted: labels of the headlines in their order.
export const strip = (frame, wanted, net) => {
  const rows = wanted.flatMap((label) => frame.blocks.flatMap((block) => block.rows).find((row) => !row.part && row.label === label) ?? []);
  const benefits = rows.filter((row) => !row.harm && [net.to, net.added].includes(row.label));
  const told = benefits.length ? benefits : rows.filter((row) => !row.harm).slice(0, 1);
  return [...told, ...rows.filter((row) => row.harm).slice(0, 2)].map((row) => {
    const cell = cellOf(frame, row, frame.shown);
    const more = [cell.interval, cell.difference && `change ${cell.difference}`].filter(Boolean).join("; ");
    return el("span", {}, `${row.label} `, el("strong", { text: cell.value }), more ? ` (${more})` : null, row.harm ? el("span", { class: "mark", text: " harm" }) : null);
  });
};

// The whole table: one column a policy. choose(policy): what a click on a policy's name does, null for none. first: labels of
// rows that stand together above all others as well, so that benefit, harm and price are seen at one glance.
export const comparison = (frame, caption, choose, first = []) => {
  const head = frame.policies.map((policy) => el("th", { scope: "col", "data-policy": policy },
    choose ? el("button", { type: "button", class: "link", text: policy, onclick: () => choose(policy) }) : policy,
    policy === frame.reference ? el("span", { class: "tag", text: "reference" }) : null));
  const table = el("table", { class: "comparison" },
    el("caption", {}, el("span", { text: caption })),
    el("thead", {}, el("tr", {}, el("th", { scope: "col", text: "Outcome" }), ...head)));
  const every = frame.blocks.flatMap((block) => block.rows).filter((row) => !row.part);
  const brief = first.flatMap((label) => every.find((row) => row.label === label) ?? []);
  for (const block of [...(brief.length ? [{ title: "In short", rows: brief }] : []), ...frame.blocks]) {
    const body = el("tbody", {}, el("tr", { class: "band" },
      el("th", { scope: "rowgroup", colspan: String(frame.policies.length + 1) }, el("span", { text: block.title }))));
    for (const row of block.rows) {
      body.append(el("tr", { class: `${row.part ? "part " : ""}${row.harm ? "harm" : ""}` },
        el("th", { scope: "row", text: row.label, title: row.meaning }),
        ...row.cells.map((cell) => el("td", {},
          el("strong", { text: cell.value }), cell.error ? el("span", { class: "soft", text: ` ${cell.error}` }) : null,
          cell.interval ? el("span", { class: "interval", text: cell.interval }) : null,
          cell.difference ? el("span", { class: cell.clear ? "change clear" : "change", text: cell.difference }) : null,
          cell.verdict ? el("span", { class: "interval", text: cell.verdict }) : null))));
    }
    table.append(body);
  }
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, table);
};

// Some sentences that say what the picture shows, for ears and for a glance: departures never without harms, nothing without
// its interval, and the reference as fully as the policy in view.
export const summary = (frame, scenario) => {
  const rows = frame.blocks.flatMap((block) => block.rows);
  const told = (label, words, policy) => {
    const row = rows.find((each) => each.label === label);
    if (!row) return null;
    const cell = cellOf(frame, row, policy);
    return `${words} ${cell.value}${cell.interval ? ` (${cell.interval})` : ""}`;
  };
  const sentence = (policy, departures) => {
    const parts = [told("Departures", departures, policy), told("Families harmed", "families harmed:", policy), told("Failed attempts", "failed attempts:", policy)].filter(Boolean);
    return parts.length ? `Under \u201c${policy}\u201d, ${parts.join("; ")}.` : "";
  };
  const sentences = [sentence(frame.shown, `departures until ${dateText(scenario.end)}:`), frame.shown === frame.reference ? "" : sentence(frame.reference, "departures:")].filter(Boolean);
  return sentences.length ? `${sentences.join(" ")} Means, with 90\u00a0% of worlds in brackets.` : "";
};
