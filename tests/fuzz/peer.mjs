// A page without a browser: the real link, codec and store, driven line by line over stdin (tests/fuzz/test_hub_to_page.py).
// In: {now?, message?: [content, base64 | null], want?: [id, on], hidden?: bool, dump?: id}. Out: {sent: [...], dump?: ...}.
import { createInterface } from "node:readline";
import { Link } from "../../ibnb/widgets/js/src/link.js";

let now = 0;
let hidden = false;
let timers = [];
let serial = 0;
let sent = [];
let receive = () => {};
const env = {
  now: () => now,
  later: (ms, fn) => {
    timers.push({ at: now + ms, fn, id: ++serial });
    return serial;
  },
  cancel: (id) => {
    timers = timers.filter((timer) => timer.id !== id);
  },
  hidden: () => hidden,
  mount: true,
  load: async () => ({}),
};
const model = {
  send: (content) => sent.push(content),
  on: (_name, fn) => (receive = fn),
  off: () => {},
};
const link = new Link({ model, page: "p", parts: new Map(), env });

function dump(id) {
  const stream = link.stream(id);
  const rows = Array.from(stream.rows);
  return {
    ready: stream.ready,
    revision: stream.revision,
    dense: stream.dense,
    length: stream.length,
    slots: rows,
    rows: rows.map((slot) => stream.schema.columns.map(({ name }) => stream.value(name, slot))),
    stats: link.stats,
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.now !== undefined) {
    for (;;) {
      timers.sort((a, b) => a.at - b.at || a.id - b.id);
      if (!timers.length || timers[0].at > order.now) break;
      const { at, fn } = timers.shift();
      now = Math.max(now, at);
      fn();
    }
    now = order.now;
  }
  if (order.hidden !== undefined) {
    hidden = order.hidden;
    link.visibility();
  }
  if (order.want) link.want(...order.want);
  if (order.message) {
    const [content, data] = order.message;
    // As Jupyter hands binary parts over: a view into a larger buffer, at an odd offset.
    const bytes = data === null ? null : Buffer.from(data, "base64");
    const room = bytes && new Uint8Array(bytes.length + 5);
    room?.set(bytes, 3);
    receive(content, bytes ? [new DataView(room.buffer, 3, bytes.length)] : []);
  }
  const answer = { sent };
  if (order.dump !== undefined) answer.dump = dump(order.dump);
  sent = [];
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
