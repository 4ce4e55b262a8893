// What the scripts of all pages share: the charts that came with the page, and how one of them is drawn.
"use strict";
const payload = JSON.parse(document.getElementById("charts").textContent);

// Rows travel by column; text columns that repeat travel as places in a list of their values.
const rows = (columns) => {
  const names = Object.keys(columns);
  const unpacked = names.map((name) => {
    const column = columns[name];
    return Array.isArray(column) ? column : column.at.map((place) => (place === null ? null : column.of[place]));
  });
  const length = unpacked.length ? unpacked[0].length : 0;
  return Array.from({ length }, (_, i) => Object.fromEntries(names.map((name, j) => [name, unpacked[j][i]])));
};

// What vegaEmbed gives, or nothing where the chart could not be drawn.
const draw = async (panel) => {
  const place = document.querySelector(`[data-panel="${panel.id}"]`);
  try {
    const spec = structuredClone(payload.specs[panel.spec]);
    spec.datasets = Object.fromEntries(Object.entries(panel.tables).map(([name, table]) => [name, rows(table)]));
    return await vegaEmbed(place, spec, {
      actions: false,
      ast: true,
      defaultStyle: false,
      renderer: "svg",
      tooltip: { disableDefaultStyle: true, theme: "page" },
    });
  } catch (error) {
    // One chart that fails must not take the others with it; its numbers stand in the table behind it.
    console.error(panel.id, error);
    place.textContent = "This chart could not be drawn; the numbers are below.";
    return null;
  }
};
