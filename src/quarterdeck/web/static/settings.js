// Light or dark, and copying what is shown once.
(() => {
  const choices = [...document.querySelectorAll("[data-theme-choice]")];
  function mark() {
    const chosen = localStorage.getItem("theme") || "";
    choices.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen)));
  }
  choices.forEach((button) => button.addEventListener("click", () => {
    const chosen = button.dataset.themeChoice;
    if (chosen) localStorage.setItem("theme", chosen); else localStorage.removeItem("theme");
    const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("theme-changed", { detail: dark ? "dark" : "light" }));
    mark();
  }));
  document.addEventListener("theme-changed", mark);
  mark();
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = button.parentElement.querySelector("[data-copy-from]");
    field.select();
    try { await navigator.clipboard.writeText(field.value); button.textContent = "Copied"; } catch (_) { say("Copy it with Ctrl C."); }
  });
})();
