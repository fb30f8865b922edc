// The action list: tick all, tell how many are ticked, decide one by its own button.
document.addEventListener("change", (event) => {
  const form = event.target.closest("#decide");
  if (!form) return;
  const ticks = [...form.querySelectorAll("[name=key]")];
  if (event.target.matches("[data-all]")) ticks.forEach((tick) => (tick.checked = event.target.checked));
  const count = ticks.filter((tick) => tick.checked).length;
  const told = form.querySelector("[data-ticked]");
  if (told) told.textContent = count ? `${count} ticked` : "Tick actions to decide several at once";
  const apply = form.querySelector("[data-apply]");
  if (apply) apply.textContent = count ? `Apply ${count}` : "Apply";
});

document.addEventListener("click", (event) => {
  const one = event.target.closest("[data-one]");
  if (!one) return;
  const filter = Object.fromEntries(new FormData(document.getElementById("action-filter")));
  one.disabled = true;
  htmx.ajax("POST", "/actions/apply", { target: "#actions", values: { ...filter, key: one.dataset.key } });
});

// The export takes along what the filters show.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-export]");
  if (link) link.href = "/actions?as=csv&" + new URLSearchParams(new FormData(document.getElementById("action-filter")));
});

// Keys: j and k walk through the actions, x ticks one, a applies it.
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input:not([type=checkbox]), select, textarea, dialog") || event.ctrlKey || event.metaKey) return;
  const ticks = [...document.querySelectorAll("#decide [name=key]")];
  if (!ticks.length) return;
  const at = ticks.indexOf(document.activeElement);
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    ticks[Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), ticks.length - 1)].focus();
  }
  if (event.key === "x" && at >= 0) ticks[at].click();
  if (event.key === "a" && at >= 0) ticks[at].closest(".action").querySelector("[data-one]")?.click();
});
