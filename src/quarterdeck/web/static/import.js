// Bringing files, correcting what was recognised, mending cells, writing.
(() => {
  const drop = document.getElementById("drop");
  if (drop) bring(drop);
  if (document.getElementById("import-setup")) correct(read("import-setup"));

  function bring(form) {
    const input = form.querySelector("[type=file]"), error = document.getElementById("drop-error"), bar = document.getElementById("sent");
    const most = Number(form.dataset.most);
    input.addEventListener("change", () => input.files.length && sendFiles([...input.files]));
    ["dragenter", "dragover"].forEach((name) => form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("over"); }));
    ["dragleave", "drop"].forEach((name) => form.addEventListener(name, () => form.classList.remove("over")));
    form.addEventListener("drop", (event) => { event.preventDefault(); sendFiles([...event.dataTransfer.files]); });

    function fail(text) {
      error.textContent = text;
      error.hidden = false;
      bar.hidden = true;
      input.value = "";
    }
    function sendFiles(files) {
      error.hidden = true;
      const size = files.reduce((sum, file) => sum + file.size, 0) / 2 ** 20;
      if (size > most) return fail(`These files have ${Math.ceil(size).toLocaleString("en")} MB; at most ${most} MB are taken at once. Import them in parts.`);
      const body = new FormData();
      files.forEach((file) => body.append("files", file));
      body.append("mapping", form.elements.mapping.value);
      body.append("as_of", form.elements.as_of.value);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      Object.entries(JSON.parse(document.body.getAttribute("hx-headers"))).forEach(([name, value]) => request.setRequestHeader(name, value));
      request.upload.addEventListener("progress", (event) => { bar.hidden = false; bar.value = event.loaded / event.total; });
      request.addEventListener("load", () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch (_) { answer.message = request.responseText.slice(0, 300); }
        if (request.status < 300) location.assign(answer.location); else fail(answer.message || "That did not work.");
      });
      request.addEventListener("error", () => fail("The server does not answer."));
      request.send(body);
    }
  }

  function correct(setup) {
    const said = { tables: {}, columns: new Map(), cells: new Map() };
    const base = `/import/${encodeURIComponent(setup.token)}`;
    const check = document.querySelector("[data-import=check]"), commit = document.querySelector("[data-import=commit]");
    const tables = Object.fromEntries(setup.choices.map((table) => [table.name, table]));

    function dirty() {
      const count = Object.keys(said.tables).length + said.columns.size + said.cells.size;
      if (!check) return;
      check.disabled = !count;
      check.textContent = count ? `Check again with ${count} correction${count === 1 ? "" : "s"}` : "Check again";
      check.classList.toggle("go", count > 0);
      commit.classList.toggle("go", count === 0);
    }

    document.querySelectorAll(".mend").forEach((input) => {
      input.addEventListener("input", () => {
        const { file, sheet, row, column, was } = input.dataset;
        const key = JSON.stringify([file, sheet, row, column]);
        input.classList.toggle("changed", input.value !== was);
        if (input.value === was) said.cells.delete(key); else said.cells.set(key, [file, sheet, row, column, input.value]);
        dirty();
      });
      input.addEventListener("keydown", (event) => { if (event.key === "Enter" && !check.disabled) check.click(); });
    });

    async function ask(path, body) {
      [check, commit].forEach((button) => { button.disabled = true; });
      try {
        const { job } = await send(`${base}/${path}`, body);
        await htmx.ajax("GET", `/jobs/${job}`, { target: "#job", swap: "innerHTML" });
        scrollTo({ top: 0 });
      } catch (error) {
        say(error.message, true);
        dirty();
        commit.disabled = false;
      }
    }
    const corrections = () => ({ tables: said.tables, columns: [...said.columns.values()], cells: [...said.cells.values()] });
    check?.addEventListener("click", () => ask("correct", corrections()));
    // The marked workbook holds what was corrected just now too: that is told first, then the file is fetched.
    document.querySelector("[data-marked]")?.addEventListener("click", async (event) => {
      if (check.disabled) return;
      event.preventDefault();
      const { href } = event.currentTarget;
      try {
        const { job } = await send(`${base}/correct`, corrections());
        const answer = await fetch(href);
        if (!answer.ok) throw new Error("The workbook could not be written.");
        const name = (answer.headers.get("Content-Disposition") || "").match(/filename="([^"]+)"/);
        const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(await answer.blob()), download: name ? name[1] : "faults.xlsx" });
        link.click();
        await htmx.ajax("GET", `/jobs/${job}`, { target: "#job", swap: "innerHTML" });
      } catch (error) { say(error.message, true); }
    });
    commit?.addEventListener("click", () => ask("commit", {}));

    function option(value, text, chosen) {
      const made = new Option(text, value);
      made.selected = value === chosen;
      return made;
    }
    function choose(options, chosen, label, change) {
      const select = document.createElement("select");
      select.append(option("", "Leave out", chosen), ...options.map(({ name, title }) => option(name, title, chosen)));
      select.setAttribute("aria-label", label);
      select.addEventListener("change", () => { select.classList.toggle("changed", select.value !== chosen); change(select.value, select.value === chosen); dirty(); });
      return select;
    }
    function text(kind, words, name) {
      const made = document.createElement(kind);
      made.textContent = words;
      if (name) made.className = name;
      return made;
    }

    const place = document.getElementById("sheets");
    place?.append(...setup.sheets.map((sheet) => {
      const section = document.createElement("section"), head = document.createElement("header"), details = document.createElement("details");
      section.className = "sheet-match";
      const table = choose(setup.choices, sheet.table, `Table of ${sheet.sheet}`, (value, same) => { if (same) delete said.tables[sheet.sheet]; else said.tables[sheet.sheet] = value; details.hidden = !same; });
      const layout = { wide: "periods across", indented: "levels of a bill of materials" }[sheet.layout];
      head.append(text("b", sheet.sheet === sheet.file ? sheet.file : sheet.sheet), text("span", `${Math.max(sheet.rows, 0).toLocaleString("en")} row${sheet.rows === 1 ? "" : "s"}${layout ? `, ${layout}` : ""}`, "sub"), text("span", "is"), table);
      if (!sheet.table) head.append(text("span", "not recognised", "chip warn"));
      section.append(head);
      if (!sheet.table) return section;
      const known = sheet.columns.filter(({ column }) => column).length, periods = sheet.columns.filter(({ period }) => period).length;
      details.append(text("summary", `${known} of ${sheet.columns.length} columns recognised${periods ? `, ${periods} periods` : ""}`));
      details.open = sheet.columns.some(({ column, period, how }) => (!column && !period) || how === "near");
      const columns = document.createElement("div");
      columns.className = "columns";
      sheet.columns.filter(({ period, column }) => column || !period).forEach((found) => {
        const label = document.createElement("label"), words = text("span", found.header);
        label.className = found.how;
        label.title = { name: "By its name", synonym: "By a synonym", near: "By likeness: please look", corrected: "As you said" }[found.how] || "Not recognised";
        words.append(text("small", found.samples.join(" · ")));
        label.append(words, choose(tables[sheet.table].columns, found.column, `Column ${found.header} of ${sheet.sheet}`, (value, same) => {
          const key = JSON.stringify([sheet.sheet, found.header]);
          if (same) said.columns.delete(key); else said.columns.set(key, [sheet.sheet, found.header, value]);
        }));
        columns.append(label);
      });
      details.append(columns);
      section.append(details);
      return section;
    }));
    dirty();
  }
})();
