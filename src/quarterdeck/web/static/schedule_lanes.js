// Where bars lie: rows, lanes within a row for what overlaps, and finding bars without looking at all of them.
const setup = read("setup"), field = $("#scroll"), sizer = $("#size"), paper = $("#paper");
const HEAD = 42, ONE_LANE = 38, LANE = 20, EDGE = 10;

function layOut(source, view) {
  const bars = source.bars, lists = view.rows.map(() => []), lane = new Int16Array(bars.from.length);
  view.at.forEach((row, bar) => { if (row >= 0) lists[row].push(bar); });
  const rows = lists.map((list) => {
    const ends = [], reach = new Float64Array(list.length);
    let far = -Infinity;
    list.forEach((bar, place) => {
      let free = ends.findIndex((end) => end <= bars.from[bar]);
      if (free < 0) free = ends.push(0) - 1;
      ends[free] = bars.end[bar];
      lane[bar] = free;
      reach[place] = far = Math.max(far, bars.end[bar]);
    });
    return { bars: Int32Array.from(list), reach, lanes: Math.max(1, ends.length) };
  });
  const tops = new Float64Array(rows.length + 1);
  rows.forEach((row, index) => { tops[index + 1] = tops[index] + (row.lanes === 1 ? ONE_LANE : row.lanes * LANE + EDGE); });
  return { rows, lane, tops, height: tops[rows.length] };
}

// The row at a height below the head; -1 outside.
function rowAt(laid, y) {
  if (y < 0 || y >= laid.height) return -1;
  let low = 0, high = laid.rows.length - 1;
  while (low < high) { const middle = (low + high + 1) >> 1; if (laid.tops[middle] <= y) low = middle; else high = middle - 1; }
  return low;
}

// Calls visit(bar) for the bars of a row that lie between two minutes.
function eachBar(source, row, from, to, visit) {
  let low = 0, high = row.bars.length;
  while (low < high) { const middle = (low + high) >> 1; if (row.reach[middle] > from) high = middle; else low = middle + 1; }
  for (let place = low; place < row.bars.length; place++) {
    const bar = row.bars[place];
    if (source.bars.from[bar] >= to) return;
    if (source.bars.end[bar] > from) visit(bar);
  }
}

// Top and height of a bar, counted from the top of all rows.
function barBox(laid, row, bar) {
  const single = laid.rows[row].lanes === 1;
  return { y: laid.tops[row] + (single ? 3 : 3 + laid.lane[bar] * LANE), height: single ? ONE_LANE - 9 : LANE - 3 };
}

// Stretches of a calendar that are closed between two minutes.
function closedWithin(list, from, to) {
  const found = [];
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

// Every minute takes the same room.
function plainClock(first) {
  return { place: (minute) => minute - first, minute: (place) => place + first, gaps: false };
}

// Moments to write at the head: hours below their day, days below their month; as many as there is room for.
function ticksOf(board, from, to) {
  const { axis, source } = board, perDay = (axis.place(to) - axis.place(from)) * board.scale / Math.max((to - from) / DAY, 1e-9);
  const open = axis.gaps ? (minute) => axis.place(minute + 1) - axis.place(minute) > 0.99 : () => true;
  const opening = (midnight) => { if (!axis.gaps) return 0; for (let ahead = 0; ahead < DAY; ahead += 15) if (open(midnight + ahead)) return ahead; return -1; };
  const clock = (minute) => new Date((source.base + minute) * MINUTE);
  const two = (number) => String(number).padStart(2, "0");
  const small = [], large = [], days = [];
  const hourly = [5, 15, 30, 60, 120, 180, 360].find((step) => step * board.scale >= 46);
  const every = [1, 2, 7, 14, 28, 91].find((count) => count * perDay >= 52) || 182;
  const origin = every >= 7 ? -((source.base / DAY + 3) % 7) : 0;
  for (let day = Math.floor((from / DAY - origin) / every) * every + origin; day * DAY <= to; day += every) {
    const at = opening(day * DAY), date = clock(day * DAY);
    if (at < 0 && every === 1) continue;
    days.push(day * DAY + Math.max(at, 0));
    (hourly ? large : small).push([day * DAY + Math.max(at, 0), hourly ? dayText(date) + " " + date.getUTCFullYear() : every === 1 && perDay > 84 ? dayText(date) : (every === 1 ? WEEKDAYS[date.getUTCDay()] + " " : "") + date.getUTCDate() + (every > 1 ? " " + MONTHS[date.getUTCMonth()] : "")]);
  }
  if (hourly) {
    for (let minute = Math.ceil(from / hourly) * hourly; minute <= to; minute += hourly) if (open(minute)) small.push([minute, two(clock(minute).getUTCHours()) + ":" + two(clock(minute).getUTCMinutes())]);
  } else {
    for (let date = clock(from), year = date.getUTCFullYear(), month = date.getUTCMonth(); ; month++) {
      const first = Date.UTC(year, month, 1), minute = first / MINUTE - source.base;
      if (minute > to) break;
      large.push([minute, MONTHS[new Date(first).getUTCMonth()] + " " + new Date(first).getUTCFullYear()]);
    }
  }
  return { small, large, days };
}
