// Draws the charts. Colours come from the page's custom properties, so a change of theme, or paper, needs no redraw.
(() => {
  const start = async () => {
    const views = [];
    for (const panel of payload.panels) {
      const drawn = await draw(panel);
      if (drawn && panel.follows) views.push(drawn.view);
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
