// One curve on its page: stock, demand or cash.
(function () {
  const box = document.querySelector("[data-curve]");
  if (!box) return;
  const source = read("curve");
  const options = {
    stock: () => stockOption(source, source.items[0], false),
    demand: () => demandOption(source, source.items[0], false),
    cash: () => cashOption(source, false),
  };
  const held = picture(box, options[box.dataset.curve]);
  held.draw(false);
  new ResizeObserver(() => held.chart.resize()).observe(box);
  document.addEventListener("theme-changed", () => held.draw(false));
})();
