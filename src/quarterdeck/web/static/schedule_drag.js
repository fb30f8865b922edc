// Mouse and finger on the chart: moving the field, choosing a bar, and dragging one to another start or machine.
const NEAR = 5, FINGER = 8, SNAP = [1, 5, 15, 30, 60, 240, DAY];
let hold = null;

// The minute and machine a dragged bar would have.
function dropOf(event) {
  const box = field.getBoundingClientRect(), { axis, source, view, laid } = board, x = event.clientX - box.left - hold.grip;
  const every = SNAP.find((step) => step * board.scale >= 4) || DAY;
  let minute = axis.minute((board.left + x - board.title) / board.scale);
  minute = Math.abs(minute - source.bars.from[hold.bar]) * board.scale < 3 ? source.bars.from[hold.bar] : Math.round(minute / every) * every;
  const over = rowAt(laid, event.clientY - box.top - HEAD + board.top), row = view.by === "machine" && over >= 0 ? over : view.at[hold.bar];
  const place = view.rows[row];
  return { minute, row, machine: view.by === "machine" ? place.code : null, centre: view.by === "machine" ? place.centre : null };
}

const wallClock = (minute) => new Date((board.source.base + minute) * MINUTE).toISOString().slice(0, 19);
const minuteOf = (wall) => Date.parse(wall + "Z") / MINUTE - board.source.base;

function wantedOf(drop) {
  const { order, sequence } = board.source.bars, wanted = { order: order[hold.bar], sequence: sequence[hold.bar], start: wallClock(drop.minute) };
  return drop.machine === null ? wanted : { ...wanted, machine: drop.machine, work_centre: drop.centre };
}

// One question at a time; the newest place is asked about next.
async function ask(drop) {
  const mine = hold;
  mine.next = drop;
  if (mine.asking) return mine.asking;
  mine.asking = (async () => {
    while (mine.next) {
      const at = mine.next;
      mine.next = null;
      try { mine.found = await send(address("/schedule/try", {}), wantedOf(at)); } catch (error) { mine.found = { legal: false, text: error.message, moved: [], earliest: null }; }
      mine.judged = at;
      if (hold === mine) ghost(mine.last || at);
      else break;
    }
    mine.asking = null;
  })();
  return mine.asking;
}

const samePlace = (one, other) => one && other && one.minute === other.minute && one.row === other.row;

// Where a refused drop would go if its first legal moment is only a few pixels off.
function nudged(mine) {
  const found = mine.found;
  if (found.legal || !found.earliest) return null;
  const minute = minuteOf(found.earliest);
  return (minute - mine.judged.minute) * board.scale <= 14 ? { start: found.earliest, minute } : null;
}

function ghost(drop) {
  const box = $("#ghost"), tip = $("#tip"), { axis, laid, view, source } = board, current = samePlace(hold.judged, drop) && hold.found;
  const near = current ? nudged(hold) : null, minute = near ? near.minute : drop.minute, legal = current && (current.legal || near);
  const single = laid.rows[drop.row].lanes === 1, top = view.by === "machine" ? laid.tops[drop.row] + 3 : barBox(laid, drop.row, hold.bar).y;
  const x = board.title + axis.place(minute) * board.scale - board.left, long = source.bars.end[hold.bar] - source.bars.from[hold.bar];
  Object.assign(box.style, { left: x + "px", top: HEAD + top - board.top + "px", width: Math.max(4, Math.min(board.width - x, (axis.place(minute + long) - axis.place(minute)) * board.scale)) + "px", height: (single ? ONE_LANE - 9 : LANE - 3) + "px" });
  box.className = "gantt-ghost " + (!current ? "" : legal ? "legal" : "illegal");
  box.hidden = false;
  const when = dayText((source.base + minute) * MINUTE) + ", " + wallClock(minute).slice(11, 16) + (view.by === "machine" ? " on " + view.rows[drop.row].title : "");
  const lines = current && legal && current.moved.length ? [element("ul", {}, ...current.moved.slice(0, 4).map((words) => element("li", { textContent: words })))] : [];
  tip.replaceChildren(element("h3", { textContent: when }), element("div", { className: "verdict " + (!current ? "" : legal ? "legal" : "illegal"), textContent: !current ? "Checking …" : near ? "Snaps to the first legal moment. " + current.text : current.text }), ...lines);
  tip.hidden = false;
  tip.style.left = Math.max(4, Math.min(x, board.width - tip.offsetWidth - 8)) + "px";
  const above = HEAD + top - board.top, below = above + box.offsetHeight + 8;
  tip.style.top = (below + tip.offsetHeight < board.height ? below : Math.max(4, above - tip.offsetHeight - 8)) + "px";
}

function letGo() {
  $("#ghost").hidden = true;
  $("#tip").hidden = true;
  field.classList.remove("grabbing");
  hold = null;
}

async function drop() {
  const mine = hold, at = mine.last;
  await ask(at);
  if (hold !== mine) return;
  const near = nudged(mine), wanted = wantedOf(at), { found } = mine, bar = mine.bar;
  letGo();
  if (found.legal || near) return pin({ ...wanted, start: near ? near.start : wanted.start }, null);
  say(found.text, true);
  await select(bar, false);
  const verdict = element("div", {});
  $("#card").prepend(verdict);
  showVerdict(verdict, found, (start) => pin({ ...wanted, start }, verdict));
}

// Where an event is on the chart, and the bar there; a finger may miss a bar by a little.
function under(event) {
  const box = field.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
  if (!board.source || x > field.clientWidth || y > field.clientHeight || y < HEAD) return { x, y, bar: -1, inside: false };
  const near = event.pointerType === "mouse" || event.pointerType === "pen" ? [0] : [0, -FINGER, FINGER];
  return { x, y, bar: near.map((off) => barAt(x + off, y)).find((bar) => bar >= 0) ?? -1, inside: true };
}

// A finger on a bar drags the bar; beside the bars, on the head and on the titles it moves the chart, as the browser does.
field.addEventListener("touchstart", (event) => {
  if (setup.movable && event.touches.length === 1 && under(event.touches[0]).bar >= 0) { if (event.cancelable) event.preventDefault(); }
  else if (hold) letGo();
}, { passive: false });
field.addEventListener("pointerdown", (event) => {
  if (event.button || !event.isPrimary) return;
  const { x, y, bar, inside } = under(event), finger = event.pointerType === "touch";
  if (!inside || (finger && (bar < 0 || !setup.movable))) return;
  hold = { bar, x, y, left: board.left, top: board.top, moved: false, near: finger ? 2 * NEAR : NEAR, grip: bar >= 0 ? x - placeOf(bar).x : 0 };
  try { field.setPointerCapture(event.pointerId); } catch (error) { /* the pointer is gone already */ }
  hover(-1);
});
field.addEventListener("pointermove", (event) => {
  const box = field.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
  if (!hold) {
    const bar = barAt(x, y);
    field.classList.toggle("over-bar", bar >= 0);
    if (event.pointerType !== "touch") hover(bar, x, y);
    return;
  }
  if (!hold.moved && Math.hypot(x - hold.x, y - hold.y) < hold.near) return;
  hold.moved = true;
  if (hold.bar >= 0 && setup.movable) {
    const at = dropOf(event);
    hold.last = at;
    ghost(at);
    if (!samePlace(at, hold.judged)) ask(at);
    return;
  }
  field.classList.add("grabbing");
  field.scrollLeft = hold.left - (x - hold.x);
  field.scrollTop = hold.top - (y - hold.y);
});
field.addEventListener("pointerup", () => {
  if (!hold) return;
  if (hold.moved && hold.bar >= 0 && setup.movable) { drop(); return; }
  const { moved, bar } = hold;
  letGo();
  if (!moved) select(bar, false);
});
field.addEventListener("pointercancel", () => hold && letGo());
field.addEventListener("pointerleave", () => !hold && hover(-1));
// A tap that the browser made a click of: where nothing may be moved, and beside the bars.
field.addEventListener("click", (event) => {
  if (event.pointerType === "touch") select(under(event).bar, false);
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && hold) letGo(); });
