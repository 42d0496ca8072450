/** The nodes of a table view, made once: bar, head, body, foot. Text goes through text nodes only. @module */

/** @param {string} tag @param {string} className @param {Record<string, string>} [attributes] @param {string} [text] @returns {any} */
export function element(tag, className, attributes = {}, text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.textContent = text;
  return node;
}

/** Say something else; what is said already is left alone. @param {HTMLElement} node @param {string} text */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @typedef {ReturnType<typeof buildParts>} Parts */

/** All nodes of a view. `frame` holds the others. */
export function buildParts() {
  const button = (/** @type {string} */ className, /** @type {string} */ text, /** @type {Record<string, string>} */ attributes) =>
    element("button", className, { type: "button", ...attributes }, text);
  const parts = {
    frame: element("div", "frame"),
    bar: element("div", "bar"),
    name: element("span", "name"),
    count: element("span", "count", { "aria-live": "off" }),
    badge: element("span", "badge", { role: "status" }),
    search: element("input", "search", { type: "search", placeholder: "Search", "aria-label": "Search all text" }),
    filterButton: button("", "Filter", { "aria-pressed": "false", title: "A filter for each column: >10, =SPY, 5..9, text" }),
    holdButton: button("", "Hold", { "aria-pressed": "false", title: "Hold the order of the rows (h). While the pointer is over them it is held anyway." }),
    moreButton: button("more", "⋯", { "aria-haspopup": "menu", "aria-label": "More: columns, groups, copy, download", title: "Columns, groups, copy, download" }),
    scroll: element("div", "scroll", { tabindex: "0", role: "grid", "aria-multiselectable": "true" }),
    size: element("div", "size", { role: "presentation" }),
    head: element("div", "head", { role: "rowgroup" }),
    heads: element("div", "heads", { role: "row", "aria-rowindex": "1" }),
    filters: element("div", "filters", { role: "row" }),
    body: element("div", "body", { role: "rowgroup" }),
    foot: element("div", "foot", { role: "rowgroup" }),
    empty: element("div", "empty"),
    said: element("div", "said", { role: "status" }),
  };
  const tools = element("span", "tools");
  tools.append(parts.search, parts.filterButton, parts.holdButton, parts.moreButton);
  parts.bar.append(parts.name, parts.count, parts.badge, tools);
  parts.head.append(parts.heads);
  parts.size.append(parts.head, parts.body);
  parts.scroll.append(parts.size);
  parts.frame.append(parts.bar, parts.scroll, parts.empty, parts.said);
  return parts;
}
