// What all charts share: colours from the page's tokens, time and number formats, one life cycle.
const MINUTE = 60000, DAY = 1440;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const FAMILIES = ["--f1", "--f2", "--f3", "--f4", "--f5", "--f7", "--f8", "--f6"];

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function tokens() {
  const names = ["ink", "ink-2", "ink-3", "line", "line-2", "paper", "accent", "accent-soft", "good", "warn", "bad", "closed"];
  return Object.fromEntries(names.map((name) => [name.replace("-", ""), token("--" + name)]));
}

// Times of charts are wall-clock milliseconds read as UTC, so that every reader sees the site's clock.
function dayText(time, year) {
  const date = new Date(time);
  const text = WEEKDAYS[date.getUTCDay()] + " " + date.getUTCDate() + " " + MONTHS[date.getUTCMonth()];
  return year ? text + " " + date.getUTCFullYear() : text;
}

function monthText(time) {
  const date = new Date(time);
  const month = MONTHS[date.getUTCMonth()];
  if (date.getUTCDate() === 1) return date.getUTCMonth() ? month : month + " " + date.getUTCFullYear();
  return date.getUTCDate() + " " + month;
}

function short(value) {
  const size = Math.abs(value), sign = value < 0 ? "−" : "";
  const cut = (figure) => figure.toFixed(figure < 10 && figure % 1 ? 1 : 0);
  if (size >= 1e9) return sign + cut(size / 1e9) + " bn";
  if (size >= 1e6) return sign + cut(size / 1e6) + " M";
  if (size >= 1e4) return sign + cut(size / 1e3) + " k";
  return sign + (size >= 100 || size % 1 === 0 ? Math.round(size).toLocaleString("en-GB") : String(Number(size.toPrecision(2))));
}

function exact(value, unit) {
  const places = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 2;
  return value.toLocaleString("en-GB", { maximumFractionDigits: places }).replace("-", "−") + (unit ? " " + unit : "");
}

function tooltip(colours, formatter, trigger) {
  return {
    trigger, confine: true, backgroundColor: colours.paper, borderColor: colours.line, borderWidth: 1, padding: [10, 14],
    textStyle: { color: colours.ink2, fontSize: 12.5, fontFamily: token("--font"), fontWeight: "normal" },
    extraCssText: "border-radius:8px;box-shadow:0 8px 28px rgb(15 23 42/.14)",
    axisPointer: { type: "line", lineStyle: { color: colours.ink3, width: 1, type: "solid" }, label: { show: false } }, formatter,
  };
}

function card(title, lines, ...below) {
  const rows = lines.map(([label, value, colour]) =>
    "<li><span>" + (colour ? '<i class="dot" style="background:' + colour + '"></i>' : "") + escaped(label) + "</span><b>" + escaped(value) + "</b></li>");
  return '<div class="tip"><h4>' + escaped(title) + "</h4>" + below.filter(Boolean).map((text) => "<div>" + escaped(text) + "</div>").join("") + "<ul>" + rows.join("") + "</ul></div>";
}

// Ticks on Mondays or first days of months, as many as there is room for.
function dateTicks(from, to, most) {
  const found = [], date = new Date(from), span = (to - from) / (DAY * MINUTE);
  date.setUTCHours(0, 0, 0, 0);
  if (span / 7 <= 2 * most) {
    const every = Math.max(1, Math.ceil(span / 7 / most)) * 7;
    date.setUTCDate(date.getUTCDate() + ((8 - date.getUTCDay()) % 7));
    for (; date <= to; date.setUTCDate(date.getUTCDate() + every)) found.push(date.getTime());
    return found;
  }
  const every = [1, 2, 3, 6, 12, 24, 60, 120].find((step) => span / 30 / step <= most) || 240;
  date.setUTCDate(1);
  date.setUTCMonth(Math.ceil(date.getUTCMonth() / every) * every);
  for (; date <= to; date.setUTCMonth(date.getUTCMonth() + every)) if (date >= from) found.push(date.getTime());
  return found;
}

function timeAxis(colours, from, to, most, extra) {
  const values = dateTicks(from, to, most);
  return Object.assign({
    type: "time", min: from, max: to, containShape: false, axisLine: { lineStyle: { color: colours.line } }, axisTick: { show: true, customValues: values, lineStyle: { color: colours.line } },
    splitLine: { show: false }, axisLabel: { color: colours.ink3, fontSize: 11, hideOverlap: true, customValues: values, formatter: monthText },
  }, extra);
}

function valueAxis(colours, extra) {
  return Object.assign({
    type: "value", axisLine: { show: false }, axisTick: { show: false }, splitNumber: 4,
    splitLine: { lineStyle: { color: colours.line2 } }, axisLabel: { color: colours.ink3, fontSize: 11, formatter: short },
  }, extra);
}

const drawn = [];

// A picture that can be drawn again: on a new theme, in another size, as lines on paper.
function picture(box, option, size = () => ({})) {
  const held = {
    chart: null,
    draw(paper) {
      const view = held.chart && !paper && held.view ? held.view(held.chart) : null;
      if (held.chart) held.chart.dispose();
      const measures = paper ? size() : {};
      if (measures.height || held.height) box.style.height = (measures.height || held.height()) + "px";
      held.chart = echarts.init(box, null, { renderer: paper ? "svg" : "canvas", useDirtyRect: false, ...measures });
      held.chart.setOption({ animation: false, useUTC: true, textStyle: { fontFamily: token("--font") }, ...option(paper, view) });
      if (held.ready) held.ready(held.chart);
      if (paper) held.chart.getZr().flush();
    },
  };
  drawn.push(held);
  return held;
}
