/**
 * The engine's entry: what the loader (../static/loader.js) calls. One evaluation per page and engine version.
 *
 * The page's runtime `rt` is made by the loader on globalThis[Symbol.for("ibnb/1")]; this module hangs the links to the
 * kernels on it.
 *
 * @module
 */

import { Link } from "./link.js";
import { Mounter } from "./mount.js";
import * as table from "./table.js";

/**
 * View modules by the widget's `_kind`: each exports render({rt, link, model, el, memory, signal}) -> cleanup. The chart is
 * a part of its own, fetched by pages that show one.
 * @type {Record<string, (link: Link) => Promise<{render: (context: any) => any}>>}
 */
const VIEWS = { table: async () => table, chart: (link) => link.need("chart") };

/**
 * @typedef {object} Runtime
 * @property {string} page @property {Map<string, any>} parts
 * @property {(packed: ArrayBuffer, kind: string) => Promise<any>} load
 * @property {Map<string, {link: Link, model: any}>} [links]
 * @property {Map<string, any>} [memories]
 */

let counter = 0;

/** Whether outputs are plain parts of this document, so that views can be mounted into them. */
function canMount() {
  return document.querySelector(".jp-Notebook, .jp-OutputArea, .jp-LabShell, #jp-main-dock-panel") !== null
    && typeof CSSStyleSheet.prototype.replaceSync === "function";
}

/** Whether the host gives each view a face of a model, and not the model of its manager. @param {any} model */
function isFace(model) {
  return model.comm_live === undefined && model.comm === undefined;
}

/** The link to a hub; made at first use. @param {Runtime} rt @param {any} model @returns {Link} */
export function connect(rt, model) {
  const links = (rt.links ??= new Map());
  const hub = model.get("_hub");
  const own = model.get("_kind") !== "hub"; // a host that shows each widget its own model only
  const key = own ? `${hub}/${model.get("_id")}` : hub;
  const known = links.get(key);
  if (known && known.model === model) return known.link;
  if (known && isFace(model) && known.link.status.kernel !== "gone") {
    known.link.face(model);
    return known.link;
  }
  known?.link.dispose();
  const link = new Link({
    model,
    page: `${rt.page}.${++counter}`,
    parts: rt.parts,
    env: {
      now: () => performance.now(),
      later: (ms, fn) => setTimeout(fn, ms),
      cancel: (timer) => clearTimeout(timer),
      hidden: () => document.hidden,
      mount: !own && canMount(),
      load: rt.load,
    },
  });
  links.set(key, { link, model });
  const visibility = () => link.visibility();
  const leaving = () => link.dispose();
  document.addEventListener("visibilitychange", visibility);
  addEventListener("pagehide", leaving, { once: true });
  // Raw models (those of the host's manager) tell when their comm closes.
  const gone = () => link.gone();
  model.on?.("comm:close", gone);
  model.on?.("destroy", () => {
    gone();
    document.removeEventListener("visibilitychange", visibility);
    removeEventListener("pagehide", leaving);
  });
  model.on?.("comm_live_update", () => {
    if (model.comm_live === false) gone();
  });
  if (link.env.mount) mounter(rt).scan();
  return link;
}

/**
 * A function of its own: hosts keep models that have ended, with their listeners, and those would keep what `open` holds.
 * @param {any} model @param {Map<string, any>} memories @param {string} id
 */
function forgetWith(model, memories, id) {
  model.on?.("destroy", () => memories.delete(id));
}

/** @param {Runtime} rt @param {Link} link */
function forget(rt, link) {
  for (const [key, known] of rt.links ?? []) if (known.link === link) rt.links?.delete(key);
  link.dispose();
}

/** @type {Mounter | undefined} */
let theMounter;

/** @param {Runtime} rt */
function mounter(rt) {
  theMounter ??= new Mounter(
    (hub) => rt.links?.get(hub),
    async (view, hub, host) => {
      const hubModel = /** @type {any} */ (rt.links?.get(hub)).model;
      const model = await hubModel.widget_manager.get_model(view);
      return open(rt, hubModel, model, host);
    },
  );
  return theMounter;
}

/** Draw a view into an element; what ends it. @param {Runtime} rt @param {any} hub @param {any} model @param {HTMLElement} el */
export function render(rt, hub, model, el) {
  return open(rt, hub, model, el);
}

/** @param {Runtime} rt @param {any} hub @param {any} model @param {HTMLElement} el */
async function open(rt, hub, model, el) {
  const link = connect(rt, hub);
  const memories = (rt.memories ??= new Map());
  const id = model.get("_id");
  if (!memories.has(id)) {
    memories.set(id, {});
    forgetWith(model, memories, id);
  }
  const find = VIEWS[model.get("_kind")];
  if (!find) throw new Error(`[ibnb] this engine has no view "${model.get("_kind")}"`);
  const view = await find(link);
  const controller = new AbortController();
  const cleanup = await view.render({ rt, link, model, el, memory: memories.get(id), signal: controller.signal });
  return () => {
    controller.abort();
    cleanup?.();
    if (link.status.kernel === "gone" && link.unused) forget(rt, link); // the last view of a kernel that has ended
  };
}
