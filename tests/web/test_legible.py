"""Every page can be read and used by everybody: contrast, labels, one heading."""

from __future__ import annotations

import pytest

PAGES = (
    "/", "/schedule", "/stock", "/stock/item?item=FORK-CARB&site=plant", "/demand",
    "/demand/series?item=CARGO-BLK&site=plant", "/demand/segments", "/orders", "/station", "/money",
    "/money/cost?item=CARGO-BLK", "/plans", "/data", "/data/items", "/import", "/settings", "/welcome",
)  # fmt: skip
CHECK = """
() => {
  const faults = [];
  const channel = (value) => { const s = value / 255; return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; };
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (text) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = "#000"; canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const ground = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const colour = rgba(getComputedStyle(each).backgroundColor);
      layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const shown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || seen.has(element) || !shown(element)) continue;
    if (element.closest("script, style, [disabled], option, .skip, canvas")) continue;
    seen.add(element);
    const style = getComputedStyle(element), below = ground(element), ink = over(rgba(style.color), below);
    const [a, b] = [light(ink), light(below)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5) - 0.01) {
      const said = walker.currentNode.data.trim().slice(0, 40);
      faults.push(`contrast ${ratio.toFixed(2)} of "${said}" (${element.className})`);
    }
  }
  for (const control of document.querySelectorAll("button, a[href], input:not([type=hidden]), select, textarea")) {
    if (!shown(control)) continue;
    const name = control.getAttribute("aria-label") || control.textContent.trim() || control.title
      || [...(control.labels || [])].map((label) => label.textContent.trim()).join("")
      || (control.getAttribute("aria-labelledby") && "named") || control.value && control.type === "submit";
    if (!name) faults.push(`no label: ${control.outerHTML.slice(0, 120)}`);
  }
  document.querySelectorAll("img:not([alt])").forEach((each) => faults.push(`no alt: ${each.outerHTML.slice(0, 80)}`));
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth + 1) faults.push(`wider than the window: ${wide}`);
  return [...new Set(faults)].slice(0, 15);
}
"""


@pytest.mark.parametrize(("theme", "size"), [("light", (1400, 900)), ("dark", (820, 1180))], ids=["desk", "tablet"])
def test_every_page_is_legible(person, theme, size):
    """Law: text has the contrast of AA, every control a name, every page one heading and no sideways scrolling."""
    page = person("administrator", width=size[0], height=size[1])
    page.emulate_media(color_scheme=theme)
    found = {}
    for path in PAGES:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        faults = page.evaluate(CHECK)
        if faults:
            found[path] = faults

    assert not found, "\n".join(f"{path}: {fault}" for path, faults in found.items() for fault in faults)
