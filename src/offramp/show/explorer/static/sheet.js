// A picture to save. What stands around a chart on the page goes with it, so that it can be read by itself.
import { fromText } from "./address.js";
import { $ } from "./dom.js";
import { summary } from "./numbers.js";
import { basis, between, withUnit } from "./words.js";

const EDGE = 20;
const MARK = 34; // as wide as a sample of a line
const TOLD_MOST = 3; // numbers set by hand that are named one by one
const UNITS = { persons: "Persons", families: "Families", days: "Days", usd: "US dollars", share: "Per cent", relative: "Change in per cent of the reference", other: "" };

const quoted = (name) => `\u201c${name}\u201d`;

const setByHand = ({ changes, mix, prior }, scenario) => {
  const paths = Object.keys(changes);
  const named = paths.slice(0, TOLD_MOST).map((path) => {
    const { label, owner, unit } = scenario.handles.find((handle) => handle.path === path);
    const value = changes[path];
    return `${label}${owner ? `, ${owner}` : ""}: ${Array.isArray(value) ? between(value[0], value[1], unit) : withUnit(value, unit)}`;
  });
  if (paths.length > TOLD_MOST) named.push(`${paths.length - TOLD_MOST} more, which the saved scenario names`);
  return [
    mix ? `My mix: ${mix.length ? mix.map((part) => part.slice(part.indexOf(":") + 1)).join(", ") : "nothing"}.` : "",
    prior ? `Beliefs: ${quoted(prior)}.` : "",
    named.length ? `Set by hand: ${named.join("; ")}.` : "",
  ];
};

// What a pinned line is of: the policy, and how much of it was set by hand.
export const pinnedAs = ({ shown }, { pin }) => {
  const { changes, mix, prior } = fromText(pin);
  const count = Object.keys(changes).length;
  return [quoted(shown), mix ? `of ${mix.map((part) => part.slice(part.indexOf(":") + 1)).join(", ") || "nothing"}` : "", prior ? `beliefs ${quoted(prior)}` : "", count ? `with ${count} ${count > 1 ? "numbers" : "number"} set by hand` : ""].filter(Boolean).join(", ");
};

// The words of a picture: above the charts, with each of them, below.
const words = ({ frame, state, scenario, pinned, version }) => {
  const second = [...scenario.followed, ...scenario.outcomes.map((one) => ({ ...one, name: `outcome:${one.name}` }))].find(({ name }) => name === state.second);
  const policy = frame.shown === frame.reference ? `Policy: ${quoted(frame.shown)}, the reference.` : `Policy in view: ${quoted(frame.shown)}. Reference: ${quoted(frame.reference)}.`;
  return {
    title: scenario.title,
    above: [policy, ...setByHand(state, scenario), pinned ? `Pinned: ${pinnedAs(pinned, state)}.` : "", summary(frame, scenario)].filter(Boolean),
    notes: {
      routes: `Persons, ${$("scope").selectedOptions[0].text}. Lines: medians of the draws; bands: the middle 90\u00a0% of them.`,
      second: UNITS[second.unit] ? `${UNITS[second.unit]}.` : "",
    },
    below: `Source: Offramp ${version}, ${scenario.name} (content hash ${frame.hash.slice(0, 16)}), ${basis(frame, scenario)}. Numbers are means; in brackets the middle 90\u00a0% of draws.${frame.few ? " Some rest on few simulated soldiers: part of their spread is chance." : ""}`,
  };
};

export const titleOf = (chart) => $(`picture-${chart}`).querySelector("h2").textContent;

// What the key of a chart says on the page, entry by entry: the sample of a line or band, if any, and its name.
const keyOf = (chart) => {
  const entries = (node) => [...node.childNodes].flatMap((child) => {
    if (child.hidden) return [];
    if (child.nodeType === Node.TEXT_NODE || child.classList.contains("pair")) return [[child, child.textContent.trim()]];
    return entries(child);
  });
  return entries($(`picture-${chart}`).querySelector(".key")).filter(([, text]) => text);
};

class Sheet {
  constructor(width) {
    Object.assign(this, { width, height: EDGE, parts: [], style: getComputedStyle(document.documentElement), measuring: document.createElement("canvas").getContext("2d") });
  }

  colour(name) { return this.style.getPropertyValue(name).trim(); }

  widthOf(text, size, weight) {
    this.measuring.font = `${weight} ${size}px system-ui, sans-serif`;
    return this.measuring.measureText(text).width;
  }

  line(text, x, y, size, weight, colour) {
    const safe = text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
    this.parts.push(`<text x="${x}" y="${y}" font-family="system-ui, sans-serif" font-size="${size}" font-weight="${weight}" fill="${this.colour(colour)}">${safe}</text>`);
  }

  paragraph(text, size, weight, colour) {
    let row = "";
    const put = () => {
      this.height += size * 1.4;
      this.line(row, EDGE, this.height - size * 0.3, size, weight, colour);
    };
    for (const word of text.split(" ")) {
      const longer = row ? `${row} ${word}` : word;
      if (row && this.widthOf(longer, size, weight) > this.width - 2 * EDGE) { put(); row = word; } else row = longer;
    }
    if (row) put();
  }

  drawing(svg) {
    svg.setAttribute("x", String(EDGE));
    svg.setAttribute("y", String(this.height + 6));
    this.parts.push(new XMLSerializer().serializeToString(svg));
    this.height += Number(svg.getAttribute("height")) + 12;
  }

  key(entries) {
    const size = 12;
    let x = EDGE;
    for (const [node, text] of entries) {
      const mark = node.nodeType === Node.TEXT_NODE ? 0 : MARK + 6;
      const room = mark + this.widthOf(text, size, 400);
      if (!mark) { this.paragraph(text, size, 400, "--soft"); continue; }
      if (x === EDGE || x + room > this.width - EDGE) { x = EDGE; this.height += size * 1.6; }
      this.sample(node.firstElementChild, x, this.height - size * 0.7);
      this.line(text, x + mark, this.height - size * 0.3, size, 400, "--soft");
      x += room + 18;
    }
  }

  // As the page paints it: a line of a series, a band, or the line of what is compared with.
  sample(painted, x, y) {
    const series = painted.querySelector("line");
    const { stroke, strokeDasharray, borderTopColor, borderTopWidth, borderTopStyle, backgroundColor, opacity } = getComputedStyle(series ?? painted);
    const line = (colour, width, dash) => `<line x1="${x}" y1="${y}" x2="${x + MARK}" y2="${y}" stroke="${colour}" stroke-width="${width}" stroke-dasharray="${dash}"/>`;
    if (series) this.parts.push(line(stroke, 2, strokeDasharray.replaceAll("px", "")));
    else if (borderTopStyle === "none") this.parts.push(`<rect x="${x}" y="${y - 5}" width="${MARK}" height="10" fill="${backgroundColor}" opacity="${opacity}"/>`);
    else this.parts.push(line(borderTopColor, Number.parseFloat(borderTopWidth), borderTopStyle === "dotted" ? "1.5 3" : "5 4"));
  }

  get text() {
    const height = Math.ceil(this.height + EDGE);
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${height}" viewBox="0 0 ${this.width} ${height}"><rect width="100%" height="100%" fill="${this.colour("--paper")}"/>${this.parts.join("")}</svg>`;
  }
}

// Whatever is saved is of the state that the sliders show.
export const followed = () => { if (document.body.dataset.fresh === "no") throw new Error("The picture is still of the state before. Save it when it has followed."); };

// Some charts one below the other as SVG: title, policy, what was set, what came of it with its harms, keys and source.
export const sheet = async (app, pictures, charts = Object.keys(pictures)) => {
  followed();
  const said = words(app);
  const keys = charts.map(keyOf);
  const titles = charts.map(titleOf);
  const drawn = await Promise.all(charts.map((chart) => pictures[chart].svg()));
  const images = drawn.map((text) => new DOMParser().parseFromString(text, "image/svg+xml").documentElement);
  const made = new Sheet(Math.max(...images.map((svg) => Number(svg.getAttribute("width")))) + 2 * EDGE);
  made.paragraph(said.title, 18, 700, "--ink");
  for (const text of said.above) made.paragraph(text, 13, 400, "--ink");
  for (const [i, svg] of images.entries()) {
    made.height += 12;
    made.paragraph(titles[i], 16, 600, "--ink");
    made.paragraph(said.notes[charts[i]], 12, 400, "--soft");
    made.drawing(svg);
    made.key(keys[i]);
  }
  made.height += 8;
  made.paragraph(said.below, 12, 400, "--soft");
  return made.text;
};

export const png = async (text) => {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: image.naturalWidth * 2, height: image.naturalHeight * 2 });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
};
