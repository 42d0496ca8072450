/**
 * Live views in the place of still pictures.
 *
 * An output of the notebook holds the still picture as plain HTML, marked `ibnb-twin ibnb-h-<hub> ibnb-v-<view>`. Where
 * such a picture stands in the document and this page is linked to its kernel, the live view is mounted before it and the
 * picture hidden. When the output is drawn anew (a new picture, once a minute) the same view moves over; when it goes, the
 * view is closed and what it remembers is kept for its return.
 *
 * @module
 */

const GONE_MS = 1500; // an output that is drawn anew, or a cell that is moved, is out of the page for a moment

/**
 * @typedef {object} Mounted
 * @property {HTMLElement} host @property {Element} twin @property {string} view @property {() => void} close
 * @property {any} timer
 */

export class Mounter {
  /** @param {(hub: string) => any} hubOf the hub's model, if this page has it @param {(view: string, hub: string, host: HTMLElement) => Promise<() => void>} open */
  constructor(hubOf, open) {
    this.hubOf = hubOf;
    this.open = open;
    /** @type {Set<Mounted>} */
    this.mounted = new Set();
    this.hidden = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.hidden];
    this.observer = new MutationObserver((records) => this._look(records));
    this.observer.observe(document.body, { childList: true, subtree: true });
  }

  /** Mount what is in the page already. */
  scan() {
    for (const twin of document.querySelectorAll(".ibnb-twin")) this._found(twin);
  }

  /** @param {MutationRecord[]} records */
  _look(records) {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (!(node instanceof Element) || node.classList.contains("ibnb-host")) continue;
        if (node.classList.contains("ibnb-twin")) this._found(node);
        else if (node.firstElementChild) for (const twin of node.querySelectorAll(".ibnb-twin")) this._found(twin);
      }
    }
    for (const item of this.mounted) {
      if (item.twin.isConnected && item.host.isConnected) continue;
      item.timer ??= setTimeout(() => this._leave(item), GONE_MS);
    }
  }

  /** @param {Element} twin */
  _found(twin) {
    const mark = (/** @type {string} */ letter) => [...twin.classList].find((name) => name.startsWith(`ibnb-${letter}-`))?.slice(7);
    const hub = mark("h");
    const view = mark("v");
    if (!hub || !view || !this.hubOf(hub)) return;
    for (const item of this.mounted) {
      if (item.twin === twin) {
        if (item.host.isConnected) {
          clearTimeout(item.timer);
          item.timer = undefined;
          return;
        }
        this._leave(item);
        break;
      }
    }
    const parent = /** @type {Element} */ (twin.parentElement);
    const orphan = [...this.mounted].find((item) => item.view === view && !item.twin.isConnected);
    if (orphan) {
      this._adopt(orphan, twin, parent);
      return;
    }
    const host = document.createElement("div");
    host.className = "ibnb-host";
    parent.insertBefore(host, twin);
    /** @type {Mounted} */
    const item = { host, twin, view, close: () => {}, timer: undefined };
    this.mounted.add(item);
    this.open(view, hub, host).then(
      (close) => {
        if (!this.mounted.has(item)) return close();
        item.close = close;
        this._hide();
      },
      () => {
        // The kernel has no such view (it was started anew): the picture stays.
        host.remove();
        this.mounted.delete(item);
      },
    );
  }

  /** Move a view to the new picture of its output. @param {Mounted} item @param {Element} twin @param {Element} parent */
  _adopt(item, twin, parent) {
    clearTimeout(item.timer);
    item.timer = undefined;
    item.twin = twin;
    const scroller = item.host.querySelector(".ibnb-view")?.shadowRoot?.querySelector(".scroll");
    const { scrollTop = 0, scrollLeft = 0 } = scroller ?? {};
    parent.insertBefore(item.host, twin);
    if (scroller) {
      scroller.scrollTop = scrollTop;
      scroller.scrollLeft = scrollLeft;
    }
  }

  /** @param {Mounted} item */
  _leave(item) {
    item.timer = undefined;
    if (item.twin.isConnected && item.host.isConnected) return;
    this.mounted.delete(item);
    item.host.remove();
    item.close();
    this._hide();
  }

  _hide() {
    const views = new Set([...this.mounted].map(({ view }) => `.ibnb-host~.ibnb-v-${view}`));
    this.hidden.replaceSync(views.size ? `${[...views].join(",")}{display:none!important}` : "");
  }
}
