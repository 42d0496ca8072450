/** Which link of the chain is broken, in words: TWS, a data farm, the kernel, this browser. Pure: no page. @module */

/** @typedef {import("./link.js").Status} Status */

/** @param {Status} status */
export function stale({ kernel, gateway }) {
  return kernel !== "live" || gateway.state !== "live";
}

/**
 * What the badge says; "" while all is well.
 * @param {Status} status @param {{now: number, model: any, online: boolean}} page `now` on the clock of `status.heard`
 */
export function why(status, { now, model, online }) {
  if (!stale(status)) return "";
  const { kernel, heard, gateway } = status;
  const gone = kernel !== "live";
  const since = gone ? Date.now() - (now - heard) : (gateway.since ?? 0) * 1000;
  const clock = since ? ` since ${new Date(since).toLocaleTimeString("en-GB")}` : "";
  return `Not live: ${gone ? silence(kernel, model, online) : gateway.text || "TWS not connected"}${clock}`;
}

/** Whose fault the silence is: that of the kernel, or of the way to it. @param {string} kernel @param {any} model @param {boolean} online */
function silence(kernel, model, online) {
  if (kernel === "gone") return "kernel stopped";
  // JupyterLab's manager knows whether the page has its connection to the server.
  const way = model?.widget_manager?.kernel?.connectionStatus;
  if (!online || way === "connecting" || way === "disconnected") return "this browser lost its connection";
  return "kernel not heard";
}
