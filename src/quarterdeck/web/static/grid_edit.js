// Writing: what is typed, pasted, filled or deleted goes to the server as one change; what it refuses stays marked.
(() => {
  const { setup, base, byField, state, table, tell } = Grid;
  if (!setup.may_edit) return;
  const waiting = new Map();
  const undoable = [];
  const stale = new Set();
  let timer = 0, running = Promise.resolve(), open = null;

  table.on("cellEditing", (cell) => { open = { ref: cell.getData()._ref, field: cell.getField() }; });
  table.on("cellEdited", (cell) => {
    if (cell.getValue() !== cell.getOldValue()) put(cell.getRow(), { [cell.getField()]: cell.getValue() });
    closed();
  });
  table.on("cellEditCancelled", closed);

  // What came from the server for a row while somebody typed in it is drawn when the typing is over.
  function closed() {
    open = null;
    setTimeout(() => {
      for (const ref of stale) {
        if (open && open.ref === ref) continue;
        stale.delete(ref);
        const row = table.getRow(ref);
        if (row) row.reformat();
      }
    }, 0);
  }

  // New values of a row; a cell in which somebody types, or has just typed, keeps what stands there.
  async function renew(row, values) {
    const ref = row.getData()._ref, typing = open && open.ref === ref;
    const kept = new Set(Object.keys(waiting.get(ref) || {}));
    if (typing) kept.add(open.field);
    const fresh = Object.fromEntries(Object.entries(values).filter(([field]) => !kept.has(field)));
    if (typing) {
      Object.assign(row.getData(), fresh);
      stale.add(ref);
      return;
    }
    await row.update(fresh);
    row.reformat();
  }

  // Remembers what was typed into a row; everything of one moment is sent together.
  function put(row, values) {
    const data = row.getData();
    waiting.set(data._ref, { ...(waiting.get(data._ref) || {}), ...values });
    clearTimeout(timer);
    timer = setTimeout(() => { running = running.then(flush); }, 40);
  }

  async function flush() {
    const edits = [];
    for (const [ref, values] of waiting) {
      const row = table.getRow(ref);
      if (!row) continue;
      const data = row.getData();
      edits.push(data._key ? { ref, key: data._key, etag: data._etag, values } : { ref, values: typedInto(data) });
    }
    waiting.clear();
    if (edits.length) await write(edits);
  }

  function typedInto(data) {
    return Object.fromEntries(setup.columns.map(({ field }) => [field, data[field] ?? ""]).filter(([, text]) => text !== ""));
  }

  async function write(edits) {
    tell("Saving …");
    let done;
    try {
      done = await send(`${base}/edit`, { edits });
    } catch (error) {
      tell("Not saved");
      say(error.message, true);
      return null;
    }
    if (done.change_set) undoable.push(done.change_set);
    const touched = new Set(edits.map(({ ref }) => ref));
    await apply(done, touched, edits);
    const kept = Object.keys(done.saved).length;
    const refused = done.refusals.filter(({ severity }) => severity === "error").length;
    tell(kept ? `${kept.toLocaleString("en")} row${kept === 1 ? "" : "s"} saved${refused ? `, ${refused} cell${refused === 1 ? "" : "s"} not` : ""}` : refused ? "Not saved" : "Nothing changed");
    settle(done.conflicts);
    return done;
  }

  async function apply(done, touched, edits) {
    const sent = Object.fromEntries(edits.map(({ ref, values }) => [ref, values || {}]));
    for (const ref of touched) {
      const row = table.getRow(ref);
      if (!row) continue;
      if (ref in done.saved && done.saved[ref] === null) { row.delete(); continue; }
      const mine = done.refusals.filter((each) => each.ref === ref);
      const told = { ...(row.getData()._told || {}) };
      Object.keys(sent[ref]).forEach((field) => delete told[field]);
      if (ref in done.saved) Object.keys(told).forEach((field) => told[field].severity === "warning" && delete told[field]);
      mine.forEach((each) => { told[each.column || setup.key[0]] = each; });
      const saved = { ...(done.saved[ref] || {}) };
      Object.keys(told).forEach((field) => told[field].severity === "error" && delete saved[field]);
      await renew(row, { ...saved, _told: told });
    }
    list();
  }

  // The reasons, in words, above the grid: a click goes to the cell.
  function list() {
    const place = document.getElementById("grid-refusals");
    const lines = [];
    table.getRows().forEach((row) => Object.values(row.getData()._told || {}).forEach((told) => lines.push([row, told])));
    place.hidden = !lines.length;
    const items = lines.slice(0, 100).map(([row, told]) => {
      const item = document.createElement("li"), chip = document.createElement("span"), go = document.createElement("button"), hint = document.createElement("span");
      chip.className = `chip ${told.severity}`;
      chip.textContent = told.severity === "error" ? "not saved" : "saved, but";
      go.type = "button";
      go.className = "link";
      go.textContent = `${byField[told.column]?.title || ""}: ${told.message}`;
      go.addEventListener("click", () => select(row, told.column));
      hint.className = "sub";
      hint.textContent = [told.hint, told.expected ? `Expected ${told.expected}.` : ""].join(" ");
      item.append(chip, go, hint);
      return item;
    });
    const ul = document.createElement("ul");
    ul.append(...items);
    place.replaceChildren(ul);
  }

  function select(row, field) {
    const cell = row.getCell(field) || row.getCells()[1];
    table.scrollToRow(row, "nearest", false).catch(() => {});
    table.getRanges()[0]?.setBounds(cell, cell);
    document.querySelector("#grid .tabulator-tableholder").focus();
  }

  // Somebody else was faster: both versions side by side, and the person decides, one row after the other.
  function settle([conflict, ...rest]) {
    if (!conflict) return;
    const { ref, theirs, mine } = conflict;
    const dialog = document.getElementById("grid-conflict"), row = table.getRow(ref);
    if (!row) return say("A row changed meanwhile; what was typed into it was not written.", true);
    const title = document.createElement("h3"), text = document.createElement("p"), lines = document.createElement("table"), buttons = document.createElement("div");
    title.textContent = theirs ? "Somebody changed this row meanwhile" : "Somebody deleted this row meanwhile";
    text.className = "sub";
    text.textContent = theirs ? "Nothing of yours was written. These are the cells that differ:" : "Nothing of yours was written.";
    const fields = theirs ? setup.columns.filter(({ field }) => field in mine || theirs[field] !== row.getData()[field]) : [];
    lines.append(line(["Column", "Theirs, as it is now", "Yours"], "th"), ...fields.map(({ field, title: name }) => line([name, theirs[field], mine[field] ?? "not touched"], "td")));
    buttons.className = "buttons";
    buttons.append(button("Keep theirs", async () => { if (theirs) { await row.update({ ...theirs, _told: {} }); row.reformat(); } else row.delete(); list(); }));
    if (theirs) buttons.append(button("Write mine over it", async () => { await row.update({ ...theirs, ...mine, _told: {} }); await write([{ ref, key: theirs._key, etag: theirs._etag, values: mine }]); }, "go"));
    function line(texts, kind) {
      const tr = document.createElement("tr");
      texts.forEach((each) => { const cell = document.createElement(kind); cell.textContent = each; tr.append(cell); });
      return tr;
    }
    function button(words, act, kind) {
      const made = document.createElement("button");
      made.type = "button";
      made.className = `btn ${kind || ""}`;
      made.textContent = words;
      made.addEventListener("click", async () => { dialog.close(); await act(); settle(rest); });
      return made;
    }
    dialog.replaceChildren(title, text, lines, buttons);
    dialog.showModal();
  }

  async function add() {
    const row = await table.addRow({ _ref: `n${state.refs++}` }, true);
    select(row, setup.columns[0].field);
    row.getCell(setup.columns[0].field).edit(true);
  }

  async function remove() {
    const rows = table.getRanges().flatMap((range) => range.getRows());
    if (!rows.length) return say("Select a cell in the rows to delete first.", true);
    const stored = rows.filter((row) => row.getData()._key);
    rows.filter((row) => !row.getData()._key).forEach((row) => row.delete());
    list();
    if (!stored.length) return;
    const done = await write(stored.map((row) => { const data = row.getData(); return { ref: data._ref, key: data._key, etag: data._etag, delete: true }; }));
    if (done?.change_set) say(`${stored.length} row${stored.length === 1 ? "" : "s"} deleted. Ctrl Z brings ${stored.length === 1 ? "it" : "them"} back.`);
  }

  async function undo() {
    clearTimeout(timer);
    running = running.then(flush);
    await running;
    try {
      const done = await send("/data/undo", { number: undoable.pop() || 0 });
      say(done.message);
      await table.replaceData();
      list();
    } catch (error) {
      say(error.message, true);
    }
  }

  Object.assign(Grid, { put, add, remove, undo, select, list, saved: () => running });
})();
