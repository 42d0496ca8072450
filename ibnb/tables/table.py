"""The observable table: columns in slots, a key, a revision, and what changed since.

Contract for whoever follows a table (the hub of the widgets; a mirror in a test). It is complete: nothing else is needed.

**Identity.** `table.name` (str), `table.kind` ("keyed" | "append" | "bars"), `table.key` (names of the key columns),
`table.revision` (int, starts at 0, rises by one for each packet that really changed something, never falls), `len(table)`.

**Rows and slots.** A row lives in a slot (a small int) for as long as it exists; a freed slot is given to a later row. Slots stay below
`table.capacity`, which only grows. Row order is ascending *order number*. New rows get numbers above all earlier ones, so a mirror that
appends the added rows keeps the order without looking at the numbers; only a table made by `.where()` may add a row between older ones.
An append table with a cap is a ring: a row over the cap removes the oldest and takes its slot (slot in both `removed_slots` and `added_slots`).
A bars table has slot == row number; only its last row changes as a rule.

**Encodings** of column values, by kind (`Column.kind`, `schema()[i]["kind"]`):

| kind | dtype | missing |
|---|---|---|
| `f8` | float64 | NaN |
| `i8` | int64 | -2**63 (`columns.MISSING_INT`) |
| `bool` | uint8, 0 or 1 | 255 |
| `time` | int64, ns since 1970 UTC | -2**63 (NaT) |
| `str` | uint32, index into the column's dictionary | 0 |

A dictionary is append-only between resets; its entry 0 is "" and means missing.

**Reading**, from any thread; each call takes `table.lock`, brings in what is pending first, and so sees whole packets and the newest data:

* `table.schema()` -> list of dicts, in column order, JSON-ready: `name`, `kind`, `unit` ("" or e.g. "USD", "shares", "currency", "%"), `doc`,
  `format` (hint: "price" "money" "size" "percent" "int" "text" "time" "date" "account" "bool" "number"), `zone` (time columns: the IANA zone to show, None = as is),
  `key` (bool), `hidden` (bool: not among the columns shown at first). Never changes over a table's life.
* `table.snapshot()` -> `delta.Snapshot(revision, slots, order, columns, dictionary)`.
* `table.delta(since)` -> `delta.Delta(revision, since, reset, removed_slots, added_slots, added_order, added, changed, values, dictionary)`.
  `since` is the revision of the snapshot or delta last applied. `reset` = the record does not reach back so far (or the table was rebuilt):
  drop rows *and dictionaries* and take a snapshot. Falsy when there is nothing to do. A slot is in `changed` only if its row existed at `since`.
* `table.sorting` -> tuple of (column, ascending): how rows should be shown at first (from `.sort()`); () = row order. Slots do not follow it.

**Being told.** `unsubscribe = table.subscribe(listener)`: `listener(table)` after commits. For the tables of `ib.tables` it is called on the IO
thread, at most once per frame (50 ms, the first after a pause within 5 ms). For tables made by `ibnb.table` it is called on the thread that wrote,
after each write, so a listener marks its stream and hands over, nothing more. It is not told what changed: it pulls `delta(since)` when it has credit.
A listener is called with no lock held; its exceptions are logged and reach nobody else. `subscribe` holds the listener strongly.
"""
