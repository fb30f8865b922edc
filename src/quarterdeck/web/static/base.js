// What every page can do: change the theme, search, close what floats, load anew when a job is done.
document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (at("[data-theme-switch]")) {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    localStorage.setItem("theme", next);
    document.dispatchEvent(new CustomEvent("theme-changed", { detail: next }));
  }
  if (at("[data-search]")) openSearch();
  if (at("[data-close]")) at("[data-close]").closest("section, dialog, li").remove();
  if (at("[data-print]")) window.print();
  document.querySelectorAll("details.menu[open]").forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
});

function openSearch() {
  const dialog = document.getElementById("search");
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector("input").select();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openSearch();
  }
});

document.addEventListener("change", (event) => event.target.closest("[data-submit]")?.form.requestSubmit());

// The search: arrows walk through what was found, Enter opens it, once the answer to all that was typed is there.
document.getElementById("search")?.addEventListener("keydown", (event) => {
  const links = [...document.querySelectorAll("#search-found a")], found = document.getElementById("search-found");
  const typed = event.currentTarget.querySelector("input");
  if (event.key === "Enter") {
    event.preventDefault();
    const chosen = links.find((link) => link === document.activeElement);
    if (chosen || found.dataset.of === typed.value) (chosen || links[0])?.click();
    else found.dataset.open = typed.value;
  } else delete found.dataset.open;
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  (links[at] || event.currentTarget.querySelector("input")).focus();
});

document.addEventListener("htmx:afterSettle", (event) => {
  const found = event.target, typed = document.querySelector("#search input");
  if (found.id === "search-found") {
    found.dataset.of = new URLSearchParams(event.detail.pathInfo?.finalRequestPath.split("?")[1]).get("q") ?? "";
    if (found.dataset.open === found.dataset.of && typed.value === found.dataset.of) found.querySelector("a")?.click();
  }
  if (document.querySelector("[data-reload]")) location.assign(location.pathname === "/welcome" ? "/" : location.pathname);
});

document.addEventListener("htmx:responseError", () => say("That did not work. Try again, or load the page anew.", true));
document.addEventListener("htmx:sendError", () => say("The server does not answer.", true));

// A short message at the foot of the page.
function say(text, bad) {
  const told = document.createElement("div");
  told.className = "toast" + (bad ? " bad" : "");
  told.setAttribute("role", "status");
  told.textContent = text;
  document.body.append(told);
  setTimeout(() => told.remove(), 6000);
}

// JSON to the server and back, with the token against forged requests; throws with the server's words.
async function send(path, body, method) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  const answer = await fetch(path, {
    method: method || "POST", body: body === undefined ? undefined : JSON.stringify(body),
    headers: { ...headers, "Content-Type": "application/json", Accept: "application/json" },
  });
  const type = answer.headers.get("Content-Type") || "";
  const read = type.includes("json") ? await answer.json() : await answer.text();
  if (!answer.ok) throw Object.assign(new Error(read.message || String(read).slice(0, 300) || answer.statusText), { status: answer.status, answer: read });
  return read;
}

// Data that the page carries for a script.
function read(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

// On paper everything is light, and charts are pictures that fit the sheet.
(() => {
  let was = "";
  function dress(theme) {
    document.documentElement.dataset.theme = theme;
    document.dispatchEvent(new CustomEvent("theme-changed", { detail: theme }));
  }
  window.addEventListener("beforeprint", () => {
    was = document.documentElement.dataset.theme;
    if (was === "dark") dress("light");
    document.querySelectorAll(".chart canvas").forEach((drawn) => {
      const copy = document.createElement("canvas");
      copy.className = "on-paper";
      [copy.width, copy.height] = [drawn.width, drawn.height];
      copy.getContext("2d").drawImage(drawn, 0, 0);
      drawn.closest(".chart").append(copy);
    });
  });
  window.addEventListener("afterprint", () => {
    document.querySelectorAll("canvas.on-paper").forEach((copy) => copy.remove());
    if (was === "dark") dress("dark");
  });
})();
