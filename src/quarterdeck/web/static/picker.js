// A cell's editor: a line to type in, and under it what may be chosen. Used for choices, yes and no, and references.
// `options(text)` gives a promise of [{code, title}], with `words` where the code is shown in words.
function cellEditor(options) {
  return (cell, onRendered, success, cancel) => {
    const input = document.createElement("input");
    const first = cellEditor.first;
    cellEditor.first = "";
    input.value = first || (cell.getValue() ?? "");
    input.setAttribute("aria-label", cell.getColumn().getDefinition().title);
    input.autocomplete = "off";
    input.spellcheck = false;
    const picker = options && openPicker(input, options, (code) => finish(code));
    let done = false;
    function finish(value, then) {
      if (done) return;
      done = true;
      picker && picker.close();
      if (value === null) cancel(); else success(value);
      then && then();
    }
    onRendered(() => {
      input.focus({ preventScroll: true });
      if (first) input.setSelectionRange(1, 1); else input.select();
      picker && picker.show(first);
    });
    input.addEventListener("blur", () => finish(input.value));
    input.addEventListener("keydown", (event) => {
      if (picker && picker.key(event)) return;
      if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); finish(input.value, () => cellEditor.moved(cell, event.shiftKey ? -1 : 1, 0)); }
      if (event.key === "Tab") { event.preventDefault(); event.stopPropagation(); finish(input.value, () => cellEditor.moved(cell, 0, event.shiftKey ? -1 : 1)); }
      if (event.key === "Escape") { event.preventDefault(); finish(null, () => cellEditor.moved(cell, 0, 0)); }
    });
    return input;
  };
}
cellEditor.first = "";
cellEditor.moved = () => {};

function openPicker(input, options, choose) {
  const list = document.createElement("div");
  list.className = "picker";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  let at = -1, asked = 0, timer = 0;

  async function show(text) {
    const mine = ++asked;
    const found = await options(text || "");
    if (mine !== asked || !input.isConnected) return;
    list.replaceChildren(...found.map(line));
    at = -1;
    list.hidden = !found.length;
    const box = input.getBoundingClientRect();
    const above = window.innerHeight - box.bottom < 200;
    list.style.left = `${box.left + scrollX}px`;
    list.style.top = above ? "" : `${box.bottom + scrollY + 3}px`;
    list.style.bottom = above ? `${window.innerHeight - box.top + 3}px` : "";
    list.style.position = above ? "fixed" : "absolute";
    if (!list.isConnected) document.body.append(list);
  }
  function line({ code, words, title }) {
    const button = document.createElement("button");
    const beside = document.createElement("span");
    button.type = "button";
    button.tabIndex = -1;
    button.setAttribute("role", "option");
    button.append(words || code);
    beside.textContent = title || "";
    if (title) button.append(beside);
    button.addEventListener("mousedown", (event) => { event.preventDefault(); choose(code); });
    button.dataset.code = code;
    return button;
  }
  function key(event) {
    const lines = [...list.children];
    if (list.hidden || !lines.length) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      event.stopPropagation();
      at = (at + (event.key === "ArrowDown" ? 1 : -1) + lines.length) % lines.length;
      lines.forEach((each, place) => each.classList.toggle("on", place === at));
      lines[at].scrollIntoView({ block: "nearest" });
      return true;
    }
    if ((event.key === "Enter" || event.key === "Tab") && at >= 0) input.value = lines[at].dataset.code;
    return false;
  }
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => show(input.value), 120); });
  return { show, key, close: () => { asked++; list.remove(); } };
}
