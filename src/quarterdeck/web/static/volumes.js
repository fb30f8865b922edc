// Levelled volumes: what is wanted, made and kept; hours; money. One chart each, by what is chosen above it.
(function () {
  if (!document.querySelector("[data-volumes]")) return;
  const source = read("volumes");
  const times = source.weeks.map((day) => day * DAY * MINUTE);
  const half = 3.5 * DAY * MINUTE;
  const line = (values) => values.map((value, week) => [times[week], value]);

  function frame(colours, lines, series, unit) {
    return {
      grid: { left: 64, right: 24, top: 40, bottom: 28 },
      legend: { top: 6, left: 76, itemWidth: 10, itemHeight: 8, itemGap: 16, textStyle: { color: colours.ink2, fontSize: 12 } },
      tooltip: tooltip(colours, (list) => card("Week of " + dayText(list[0].value[0]), lines(times.indexOf(list[0].value[0]))), "axis"),
      xAxis: timeAxis(colours, times[0] - half, times[times.length - 1] + half, 9), yAxis: valueAxis(colours, { name: unit, nameTextStyle: { color: colours.ink3, align: "right" } }),
      series,
    };
  }

  const bar = (name, values, colour, stack) => ({ type: "bar", name, stack, data: line(values), barWidth: "52%", barMaxWidth: 22, itemStyle: { color: colour }, z: 2 });
  const curve = (name, values, colour, more) => ({ type: "line", name, data: line(values), showSymbol: false, symbol: "circle", lineStyle: { color: colour, width: 1.8, ...more }, itemStyle: { color: colour }, z: 3 });

  const options = {
    groups(group) {
      const colours = tokens(), unit = group.unit ? source.sign : "";
      const said = (value) => (group.unit ? source.sign + " " : "") + exact(Math.round(value));
      const owed = group.late.some((value) => value >= 0.5), others = group.outside.some((value) => value >= 0.5);
      return frame(colours, (week) => [
        ["wanted", said(group.demand[week]), colours.ink2], ["made", said(group.make[week]), colours.accent],
        ...(others ? [["made by others", said(group.outside[week]), token("--f2")]] : []),
        ["in stock at the end", said(group.stock[week]), colours.good], ...(owed ? [["owed to customers", said(group.late[week]), colours.bad]] : []),
      ], [
        bar("made", group.make, colours.accent, "made"), ...(others ? [bar("made by others", group.outside, token("--f2"), "made")] : []),
        curve("wanted", group.demand, colours.ink2), curve("in stock", group.stock, colours.good, { type: "dashed" }),
        ...(owed ? [curve("owed to customers", group.late, colours.bad)] : []),
      ], unit);
    },
    centres(centre) {
      const colours = tokens(), usual = centre.used_hours.map((hours, week) => Math.max(hours - centre.overtime_hours[week], 0));
      const said = (value) => exact(value, "h");
      return frame(colours, (week) => [
        ["used", said(centre.used_hours[week]), colours.accent], ["of these overtime", said(centre.overtime_hours[week]), colours.warn],
        ["there", said(centre.capacity_hours[week]), colours.ink2], ["one more is worth", source.sign + " " + exact(centre.hour_value[week])],
      ], [bar("used", usual, colours.accent, "hours"), bar("overtime", centre.overtime_hours, colours.warn, "hours"), { ...curve("hours there", centre.capacity_hours, colours.ink2), step: "middle" }], "h");
    },
    cash() {
      const colours = tokens(), cash = source.cash, said = (value) => source.sign + " " + exact(Math.round(value));
      return frame(colours, (week) => [["in the bank", said(cash.cash[week]), colours.accent], ["credit taken", said(cash.credit[week]), colours.warn], ["lacking beyond the line", said(cash.lacking[week]), colours.bad]],
        [curve("in the bank", cash.cash, colours.accent), bar("credit taken", cash.credit, colours.warn, "owed"), bar("lacking", cash.lacking, colours.bad, "owed")], source.sign);
    },
  };

  document.querySelectorAll("[data-volumes]").forEach((box) => {
    const kind = box.dataset.volumes, choice = document.querySelector('[data-series="' + kind + '"]');
    const chosen = () => (choice ? source[kind][Number(choice.value)] : null);
    if (choice) choice.append(...source[kind].map((each, place) => element("option", { value: String(place), textContent: each.name })));
    const held = picture(box, () => options[kind](chosen()));
    held.draw(false);
    if (choice) choice.addEventListener("change", () => held.draw(false));
    new ResizeObserver(() => held.chart.resize()).observe(box);
    document.addEventListener("theme-changed", () => held.draw(false));
  });
})();
