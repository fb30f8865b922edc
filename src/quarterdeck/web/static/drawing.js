// What the charts' code needs from a page, and the drawing of one curve in the place that the page keeps for it.
const $ = (selector, inside) => (inside || document).querySelector(selector);

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties || {});
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (char) => "&#" + char.charCodeAt(0) + ";");
}
