// In and out: links, files, data, pictures, citation.
import { $, toast } from "./dom.js";
import { ask } from "./server.js";

const save = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

const copy = async (text, done) => {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast(`Copy it from here: ${text}`);
  }
};

const titleOf = (chart) => $(`picture-${chart}`).querySelector("h2").textContent;

// Some charts one below the other, with their titles and where they are from, on the page's own ground.
const sheet = async (pictures, charts = Object.keys(pictures)) => {
  const style = getComputedStyle(document.documentElement);
  const drawn = await Promise.all(charts.map(async (chart) => [titleOf(chart), await pictures[chart].svg()]));
  const words = (text, y, size, weight, colour) => `<text x="20" y="${y}" font-family="system-ui, sans-serif" font-size="${size}" font-weight="${weight}" fill="${style.getPropertyValue(colour).trim()}">${text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`)}</text>`;
  const parts = [];
  let height = 20;
  let width = 0;
  for (const [title, text] of drawn) {
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    const [w, h] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
    svg.setAttribute("x", "20");
    svg.setAttribute("y", String(height + 30));
    parts.push(words(title, height + 18, 17, 600, "--ink"), new XMLSerializer().serializeToString(svg));
    height += h + 50;
    width = Math.max(width, w + 40);
  }
  parts.push(words(document.querySelector(".source").textContent, height + 4, 12, 400, "--soft"));
  height += 20;
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="${style.getPropertyValue("--paper").trim()}"/>${parts.join("")}</svg>`;
  return { text, width, height };
};

const png = async ({ text, width, height }) => {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: width * 2, height: height * 2 });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
};

const FILE_MOST = 5_000_000;

// data(chart): what a chart shows as CSV.
export const exchange = ({ app, question, openText, refused, pictures, data }) => {
  const makers = {
    toml: async () => {
      const { text, name } = await ask("/api/export", question());
      save(new Blob([text], { type: "application/toml" }), name);
    },
    csv: async () => save(await ask("/api/data", { ...question(), format: "csv" }), `${app.scenario.name}.csv`),
    parquet: async () => save(await ask("/api/data", { ...question(), format: "parquet" }), `${app.scenario.name}.parquet`),
    svg: async () => save(new Blob([(await sheet(pictures)).text], { type: "image/svg+xml" }), `${app.scenario.name}.svg`),
    png: async () => save(await png(await sheet(pictures)), `${app.scenario.name}.png`),
    cite: async () => {
      const { citation } = await ask("/api/export", question());
      await copy(citation, "Citation copied.");
    },
  };
  for (const button of document.querySelectorAll("[data-save]")) {
    button.addEventListener("click", async () => {
      $("export-menu").hidePopover();
      try { await makers[button.dataset.save](); } catch (error) { toast(error.message); }
    });
  }
  for (const button of document.querySelectorAll("[data-chart]")) {
    const { chart, as } = button.dataset;
    const kinds = {
      csv: async () => new Blob([data(chart)], { type: "text/csv" }),
      svg: async () => new Blob([(await sheet(pictures, [chart])).text], { type: "image/svg+xml" }),
      png: async () => png(await sheet(pictures, [chart])),
    };
    button.addEventListener("click", async () => {
      if (!app.frame) return;
      try { save(await kinds[as](), `${app.scenario.name}, ${titleOf(chart).toLowerCase()}.${as}`); } catch (error) { toast(error.message); }
    });
  }
  $("copy").addEventListener("click", () => copy(location.href, "Link copied: it holds everything that you set."));
  const take = async (file) => {
    $("open-menu").hidePopover();
    // What the command line refuses before it reads is refused before it is sent; a browser would mend other bytes in silence.
    if (file.size > FILE_MOST) return refused(file.name, `is larger than ${FILE_MOST / 1e6} MB`, "A scenario is a short text; name another file.");
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    } catch {
      return refused(file.name, "is not text in UTF-8", "Save the file as UTF-8.");
    }
    await openText(text, file.name, {});
  };
  $("file").addEventListener("change", () => {
    if ($("file").files.length) take($("file").files[0]);
    $("file").value = "";
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) take(event.dataTransfer.files[0]);
  });
};
