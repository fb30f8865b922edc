// Curves over time: stock against its target, demand with its bands, cash.
const days = (source, offset) => (source.base + offset) * DAY * MINUTE;

function band(colours, name, lower, upper, opacity) {
  // A polygon between two curves, so that values below zero are drawn right.
  return {
    type: "custom", name, silent: true, tooltip: { show: false }, z: 1, data: [[lower[0][0], lower[0][1]], [upper[upper.length - 1][0], upper[upper.length - 1][1]]], encode: { x: 0, y: 1 },
    renderItem: (params, api) => params.dataIndex ? null : {
      type: "polygon", silent: true, shape: { points: [...lower, ...[...upper].reverse()].map((point) => api.coord(point)) }, style: { fill: colours.accent, opacity },
    },
  };
}

function stockOption(source, item, small) {
  const colours = tokens();
  const points = item.d.filter((offset) => offset <= source.last).map((offset, index) => [days(source, offset), item.q[index]]);
  points.push([days(source, source.last), item.q[item.q.length - 1]]);
  const level = (value, label, colour) => ({ yAxis: value, lineStyle: { color: colour, type: "dashed", width: 1 }, label: { formatter: label, color: colours.ink3, fontSize: 11, position: "insideEndTop" } });
  const target = item.up > item.ss && item.up > 0, wide = item.b && !small;
  const around = wide ? (name) => item.b.d.map((offset, place) => [days(source, offset), item.b[name][place]]) : null;
  const bands = wide ? [band(colours, "90 %", around("q05"), around("q95"), 0.1), band(colours, "50 %", around("q25"), around("q75"), 0.14)] : [];
  const changes = new Map(item.d.map((offset, index) => [days(source, offset), index]));
  return {
    grid: { left: 52, right: 14, top: 14, bottom: 24 },
    tooltip: tooltip(colours, (list) => {
      const [time, stock] = (list.find((each) => each.seriesType === "line") || list[0]).value, at = changes.get(time), lines = [["stock", exact(stock, item.u), colours.accent]];
      if (at !== undefined && item.i[at]) lines.push(["received", exact(item.i[at], item.u)]);
      if (at !== undefined && item.o[at]) lines.push(["used or delivered", exact(item.o[at], item.u)]);
      const likely = wide ? item.b.d.findIndex((offset) => days(source, offset) >= time) : -1;
      if (likely > 0) lines.push(["in nine of ten cases", exact(item.b.q05[likely], "") + " to " + exact(item.b.q95[likely], item.u)]);
      if (item.ss) lines.push(["safety stock", exact(item.ss, item.u)]);
      return card(dayText(time), lines);
    }, "axis"),
    xAxis: timeAxis(colours, points[0][0], points[points.length - 1][0], small ? 4 : 9), yAxis: valueAxis(colours, wide ? { min: Math.min(0, ...item.b.q05) } : {}),
    series: [...bands, {
      type: "line", step: "end", data: points, showSymbol: false, symbol: "circle", lineStyle: { color: colours.accent, width: small ? 1.3 : 1.8 }, itemStyle: { color: colours.accent },
      areaStyle: { color: colours.accent, opacity: wide ? 0 : 0.07 }, z: 3,
      markArea: target ? { silent: true, itemStyle: { color: colours.good, opacity: 0.09 }, data: [[{ yAxis: item.ss }, { yAxis: item.up }]] } : undefined,
      markLine: {
        silent: true, symbol: "none", animation: false,
        data: [
          ...(item.ss > 0 ? [level(item.ss, small ? "" : "safety stock", colours.good)] : []),
          ...(item.x !== null ? [{ xAxis: days(source, item.x), lineStyle: { color: colours.bad, width: 1.5, type: "solid" }, label: { formatter: small ? "" : "runs out", color: colours.bad, fontSize: 11 } }] : []),
        ],
      },
    }],
  };
}

function demandOption(source, item, small) {
  const colours = tokens();
  const time = (offset) => days(source, offset);
  const past = item.h.map((value, index) => [time(item.hd[index]), value]);
  const line = (values) => values.map((value, index) => [time(item.f[index]), value]);
  const forecast = line(item.y), ordered = line(item.o).filter((point) => point[1] > 0);
  const index = new Map(item.f.map((offset, place) => [time(offset), place]));
  const bands = forecast.length ? [band(colours, "90 %", line(item.q05), line(item.q95), 0.12), band(colours, "50 %", line(item.q25), line(item.q75), 0.2)] : [];
  return {
    grid: { left: 52, right: 14, top: 14, bottom: 24 },
    tooltip: tooltip(colours, (list) => {
      const when = list[0].value[0], at = index.get(when), first = list.find((each) => each.seriesName === "sold");
      const lines = first ? [["was wanted", exact(first.value[1], item.u), colours.ink3]] : [];
      if (at !== undefined) {
        lines.push(["expected", exact(item.y[at], item.u), colours.accent], ["half of cases", exact(item.q25[at]) + " – " + exact(item.q75[at], item.u)], ["nine of ten cases", exact(item.q05[at]) + " – " + exact(item.q95[at], item.u)]);
        if (item.o[at]) lines.push(["ordered already", exact(item.o[at], item.u), colours.good]);
      }
      return card((item.m ? "Month of " : "Week of ") + dayText(when, true), lines);
    }, "axis"),
    xAxis: timeAxis(colours, (past[0] || forecast[0])[0], forecast[forecast.length - 1][0], small ? 5 : 10), yAxis: valueAxis(colours, { min: 0 }),
    series: [
      ...bands,
      { type: "line", name: "sold", data: past, showSymbol: false, symbol: "circle", lineStyle: { color: colours.ink3, width: 1.2 }, itemStyle: { color: colours.ink3 }, z: 2,
        markLine: { silent: true, symbol: "none", animation: false, lineStyle: { color: colours.ink3, width: 1, type: "dotted" }, label: { formatter: small ? "" : "today", color: colours.ink3, fontSize: 11, position: "end", distance: 0 }, data: [{ xAxis: time(source.today) }] } },
      { type: "line", name: "forecast", data: forecast, showSymbol: false, symbol: "circle", lineStyle: { color: colours.accent, width: small ? 1.4 : 2 }, itemStyle: { color: colours.accent }, z: 3 },
      ...(ordered.length ? [{ type: "bar", name: "ordered", data: ordered, barWidth: small ? 2 : 4, itemStyle: { color: colours.good }, z: 2 }] : []),
    ],
  };
}

function cashOption(source, small) {
  const colours = tokens(), palette = FAMILIES.map(token);
  const line = (values) => values.map((value, index) => [days(source, source.d[index]), value]);
  const low = [days(source, source.d[source.low]), source.b[source.low]];
  const along = (source.d[source.low] - source.d[0]) / Math.max(1, source.last - source.d[0]);
  const lowAlign = along < 0.12 ? "left" : along > 0.88 ? "right" : "center";
  const kinds = source.kinds.map(([name, values], index) => ({
    type: "bar", name, stack: "moved", xAxisIndex: 1, yAxisIndex: 1, data: values.map((value, week) => [days(source, source.w[week]), value]), barWidth: small ? 6 : "60%", barMaxWidth: 14, itemStyle: { color: palette[index] }, z: 2,
  }));
  const axis = timeAxis(colours, days(source, source.d[0]), days(source, source.last), small ? 7 : 9);
  return {
    grid: [{ left: 60, right: 16, top: 26, height: "50%" }, { left: 60, right: 16, top: "71%", bottom: 24 }],
    legend: { data: source.kinds.map((kind) => kind[0]), top: "62%", left: 56, itemWidth: 8, itemHeight: 8, itemGap: 14, icon: "rect", textStyle: { color: colours.ink2, fontSize: 12 } },
    tooltip: tooltip(colours, (list) => {
      const lines = list.filter((each) => each.value[1] && each.seriesName !== "sure").map((each) => [each.seriesName, source.sign + " " + exact(Math.round(each.value[1])), each.color]);
      const weekly = list.some((each) => each.seriesType === "bar");
      return lines.length ? card((weekly ? "Week of " : "") + dayText(list[0].value[0]), lines) : "";
    }, "axis"),
    xAxis: [{ ...axis, axisLabel: { show: false } }, { ...axis, gridIndex: 1 }],
    yAxis: [valueAxis(colours, { splitNumber: 3, name: source.sign, nameTextStyle: { color: colours.ink3, align: "right" } }), valueAxis(colours, { gridIndex: 1, splitNumber: 2 })],
    series: [
      { type: "line", name: "in the bank", step: "end", data: [...line(source.b), [days(source, source.last), source.b[source.b.length - 1]]], showSymbol: false, symbol: "circle", lineStyle: { color: colours.accent, width: 1.8 }, itemStyle: { color: colours.accent }, areaStyle: { color: colours.accent, opacity: 0.07 }, z: 3,
        markPoint: { symbol: "circle", symbolSize: 8, itemStyle: { color: source.b[source.low] < -source.limit ? colours.bad : colours.accent }, label: { show: true, position: "bottom", align: lowAlign, formatter: source.lowest, color: colours.ink, fontSize: 12, fontWeight: 600, textBorderColor: colours.paper, textBorderWidth: 3 }, data: [{ coord: low }] },
        markLine: { silent: true, symbol: "none", animation: false, data: [{ yAxis: -source.limit, lineStyle: { color: colours.bad, width: 1, type: source.limit ? "dashed" : "solid", opacity: 0.7 }, label: { formatter: source.limit ? "credit limit" : "", position: "insideStartTop", color: colours.bad, fontSize: 11 } }] } },
      ...kinds,
    ],
  };
}

// A searchable list beside the chart of the chosen one; on paper the first six.
function picker(name, source, option) {
  const pick = $('[data-pick="' + name + '"]');
  const heading = element("h3"), words = element("p"), box = element("div", { className: "chart" });
  const search = element("input", { type: "search", placeholder: "Search " + source.items.length + " items" });
  search.setAttribute("aria-label", search.placeholder);
  const list = element("ul", { tabIndex: 0 });
  list.setAttribute("role", "listbox");
  pick.append(element("div", { className: "list" }, search, list), element("div", { className: "view" }, heading, words, box));
  const state = { item: source.items[0] };
  const held = picture(box, () => option(source, state.item, false));
  const lines = source.items.map((item) => {
    const line = element("li", {}, element("b", { textContent: item.n }),
      element("div", {}, element("span", { className: "sub", textContent: item.s }), item.t ? element("span", { className: "chip " + item.k, textContent: item.t }) : null));
    line.setAttribute("role", "option");
    line.addEventListener("click", () => choose(item));
    return line;
  });
  list.append(...lines);

  function choose(item, first) {
    state.item = item;
    heading.textContent = [item.n, item.p].filter(Boolean).join(" · ");
    words.textContent = item.w;
    lines.forEach((line, index) => line.setAttribute("aria-selected", String(source.items[index] === item)));
    if (!first) held.draw(false);
  }

  function step(by) {
    const shown = source.items.filter((_, index) => !lines[index].hidden);
    const next = shown[Math.min(Math.max(shown.indexOf(state.item) + by, 0), shown.length - 1)];
    if (next) { choose(next); lines[source.items.indexOf(next)].scrollIntoView({ block: "nearest" }); }
  }

  search.addEventListener("input", () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    source.items.forEach((item, index) => { const text = (item.n + " " + item.s + " " + item.t).toLowerCase(); lines[index].hidden = !wanted.every((word) => text.includes(word)); });
    const shown = source.items.filter((_, index) => !lines[index].hidden);
    if (shown.length && !shown.includes(state.item)) choose(shown[0]);
  });
  pick.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) { event.preventDefault(); step(by); }
  });
  choose(state.item, true);
  printed(name, source, option);
}

function printed(name, source, option) {
  const figures = $('[data-prints="' + name + '"]');
  source.items.slice(0, 6).forEach((item) => {
    const box = element("div");
    figures.append(element("figure", {}, element("figcaption", { textContent: [item.n, item.p, item.t].filter(Boolean).join(" · ") }), box));
    onPaper.push({ box, option: () => option(source, item, true) });
  });
}

const onPaper = [];
