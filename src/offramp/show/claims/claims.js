// Draws the charts, those in view first; the others follow while the page is idle, so that a long page is read at once.
"use strict";
(() => {
  const payload = JSON.parse(document.getElementById("charts").textContent);
  const waiting = new Map(payload.panels.map((panel) => [panel.id, panel]));

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
    if (!waiting.delete(panel.id)) return;
    const place = document.querySelector(`[data-panel="${panel.id}"]`);
    const spec = structuredClone(payload.specs[panel.spec]);
    spec.datasets = Object.fromEntries(Object.entries(panel.tables).map(([name, table]) => [name, rows(table)]));
    try {
      await vegaEmbed(place, spec, {
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
    }
  };

  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const panel = entry.isIntersecting && waiting.get(entry.target.dataset.panel);
        if (panel) draw(panel);
      }
    },
    { rootMargin: "600px" },
  );
  for (const place of document.querySelectorAll("[data-panel]")) seen.observe(place);

  const idle = window.requestIdleCallback ?? ((next) => setTimeout(next, 1));
  const follow = async () => {
    const [panel] = waiting.values();
    if (!panel) {
      document.documentElement.dataset.charts = "drawn";
      return;
    }
    await draw(panel);
    idle(follow);
  };
  idle(follow);
})();
