// The widgets' _esm: finds the page's runtime, fetches the engine once per page (gzip, over the comm), hands over.
// Written by hand, at most 3 kB: anywidget sends, evaluates and saves it with every widget. Sources: ../src.
const rt = (globalThis[Symbol.for("ibnb/1")] ??= {
  page: Date.now().toString(36) + Math.random().toString(36).slice(2),
  parts: new Map(), // content hash -> {promise, resolve} of a module
});

rt.load ??= async (packed, kind) => {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  let text = await new Response(stream).text();
  if (kind === "cjs") {
    text = `const module={exports:{}},exports=module.exports,define=void 0;{${text}\n}export default module.exports;`;
  }
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    const module = await import(url);
    return module.default ?? module;
  } finally {
    URL.revokeObjectURL(url);
  }
};

function engine(model) {
  const hash = model.get("_engine");
  let part = rt.parts.get(hash);
  if (!part) {
    rt.parts.set(hash, (part = {}));
    part.promise = new Promise((resolve) => (part.resolve = resolve));
  }
  if (part.done) return part.promise;
  let asked = 0;
  const ask = () => model.send({ t: "part", p: rt.page, name: "engine", text: asked++ > 1 });
  const timer = setInterval(ask, 3000);
  const on = async (message, buffers) => {
    if (message?.t !== "part" || message.hash !== hash || part.done) return;
    const { d } = message;
    const data = d ? Uint8Array.from(atob(d), (c) => c.charCodeAt(0)) : buffers?.[0];
    if (!data?.byteLength) return;
    part.done = true;
    part.resolve(rt.load(data, "esm"));
  };
  model.on("msg:custom", on);
  ask();
  return part.promise.finally(() => {
    clearInterval(timer);
    model.off("msg:custom", on);
  });
}

async function hubOf(model) {
  try {
    return await model.widget_manager.get_model(model.get("_hub"));
  } catch {
    return model; // this host shows a widget its own model only: it carries the data itself
  }
}

export default {
  initialize({ model }) {
    if (model.get("_kind") === "hub") {
      hubOf(model).then((hub) => engine(hub).then((found) => found.connect(rt, hub)));
    }
  },
  async render({ model, el, signal }) {
    const hub = await hubOf(model);
    const found = await engine(hub);
    if (signal?.aborted) return;
    return found.render(rt, hub, model, el);
  },
};
