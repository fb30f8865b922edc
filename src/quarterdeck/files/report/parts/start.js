// Puts everything on the page, and again for paper.
const PAPER = 660;
const paperCharts = [];

// One chart that cannot be drawn must not take the others with it.
function attempt(work) {
  try { work(); } catch (error) { console.error(error); }
}

function drawAll(paper) {
  drawn.forEach((held) => attempt(() => held.draw(paper)));
}

function toPaper() {
  if (document.documentElement.dataset.paper) return;
  document.documentElement.dataset.paper = document.documentElement.dataset.theme;
  setTheme("light");
  $$("[data-limit]").forEach((list) => list.showRows(true));
  drawAll(true);
  onPaper.forEach(({ box, option }) => {
    const chart = echarts.init(box, null, { renderer: "svg", width: 312, height: 130 });
    chart.setOption({ animation: false, useUTC: true, textStyle: { fontFamily: token("--font") }, ...option() });
    chart.getZr().flush();
    paperCharts.push(chart);
  });
}

function fromPaper() {
  const theme = document.documentElement.dataset.paper;
  if (!theme) return;
  delete document.documentElement.dataset.paper;
  setTheme(theme);
  paperCharts.splice(0).forEach((chart) => chart.dispose());
  $$("[data-limit]").forEach((list) => list.showRows());
  drawAll(false);
}

setTheme(preferredTheme());
$$("[data-limit]").forEach(limitRows);
$$("[data-filter]").forEach(filterButtons);
followSections();
attempt(() => data.schedule && drawGantt($('[data-chart="schedule"]'), data.schedule));
attempt(() => data.stock && picker("stock", data.stock, stockOption));
attempt(() => data.demand && picker("demand", data.demand, demandOption));
attempt(() => data.cash && picture($('[data-chart="cash"]'), (paper) => cashOption(data.cash, paper), () => ({ width: PAPER, height: 300 })));
drawAll(false);

$("#theme").hidden = false;
$("#theme").addEventListener("click", () => { setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"); drawAll(false); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { setTheme(preferredTheme()); drawAll(false); });
let resizing = 0;
addEventListener("resize", () => { cancelAnimationFrame(resizing); resizing = requestAnimationFrame(() => { if (!document.documentElement.dataset.paper) drawAll(false); }); });
addEventListener("beforeprint", toPaper);
addEventListener("afterprint", fromPaper);
