// Times of a table view's scripts in the page, in ms; see measure_table.py.
async ([n, seconds, moved]) => {
  const names = ["bid", "ask", "last", "bidSize", "askSize", "volume", "open", "high", "low", "close", "pnl"];
  const columns = [{ name: "symbol", kind: "str", key: true }, ...names.map((name) => ({ name, kind: "f8", format: /Size|volume/.test(name) ? "size" : "price" }))];
  const price = () => Math.round(1e4 * Math.random()) / 100 + 50;
  const stream = page.store.stream(1);
  stream.reset({ name: "board", kind: "keyed", key: ["symbol"], columns });
  stream.add(Uint32Array.from({ length: n }, (_, i) => i), Float64Array.from({ length: n }, (_, i) => i));
  for (let i = 0; i < n; i++) {
    stream.columns.symbol[i] = stream.dictionary.symbol.push(`S${i}`) - 1;
    for (const name of names) stream.columns[name][i] = price();
  }
  stream.ready = true;
  stream.revision = 1;
  const raf = window.requestAnimationFrame.bind(window);
  let spent = 0;
  window.requestAnimationFrame = (fn) => raf((now) => {
    const from = performance.now();
    fn(now);
    spent += performance.now() - from;
  });
  const frames = (count) => new Promise((done) => {
    const next = () => (count-- > 0 ? raf(next) : setTimeout(done, 0));
    next();
  });
  const timed = async (fn, count) => {
    spent = 0;
    const from = performance.now();
    fn();
    spent += performance.now() - from;
    await frames(count);
    return spent;
  };
  const none = new Uint32Array(0);
  const change = () => {
    const slots = Uint32Array.from(new Set(Array.from({ length: moved }, () => Math.floor(Math.random() * n))));
    const changed = new Map();
    for (const name of ["bid", "ask", "last"]) {
      changed.set(name, { slots, prev: Float64Array.from(slots, (slot) => stream.columns[name][slot]) });
      for (const slot of slots) stream.columns[name][slot] = price();
    }
    stream.emit({ reset: false, schema: false, meta: false, rows: false, added: none, removed: none, changed });
  };
  const summary = (times) => {
    times.sort((a, b) => a - b);
    const at = (part) => Number(times[Math.min(times.length - 1, Math.floor(part * times.length))].toFixed(1));
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), times: times.length };
  };
  page.show({ height: 560, sort: [["last", false]] });
  await frames(60);
  const live = [];
  for (const end = performance.now() + 1000 * seconds; performance.now() < end;) live.push(await timed(change, 1));
  const box = document.querySelector(".ibnb-view").shadowRoot.querySelector(".scroll");
  const scroll = [];
  for (let i = 0; i < 60; i++) scroll.push(await timed(() => (box.scrollTop = Math.random() * (box.scrollHeight - 600)), 2));
  const [model] = page.models;
  const filter = [];
  for (let i = 0; i < 20; i++) filter.push(await timed(() => model.set("filter", [">", "last", 60 + i]), 2));
  model.set("filter", null);
  await frames(10);
  const sort = [];
  for (let i = 0; i < 10; i++) sort.push(await timed(() => model.set("sort", [["last", i % 2 === 0]]), 2));
  return { rows: n, live: summary(live), scroll: summary(scroll), filter: summary(filter), sort: summary(sort) };
}
