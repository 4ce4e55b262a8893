// Draws the charts. Colours come from the page's custom properties, so a change of theme, or paper, needs no redraw.
"use strict";
(() => {
  const payload = JSON.parse(document.getElementById("charts").textContent);
  const views = [];

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

  const draw = async (panel) => {
    const place = document.querySelector(`[data-panel="${panel.id}"]`);
    const spec = structuredClone(payload.specs[panel.spec]);
    spec.datasets = Object.fromEntries(Object.entries(panel.tables).map(([name, table]) => [name, rows(table)]));
    const drawn = await vegaEmbed(place, spec, {
      actions: false,
      ast: true,
      defaultStyle: false,
      renderer: "svg",
      tooltip: { disableDefaultStyle: true, theme: "page" },
    });
    if (panel.follows) views.push(drawn.view);
  };

  const start = async () => {
    for (const panel of payload.panels) {
      try {
        await draw(panel);
      } catch (error) {
        // One chart that fails must not take the others with it; its numbers stand in the table behind it.
        console.error(panel.id, error);
        document.querySelector(`[data-panel="${panel.id}"]`).textContent = "This chart could not be drawn; the numbers are below.";
      }
    }
    const chooser = document.getElementById("policy");
    if (chooser) {
      const show = () => {
        for (const view of views) view.signal("policy", chooser.value).runAsync();
        document.getElementById("shown").textContent = chooser.value;
      };
      chooser.addEventListener("change", show);
      show();
    }
    document.documentElement.dataset.charts = "drawn";
  };
  start();
})();
