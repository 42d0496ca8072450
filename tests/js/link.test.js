// A page's side of the line, with time wound by hand; the bytes are tested against Python by tests/fuzz.
import assert from "node:assert/strict";
import test from "node:test";
import { Link } from "../../ibnb/widgets/js/src/link.js";

function made({ hidden = false } = {}) {
  const page = { now: 0, hidden, sent: [], timers: [], loaded: [] };
  let serial = 0;
  let receive = () => {};
  page.link = new Link({
    page: "p",
    parts: (page.parts = new Map()),
    model: { send: (content) => page.sent.push(content), on: (_name, fn) => (receive = fn), off: () => (receive = () => {}) },
    env: {
      now: () => page.now,
      later: (ms, fn) => (page.timers.push({ at: page.now + ms, fn, id: ++serial }), serial),
      cancel: (id) => (page.timers = page.timers.filter((timer) => timer.id !== id)),
      hidden: () => page.hidden,
      mount: true,
      load: async (packed, kind) => (page.loaded.push(kind), { packed: packed.byteLength }),
    },
  });
  page.receive = (content, ...buffers) => receive({ p: "p", ...content }, buffers.map((bytes) => new DataView(Uint8Array.from(bytes).buffer)));
  page.run = (ms) => {
    const end = page.now + ms;
    for (;;) {
      page.timers.sort((a, b) => a.at - b.at || a.id - b.id);
      if (!page.timers.length || page.timers[0].at > end) break;
      const { at, fn } = page.timers.shift();
      page.now = at;
      fn();
    }
    page.now = end;
  };
  page.take = (kind) => page.sent.splice(0).filter(({ t }) => !kind || t === kind);
  page.welcome = () => page.receive({ t: "welcome", parts: { engine: "e", plotly: "h" }, status: { state: "live", text: "" } }, [73, 66, 84, 255]);
  return page;
}

test("it speaks first, and repeats until it is answered", () => {
  const page = made();
  assert.deepEqual(page.take(), [{ t: "hello", proto: 1, mount: true, binary: true, p: "p" }]);
  page.run(20_000);
  assert.equal(page.take("hello").length, 3);
  page.welcome();
  page.run(20_000);
  assert.deepEqual(page.take("hello"), []);
});

test("a probe that comes mangled makes it ask for text", () => {
  const page = made();
  page.take();
  page.receive({ t: "welcome", parts: {}, status: { state: "live", text: "" } });
  assert.equal(page.take("hello")[0].binary, false);
});

test("wants are said in full, and each says what is here", () => {
  const page = made();
  page.welcome();
  page.take();
  page.link.want(1, true);
  page.link.want(2, true);
  page.run(1);
  assert.deepEqual(page.take("want").at(-1), { t: "want", n: 1, s: { 1: 0, 2: 0 }, p: "p" });
  page.receive({ t: "b", q: 1, n: 1, a: 1 });
  assert.deepEqual(page.take("ack"), [{ t: "ack", q: 1, p: "p" }]);
  page.link.want(2, false);
  page.run(1500);
  assert.deepEqual(page.take("want").map(({ s }) => s), [{ 1: -1 }]);
});

test("a view that goes and comes back within a second costs no message", () => {
  const page = made();
  page.link.want(1, true);
  page.run(1);
  page.receive({ t: "b", q: 1, n: 1 });
  page.take();
  page.link.want(1, false);
  page.link.want(1, true);
  page.run(500);
  assert.equal(page.take("want").length, 1); // the question that the return asks
});

test("a hidden page wants nothing and does not ask why it is silent", () => {
  const page = made();
  page.welcome();
  page.link.want(1, true);
  page.run(1);
  page.hidden = true;
  page.link.visibility();
  page.run(1500);
  assert.deepEqual(page.take("want").at(-1).s, {});
  page.run(60_000);
  assert.deepEqual(page.take(), []);
  assert.equal(page.link.status.kernel, "live");
});

test("a want that nobody answers is said again, ever less often", () => {
  const page = made();
  page.welcome();
  page.link.want(1, true);
  page.run(60_000);
  const asked = page.take("want").length;
  assert.ok(asked >= 4 && asked <= 6, String(asked));
});

test("a kernel that is not heard for twelve seconds is told to the views, and so is its return", () => {
  const page = made();
  page.welcome();
  const told = [];
  page.link.onStatus(({ kernel }) => told.push(kernel));
  page.link.want(1, true);
  page.run(30_000);
  assert.deepEqual(told, ["silent"]);
  page.receive({ t: "b", q: 1, n: 99 });
  page.link.gone();
  assert.deepEqual(told, ["silent", "live", "gone"]);
});

test("messages for other pages are passed over", () => {
  const page = made();
  page.take();
  page.link.receive({ t: "b", p: "other", q: 1, a: 1 }, []);
  assert.deepEqual(page.take(), []);
});

test("a hole in the numbers asks for all that is wanted", () => {
  const page = made();
  page.welcome();
  page.link.want(1, true);
  page.run(1);
  page.receive({ t: "b", q: 1, n: 1 });
  page.run(1);
  page.take();
  page.receive({ t: "b", q: 3, n: 1 });
  page.run(1);
  assert.deepEqual(page.take("want").map(({ s }) => s), [{ 1: 0 }]);
});

test("bytes that are no frame are reported and asked for anew", (context) => {
  const error = context.mock.method(console, "error", () => {});
  const page = made();
  page.welcome();
  page.link.want(1, true);
  page.run(1);
  page.take();
  page.receive({ t: "f", q: 1, n: 1 }, Array(40).fill(7));
  page.run(1);
  assert.equal(error.mock.callCount(), 1);
  assert.equal(page.take("want").length, 1);
});

test("a part is fetched once, however many ask, and kept by its hash", async () => {
  const page = made();
  page.welcome();
  page.take();
  const both = [page.link.need("plotly"), page.link.need("plotly")];
  assert.equal(page.take("part").length, 1);
  page.receive({ t: "part", name: "plotly", hash: "h", kind: "cjs" }, [1, 2, 3]);
  assert.deepEqual(await Promise.all(both), [{ packed: 3 }, { packed: 3 }]);
  assert.deepEqual(page.loaded, ["cjs"]);
  assert.equal(await page.parts.get("h").promise, await page.link.need("plotly"));
  page.run(20_000);
  assert.deepEqual(page.take("part"), []);
});

test("a change of meta replaces it and is told", () => {
  const page = made();
  const told = [];
  page.link.stream(1).onChange(({ meta }) => told.push(meta));
  page.link.want(1, true);
  page.receive({ t: "f", q: 1, n: 1, m: { 1: { zone: "UTC" } } }, []);
  assert.deepEqual([told, page.link.stream(1).meta], [[true], { zone: "UTC" }]);
});

test("a kernel that does not know the page is greeted anew", () => {
  const page = made();
  page.link.want(1, true);
  page.run(1);
  page.take();
  page.receive({ t: "again" });
  page.run(1);
  assert.deepEqual(page.take().map(({ t }) => t), ["hello", "want"]);
});

test("a stream that Python has ended is forgotten once no view shows it", () => {
  const page = made();
  const { link } = page;
  link.want(1, true);
  link.want(2, true);
  link.want(2, false);
  assert.equal(link.unused, false);
  page.receive({ t: "drop", s: 1 });
  page.receive({ t: "drop", s: 2 });
  assert.deepEqual([...link.store.streams.keys()], [1]);
  link.want(1, false);
  assert.deepEqual([...link.store.streams.keys()], []);
  assert.equal(link.unused, true);
  page.run(3000);
  assert.deepEqual(page.take("want").at(-1).s, {});
});

test("through several faces of one model it hears each message once, and goes on when a face is taken away", () => {
  const sent = [];
  const faces = [1, 2].map((name) => {
    const heard = new Set();
    return { name, heard, send: (content) => sent.push([name, content.t]), on: (_, fn) => heard.add(fn), off: (_, fn) => heard.delete(fn) };
  });
  const page = { timers: [] };
  const env = { now: () => 0, later: () => 0, cancel: () => {}, hidden: () => false, mount: true, load: async () => ({}) };
  page.link = new Link({ page: "p", parts: new Map(), model: faces[0], env });
  page.link.face(faces[1]);
  page.link.face(faces[1]);
  let statuses = 0;
  page.link.onStatus(() => (statuses += 1));
  const tell = (text) => {
    const content = { t: "status", status: { state: "stale", text } };
    for (const { heard } of faces) for (const fn of heard) fn(content, []);
  };
  tell("a");
  assert.equal(statuses, 1);
  faces[0].heard.clear(); // the host takes the first view away
  tell("b");
  assert.equal(page.link.status.gateway.text, "b");
  sent.length = 0;
  page.link.dispose();
  assert.deepEqual(sent, [[2, "bye"]]);
  tell("c");
  assert.equal(page.link.status.gateway.text, "b");
});

test("a stream has the status of its own connection", () => {
  const page = made();
  const { link } = page;
  const gone = { state: "stale", text: "disconnected", since: 5 };
  page.welcome();
  page.receive({ t: "status", status: { state: "live", text: "", streams: { 7: gone } } });
  assert.deepEqual(link.statusOf(7).gateway, gone);
  assert.deepEqual(link.statusOf(8).gateway, { state: "live", text: "" });
  assert.equal(link.statusOf(7).kernel, "live");
});
