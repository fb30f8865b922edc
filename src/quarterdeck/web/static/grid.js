// One grid for every table, made from what the server declares about its columns.
const Grid = (() => {
  const setup = read("grid-setup");
  const base = `/data/${encodeURIComponent(setup.table)}`;
  const byField = Object.fromEntries(setup.columns.map((column) => [column.field, column]));
  const state = { words: new URLSearchParams(location.search).get("find") || "", total: 0, refs: 0, first: 0, asked: 0 };
  const ready = [];

  function query() {
    const filters = table.getHeaderFilters().map(({ field, value }) => [field, String(value)]).filter(([, value]) => value.trim());
    const sort = table.getSorters().map(({ field, dir }) => [field, dir === "desc"]);
    return { filters, sort, words: state.words };
  }

  async function load(url, config, params) {
    const found = table ? query() : { filters: [], sort: [], words: state.words }, mine = ++state.asked;
    const asked = new URLSearchParams({ q: JSON.stringify(found), page: params.page || 1, size: params.size || 100 });
    const answer = await fetch(`${base}/rows?${asked}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = await answer.json();
    if (page.message) say(page.message, true);
    if (mine === state.asked) {  // of several questions the last one counts, whichever is answered last
      state.total = page.total;
      state.first = ((params.page || 1) - 1) * (params.size || 100);
      tellCount(page, found);
    }
    page.data.forEach((row) => { row._ref = `r${state.refs++}`; });
    return { data: page.data, last_page: page.last_page, last_row: page.total };
  }

  function tellCount(page, found) {
    const some = found.filters.length || found.words;
    const count = page.total.toLocaleString("en");
    tell(some ? `${count} of ${page.all.toLocaleString("en")} rows` : `${count} row${page.total === 1 ? "" : "s"}`);
    document.getElementById("grid-clear").hidden = !some;
  }

  function tell(text) {
    document.getElementById("grid-state").textContent = text;
  }

  // The cell shows its text as text; what was refused is red, what is kept with a reservation is amber.
  function paint(cell) {
    const row = cell.getRow().getData(), field = cell.getField(), element = cell.getElement();
    const told = (row._told || {})[field];
    element.classList.toggle("refused", told?.severity === "error" && !(!row._key && !told.found));
    element.classList.toggle("reserved", told?.severity === "warning");
    element.classList.toggle("needed", !row._key && byField[field].required && !cell.getValue());
    element.title = told ? `${told.message} ${told.hint}` : "";
    return document.createTextNode(byField[field].choices.length ? inWords(cell.getValue()) : cell.getValue() ?? "");
  }

  // A choice as a person reads it; what is kept and copied stays as files have it.
  function inWords(choice) {
    return (choice ?? "").replaceAll("_", " ");
  }

  function heading(column) {
    return () => {
      const span = document.createElement("span");
      span.textContent = column.title;
      const unit = column.unit ? ` [${column.unit}]` : "", usual = column.default ? ` Default: ${column.default}.` : "";
      span.title = `${column.description}${unit}.${usual} Allowed: ${column.allowed}.${column.references ? ` A code of ${setup.titles[column.references]}.` : ""}`;
      return span;
    };
  }

  function options(column) {
    if (column.choices.length) {
      const all = column.choices.map((code) => ({ code, words: inWords(code), title: "" }));
      return async (text) => { const some = all.filter(({ words }) => words.toLowerCase().includes(inWords(text).toLowerCase())); return some.length ? some : all; };
    }
    if (!column.references) return null;
    return async (text) => {
      const answer = await fetch(`${base}/choices?${new URLSearchParams({ column: column.field, text })}`);
      return answer.ok ? (await answer.json()).choices : [];
    };
  }

  function width(column) {
    if (column.field === "unit") return 80;
    return { text: 190, code: 130, moment: 140, day: 110, choice: 120, flag: 90 }[column.kind] || Math.max(100, column.title.length * 7.2 + 34);
  }

  function column(each) {
    return {
      title: each.title, titleFormatter: heading(each), field: each.field, formatter: paint, minWidth: 60, width: width(each),
      cssClass: [each.number ? "right" : "", each.key ? "key" : ""].join(" ").trim(),
      headerFilter: "input", headerFilterPlaceholder: each.number ? "e.g. > 5" : "", headerFilterParams: { elementAttributes: { "aria-label": `Filter ${each.title}` } },
      editor: setup.may_edit ? cellEditor(options(each)) : false,
    };
  }

  const table = new Tabulator("#grid", {
    headerFilterLiveFilterDelay: 350, height: "100%", index: "_ref", columns: setup.columns.map(column), placeholder: setup.may_edit ? "No rows. Add one, or paste rows from a spreadsheet." : "No rows.",
    ajaxURL: `${base}/rows`, ajaxRequestFunc: load, sortMode: "remote", filterMode: "remote", pagination: true, paginationMode: "remote",
    paginationSize: 100, paginationSizeSelector: [100, 200, 500, 1000], paginationCounter: "rows", headerSortClickElement: "icon", columnDefaults: { headerSort: true, resizable: "header" },
    selectableRange: 1, selectableRangeColumns: true, selectableRangeRows: true, editTriggerEvent: "dblclick", movableColumns: true, nestedFieldSeparator: false,
    rowHeader: { field: "_number", headerSort: false, resizable: false, frozen: true, width: 54, cssClass: "number", hozAlign: "right", formatter: (cell) => document.createTextNode(cell.getRow().getData()._key ? state.first + cell.getRow().getPosition() : "new") },
    rowFormatter: (row) => row.getElement().classList.toggle("draft", !row.getData()._key),
  });
  table.on("tableBuilt", () => ready.forEach((each) => each()));

  return { setup, base, byField, state, table, query, tell, ready };
})();
