// The keyboard: going from page to page, walking through lists, and the list of keys behind "?".
(() => {
  const GO = { t: "/", s: "/schedule", k: "/stock", d: "/demand", o: "/orders", w: "/station", m: "/money", p: "/plans", a: "/data", i: "/import", e: "/settings" };
  const links = () => Object.entries(GO).map(([key, path]) => [key, document.querySelector(`nav.side a[href="${path}"]:not(.brand)`)]).filter(([, link]) => link);
  const free = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input:not([type=checkbox]), select, textarea, dialog, [contenteditable], .tabulator");
  let going = 0;

  document.addEventListener("keydown", (event) => {
    if (!free(event)) return;
    if (Date.now() - going < 1500) {
      going = 0;
      const found = links().find(([key]) => key === event.key.toLowerCase());
      if (found) { event.preventDefault(); event.stopImmediatePropagation(); location.assign(found[1].href); }
      return;
    }
    if (event.key === "g") { going = Date.now(); event.preventDefault(); return; }
    if (event.key === "?") { event.preventDefault(); showKeys(); return; }
    if (event.key === "/") { const field = document.querySelector("main input[type=search]"); if (field) { event.preventDefault(); field.focus(); field.select(); } return; }
    walk(event);
  }, true);

  // j and k walk through the rows of the page's list, x ticks the row's box; Enter follows the link as everywhere.
  function walk(event) {
    const rows = [...document.querySelectorAll("table.rows tbody tr")].filter((row) => row.querySelector("a"));
    if (!rows.length || document.querySelector("#decide")) return;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      rows[Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), rows.length - 1)].querySelector("a").focus();
    }
    if (event.key === "x" && at >= 0) rows[at].querySelector("input[type=checkbox]")?.click();
  }

  function showKeys() {
    const dialog = document.getElementById("keys-help");
    const list = dialog.querySelector("[data-go-keys]");
    list.replaceChildren(...links().flatMap(([key, link]) => {
      const dt = document.createElement("dt"), dd = document.createElement("dd");
      ["G", key.toUpperCase()].forEach((letter) => { const kbd = document.createElement("kbd"); kbd.textContent = letter; dt.append(kbd, " "); });
      dd.textContent = link.title;
      return [dt, dd];
    }));
    const page = dialog.querySelector("[data-page-keys]");
    page.hidden = !page.querySelector("dt");
    dialog.querySelector("[data-list-keys]").hidden = !document.querySelector("table.rows");
    if (!dialog.open) dialog.showModal();
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys]")) showKeys();
    if (event.target.matches("dialog#keys-help")) event.target.close();
  });
})();

// What a page shows in tables and trees, as a CSV file.
(() => {
  const plain = (text) => { const words = text.replace(/\s+/g, " ").trim(); return /^[=+\-@]/.test(words) && !/^[-+]?[\d.,]+$/.test(words) ? `'${words}` : words; };
  const quoted = (text) => (/[",\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const said = (cell) => { const field = cell.querySelector("input:not([type=hidden]):not([type=checkbox]), select"); return plain(field ? (field.selectedOptions ? field.selectedOptions[0]?.textContent || "" : field.value) : cell.innerText); };

  function tableRows(table) {
    return [...table.rows].filter((row) => row.offsetParent).map((row) => [...row.cells].map(said));
  }
  function treeRows(tree) {
    return [...tree.querySelectorAll("li")].map((item) => {
      let level = 0;
      for (let up = item.parentElement; up && up !== tree; up = up.parentElement) if (up.matches("ul")) level += 1;
      const own = item.querySelector(":scope > details > summary") || item, parts = [...own.childNodes].filter((node) => !(node.matches && node.matches("ul"))).map((node) => plain(node.textContent)).filter(Boolean);
      return [String(level), ...parts];
    });
  }
  function seen() {
    const lines = [];
    document.querySelectorAll("main table, main ul.tree, main ul.tables, main .tile").forEach((part) => {
      if (!part.offsetParent || part.parentElement.closest("table, ul.tree")) return;
      if (part.matches(".tile")) { lines.push([...part.querySelectorAll(".l, .v, .t")].map((each) => plain(each.innerText))); return; }
      const heading = part.closest("section, details")?.querySelector("h2");
      lines.push([], ...(heading ? [[plain(heading.firstChild?.textContent || "")]] : []));
      lines.push(...(part.matches("table") ? tableRows(part) : part.matches(".tables") ? [...part.querySelectorAll("li")].map((item) => [plain(item.querySelector("b").textContent), plain(item.querySelector(".n").textContent)]) : treeRows(part)));
    });
    return lines.map((line) => line.map(quoted).join(",")).join("\r\n").trim() + "\r\n";
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-export-page]")) return;
    const text = seen();
    if (text.trim() === "") return say("There is no table on this page to take along.");
    const name = document.title.split(" · ")[0].toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob(["\ufeff" + text], { type: "text/csv;charset=utf-8" })), download: `${name}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
})();
