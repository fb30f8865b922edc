// Around the grid: keys, copy and paste, fill down, columns, views, history, export.
(() => {
  const { setup, base, state, table } = Grid;
  const grid = document.getElementById("grid");
  const element = (id) => document.getElementById(id);
  const atGrid = () => grid.contains(document.activeElement) && !document.activeElement.matches("input, textarea, select");
  const range = () => table.getRanges()[0];
  const shown = () => table.getColumns().filter((column) => column.isVisible() && column.getField() in Grid.byField);

  element("grid-words").value = state.words;
  let timer = 0;
  element("grid-words").addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => find(event.target.value), 250);
  });
  function find(words) {
    state.words = words;
    element("grid-words").value = words;
    table.setPage(1);
  }
  element("grid-clear").addEventListener("click", () => { state.words = ""; element("grid-words").value = ""; table.clearHeaderFilter(); table.setPage(1); });
  document.querySelectorAll("[data-open]").forEach((button) => button.addEventListener("click", () => element(button.dataset.open).showModal()));
  document.querySelectorAll("[data-find]").forEach((button) => button.addEventListener("click", () => { element("grid-problems").close(); find(button.dataset.find.split(" / ").join(" ")); }));

  // Copy and paste as spreadsheets do.
  function quoted(text) {
    return /[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
  function cellsOf(some) {
    return some.getStructuredCells().map((cells) => cells.filter((cell) => cell.getField() in Grid.byField));
  }
  document.addEventListener("copy", (event) => {
    if (!atGrid() || !range()) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", cellsOf(range()).map((cells) => cells.map((cell) => quoted(String(cell.getValue() ?? ""))).join("\t")).join("\n"));
  });
  document.addEventListener("paste", (event) => {
    if (!atGrid() || !setup.may_edit) return;
    event.preventDefault();
    paste(block(event.clipboardData.getData("text/plain")));
  });

  function block(text) {
    const rows = [[]];
    let cell = "", inside = false;
    const end = () => { rows[rows.length - 1].push(cell); cell = ""; };
    for (let at = 0; at < text.length; at++) {
      const letter = text[at];
      if (inside) {
        if (letter === '"' && text[at + 1] === '"') { cell += '"'; at++; } else if (letter === '"') inside = false; else cell += letter;
      } else if (letter === '"' && cell === "") inside = true;
      else if (letter === "\t") end();
      else if (letter === "\n") { end(); rows.push([]); } else if (letter !== "\r") cell += letter;
    }
    end();
    if (rows.length > 1 && rows[rows.length - 1].every((each) => each === "")) rows.pop();
    return rows;
  }

  async function paste(lines) {
    const some = range(), columns = shown();
    const first = some ? cellsOf(some)[0]?.[0] : null;
    const left = first ? columns.findIndex((column) => column.getField() === first.getField()) : 0;
    const rows = table.getRows("active");
    const top = first ? rows.findIndex((row) => row.getData()._ref === first.getRow().getData()._ref) : rows.length;
    if (lines.length === 1 && lines[0].length === 1 && some) return write(cellsOf(some).map((cells) => [cells[0].getRow(), Object.fromEntries(cells.map((cell) => [cell.getField(), lines[0][0]]))]));
    const beyond = Math.max(0, top + lines.length - rows.length);
    if (beyond && table.getPage() < table.getPageMax()) return say(`${beyond} rows do not fit on this page. Show more rows per page, or paste in parts.`, true);
    const values = (line) => Object.fromEntries(line.map((text, place) => [columns[left + place]?.getField(), text.trim()]).filter(([field]) => field));
    const fits = lines.slice(0, lines.length - beyond).map((line, place) => [rows[top + place], values(line)]);
    for (const line of lines.slice(lines.length - beyond)) fits.push([await table.addRow({ _ref: `n${state.refs++}` }, false), values(line)]);
    write(fits);
  }

  function write(pairs) {
    table.blockRedraw();
    pairs.forEach(([row, values]) => { row.update(values); Grid.put(row, values); });
    table.restoreRedraw();
  }

  function fill() {
    const some = range();
    if (!some) return;
    const lines = cellsOf(some);
    const above = lines.length === 1 ? lines[0][0].getRow().getPrevRow() : null;
    if (lines.length === 1 && !above) return;
    const value = (place) => (above ? above.getData()[lines[0][place].getField()] : lines[0][place].getValue());
    write((above ? lines : lines.slice(1)).map((cells) => [cells[0].getRow(), Object.fromEntries(cells.map((cell, place) => [cell.getField(), value(place) ?? ""]))]));
  }

  function clear() {
    write(cellsOf(range()).map((cells) => [cells[0].getRow(), Object.fromEntries(cells.map((cell) => [cell.getField(), ""]))]));
  }

  cellEditor.moved = (cell, down, right) => {
    const columns = shown(), row = down > 0 ? cell.getRow().getNextRow() : down < 0 ? cell.getRow().getPrevRow() : cell.getRow();
    const place = columns.findIndex((column) => column.getField() === cell.getField()) + right;
    const next = (row || cell.getRow()).getCell(columns[Math.min(Math.max(place, 0), columns.length - 1)].getField());
    range()?.setBounds(next, next);
    grid.querySelector(".tabulator-tableholder").focus();
  };

  document.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey, key = event.key.toLowerCase();
    if (!setup.may_edit) return;
    if (command && key === "z" && !document.activeElement.matches("input, textarea")) { event.preventDefault(); return void Grid.undo(); }
    if (!atGrid() || !range()) return;
    if (command && key === "d") { event.preventDefault(); return fill(); }
    if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); return clear(); }
    const cell = cellsOf(range())[0]?.[0];
    if (event.key === "F2") { event.preventDefault(); return cell?.edit(true); }
    if (event.key.length === 1 && !command && !event.altKey && cell) { event.preventDefault(); cellEditor.first = event.key; cell.edit(true); }
  });

  document.querySelectorAll("[data-grid]").forEach((button) => button.addEventListener("click", () => ({ add: Grid.add, delete: Grid.remove, undo: Grid.undo, fill, history })[button.dataset.grid]()));

  // Who changed the cell.
  async function history() {
    const cell = range() && cellsOf(range())[0]?.[0];
    const data = cell?.getRow().getData();
    if (!data?._key) return say("Select a cell of a row that is saved first.", true);
    const drawer = element("grid-history");
    const asked = new URLSearchParams({ key: JSON.stringify(data._key), column: cell.getField() });
    await htmx.ajax("GET", `${base}/history?${asked}`, { target: "#grid-history", swap: "innerHTML" });
    drawer.hidden = false;
  }
  element("grid-history").addEventListener("click", (event) => { if (event.target.closest("[data-drawer-close]")) element("grid-history").hidden = true; });

  // Which columns are shown.
  Grid.ready.push(() => {
    const boxes = setup.columns.map(({ field, title }) => {
      const label = document.createElement("label"), box = document.createElement("input");
      box.type = "checkbox";
      box.checked = true;
      box.dataset.field = field;
      box.addEventListener("change", () => table[box.checked ? "showColumn" : "hideColumn"](field));
      label.append(box, title);
      return label;
    });
    element("grid-columns").replaceChildren(...boxes);
    views(setup.views);
  });

  // Views: columns, filters and order under a name.
  function current() {
    return { ...Grid.query(), hidden: setup.columns.filter(({ field }) => !table.getColumn(field).isVisible()).map(({ field }) => field), order: shown().map((column) => column.getField()) };
  }
  async function use(view) {
    setup.columns.forEach(({ field }) => table[(view.hidden || []).includes(field) ? "hideColumn" : "showColumn"](field));
    element("grid-columns").querySelectorAll("input").forEach((box) => { box.checked = !(view.hidden || []).includes(box.dataset.field); });
    state.words = view.words || "";
    element("grid-words").value = state.words;
    table.clearHeaderFilter();
    (view.filters || []).forEach(([field, text]) => table.setHeaderFilterValue(field, text));
    table.setSort((view.sort || []).map(([column, down]) => ({ column, dir: down ? "desc" : "asc" })));
  }
  async function keep(body) {
    try { views((await send(`${base}/views`, body)).views); } catch (error) { say(error.message, true); }
  }
  function views(list) {
    const lines = list.map(({ name, state: view }) => {
      const pair = document.createElement("div"), go = document.createElement("button"), away = document.createElement("button");
      pair.className = "pair";
      [go, away].forEach((button) => { button.type = "button"; button.className = "quiet"; });
      go.textContent = name;
      go.addEventListener("click", () => use(view));
      away.textContent = "×";
      away.setAttribute("aria-label", `Delete the view ${name}`);
      away.addEventListener("click", () => keep({ name, delete: true }));
      pair.append(go, away);
      return pair;
    });
    const form = document.createElement("form"), name = document.createElement("input"), button = document.createElement("button");
    name.placeholder = "Name of what is seen now";
    name.setAttribute("aria-label", "Name of the view");
    name.required = true;
    button.className = "btn small";
    button.textContent = "Keep";
    form.append(name, button);
    form.addEventListener("submit", (event) => { event.preventDefault(); keep({ name: name.value, state: current() }); });
    element("grid-views").replaceChildren(...lines, form);
  }

  document.querySelectorAll("[data-export]").forEach((link) => link.addEventListener("click", () => {
    const columns = JSON.stringify(shown().map((column) => column.getField()));
    link.href = `${base}/export?${new URLSearchParams({ kind: link.dataset.export, q: JSON.stringify(Grid.query()), columns })}`;
  }));

  // On paper stands a plain table of the rows that are loaded and the columns that are shown.
  window.addEventListener("beforeprint", () => {
    const rows = table.getRows().map((row) => row.getData()), paper = document.createElement("table");
    const columns = shown().map((column) => column.getField()).filter((field) => rows.some((row) => row[field]));
    paper.className = "paper-table";
    const line = (kind, texts) => { const row = document.createElement("tr"); texts.forEach(([text, number]) => { const cell = document.createElement(kind); cell.textContent = text ?? ""; if (number) cell.className = "n"; row.append(cell); }); return row; };
    const head = document.createElement("thead"), body = document.createElement("tbody");
    head.append(line("th", columns.map((field) => [Grid.byField[field].title, Grid.byField[field].number])));
    body.append(...rows.map((row) => line("td", columns.map((field) => [row[field], Grid.byField[field].number]))));
    paper.append(head, body);
    grid.after(paper);
  });
  window.addEventListener("afterprint", () => document.querySelectorAll(".paper-table").forEach((each) => each.remove()));
})();
