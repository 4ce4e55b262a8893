// In and out: links, files, data, pictures, citation.
import { $, toast } from "./dom.js";
import { ask } from "./server.js";
import { followed, png, sheet, titleOf } from "./sheet.js";

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
    svg: async () => save(new Blob([await sheet(app, pictures)], { type: "image/svg+xml" }), `${app.scenario.name}.svg`),
    png: async () => save(await png(await sheet(app, pictures)), `${app.scenario.name}.png`),
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
      csv: async () => {
        followed();
        return new Blob([data(chart)], { type: "text/csv" });
      },
      svg: async () => new Blob([await sheet(app, pictures, [chart])], { type: "image/svg+xml" }),
      png: async () => png(await sheet(app, pictures, [chart])),
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
    const { files } = event.dataTransfer;
    if (!files.length) return toast("Only a file can be dropped here; save the text as a file that ends in .toml.");
    if (files.length > 1) toast(`One scenario is open at a time: ${files[0].name} was taken, ${[...files].slice(1).map(({ name }) => name).join(", ")} not.`);
    take(files[0]);
  });
};
