// Time as it is worked: what is closed takes little room.
const GAP = 45;

// A clock that hurries through the hours in which hardly a row is open: such a stretch is drawn as a narrow gap.
function openClock(lists, first, last) {
  const turns = [];
  for (const list of lists) for (let i = 0; i < list.length; i += 2) if (list[i + 1] > first && list[i] < last) turns.push([Math.max(list[i], first), 1], [Math.min(list[i + 1], last), -1]);
  turns.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const needed = Math.max(1, 0.25 * lists.length), from = [first], to = [0];
  let open = 0, closedSince = first;
  const pass = (minute, gap) => {
    if (minute <= from[from.length - 1]) return;
    to.push(to[to.length - 1] + (gap ? Math.min(GAP, minute - from[from.length - 1]) : minute - from[from.length - 1]));
    from.push(minute);
  };
  for (const [minute, by] of turns) {
    const before = open >= needed;
    open += by;
    if (before && open < needed) { pass(minute, false); closedSince = minute; }
    if (!before && open >= needed) pass(minute, minute - closedSince > GAP);
  }
  pass(last, turns.length > 0 && open < needed);
  const through = (xs, ys) => (value) => {
    let low = 0, high = xs.length - 2;
    while (low < high) { const middle = (low + high + 1) >> 1; if (xs[middle] <= value) low = middle; else high = middle - 1; }
    const span = xs[low + 1] - xs[low];
    return ys[low] + (span ? (value - xs[low]) * (ys[low + 1] - ys[low]) / span : 0);
  };
  return { place: through(from, to), minute: through(to, from), gaps: from.length > 2 };
}
