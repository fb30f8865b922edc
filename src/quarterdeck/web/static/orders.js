// Ticking orders: planned ones to release them, open ones to confirm that they are over.
(() => {
  const form = document.getElementById("releases");
  if (!form) return;
  const told = form.querySelector("[data-ticked]");
  const buttons = [["order", "[data-release]"], ["live", "[data-confirm]"]].map(([name, at]) => [name, form.querySelector(at)]);
  buttons.forEach(([, button]) => { if (button) button.dataset.words = button.textContent; });
  function renew() {
    const count = form.querySelectorAll("tbody input:checked").length;
    if (told) told.textContent = count ? `${count} ticked` : told.dataset.none;
    buttons.forEach(([name, button]) => {
      if (!button) return;
      const some = form.querySelectorAll(`[name=${name}]:checked`).length;
      button.disabled = !some;
      button.textContent = some ? `${button.dataset.words} ${some}` : button.dataset.words;
    });
  }
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) form.querySelectorAll("tbody input[type=checkbox]").forEach((tick) => (tick.checked = event.target.checked));
    renew();
  });
  renew();
})();
