// Draws the charts, those in view first; the others follow while the page is idle, so that a long page is read at once.
(() => {
  const waiting = new Map(payload.panels.map((panel) => [panel.id, panel]));

  // Whoever follows a link to a claim stays there while the charts above it grow, until a hand moves the page.
  let sought = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (const hand of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    addEventListener(hand, () => { sought = null; }, { once: true, passive: true });
  }

  const drawOnce = async (panel) => {
    if (!waiting.delete(panel.id)) return;
    await draw(panel);
    sought?.scrollIntoView({ behavior: "instant" });
  };

  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const panel = entry.isIntersecting && waiting.get(entry.target.dataset.panel);
        if (panel) drawOnce(panel);
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
    await drawOnce(panel);
    idle(follow);
  };
  idle(follow);
})();
