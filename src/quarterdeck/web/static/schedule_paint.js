// Paints the schedule: only what is in sight, all bars of one colour in one path, so that thousands of bars cost little.
const PAPER = { title: 190, narrow: 148 }, MOST_LABELS = 900;
const TONES = { late: ["--f6", "--warn", "--bad"], ready: ["--good", "--accent", "--f6", "--warn"] };
const PLAIN = ["--f1", "--f2", "--f3", "--f4", "--f5", "--f7", "--f8", "--f6"];

const Boxes = echarts.graphic.extendShape({
  type: "boxes", shape: { list: [], round: 3 },
  buildPath(path, shape) {
    const list = shape.list;
    for (let i = 0; i < list.length; i += 4) {
      const x = list[i], y = list[i + 1], w = list[i + 2], h = list[i + 3], r = w > 9 ? shape.round : 0;
      if (!r) { path.rect(x, y, w, h); continue; }
      path.moveTo(x + r, y); path.lineTo(x + w - r, y); path.quadraticCurveTo(x + w, y, x + w, y + r); path.lineTo(x + w, y + h - r);
      path.quadraticCurveTo(x + w, y + h, x + w - r, y + h); path.lineTo(x + r, y + h); path.quadraticCurveTo(x, y + h, x, y + h - r); path.lineTo(x, y + r);
      path.quadraticCurveTo(x, y, x + r, y); path.closePath();
    }
  },
});
echarts.graphic.registerShape("boxes", Boxes);

const ruler = document.createElement("canvas").getContext("2d"), widths = new Map();

function textWidth(text) {
  let found = widths.get(text);
  if (found === undefined) { ruler.font = "11.5px " + token("--font"); found = ruler.measureText(text).width; widths.set(text, found); }
  return found;
}

function cutText(text, room) {
  const full = textWidth(text);
  if (full <= room) return text;
  const most = Math.floor(text.length * room / full) - 1;
  return most < 2 ? "" : text.slice(0, most) + "…";
}

// A title that is too long keeps its number: "Frame F… 3".
function cutTitle(text, room) {
  const last = text.slice(text.lastIndexOf(" ") + 1);
  if (textWidth(text) <= room || last.length > 3 || last === text) return cutText(text, room);
  return cutText(text.slice(0, -last.length - 1), room - textWidth(" " + last)) + " " + last;
}

// A code that is too long keeps its end, which tells it from the others.
function cutCode(text, room) {
  if (textWidth(text) <= room) return text;
  const most = Math.floor(text.length * room / textWidth(text)) - 1;
  return most < 2 ? "" : "…" + text.slice(-most);
}

// Ink that can be read on a colour.
function inkOn(colour) {
  const hex = colour.replace("#", ""), [r, g, b] = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
  return 0.3 * r + 0.59 * g + 0.11 * b > 0.58 ? "#10141b" : "#fff";
}

function paletteOf(colour) {
  return (TONES[colour] || PLAIN).map(token);
}

function paint(board) {
  const { source, laid, axis, width, height } = board, colours = tokens(), children = [];
  const left = board.title, x = (minute) => left + axis.place(minute) * board.scale - board.left;
  const from = axis.minute(Math.max(0, board.left / board.scale)), to = axis.minute((board.left + width - left) / board.scale);
  const y = (top) => HEAD + top - board.top;
  const first = Math.max(0, rowAt(laid, Math.max(0, board.top))), last = Math.max(first, rowAt(laid, Math.min(laid.height - 1, board.top + height - HEAD)));
  const box = (list, style, round = 0) => { if (list.length) children.push({ type: "boxes", silent: true, shape: { list, round }, style }); };
  const line = (x1, y1, x2, y2, style) => children.push({ type: "line", silent: true, shape: { x1, y1, x2, y2 }, style });
  const text = (words, at, top, style) => words && children.push({ type: "text", silent: true, style: { text: words, x: at, y: top, font: "11.5px " + token("--font"), verticalAlign: "middle", fill: colours.ink2, ...style } });
  const ticks = ticksOf(board, from, to);

  paintGround(board, { x, y, from, to, first, last, box, text, line, colours, ticks });
  paintBars(board, { x, y, from, to, first, last, box, text, line, colours });
  paintLinks(board, { x, y, line, box, colours });
  paintMoments(board, { x, line, text, colours, box });
  box([0, 0, width, HEAD], { fill: colours.paper });
  ticks.large.forEach(([minute, words], index) => {
    const at = Math.max(x(minute), left), next = index + 1 < ticks.large.length ? x(ticks.large[index + 1][0]) : width;
    if (next - at > textWidth(words) + 12) text(words, at + 5, 12, { fill: colours.ink, font: "600 11.5px " + token("--font") });
  });
  let free = left;
  ticks.small.forEach(([minute, words]) => { const at = x(minute); if (at >= free - 1) { text(words, at + 4, 31, { fill: colours.ink3 }); free = at + textWidth(words) + 10; } });
  paintMarks(board, { x, text, box, colours });
  line(0, HEAD - 0.5, width, HEAD - 0.5, { stroke: colours.line, lineWidth: 1 });
  paintTitles(board, { y, first, last, box, text, line, colours });
  return { type: "group", $mergeChildren: false, children };
}

function paintGround(board, { x, y, from, to, first, last, box, text, line, colours, ticks }) {
  const { laid, source, view, width, height } = board, closed = [], strips = { good: [], warn: [], bad: [] }, spans = new Map();
  const low = Math.max(from, source.first), high = Math.min(to, source.last);
  for (let row = first; row <= last; row++) {
    const calendar = view.rows[row].calendar, top = y(laid.tops[row]), tall = laid.tops[row + 1] - laid.tops[row];
    if (!spans.has(calendar)) spans.set(calendar, closedWithin(source.times[calendar], low, high).map(([a, b]) => [x(a), x(b) - x(a)]).filter(([, wide]) => wide > 0.7));
    spans.get(calendar).forEach(([at, wide]) => closed.push(at, top, wide, tall));
    view.rows[row].strip.forEach((share, week) => {
      if (share === null || source.weeks[week + 1] <= low || source.weeks[week] >= high) return;
      const start = Math.max(source.weeks[week], 0), at = x(start), wide = x(source.weeks[week + 1]) - at;
      strips[share > 0.95 ? "bad" : share > 0.85 ? "warn" : "good"].push(at + 1, top + tall - 3, Math.max(0, Math.min(1, share) * (wide - 2)), 2.5);
    });
  }
  box(closed, { fill: colours.closed });
  paintMaintenance(board, { x, y, from, to, first, last, box, text, colours });
  ticks.days.forEach((minute) => line(x(minute), HEAD, x(minute), height, { stroke: colours.line, lineWidth: 1 }));
  for (let row = first; row <= last; row++) line(0, y(laid.tops[row + 1]) - 0.5, width, y(laid.tops[row + 1]) - 0.5, { stroke: colours.line2, lineWidth: 1 });
  Object.entries(strips).forEach(([name, list]) => box(list, { fill: colours[name], opacity: 0.75 }));
}

// Maintenance fills the height of its row behind the bars, with its title where there is room.
function paintMaintenance(board, { x, y, from, to, first, last, box, text, colours }) {
  const { laid, view } = board;
  for (let row = first; row <= last; row++) for (const [begin, end, title] of view.rows[row].maintenance || []) {
    if (begin >= to || end <= from) continue;
    const top = y(laid.tops[row]), at = Math.max(x(begin), board.title), wide = Math.max(x(end) - at, 2), tall = laid.tops[row + 1] - laid.tops[row];
    box([at, top + 1, wide, tall - 2], { fill: colours.ink3, opacity: 0.35 }, 2);
    if (wide > 40) text(cutTitle(title, wide - 8), at + 4, top + tall / 2, { fill: colours.ink });
  }
}

function paintBars(board, { x, y, from, to, first, last, box, text, colours }) {
  const { source, laid, view, lit } = board, bars = source.bars, palette = paletteOf(board.colour), values = bars.colour[board.colour];
  const whole = palette.map(() => []), faint = palette.map(() => []), setups = palette.map(() => []), paused = palette.map(() => []);
  const late = [], pins = [], labels = [], ahead = new Map(), split = 30 * board.scale > 2;
  for (let row = first; row <= last; row++) {
    const times = source.times[view.rows[row].calendar];
    ahead.clear();
    eachBar(source, laid.rows[row], from, to, (bar) => {
      const { y: top, height } = barBox(laid, row, bar), at = y(top), tone = Math.min(values[bar], palette.length - 1);
      const dim = lit && !lit.has(bars.order[bar]), lane = laid.lane[bar];
      const a = x(bars.from[bar]), b = x(bars.end[bar]), list = dim ? faint[tone] : whole[tone];
      const before = ahead.get(lane);
      if (b - a < 3 && before && before.list === list && a - before.list[before.at] - before.list[before.at + 2] < 0.7) {
        before.list[before.at + 2] = Math.max(b - before.list[before.at], before.list[before.at + 2]);
        return;
      }
      const s = bars.start[bar] > bars.from[bar] ? x(bars.start[bar]) : a;
      if (s - a > 1) (dim ? faint : setups)[tone].push(a, at, s - a, height);
      const parts = split && b - a > 8 ? openWithin(times, bars.start[bar], bars.end[bar]) : [[bars.start[bar], bars.end[bar]]];
      let widest = null;
      for (const [begin, end] of parts) {
        const wide = Math.max(x(end) - x(begin) - 0.6, 1.2);
        list.push(x(begin), at, wide, height);
        if (!widest || wide > widest[1]) widest = [x(begin), wide];
        const from = Math.max(x(begin), board.title), room = x(begin) + wide - from;
        if (room > 30 && labels.length < MOST_LABELS) labels.push({ bar, at: from + 5, room: room - 9 - (bars.pinned[bar] ? 6 : 0), top: at, height, tone, dim });
      }
      ahead.set(lane, { list, at: list.length - 4 });
      if (split && b - a > 8) closedWithin(times, bars.from[bar], bars.end[bar]).forEach(([begin, end]) => paused[tone].push(x(begin), at + height / 2 - 1.5, x(end) - x(begin), 3));
      if (bars.colour.late[bar] && board.colour !== "late" && !dim) late.push(a, at + height - 2.5, Math.max(b - a - 0.6, 1.2), 2.5);
      if (bars.pinned[bar] && widest[1] > 8) pins.push(widest[0] + widest[1] - 7, at + 3, 4, 4);
    });
  }
  palette.forEach((fill, tone) => {
    box(paused[tone], { fill, opacity: 0.3 });
    box(faint[tone], { fill, opacity: 0.2 }, 3);
    box(setups[tone], { fill, opacity: 0.45 }, 2);
    box(whole[tone], { fill }, 3);
  });
  box(late, { fill: colours.bad });
  const inks = palette.map(inkOn);
  labels.forEach((label) => paintLabel(board, label, text, label.dim ? colours.ink3 : inks[label.tone]));
  box(pins, { fill: "#fff", stroke: colours.ink, lineWidth: 1 });
}

// Order and item of a bar: one above the other where it is high enough, else in one line.
function paintLabel({ source, view }, { bar, at, room, top, height }, text, fill) {
  const { order, item, items, step, steps } = source.bars, font = token("--font"), code = order[bar], what = items[item[bar]];
  const line = (words, middle, style) => text(words, at, top + middle, { fill, font: "11.5px " + font, ...style });
  if (view.by === "order") line(cutText(steps[step[bar]], room), height / 2 + 0.5);
  else if (height < 26) line(cutText(code + " " + what, room), height / 2 + 0.5);
  else if (room < 46 && textWidth(code) > room) line(cutText(what, room), height / 2 + 0.5, { font: "11px " + font });
  else { line(cutCode(code, room), 8.5, { font: "600 10.5px " + font }); line(cutText(what, room), 21, { font: "11px " + font }); }
}

function openWithin(times, from, to) {
  const open = [];
  let before = from;
  for (const [a, b] of closedWithin(times, from, to)) { if (a > before) open.push([before, a]); before = b; }
  if (before < to) open.push([before, to]);
  return open.length ? open : [[from, to]];
}

// The chosen bar, and lines from step to step of the orders in its chain.
function paintLinks(board, { x, y, line, colours, box }) {
  const { source, laid, view, lit, selected } = board, bars = source.bars;
  const place = (bar) => { const row = view.at[bar]; if (row < 0) return null; const { y: top, height } = barBox(laid, row, bar); return [x(bars.from[bar]), y(top), x(bars.end[bar]), height]; };
  if (lit) {
    const style = { stroke: colours.ink2, lineWidth: 1, opacity: 0.7 };
    let links = 0;
    for (const steps of board.chains) {
      for (let i = 1; i < steps.length && links < 160; i++, links++) {
        const a = place(steps[i - 1]), b = place(steps[i]);
        if (!a || !b || (a[1] === b[1])) continue;
        const ax = a[2], ay = a[1] + a[3] / 2, bx = b[0], by = b[1] + b[3] / 2, middle = Math.max(ax + 5, Math.min(bx - 5, ax + 9));
        line(ax, ay, middle, ay, style); line(middle, ay, middle, by, style); line(middle, by, bx, by, style);
      }
    }
  }
  if (selected >= 0) {
    const at = place(selected);
    if (at) box([at[0] - 2, at[1] - 2, Math.max(at[2] - at[0], 3) + 4, at[3] + 4], { fill: "none", stroke: colours.accent, lineWidth: 2.5 }, 4);
  }
}

// Now, and when the chosen order's customers wait; rows of orders show when each is needed.
function paintMoments(board, { x, line, colours, box }) {
  const { source, view, laid, height } = board, marks = [];
  if (view.by === "order") view.rows.forEach((row, index) => { if (row.due !== null) { const top = HEAD + laid.tops[index] - board.top; if (top > 0 && top < height) marks.push(x(row.due), top + 2, 2.5, laid.tops[index + 1] - laid.tops[index] - 4); } });
  box(marks, { fill: colours.warn });
  line(x(source.now), HEAD, x(source.now), height, { stroke: colours.bad, lineWidth: 1.5 });
  if (board.needed !== null) line(x(board.needed), HEAD, x(board.needed), height, { stroke: colours.ink3, lineWidth: 1, lineDash: [3, 3] });
  board.dues.forEach((due) => line(x(due.minute), HEAD, x(due.minute), height, { stroke: due.bad ? colours.bad : colours.warn, lineWidth: 1.5, lineDash: [5, 4] }));
}

function paintMarks(board, { x, text, box, colours }) {
  let free = -Infinity;
  const mark = (minute, words, fill) => {
    const at = x(minute), wide = textWidth(words) + 10;
    if (at < board.title || at > board.width || at < free) return;
    const begin = Math.min(at, board.width - wide);
    box([begin, HEAD - 18, wide, 16], { fill }, 3);
    text(words, begin + 5, HEAD - 9.5, { fill: inkOn(fill) });
    free = at + wide;
  };
  [[board.source.now, "now", colours.bad], ...(board.needed === null ? [] : [[board.needed, "order needed", colours.ink3]]), ...board.dues.map((due) => [due.minute, due.label + " due", due.bad ? colours.bad : colours.warn])]
    .sort((one, other) => one[0] - other[0]).forEach((each) => mark(...each));
}

function paintTitles(board, { y, first, last, box, text, line, colours }) {
  const { view, laid, title, height } = board;
  box([0, HEAD, title, height - HEAD], { fill: colours.paper });
  for (let row = first; row <= last; row++) {
    const { title: words, load, load_text: share } = view.rows[row], middle = y((laid.tops[row] + laid.tops[row + 1]) / 2);
    if (middle < HEAD + 6) continue;
    text(cutTitle(words, title - 26 - (share ? 42 : 0)), 16, middle, { fill: row === board.row ? colours.accent : colours.ink2 });
    if (share) text(share, title - 10, middle, { align: "right", fill: load > 0.9 ? colours.bad : colours.ink3 });
    line(0, y(laid.tops[row + 1]) - 0.5, title, y(laid.tops[row + 1]) - 0.5, { stroke: colours.line2, lineWidth: 1 });
  }
  box([0, 0, title, HEAD - 1], { fill: colours.paper });
  text(view.title, 16, 31, { fill: colours.ink3 });
  if (view.by !== "order") text(title > 160 ? "load, 4 weeks" : "load", title - 10, 31, { fill: colours.ink3, align: "right" });
  line(title - 0.5, 0, title - 0.5, height, { stroke: colours.line, lineWidth: 1 });
}
