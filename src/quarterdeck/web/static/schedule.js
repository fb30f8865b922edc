// The schedule's page: loads the bars, keeps what is in sight, and listens to mouse, wheel and keys.
const LEVELS = [["Hour", 60], ["Day", DAY], ["Week", 7 * DAY], ["Month", 30 * DAY], ["Quarter", 91 * DAY]];
const board = { source: null, view: null, laid: null, axis: null, colour: "family", lit: null, chains: [], dues: [], needed: null, selected: -1, row: -1, left: 0, top: 0, scale: 1, width: 0, height: 0, title: PAPER.title, plain: false };
const chart = echarts.init(paper, null, { renderer: "canvas", useDirtyRect: false });
let frame = 0;

const address = (path, values) => path + "?" + new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(setup.query)), ...values });

async function load(keep) {
  const moment = keep && board.source ? board.axis.minute(board.left / board.scale) : null, span = board.source ? (board.width - board.title) / board.scale : 0;
  const source = await (await fetch(address("/schedule/bars", {}), { headers: { Accept: "application/json" } })).json();
  source.times = source.times.map((list) => Float64Array.from(list));
  source.place = new Map(source.bars.order.map((order, bar) => [JSON.stringify([order, source.bars.sequence[bar]]), bar]));
  source.byOrder = new Map();
  source.bars.order.forEach((order, bar) => { if (!source.byOrder.has(order)) source.byOrder.set(order, []); source.byOrder.get(order).push(bar); });
  source.bars.label = source.bars.order.map((order, bar) => order + " " + source.bars.items[source.bars.item[bar]]);
  board.source = source;
  const by = Math.max(0, source.views.findIndex((view) => view.by === (board.view ? board.view.by : localStorage.getItem("schedule-by"))));
  choices($("#by"), source.views.map((view) => view.title), by, (index) => { localStorage.setItem("schedule-by", source.views[index].by); show(index, false); });
  show(by, true);
  const asked = keep ? null : new URLSearchParams(location.search).get("order");
  if (moment !== null) look(moment, span / (board.width - board.title)); else begin();
  if (asked && source.byOrder.has(asked)) { draw(); select(source.byOrder.get(asked)[0]); }
  document.documentElement.dataset.schedule = String(source.bars.from.length);
  if (setup.movable) fetch(address("/schedule/machines", { order: source.bars.order[0], sequence: source.bars.sequence[0] })).catch(() => {});
}

// The first sight: a week (a day where there is little room), or as much as it takes to see the first bars.
function begin() {
  const { source } = board, ahead = source.bars.from.reduce((least, from) => Math.min(least, from), Infinity) - source.now;
  let level = board.width < 760 ? 1 : 2;
  while (level < LEVELS.length - 1 && ahead < Infinity && ahead > 0.8 * LEVELS[level][1]) level += 1;
  zoomTo(level);
  if (ahead < Infinity && ahead > 0.8 * LEVELS[level][1]) goTo(source.now + ahead - 0.1 * LEVELS[level][1]);
}

// Lays the bars out in the rows of a view; what was in sight stays there.
function show(index, fresh) {
  const { source } = board, moment = !fresh && board.axis ? board.axis.minute(board.left / board.scale) : null, wide = board.scale;
  board.view = source.views[index];
  board.laid = layOut(source, board.view);
  board.axis = clockOf();
  board.row = -1;
  field.scrollTop = 0;
  measure();
  legend();
  if (moment !== null) { board.scale = wide; resize(); goTo(moment); }
}

function clockOf() {
  const { source, view } = board;
  if (board.plain) return plainClock(source.first);
  const used = view.rows.length > 400 ? [source.times[view.rows[0].calendar]] : view.rows.map((row) => source.times[row.calendar]);
  const machines = view.by === "order" ? source.views[0].rows.map((row) => source.times[row.calendar]) : used;
  return openClock(machines, source.first, source.last);
}

// The chart is as high as its rows or the window; the scrolled field as large as all rows and all time.
function measure() {
  if (!field.clientWidth) return; // hidden while it is printed
  const room = Math.max(260, window.innerHeight - field.getBoundingClientRect().top - window.scrollY - 76);
  board.height = Math.round(Math.min(HEAD + board.laid.height + 14, Math.max(room, 420)));
  field.style.height = board.height + "px";
  $("#card").style.maxHeight = board.height + "px";
  board.title = field.clientWidth < 760 ? PAPER.narrow : PAPER.title;
  board.width = field.clientWidth;
  paper.style.width = board.width + "px";
  paper.style.height = field.clientHeight + "px";
  chart.resize({ width: board.width, height: field.clientHeight });
  resize();
}

function resize() {
  const whole = board.axis.place(board.source.last) * board.scale;
  sizer.style.width = Math.max(board.width, Math.ceil(board.title + whole)) + "px";
  sizer.style.height = Math.max(field.clientHeight, HEAD + board.laid.height) + "px";
  redraw();
}

function redraw() {
  if (!frame) frame = requestAnimationFrame(draw);
}

function draw() {
  frame = 0;
  if (!board.source) return;
  board.left = field.scrollLeft;
  board.top = field.scrollTop;
  chart.setOption({
    animation: false, grid: { left: 0, right: 0, top: 0, bottom: 0 }, xAxis: { type: "value", show: false, min: 0, max: 1 }, yAxis: { type: "value", show: false, min: 0, max: 1 },
    series: [{ type: "custom", silent: true, clip: false, renderItem: () => paint(board), data: [[0.5, 0.5]] }],
  });
  document.dispatchEvent(new CustomEvent("schedule-drawn"));
}

function goTo(minute) {
  field.scrollLeft = board.axis.place(minute) * board.scale;
  redraw();
}

function look(minute, perPixel) {
  board.scale = 1 / perPixel;
  resize();
  goTo(minute);
}

// Zoom by a factor around a place on the screen, between an hour and everything.
function zoomBy(factor, at = board.title + (board.width - board.title) / 2) {
  const place = (board.left + at - board.title) / board.scale, room = board.width - board.title;
  const most = room / 30, least = room / Math.max(board.axis.place(board.source.last), 60);
  board.scale = Math.min(most, Math.max(least, board.scale * factor));
  resize();
  field.scrollLeft = place * board.scale - (at - board.title);
  pressed();
}

// One of the levels from hour to quarter; the left edge stays, or now where now is in sight.
function zoomTo(level) {
  const { axis, source } = board, [, minutes] = LEVELS[level];
  const inSight = axis.minute(board.left / board.scale), end = axis.minute((board.left + board.width - board.title) / board.scale);
  const steps = [60, DAY, DAY, DAY, DAY];
  let from = source.now >= inSight && source.now <= end ? source.now : inSight;
  if (level < 2) from = openFrom(from);
  from = Math.max(source.first, Math.floor(from / steps[level]) * steps[level]);
  let until = from + minutes, wide = axis.place(Math.min(until, source.last + minutes)) - axis.place(from);
  if (axis.gaps && level === 0) wide = Math.max(wide, 60);
  if (axis.gaps && level === 1) wide = Math.max(wide, 240);
  board.scale = (board.width - board.title) / Math.max(wide, 30);
  resize();
  goTo(from);
  pressed(level);
}

// The first moment from a minute on at which the clock runs at full speed; that minute if there is none soon.
function openFrom(minute) {
  const { axis } = board;
  if (axis.gaps) for (let ahead = 0; ahead < 7 * DAY; ahead += 10) if (axis.place(minute + ahead + 1) - axis.place(minute + ahead) > 0.99) return minute + ahead;
  return minute;
}

function pressed(level = -1) {
  [...$("#zoom").children].forEach((button, index) => button.setAttribute("aria-pressed", String(index === level)));
}

function choices(box, titles, chosen, pick) {
  box.replaceChildren(...titles.map((title, index) => {
    const button = element("button", { type: "button", textContent: title });
    button.setAttribute("aria-pressed", String(index === chosen));
    button.addEventListener("click", () => { [...box.children].forEach((each) => each.setAttribute("aria-pressed", String(each === button))); pick(index); });
    return button;
  }));
}

function legend() {
  const names = board.source.bars.named[board.colour], tones = TONES[board.colour] || PLAIN, most = tones.length;
  const parts = names.slice(0, most).map((name, index) => element("span", {}, element("i", { style: "background:var(" + tones[index] + ")" }), names.length > most && index === most - 1 ? "others" : name));
  const sign = (kind, name) => element("span", {}, element("i", { className: kind }), name);
  if (board.colour === "order") parts.push(element("span", { textContent: "each order keeps its colour" }));
  parts.push(sign("setup", "set-up"), sign("closed", "closed"), sign("now", "now"), sign("pin", "pinned"));
  if (board.source.views.some((view) => view.rows.some((row) => row.maintenance))) parts.push(sign("maintained", "maintenance"));
  if (board.colour !== "late") parts.push(sign("tardy", "for a late customer"));
  $("#legend").replaceChildren(...parts);
}

// The bar at a place of the screen, -1 for none.
function barAt(x, y) {
  if (x < board.title || y < HEAD) return -1;
  const { laid, source, axis } = board, top = y - HEAD + board.top, row = rowAt(laid, top), slack = 2 / board.scale;
  if (row < 0) return -1;
  const place = (board.left + x - board.title) / board.scale;
  let found = -1;
  eachBar(source, laid.rows[row], axis.minute(place - slack), axis.minute(place + slack) + 0.01, (bar) => {
    const at = barBox(laid, row, bar);
    if (top >= at.y - 2 && top <= at.y + at.height + 2) found = bar;
  });
  return found;
}

// Where a bar is on the screen.
function placeOf(bar, row = board.view.at[bar]) {
  const { axis, source, laid } = board, at = barBox(laid, row, bar), x = board.title + axis.place(source.bars.from[bar]) * board.scale - board.left;
  return { x, y: HEAD + at.y - board.top, width: Math.max(3, (axis.place(source.bars.end[bar]) - axis.place(source.bars.from[bar])) * board.scale), height: at.height };
}

// Brings a bar into sight.
function reveal(bar) {
  const row = board.view.at[bar];
  if (row < 0) return;
  const at = placeOf(bar);
  if (at.x < board.title || at.x + Math.min(at.width, 80) > board.width) field.scrollLeft = Math.max(0, board.left + at.x - board.title - (board.width - board.title) / 4);
  if (at.y < HEAD || at.y + at.height > board.height) field.scrollTop = Math.max(0, board.laid.tops[row] - board.height / 3);
  redraw();
}

function nextBar(way) {
  const { laid, view, selected } = board;
  if (selected < 0) { const row = Math.max(0, rowAt(laid, board.top)); let first = -1; eachBar(board.source, laid.rows[row], board.axis.minute(board.left / board.scale), Infinity, (bar) => { if (first < 0) first = bar; }); return first; }
  const row = laid.rows[view.at[selected]], place = row ? row.bars.indexOf(selected) + way : -1;
  return row && place >= 0 && place < row.bars.length ? row.bars[place] : selected;
}

const KEYS = {
  "+": () => zoomBy(1.5), "=": () => zoomBy(1.5), "-": () => zoomBy(1 / 1.5), "_": () => zoomBy(1 / 1.5),
  ArrowLeft: () => { field.scrollLeft -= (board.width - board.title) / 5; }, ArrowRight: () => { field.scrollLeft += (board.width - board.title) / 5; },
  ArrowUp: () => { field.scrollTop -= ONE_LANE; }, ArrowDown: () => { field.scrollTop += ONE_LANE; },
  PageUp: () => { field.scrollLeft -= board.width - board.title; }, PageDown: () => { field.scrollLeft += board.width - board.title; },
  Home: () => toNow(), n: () => select(nextBar(1)), p: () => select(nextBar(-1)), Escape: () => select(-1),
  Enter: () => { const first = $("#card form input") || $("#card button"); if (first) first.focus(); },
};

function toNow() {
  goTo(board.source.now - (board.axis.minute((board.left + board.width - board.title) / board.scale) - board.axis.minute(board.left / board.scale)) / 12);
}

field.addEventListener("scroll", redraw, { passive: true });
field.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const level = "12345".indexOf(event.key), act = level >= 0 && event.key ? () => zoomTo(level) : KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
field.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoomBy(Math.exp(-event.deltaY / 300), event.clientX - field.getBoundingClientRect().left);
}, { passive: false });
$("#colour").addEventListener("change", (event) => { board.colour = event.target.value; localStorage.setItem("schedule-colour", board.colour); legend(); redraw(); });
$("#scale").addEventListener("change", (event) => {
  const from = board.axis.minute(board.left / board.scale), to = board.axis.minute((board.left + board.width - board.title) / board.scale);
  board.plain = event.target.checked;
  board.axis = clockOf();
  look(from, (board.axis.place(to) - board.axis.place(from)) / (board.width - board.title));
});
$("#to-now").addEventListener("click", toNow);
$("#find").addEventListener("input", (event) => {
  const wanted = event.target.value.trim().toLowerCase();
  if (wanted.length < 2) return;
  const found = board.source.bars.label.findIndex((label, bar) => label.toLowerCase().includes(wanted) && board.view.at[bar] >= 0);
  if (found >= 0) select(found, true);
});
$("#picture").addEventListener("click", () => {
  const held = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: token("--paper") });
  held.toBlob((blob) => {
    const link = element("a", { href: URL.createObjectURL(blob), download: "schedule.png" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
});
window.addEventListener("beforeprint", () => { if (!board.source) return; draw(); $(".gantt-body").append(chart.renderToCanvas({ pixelRatio: 2, backgroundColor: "#fff" })); });
window.addEventListener("afterprint", () => document.querySelectorAll(".gantt-body>canvas").forEach((each) => each.remove()));
window.addEventListener("resize", () => board.source && measure());
new ResizeObserver(() => board.source && field.clientWidth !== board.width && measure()).observe(field);
document.addEventListener("theme-changed", redraw);

board.colour = localStorage.getItem("schedule-colour") || "family";
$("#colour").value = board.colour;
choices($("#zoom"), LEVELS.map(([title]) => title), 2, (level) => { zoomTo(level); field.focus(); });
document.fonts.ready.then(() => load(false)).catch(() => say("The schedule could not be loaded.", true));
