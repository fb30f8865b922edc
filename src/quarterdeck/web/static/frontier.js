// Service against capital: a click on a point chooses it.
(function () {
  const box = document.querySelector("[data-frontier]");
  if (!box) return;
  const source = read("frontier");
  const held = picture(box, () => {
    const colours = tokens();
    const told = (point) => card(point[3] + " of demand from stock", [["safety stock", point[2]]]);
    return {
      grid: { left: 64, right: 24, top: 20, bottom: 34 },
      tooltip: tooltip(colours, (each) => told(each.data), "item"),
      xAxis: valueAxis(colours, { name: "money in safety stock", nameLocation: "middle", nameGap: 22, nameTextStyle: { color: colours.ink3 } }),
      yAxis: valueAxis(colours, { min: "dataMin", max: 1, axisLabel: { color: colours.ink3, fontSize: 11, showMinLabel: false, formatter: (value) => Math.round(value * 100) + " %" } }),
      series: [
        { type: "line", data: source.points, encode: { x: 0, y: 1 }, symbol: "circle", symbolSize: 7, lineStyle: { color: colours.accent, width: 1.8 }, itemStyle: { color: colours.accent } },
        { type: "line", data: [source.now], encode: { x: 0, y: 1 }, symbol: "diamond", symbolSize: 14, itemStyle: { color: colours.warn }, label: { show: true, formatter: "now", position: "bottom", color: colours.ink2 } },
      ],
    };
  });
  held.ready = (chart) => chart.on("click", (event) => {
    const choice = document.querySelector("[data-point]");
    if (choice && event.seriesIndex === 0) choice.value = String(event.dataIndex);
  });
  held.draw(false);
  new ResizeObserver(() => held.chart.resize()).observe(box);
  document.addEventListener("theme-changed", () => held.draw(false));
})();
