"use strict";
// The page itself: theme, lists that show their first rows, filters, the section in view.
const data = JSON.parse(document.getElementById("data").textContent);
const $ = (selector, inside) => (inside || document).querySelector(selector);
const $$ = (selector, inside) => [...(inside || document).querySelectorAll(selector)];

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties || {});
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (char) => "&#" + char.charCodeAt(0) + ";");
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
}

function preferredTheme() {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function limitRows(list) {
  const limit = Number(list.dataset.limit);
  const rows = $$(list.tagName === "TABLE" ? "tbody tr" : ":scope > li", list);
  let kind = "";
  let whole = false;
  const more = element("button", { type: "button", className: "more" });
  const show = (paper) => {
    const fitting = rows.filter((row) => !kind || row.dataset.kind === kind);
    const most = paper ? Number(list.dataset.paper) : whole ? fitting.length : limit;
    const shown = new Set(fitting.slice(0, most));
    rows.forEach((row) => { row.hidden = !shown.has(row); });
    more.hidden = fitting.length <= (paper ? most : limit);
    more.textContent = paper ? "and " + (fitting.length - most) + " more" : whole ? "Show fewer" : "Show all " + fitting.length;
  };
  more.addEventListener("click", () => { whole = !whole; show(); });
  list.after(more);
  list.showRows = show;
  list.showKind = (name) => { kind = name; whole = false; show(); };
  show();
}

function press(group, chosen) {
  $$("button", group).forEach((button) => button.setAttribute("aria-pressed", String(button === chosen)));
}

function choices(group, options, chosen, onChoice) {
  group.replaceChildren(...options.map(([value, words]) => {
    const button = element("button", { type: "button", textContent: words });
    button.setAttribute("aria-pressed", String(value === chosen));
    button.addEventListener("click", () => { press(group, button); onChoice(value); });
    return button;
  }));
}

function filterButtons(group) {
  const list = $(".acts", group.closest("section"));
  $$("button", group).forEach((button) =>
    button.addEventListener("click", () => { press(group, button); list.showKind(button.dataset.kind); }));
}

function followSections() {
  const links = new Map($$(".top nav a").map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      links.forEach((link, name) => link.classList.toggle("on", name === entry.target.id));
    }
  }, { rootMargin: "-70px 0px -70% 0px" });
  links.forEach((_, name) => { const section = document.getElementById(name); if (section) seen.observe(section); });
}
