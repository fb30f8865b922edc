// The schedule: one row a resource, one bar an operation; closed time behind, set-ups before the bars.
function drawGantt(box, source) {
  const state = { by: 0, colour: "family", days: 14 };
  const times = source.times.map((list) => Float64Array.from(list));
  const at = (minute) => (source.base + minute) * MINUTE;

  function closedWithin(calendar, from, to) {
    const list = times[calendar], found = [];
    let low = 0, high = list.length / 2;
    while (low < high) { const middle = (low + high) >> 1; if (list[2 * middle + 1] <= from) low = middle + 1; else high = middle; }
    let before = from;
    for (let i = low; i < list.length / 2 && list[2 * i] < to; i++) {
      if (list[2 * i] > before) found.push([before, list[2 * i]]);
      before = Math.max(before, list[2 * i + 1]);
    }
    if (before < to) found.push([before, to]);
    return found;
  }

  function openWithin(calendar, from, to) {
    const open = [];
    let before = from;
    for (const [a, b] of closedWithin(calendar, from, to)) { if (a > before) open.push([before, a]); before = b; }
    if (before < to) open.push([before, to]);
    return open;
  }

  function visible(api, area) {
    const zero = api.coord([at(0), 0])[0], day = api.coord([at(DAY), 0])[0] - zero;
    return [(area.x - zero) / day * DAY, (area.x + area.width - zero) / day * DAY];
  }

  function colourOf(bar, palette, colours) {
    if (state.colour === "family") return palette[bar[4] < palette.length - 1 ? bar[4] : palette.length - 1];
    return bar[5] <= 0 ? palette[palette.length - 1] : bar[5] <= DAY ? colours.warn : colours.bad;
  }

  function clip(x, y, width, height, area) {
    const left = Math.max(x, area.x), right = Math.min(x + width, area.x + area.width);
    return right > left ? { x: left, y, width: right - left, height } : null;
  }

  function rowItem(rows, colours) {
    return (params, api) => {
      const row = rows[api.value(0)], area = params.coordSys, height = api.size([0, 1])[1];
      const top = api.coord([0, api.value(0)])[1] - height / 2;
      const [from, to] = visible(api, area);
      const children = closedWithin(row.calendar, from, to).map(([a, b]) => {
        const x = api.coord([at(a), 0])[0];
        const shape = clip(x, top, api.coord([at(b), 0])[0] - x, height, area);
        return shape && { type: "rect", shape, style: { fill: colours.closed }, silent: true };
      }).filter(Boolean);
      children.push({ type: "line", shape: { x1: area.x, x2: area.x + area.width, y1: top + height, y2: top + height }, style: { stroke: colours.line2, lineWidth: 1 }, silent: true });
      return { type: "group", children };
    };
  }

  function barItem(view, palette, colours) {
    return (params, api) => {
      const index = api.value(3), row = view.rows[api.value(0)], bar = source.bars[index], area = params.coordSys;
      const height = api.size([0, 1])[1], thick = Math.min(22, height - 6);
      const middle = api.coord([0, api.value(0)])[1], top = middle - thick / 2;
      const fill = colourOf(bar, palette, colours);
      const x = (minute) => api.coord([at(minute), 0])[0];
      const children = [];
      const rect = (from, to, style, thin) => {
        const left = x(from);
        const shape = clip(left, thin ? middle - 1.5 : top, Math.max(x(to) - left - 0.6, 1.2), thin ? 3 : thick, area);
        if (shape) children.push({ type: "rect", shape: { ...shape, r: thin ? 0 : Math.min(3, shape.width / 2) }, style });
        return shape;
      };
      if (bar[3] > bar[0]) rect(bar[0], bar[3], { fill, opacity: 0.28 }, true);
      for (const [a, b] of openWithin(row.calendar, bar[0], Math.max(bar[1], bar[0]))) rect(a, b, { fill, opacity: 0.45 });
      let widest = null;
      const open = openWithin(row.calendar, bar[1], bar[3]);
      for (const [a, b] of open.length ? open : [[bar[1], bar[3]]]) {
        const shape = rect(a, b, state.colour === "family" && bar[5] > 0 ? { fill, stroke: colours.bad, lineWidth: 1.5 } : { fill });
        if (shape && (!widest || shape.width > widest.width)) widest = shape;
      }
      if (widest && widest.width > 26 && thick > 11) {
        children.push({ type: "text", silent: true, style: { text: source.labels[index], x: widest.x + 5, y: middle, fill: "#fff", fontSize: 11.5, fontFamily: token("--font"), verticalAlign: "middle", width: widest.width - 8, overflow: "truncate", ellipsis: "…" } });
      }
      return { type: "group", children };
    };
  }

  function hover(colours) {
    return (params) => {
      if (params.seriesName !== "bars") return "";
      const [heading, when, serves, why] = source.cards[params.value[3]];
      return card(heading, why, serves ? when + " — " + serves : when);
    };
  }

  function option(paper, zoom) {
    const colours = tokens(), palette = FAMILIES.map(token), view = source.views[state.by];
    const most = paper ? 40 : 26, rows = view.rows, cut = rows.length > most;
    const start = zoom ? zoom[0] : at(source.from), end = zoom ? zoom[1] : at(source.from + state.days * DAY);
    const items = [];
    view.at.forEach((row, index) => { if (row >= 0) items.push([row, at(source.bars[index][0]), at(source.bars[index][3]), index]); });
    const width = box.clientWidth || 700, left = width < 700 ? 120 : 190;
    return {
      grid: { left, right: cut ? 34 : 14, top: 34, bottom: paper ? 8 : 44 },
      tooltip: tooltip(colours, hover(colours), "item"),
      xAxis: timeAxis(colours, {
        position: "top", min: at(source.first), max: at(source.last), splitLine: { show: true, lineStyle: { color: colours.line } },
        axisLabel: { color: colours.ink2, fontSize: 11.5, hideOverlap: true, formatter: axisText },
      }),
      yAxis: {
        type: "category", inverse: true, data: rows.map((row, index) => index), axisTick: { show: false }, axisLine: { show: false },
        axisLabel: { interval: 0, color: colours.ink2, margin: 10, formatter: (index) => rowText(rows[Number(index)], left), rich: rowStyle(colours, left) },
      },
      dataZoom: [
        { type: "inside", xAxisIndex: 0, startValue: start, endValue: end, filterMode: "weakFilter", zoomOnMouseWheel: "ctrl", moveOnMouseMove: true, moveOnMouseWheel: "shift", minValueSpan: 30 * MINUTE },
        { type: "slider", show: !paper, xAxisIndex: 0, startValue: start, endValue: end, filterMode: "weakFilter", height: 18, bottom: 12, ...sliderStyle(colours), labelFormatter: (value) => dayText(value) },
        ...(cut ? [
          { type: "slider", show: !paper, yAxisIndex: 0, startValue: 0, endValue: most - 1, filterMode: "weakFilter", zoomLock: true, width: 12, right: 10, brushSelect: false, ...sliderStyle(colours), showDetail: false },
        ] : []),
      ],
      series: [
        { type: "custom", name: "rows", silent: true, clip: true, renderItem: rowItem(rows, colours), encode: { y: 0 }, data: rows.map((_, index) => [index]), tooltip: { show: false }, z: 1 },
        {
          type: "custom", name: "bars", clip: true, renderItem: barItem(view, palette, colours), encode: { x: [1, 2], y: 0 }, data: items, z: 2,
          markLine: { silent: true, symbol: "none", animation: false, lineStyle: { color: colours.bad, width: 1.5, type: "solid" }, label: { formatter: "now", color: colours.bad, fontSize: 11, position: "end", distance: 2 }, data: [{ xAxis: at(source.now) }] },
        },
      ],
    };
  }

  function axisText(value) {
    const date = new Date(value), hour = date.getUTCHours(), minute = date.getUTCMinutes();
    return hour || minute ? String(hour).padStart(2, "0") + ":" + String(minute).padStart(2, "0") : dayText(value);
  }

  function rowText(row, left) {
    const load = row.text ? "{" + (row.load > 0.9 ? "hot" : "load") + "|" + row.text + "}" : "{load|}";
    return "{name|" + cut(row.title, left < 150 ? 13 : 24).replace(/[{}|]/g, " ") + "}" + load;
  }

  function cut(text, length) {
    return text.length > length ? text.slice(0, length - 1) + "…" : text;
  }

  function rowStyle(colours, left) {
    return {
      name: { color: colours.ink2, fontSize: 12, width: left - 62, align: "left" },
      load: { color: colours.ink3, fontSize: 11.5, width: 40, align: "right" },
      hot: { color: colours.bad, fontSize: 11.5, width: 40, align: "right", fontWeight: 600 },
    };
  }

  function sliderStyle(colours) {
    return {
      borderColor: colours.line, backgroundColor: "transparent", fillerColor: colours.accentsoft + "99", handleStyle: { color: colours.paper, borderColor: colours.ink3 },
      moveHandleSize: 0, dataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } }, selectedDataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } },
      textStyle: { color: colours.ink3, fontSize: 11 }, emphasis: { handleStyle: { borderColor: colours.accent } },
    };
  }

  function legend() {
    const lines = state.colour === "family"
      ? source.families.slice(0, FAMILIES.length).map((name, index) => [FAMILIES[index], index === FAMILIES.length - 1 && source.families.length > FAMILIES.length ? "Other families" : name])
      : [["--f6", "on time"], ["--warn", "up to a day late"], ["--bad", "later"]];
    const parts = lines.filter(([, name]) => name).map(([colour, name]) => element("span", {}, element("i", { style: "background:var(" + colour + ")" }), name));
    parts.push(element("span", {}, element("i", { className: "setup" }), "set-up"), element("span", {}, element("i", { className: "closed" }), "closed"));
    if (state.colour === "family") parts.push(element("span", {}, element("i", { style: "border:1.5px solid var(--bad)" }), "for a late order"));
    parts.push(element("span", { className: "sub", textContent: "drag to move, Ctrl + wheel to zoom, per cent: load of the first four weeks" }));
    $('[data-legend="schedule"]').replaceChildren(...parts);
  }

  const height = () => Math.min(source.views[state.by].rows.length, 26) * 30 + 84;
  const gantt = picture(box, option, { width: 700, height: 560 });
  gantt.view = (chart) => { const zoom = chart.getOption().dataZoom[0]; return [zoom.startValue, zoom.endValue]; };
  const redraw = () => { box.style.height = height() + "px"; legend(); gantt.draw(false); };
  const window = (days) => {
    state.days = days;
    const from = days ? source.from : source.first, to = days ? source.from + days * DAY : source.last;
    gantt.chart.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, startValue: at(from), endValue: at(to) });
  };
  box.style.height = height() + "px";
  choices($('[data-gantt="by"]'), source.views.map((view, index) => [index, view.title]), 0, (value) => { state.by = value; redraw(); });
  choices($('[data-gantt="colour"]'), [["family", "By family"], ["late", "By lateness"]], "family", (value) => { state.colour = value; redraw(); });
  choices($('[data-gantt="window"]'), [[2, "2 days"], [7, "Week"], [14, "2 weeks"], [42, "6 weeks"], [0, "All"]], 14, window);
  legend();
  return gantt;
}
