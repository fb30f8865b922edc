// What one operation tells: a small card under the mouse, a large one beside the chart when it is chosen.
const known = new Map();

function told(bar) {
  const { order, sequence } = board.source.bars, values = { order: order[bar], sequence: sequence[bar] }, key = JSON.stringify(values);
  if (!known.has(key)) {
    known.set(key, fetch(address("/schedule/card", values), { headers: { Accept: "application/json" } }).then((answer) => {
      if (!answer.ok) { known.delete(key); throw new Error("The server does not know this operation."); }
      return answer.json();
    }));
  }
  return known.get(key);
}

function reasons(found) {
  const lines = found.why.map(([words, value]) => element("li", {}, element("span", { textContent: words }), element("b", { textContent: value })));
  const before = found.before.map((each) => element("li", { className: each.binding ? "binding" : "" }, element("span", { textContent: each.kind + ": " + each.what + ", until " + each.until }), element("b", { textContent: each.spare_text })));
  const parts = [element("div", {}, element("h4", { textContent: "Why here" }), element("ul", { className: "lines" }, ...lines))];
  if (before.length) parts.push(element("div", {}, element("h4", { textContent: "What had to be over before" }), element("ul", { className: "lines" }, ...before)));
  return parts;
}

// The small card: after a moment, beside the mouse, never outside the chart.
let hovered = -1, waiting = 0;

function hover(bar, x, y) {
  if (bar === hovered) return;
  hovered = bar;
  clearTimeout(waiting);
  const tip = $("#tip");
  if (bar < 0) { tip.hidden = true; return; }
  waiting = setTimeout(async () => {
    let found;
    try { found = await told(bar); } catch (error) { return; }
    if (hovered !== bar) return;
    tip.replaceChildren(element("h3", { textContent: found.heading }), element("div", { textContent: found.when }), element("div", { textContent: found.serves }), ...reasons(found).map((part) => { part.style.marginTop = "8px"; return part; }));
    tip.hidden = false;
    const wide = tip.offsetWidth, tall = tip.offsetHeight;
    tip.style.left = Math.max(4, Math.min(x + 16, board.width - wide - 8)) + "px";
    tip.style.top = (y + 22 + tall > board.height ? Math.max(4, y - tall - 14) : y + 22) + "px";
  }, 110);
}

// Chooses a bar: its whole chain lights up, its card opens.
async function select(bar, look = true) {
  board.selected = bar;
  board.row = bar < 0 ? -1 : board.view.at[bar];
  if (bar < 0) {
    Object.assign(board, { lit: null, chains: [], dues: [], needed: null });
    $("#card").hidden = true;
    redraw();
    return;
  }
  const order = board.source.bars.order[bar];
  light([order]);
  if (look) reveal(bar);
  const values = { order, sequence: board.source.bars.sequence[bar] };
  const part = (path) => fetch(address(path, values), { headers: { Accept: "application/json" } }).then((answer) => answer.json());
  try {
    const [found, chain] = await Promise.all([told(bar), part("/schedule/chain")]);
    if (board.selected !== bar) return;
    light(chain.orders);
    board.dues = chain.dues.slice(0, 6);
    board.needed = chain.needed;
    card(bar, found, chain);
    redraw();
    if (setup.movable && !found.begun) places(bar, (await part("/schedule/machines")).machines, found);
  } catch (error) { say(error.message, true); }
}

function light(orders) {
  board.lit = new Set(orders);
  board.chains = orders.map((order) => board.source.byOrder.get(order) || []).filter((steps) => steps.length > 1);
  redraw();
}

function card(bar, found, chain) {
  const close = element("button", { type: "button", className: "btn icon-only small", textContent: "×" });
  close.setAttribute("aria-label", "Close the card");
  close.addEventListener("click", () => { select(-1); field.focus(); });
  const dues = chain.dues.slice(0, 6).map((due) => element("li", {}, element("span", { textContent: due.text, className: due.bad ? "bad" : "" })));
  const more = chain.dues.length > 6 ? [element("li", { textContent: "and " + (chain.dues.length - 6) + " more" })] : [];
  const link = (href, textContent) => element("a", { href, textContent });
  const parts = [
    element("div", { className: "top" }, element("h3", { textContent: found.heading }), close),
    element("div", {}, element("div", { textContent: found.when }), element("div", { textContent: found.serves })),
    element("div", { id: "places", hidden: true }),
    ...reasons(found),
    element("div", {}, element("h4", { textContent: "Chain: " + chain.orders.length + (chain.orders.length === 1 ? " order" : " orders") + ", for" }), element("ul", {}, ...(dues.length ? [...dues, ...more] : [element("li", { textContent: "stock" })]))),
    element("div", { className: "links" }, link("/orders/work?order=" + encodeURIComponent(found.order), "The order, and what it hangs on")),
  ];
  const box = $("#card");
  box.replaceChildren(...parts);
  box.dataset.bar = bar;
  box.hidden = false;
}

// The form that does what dragging does: another start, another machine.
function places(bar, machines, found) {
  if (board.selected !== bar || !machines.length) return;
  const start = element("input", { type: "datetime-local", name: "start", value: found.start.slice(0, 16), required: true });
  const machine = element("select", { name: "machine" }, ...machines.map((each, index) => element("option", { value: index, textContent: each.title, selected: each.stands })));
  const verdict = element("div", { className: "verdict", role: "status", hidden: true }), go = element("button", { className: "btn go", textContent: "Pin here" });
  const form = element("form", {}, element("h4", { textContent: found.pinned ? "Pinned by a person. Move or free it" : "Pin start or machine" }), element("label", {}, "Start of the set-up", start), element("label", {}, "Machine", machine), verdict, element("div", { className: "buttons" }, go));
  const wanted = () => { const chosen = machines[machine.value]; const same = start.value === found.start.slice(0, 16); return { order: found.order, sequence: found.sequence, start: same ? found.start : start.value, machine: chosen.machine, work_centre: chosen.work_centre }; };
  const check = async () => { try { showVerdict(verdict, await send(address("/schedule/try", {}), wanted()), (at) => { start.value = at.slice(0, 16); pin({ ...wanted(), start: at }, verdict); }); } catch (error) { say(error.message, true); } };
  start.addEventListener("change", check);
  machine.addEventListener("change", check);
  form.addEventListener("submit", (event) => { event.preventDefault(); pin(wanted(), verdict); });
  if (found.pinned) {
    const free = element("button", { type: "button", className: "btn", textContent: "Free it" });
    free.addEventListener("click", () => changed(send(address("/schedule/unpin", {}), { order: found.order, sequence: found.sequence }), "Free to be moved by planning.", found));
    $(".buttons", form).append(free);
  }
  $("#places").replaceChildren(form);
  $("#places").hidden = false;
}

// Says whether a place is legal and what would follow; where it is not, offers the first one that is.
function showVerdict(box, found, take) {
  box.hidden = false;
  box.className = "verdict " + (found.legal ? "legal" : "illegal");
  const parts = [element("div", { textContent: found.text })];
  if (found.legal && found.moved.length) parts.push(element("ul", {}, ...found.moved.map((words) => element("li", { textContent: words }))));
  if (!found.legal && found.earliest && take) {
    const button = element("button", { type: "button", className: "btn small", textContent: "Pin at " + found.earliest_text });
    button.addEventListener("click", () => take(found.earliest));
    parts.push(button);
  }
  box.replaceChildren(...parts);
}

// Pins; where that is refused the reason stands in the card.
async function pin(wanted, verdict) {
  try {
    const found = await send(address("/schedule/pin", {}), wanted);
    await changed(Promise.resolve(found), "Pinned. " + found.text, { order: found.orders[wanted.order] || wanted.order, sequence: wanted.sequence });
  } catch (error) {
    if (error.answer && error.answer.text !== undefined && verdict) showVerdict(verdict, error.answer, (at) => pin({ ...wanted, start: at }, verdict));
    else say(error.answer && error.answer.text || error.message, true);
  }
}

// After the plan has changed: bars, figures and card anew, the same stretch of time in sight.
async function changed(done, words, chosen) {
  try {
    await done;
    known.clear();
    hover(-1);
    await load(true);
    $("#schedule-head").innerHTML = await (await fetch(address("/schedule/head", {}))).text();
    const summary = $(".plan-menu summary");
    if (summary) summary.textContent = $("[data-plan-text]").dataset.planText;
    const bar = chosen ? board.source.place.get(JSON.stringify([chosen.order, chosen.sequence])) : undefined;
    select(bar === undefined ? -1 : bar, false);
    say(words);
  } catch (error) { say(error.message, true); }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-undo-pin]");
  if (!button) return;
  button.disabled = true;
  changed(send(address("/schedule/undo", {}), {}), "Undone; the plan is as it was before.", null);
});
