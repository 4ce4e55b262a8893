// Making and finding elements. Text goes in as text: nothing of a scenario is ever read as markup.
export const $ = (id) => document.getElementById(id);

export const el = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(made.dataset, value);
    else if (name === "text") made.textContent = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
};

// A table of text: the first cell of a row is its heading.
export const grid = (caption, head, rows) =>
  el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {},
      el("caption", { text: caption }),
      el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { scope: "col", text })))),
      el("tbody", {}, ...rows.map(([first, ...rest]) =>
        el("tr", {}, el("th", { scope: "row", text: first }), ...rest.map((text) => el("td", { text })))))));

export const toast = (sentence) => {
  $("toast").textContent = sentence;
  $("toast").onclick = () => { $("toast").textContent = ""; }; // it may lie on what one reads
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $("toast").textContent = ""; }, Math.max(6000, 80 * sentence.length)); // as long as it takes to read
};
