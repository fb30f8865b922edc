// The list of plans: two chosen ones are compared, deleting asks first, a note is kept when it is left.
const boxes = [...document.querySelectorAll(".plans input[name=plan]")], compare = document.getElementById("compare"), chosen = document.getElementById("chosen");

function renew() {
  const picked = boxes.filter((box) => box.checked).map((box) => box.value);
  boxes.forEach((box) => { box.disabled = !box.checked && picked.length >= 2; });
  if (!compare) return;
  compare.href = picked.length === 2 ? "/plans/compare?" + new URLSearchParams({ a: picked[1], b: picked[0] }) : "/plans/compare";
  compare.textContent = picked.length === 2 ? "Compare these two" : "Compare the newest two";
  chosen.textContent = picked.length === 1 ? "Choose one more" : picked.length ? "" : "Choose two to compare them";
}

boxes.forEach((box) => box.addEventListener("change", renew));
document.querySelectorAll("form[data-sure]").forEach((form) => form.addEventListener("submit", (event) => { if (!confirm(form.dataset.sure)) event.preventDefault(); }));
document.querySelectorAll(".note input").forEach((field) => field.addEventListener("change", () => field.form.requestSubmit()));
renew();
