// Ticking planned orders for release.
document.getElementById("releases")?.addEventListener("change", (event) => {
  const form = event.currentTarget;
  const ticks = [...form.querySelectorAll("[name=order]")];
  if (event.target.matches("[data-all]")) ticks.forEach((tick) => (tick.checked = event.target.checked));
  const count = ticks.filter((tick) => tick.checked).length;
  const told = form.querySelector("[data-ticked]");
  if (told) told.textContent = count ? `${count} ticked` : "Tick planned orders to release";
  const button = form.querySelector("[data-release]");
  if (button) {
    button.disabled = !count;
    button.textContent = count ? `Release ${count}` : "Release";
  }
});
