// The schedule: one row a resource, one bar an operation; closed time behind, set-ups before the bars.
function drawGantt(box, source) {
  const state = { by: 0, colour: "family", days: 7 };
  const times = source.times.map((list) => Float64Array.from(list));
  let axis = null;
  const at = (minute) => axis.place(minute);

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
    const zero = api.coord([0, 0])[0], one = api.coord([1000, 0])[0] - zero;
    return [axis.minute((area.x - zero) / one * 1000), axis.minute((area.x + area.width - zero) / one * 1000)];
  }

  // Days where the clock first shows them, or hours in between, as many as there is room for: [place, text].
  function ticks(from, to, most) {
    const room = (at(to) - at(from)) / most, perDay = (at(to) - at(from)) / ((to - from) / DAY);
    const every = [1, 2, 7, 14, 28, 91].find((count) => count * perDay >= room) || 364;
    const origin = every >= 7 ? -((source.base / DAY + 3) % 7) : 0;
    const found = [];
    const add = (minute, text) => { const place = Math.round(at(minute)); if (!found.some(([other]) => Math.abs(other - place) < 0.9 * room)) found.push([place, text]); };
    for (let day = Math.ceil((from / DAY - origin) / every) * every + origin; day * DAY <= to; day += every) if (firstOpen(day * DAY) >= 0) add(day * DAY + firstOpen(day * DAY), dayText(clock(day * DAY)));
    if (!found.length || found[0][0] - at(from) > room) add(from, dayText(clock(from)));
    const hours = [1, 2, 3, 6].find((count) => count * 60 >= room);
    if (hours) for (let minute = Math.ceil(from / 60 / hours) * 60 * hours; minute <= to; minute += 60 * hours) if (isOpen(minute)) add(minute, hourText(clock(minute)));
    return found.sort((one, other) => one[0] - other[0]);
  }

  function isOpen(minute) {
    return axis.place(minute + 1) - axis.place(minute) > 0.99;
  }

  // Minutes from a midnight to the first moment of the day at which anything is open; -1 if nothing is.
  function firstOpen(midnight) {
    if (!axis.gaps) return 0;
    for (let ahead = 0; ahead < DAY; ahead += 15) if (isOpen(midnight + ahead)) return ahead;
    return -1;
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
      if (api.value(0) === 0) midnights(from, to).forEach((minute) => {
        const x = api.coord([at(minute), 0])[0];
        if (x > area.x && x < area.x + area.width) children.push({ type: "line", shape: { x1: x, x2: x, y1: area.y, y2: area.y + area.height }, style: { stroke: colours.line, lineWidth: 1 }, silent: true });
      });
      children.push({ type: "line", shape: { x1: area.x, x2: area.x + area.width, y1: top + height, y2: top + height }, style: { stroke: colours.line2, lineWidth: 1 }, silent: true });
      return { type: "group", children };
    };
  }

  function midnights(from, to) {
    const found = [], step = to - from > 100 * DAY ? 7 * DAY : DAY;
    for (let minute = Math.ceil(from / DAY) * DAY; minute <= to; minute += step) found.push(minute + Math.max(firstOpen(minute), 0));
    return found;
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
      for (const [a, b] of closedWithin(row.calendar, bar[0], bar[3])) rect(a, b, { fill, opacity: 0.35 }, true);
      for (const [a, b] of openWithin(row.calendar, bar[0], bar[1])) rect(a, b, { fill, opacity: 0.45 });
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
      return card(heading, why, when, serves);
    };
  }

  function option(paper, zoom) {
    const colours = tokens(), palette = FAMILIES.map(token), view = source.views[state.by];
    const most = paper ? 40 : 26, rows = view.rows, cut = rows.length > most;
    axis = openClock(rows.map((row) => times[row.calendar]), source.first, source.last);
    const [start, end] = (zoom || shownSpan()).map(at);
    const items = [];
    view.at.forEach((row, index) => { if (row >= 0) items.push([row, at(source.bars[index][0]), at(source.bars[index][3]), index]); });
    const width = box.clientWidth || 700, left = width < 700 ? 120 : 190;
    return {
      grid: { left, right: cut ? 34 : 14, top: 34, bottom: paper ? 8 : 44 },
      tooltip: tooltip(colours, hover(colours), "item"),
      xAxis: {
        type: "value", position: "top", min: at(source.first), max: at(source.last), splitLine: { show: false }, axisTick: { show: false },
        axisLine: { lineStyle: { color: colours.line } }, axisLabel: labels(colours, start, end, width - left),
      },
      yAxis: {
        type: "category", inverse: true, data: rows.map((row, index) => index), axisTick: { show: false }, axisLine: { show: false },
        axisLabel: { interval: 0, color: colours.ink2, margin: 10, formatter: (index) => rowText(rows[Number(index)], left), rich: rowStyle(colours, left) },
      },
      dataZoom: [
        { type: "inside", xAxisIndex: 0, startValue: start, endValue: end, filterMode: "weakFilter", zoomOnMouseWheel: "ctrl", moveOnMouseMove: true, moveOnMouseWheel: "shift", minValueSpan: 60 },
        { type: "slider", show: !paper, xAxisIndex: 0, startValue: start, endValue: end, filterMode: "weakFilter", height: 18, bottom: 12, ...sliderStyle(colours), labelFormatter: (value) => dayText(clock(axis.minute(value))) },
        ...(cut ? [
          { type: "slider", show: !paper, yAxisIndex: 0, startValue: 0, endValue: most - 1, filterMode: "weakFilter", zoomLock: true, width: 12, right: 10, brushSelect: false, ...sliderStyle(colours), showDetail: false },
        ] : []),
      ],
      series: [
        { type: "custom", name: "rows", silent: true, clip: true, renderItem: rowItem(rows, colours), encode: { x: [1, 2], y: 0 }, data: rows.map((_, index) => [index, at(source.first), at(source.last)]), tooltip: { show: false }, z: 1 },
        {
          type: "custom", name: "bars", clip: true, renderItem: barItem(view, palette, colours), encode: { x: [1, 2], y: 0 }, data: items, z: 2,
          markLine: { silent: true, symbol: "none", animation: false, lineStyle: { color: colours.bad, width: 1.5, type: "solid" }, label: { show: false }, data: [{ xAxis: at(source.now) }] },
        },
      ],
    };
  }

  const clock = (minute) => (source.base + minute) * MINUTE;

  function labels(colours, start, end, width) {
    const from = axis.minute(start) - 1, to = axis.minute(end), found = ticks(from, to, Math.max(3, width / 74));
    const texts = new Map(found);
    return { color: colours.ink2, fontSize: 11.5, hideOverlap: true, align: "left", padding: [0, 0, 0, -2], customValues: found.map(([place]) => place), formatter: (place) => texts.get(Math.round(place)) || "" };
  }

  function hourText(time) {
    const date = new Date(time);
    return String(date.getUTCHours()).padStart(2, "0") + ":00";
  }

  function shownSpan() {
    return state.days ? [source.from, Math.min(source.from + state.days * DAY, source.last)] : [source.first, source.last];
  }

  function rowText(row, left) {
    if (!row.text) return "{whole|" + cut(row.title, left - 18).replace(/[{}|]/g, " ") + "}";
    const load = "{" + (row.load > 0.9 ? "hot" : "load") + "|" + row.text + "}";
    return "{name|" + cut(row.title, left - 64).replace(/[{}|]/g, " ") + "}" + load;
  }

  const ruler = document.createElement("canvas").getContext("2d");

  function cut(text, width) {
    ruler.font = "12px " + token("--font");
    if (ruler.measureText(text).width <= width) return text;
    let length = text.length - 1;
    while (length > 1 && ruler.measureText(text.slice(0, length) + "…").width > width) length -= 1;
    return text.slice(0, length) + "…";
  }

  function rowStyle(colours, left) {
    return {
      name: { color: colours.ink2, fontSize: 12, width: left - 62, align: "left" },
      whole: { color: colours.ink2, fontSize: 12, width: left - 18, align: "left" },
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
    parts.push(element("span", {}, element("i", { className: "setup" }), "set-up"), element("span", {}, element("i", { className: "closed" }), "closed"), element("span", {}, element("i", { className: "now" }), "now"));
    if (state.colour === "family") parts.push(element("span", {}, element("i", { style: "border:1.5px solid var(--bad)" }), "for a late order"));
    parts.push(element("span", { className: "sub hint", textContent: "drag to move, Ctrl + wheel to zoom, per cent: load of the first four weeks" }));
    $('[data-legend="schedule"]').replaceChildren(...parts);
  }

  const height = () => Math.min(source.views[state.by].rows.length, 26) * 30 + 84;
  const gantt = picture(box, option, () => ({ width: 660, height: Math.min(source.views[state.by].rows.length, 40) * 21 + 50 }));
  gantt.height = height;
  const zoomed = () => gantt.chart.getOption().dataZoom[0];
  gantt.view = () => [axis.minute(zoomed().startValue), axis.minute(zoomed().endValue)];
  gantt.ready = (chart) => chart.on("datazoom", () => {
    const zoom = zoomed(), left = chart.getModel().getComponent("grid").coordinateSystem.getRect().x;
    chart.setOption({ xAxis: { axisLabel: labels(tokens(), zoom.startValue, zoom.endValue, box.clientWidth - left) } }, { lazyUpdate: true });
  });
  const redraw = () => { legend(); gantt.draw(false); };
  const window = (days) => {
    state.days = days;
    const [from, to] = shownSpan().map(at);
    gantt.chart.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, startValue: from, endValue: to });
  };
  choices($('[data-gantt="by"]'), source.views.map((view, index) => [index, view.title]), 0, (value) => { state.by = value; redraw(); });
  choices($('[data-gantt="colour"]'), [["family", "By family"], ["late", "By lateness"]], "family", (value) => { state.colour = value; redraw(); });
  choices($('[data-gantt="window"]'), [[2, "2 days"], [7, "Week"], [14, "2 weeks"], [42, "6 weeks"], [0, "All"]], state.days, window);
  legend();
  return gantt;
}
