// Counting pieces with the thumb: one more, one less, or all that is left.
document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) {
    const field = step.parentElement.querySelector("input");
    const now = parseFloat(field.value.replace(",", ".")) || 0;
    field.value = String(Math.max(0, now + Number(step.dataset.step)));
  }
  const fill = event.target.closest("[data-fill]");
  if (fill) fill.form.elements.good.value = fill.dataset.fill;
});

// Selecting the number on touch, so that typing replaces it.
document.addEventListener("focusin", (event) => {
  if (event.target.matches(".stepper input")) event.target.select();
});
