// Reads tables with sorts and filters from stdin, writes the rows that the view would show; see test_agree.py.
import { readFileSync } from "node:fs";
import { Order } from "../../ibnb/widgets/js/src/order.js";
import { Stream } from "../../ibnb/widgets/js/src/store.js";
import { parseTyped } from "../../ibnb/widgets/js/src/tablefilter.js";
import { Groups } from "../../ibnb/widgets/js/src/tablegroups.js";

const answers = JSON.parse(readFileSync(0, "utf8")).map(({ columns, rows, sort, filter, typed, search, totals }) => {
  const stream = new Stream(1);
  stream.reset({ name: "t", kind: "keyed", key: ["key"], columns });
  stream.add(Uint32Array.from(rows.keys()), Float64Array.from(rows.keys()));
  rows.forEach((row, slot) => columns.forEach(({ name, kind }, i) => {
    let value = row[i];
    if (kind === "str") value = value === null ? 0 : stream.dictionary[name].push(value) - 1;
    else if (kind === "bool") value = value === null ? 255 : Number(value);
    stream.columns[name][slot] = value ?? NaN;
  }));
  const parts = filter ? [filter] : [];
  for (const spec of columns) {
    const tree = parseTyped(typed[spec.name] ?? "", spec);
    if (tree) parts.push(tree);
  }
  if (search) parts.push(["text", search]);
  const order = new Order(stream);
  order.set(sort, parts.length ? ["and", ...parts] : null);
  const shown = order.rows();
  const groups = new Groups(stream);
  groups.set(["key"], totals);
  groups.all(shown);
  const sums = Object.fromEntries(Object.keys(totals).map((name) => [name, groups.value(0xfffffffe, name)]));
  return { rows: [...shown].map((slot) => stream.value("key", slot)), sums };
});
process.stdout.write(JSON.stringify(answers));
