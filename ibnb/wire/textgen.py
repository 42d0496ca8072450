"""Text codecs: from a text layout to the source of a decoder and an encoder for one server version.

A decoder gets the fields of a payload and reads them by constant index as long as nothing of variable length came
before, from `_i` afterwards. An encoder returns the list of its fields. Both are factories: `decoder(_make, _count)`
returns the function, where `_make` receives the message's fields in order and `_count` the number of surplus fields
(negative: fields are missing, and it raises).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ibnb.contract import TagValue
from ibnb.wire.alike import Alike
from ibnb.wire.compiler import Code, Scope, Source, build, write_gates
from ibnb.wire.fields import Kind, Memo
from ibnb.wire.layout import Const, Count, Field, Present, Repeat, Split, When, Word
from ibnb.wire.rows import Rows
from ibnb.wire.schema import RECORDS, MessageSpec, Record, RowSpec
from ibnb.wire.versions import PROTOBUF

SPLIT_LIMIT = 15
"""The session splits this often; decoders of longer messages split the rest (bars are never split by field)."""


def label(spec: MessageSpec, what: str, version: int) -> str:
    """Return the name of compiled code in tracebacks."""
    return f"{spec.name} {what} {version}"


def item_of(found: Any) -> Any:
    """Return what the items of a list are: tag-value lists may also be written item by item."""
    return RECORDS[TagValue] if isinstance(found, Kind) else found[0]


# ---- decoding --------------------------------------------------------------------------------------------------------


class _Reader:
    """Writes the body of a text decoder."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.out = Source()
        self.base = ""  # "" or "_i": what constant indexes are added to
        self.at = 0

    def next(self) -> str:
        """Return the expression of the next field and move on."""
        index = str(self.at) if not self.base else f"_i+{self.at}" if self.at else "_i"
        self.at += 1
        return f"_f[{index}]"

    def settle(self) -> None:
        """Put the index into `_i`, before code whose length depends on the data."""
        if not self.base:
            self.out.add(f"_i = {self.at}")
        elif self.at:
            self.out.add(f"_i += {self.at}")
        self.base, self.at = "_i", 0

    def words(self, words: Any, scope: Scope) -> None:
        for word in words:
            if isinstance(word, str):
                word = Field(0, 10**9, word)
            if word.at(self.version):
                self.word(word, scope)

    def word(self, word: Word, scope: Scope) -> None:
        match word:
            case Field(path=path, kind=kind):
                found = kind or scope.type_of(path)
                if isinstance(found, RowSpec):
                    self.rows(path, found, scope)
                else:
                    self.leaf(path, found, scope)
            case Const() | Count():
                self.next()
            case When(test="", words=words):
                self.words(words, scope)
            case When(test=test, words=words):
                base, at = self.base, self.at
                self.settle()
                with self.out.block(f"if {scope.test(test)}:"):
                    if not base:  # what comes first may go on with constant indexes
                        self.base, self.at = base, at
                    self.words(words, scope)
                    self.settle()
            case Repeat(path=path, words=words, via=via):
                self.repeat(path, words, via, scope)
            case Present(path=path, words=words):
                self.present(path, words, scope)
            case Split(path=path, load=load, name=name):
                raw = self.next()
                call = self.out.give(f"_{load.__name__}", load) if load else ""
                self.out.add(f"{call}({scope.expr(path)}, {raw}.decode())", name, raw)
            case _:
                raise TypeError(f"{word!r} is no word of a text layout")

    def leaf(self, path: str, kind: Kind, scope: Scope) -> None:
        raw = self.next()
        self.out.add(f"{scope.expr(path)} = {kind.load.format(x=raw)}", path, raw, kind)

    def present(self, path: str, words: Any, scope: Scope) -> None:
        record: Record = scope.type_of(path)
        self.next()
        self.settle()
        with self.out.block("if int(_f[_i-1] or 0):", path, "_f[_i-1]"):
            var = self.out.fresh("o")
            self.out.add(f"{var} = {self.out.give(f'_{record.name}', record.new)}()")
            self.words(words, Scope(record, var))
            self.out.add(f"{scope.expr(path)} = {var}")
            self.settle()

    def repeat(self, path: str, words: Any, via: Any, scope: Scope) -> None:
        record = via.record if via else item_of(scope.type_of(path))
        number, items = self.out.fresh("n"), self.out.fresh("a")
        raw = self.next()
        self.out.add(f"{number} = int({raw} or 0)", f"count of {path}", raw)
        self.settle()
        self.out.add(f"{items} = []")
        with self.out.block(f"for _ in range({number}):"):
            if isinstance(record, Kind):
                self.out.add(f"{items}.append({record.load.format(x='_f[_i]')})", path, "_f[_i]", record)
                self.out.add("_i += 1")
                value = ""
            else:
                value = self.item(record, words)
            if via:
                value = f"{self.out.give(f'_{via.back.__name__}', via.back)}({value})"
            if value:
                self.out.add(f"{items}.append({value})", path)
        self.base, self.at = "_i", 0
        self.out.add(f"{scope.expr(path)} = {items}")

    def item(self, record: Record, words: Any) -> str:
        """Write the reading of one item; return the expression of the finished item."""
        var = self.out.fresh("x")
        scope = Scope(record, var, record.by_keyword)
        if record.by_keyword:
            self.words(words, scope)
            given = [w if isinstance(w, str) else w.path for w in words if isinstance(w, str | Field)]
            name = self.out.give(f"_{record.name}", record.cls)
            self.settle()
            return f"{name}({', '.join(f'{key}={scope.expr(key)}' for key in given)})"
        self.out.add(f"{var} = {self.out.give(f'_{record.name}', record.new)}()")
        self.words(words, scope)
        self.settle()
        return var

    def rows(self, path: str, rows: RowSpec, scope: Scope) -> None:
        """Keep the rows as they came: only their number is read, and where they begin and end."""
        raw = self.next()
        fields = len(rows.words)
        self.out.add(f"_n = int({raw} or 0)", f"count of {path}", raw)
        header = self.at
        start = "4" if self.version >= PROTOBUF else "0"
        self.out.add(f"_start = {start} + {header} + " + " + ".join(f"len(_f[{k}])" for k in range(header)))
        self.out.names["_Rows"] = Rows
        self.out.names["_row"] = replace(rows, origin=(scope.owner.name, path, self.version))
        self.out.add(f"{path}, _stop = _Rows.take(_p, _start, _n, {fields}, _row)", path)
        self.out.add("_f = _p[_stop:].split(b'\\0')")
        self.base, self.at = "", 0


def text_decoder(spec: MessageSpec, version: int) -> Code:
    """Compile the decoder of a message's text form.

    The factory's function takes `(fields, payload)` below version 201 (where the first field is the id) and
    `(payload)` from there on.
    """
    reader = _Reader(version)
    out, scope = reader.out, Scope(spec)
    words = [w if isinstance(w, Word) else Field(0, 10**9, w) for w in spec.text or ()]
    has_rows = any(isinstance(t, RowSpec) for t in spec.types.values())
    with out.block("def decoder(_make, _count):"):
        classic = version < PROTOBUF
        ending = _Ending(spec, words, version) if spec.alike and classic else None
        if ending:
            ending.remember(out)
        plain = {w.path for w in words if isinstance(w, Field) and w.at(version)}
        blanks = [f"{name}={blank}" for name in spec.names if (blank := _constant(out, spec, name, name in plain))]
        with out.block(f"def decode({', '.join(['_f, _p' if classic else '_p', *blanks])}):"):
            if not classic:
                out.add(f"_f = _p[4:].split(b'\\0'{f', {SPLIT_LIMIT}' if has_rows else ''})")
            elif ending:
                ending.split(out)
            elif not has_rows and _may_be_long(words):
                with out.block(f"if len(_f) > {SPLIT_LIMIT}:"):
                    out.add(f"_f[{SPLIT_LIMIT}:] = _f[{SPLIT_LIMIT}].split(b'\\0')")
            reader.at = 1 if classic else 0
            for name in spec.names:
                _blank(out, spec, name, name in plain)
            if ending:
                ending.read(reader, scope)
            else:
                reader.words(words, scope)
                _trailing(reader)
            out.add(f"return _make({', '.join(spec.names)})")
        out.add("return decode")
    return build(label(spec, "decode text", version), out, "decoder")


class _Ending:
    """The part of a message from `spec.alike` on, which is looked up before it is read."""

    def __init__(self, spec: MessageSpec, words: list[Word], version: int) -> None:
        self.spec = spec
        held = [word for word in words if word.at(version)]
        paths = [word.path if isinstance(word, Field) else "" for word in held]
        first = paths.index(spec.alike)
        self.head, self.tail = held[:first], held[first:]
        self.index = first + 1  # the id is field 0
        self.given = [f"_f[{paths.index(path) + 1}]" for path in spec.given]
        if self.index < SPLIT_LIMIT or not all(isinstance(word, Field | Const | Split) for word in self.head):
            raise TypeError(f"{spec.name}: {spec.alike} cannot be found without reading what comes before it")
        for test in _tests(self.tail, version):
            if missing := [path for path in paths[:first] if path and path in test and path not in spec.given]:
                raise TypeError(f"{spec.name}: what follows {spec.alike} depends on {missing}, so name it in `given`")
        self.groups: dict[str, list[str]] = {}  # object -> its attributes
        for path in _paths(self.tail, version):
            parent, _, name = path.rpartition(".")
            names = self.groups.setdefault(parent, [])
            if name not in names:
                names.append(name)

    def remember(self, out: Source) -> None:
        """Write, in front of the decoder, the table of endings met so far."""
        empties = []
        for k, (parent, names) in enumerate(self.groups.items()):
            first, *rest = parent.split(".")
            empty = self.spec.types[first].new()
            for name in rest:
                empty = getattr(empty, name)
            empties.append(out.give(f"_empty{k}", {name: getattr(empty, name) for name in names}))
        out.add(f"_endings = {out.give('_Alike', Alike)}({', '.join(empties)})")

    def split(self, out: Source) -> None:
        """Write the splitting of the fields up to the ending."""
        if self.index > SPLIT_LIMIT:
            with out.block(f"if len(_f) > {SPLIT_LIMIT}:"):
                out.add(f"_f[{SPLIT_LIMIT}:] = _f[{SPLIT_LIMIT}].split(b'\\0', {self.index - SPLIT_LIMIT})")

    def read(self, reader: _Reader, scope: Scope) -> None:
        """Write the reading of all fields."""
        out = reader.out
        reader.words(self.head, scope)
        rest = f"_f[{self.index}]"
        out.add(f"_end = {rest}", self.spec.alike, rest)
        if self.given:
            out.add(f"_key = (_end, {', '.join(self.given)})")
        key = "_key" if self.given else "_end"
        out.add(f"_like = _endings.get({key})")
        with out.block("if _like:"):
            for k, parent in enumerate(self.groups):
                with out.block(f"if _like[{k}]:"):
                    out.add(f"{parent}.__dict__.update(_like[{k}])")
        with out.block("else:"):
            out.add(f"_f[{self.index}:] = _end.split(b'\\0')")
            reader.words(self.tail, scope)
            _trailing(reader)
            with out.block("else:"):
                out.add(f"_endings.learn({key}, {', '.join(self.groups)})")


def _paths(words: Any, version: int) -> Iterator[str]:
    """Yield what is set by words: the attributes of the message's objects, not those of the items of lists."""
    for word in words:
        if isinstance(word, str):
            yield word
        elif word.at(version):
            if isinstance(word, When):
                yield from _paths(word.words, version)
            elif isinstance(word, Field | Repeat | Present):
                yield word.path
            elif not isinstance(word, Const):
                raise TypeError(f"{word!r} cannot stand where messages are alike")


def _tests(words: Any, version: int) -> Iterator[str]:
    """Yield the conditions of words, but not those of the items of lists."""
    for word in words:
        if isinstance(word, When) and word.at(version):
            yield word.test
            yield from _tests(word.words, version)


def _may_be_long(words: list[Word]) -> bool:
    """Tell whether a message can have more fields than the session splits off."""
    return len(words) > SPLIT_LIMIT - 3 or not all(isinstance(word, Field | Const) for word in words)


def _constant(out: Source, spec: MessageSpec, name: str, read: bool) -> str:
    """Return the source of a field's start value if one object serves all messages; nothing if none is needed.

    Such values stand in the decoder's signature, where they cost no statement.
    """
    kind = spec.types[name]
    return "" if read or isinstance(kind, Record | list) or _is_list(spec, name) else blank_value(out, spec, name)


def _blank(out: Source, spec: MessageSpec, name: str, read: bool) -> None:
    """Write the start value of one of the message's fields that needs an object of its own."""
    kind = spec.types[name]
    if isinstance(kind, Record):
        out.add(f"{name} = {out.give(f'_{kind.name}', kind.new)}()")
    elif isinstance(kind, list) or (not read and _is_list(spec, name)):
        out.add(f"{name} = {blank_value(out, spec, name)}")


def _is_list(spec: MessageSpec, name: str) -> bool:
    return isinstance(spec.default(name), list)


def blank_value(out: Source, spec: MessageSpec, name: str) -> str:
    """Return the source of the default of one of the message's fields."""
    value = spec.default(name)
    if isinstance(value, list):
        return "[]"
    if isinstance(value, str | bool | int) or value is None:
        return repr(value)
    return out.give(f"_default_{name}", value)


def _trailing(reader: _Reader) -> None:
    """Write the counting of fields behind the last known one (the last split part is empty)."""
    index = str(reader.at + 1) if not reader.base else f"_i+{reader.at + 1}"
    with reader.out.block(f"if len(_f) != {index}:"):
        surplus = f"len(_f) - {index}" if not reader.base else f"len(_f) - ({index})"
        reader.out.add(f"_count({surplus})", "the last field", "_f[-1]")


# ---- encoding --------------------------------------------------------------------------------------------------------


class _Writer:
    """Writes the body of a text encoder."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.out = Source()
        self.open = False

    def put(self, expression: str, path: str = "", kind: Kind | None = None) -> None:
        """Write one field."""
        if not self.open:
            self.out.add("_o += [")
            self.out.indent += 1
            self.open = True
        self.out.add(f"{expression},", path, kind=kind)

    def close(self) -> None:
        """End the list display that is being written, before a statement."""
        if self.open:
            self.out.indent -= 1
            self.out.add("]")
            self.open = False

    def words(self, words: Any, scope: Scope) -> None:
        for word in words:
            if isinstance(word, str):
                word = Field(0, 10**9, word)
            if word.at(self.version):
                self.word(word, scope)

    def word(self, word: Word, scope: Scope) -> None:
        match word:
            case Field(path=path, kind=kind):
                found = kind or scope.type_of(path)
                if isinstance(found, RowSpec):
                    self.repeat(path, found.words, None, Scope(found.record), found.record)
                else:
                    self.put(found.dump.format(v=scope.expr(path)), path, found)
            case Const(name=name, value=value):
                self.put(repr(value), name)
            case Count(path=path):
                self.put(f"str(len({scope.expr(path)}))", path)
            case When(test="", words=words):
                self.words(words, scope)
            case When(test=test, words=words):
                self.close()
                with self.out.block(f"if {scope.test(test)}:", test):
                    self.words(words, scope)
                    self.close()
            case Repeat(path=path, words=words, via=via):
                self.repeat(scope.expr(path), words, via, scope, via.record if via else item_of(scope.type_of(path)))
            case Present(path=path, words=words):
                self.present(path, words, scope)
            case Split(path=path, dump=dump, name=name):
                call = self.out.give(f"_{dump.__name__}", dump) if dump else ""
                self.put(f"{call}({scope.expr(path)})", name)
            case _:
                raise TypeError(f"{word!r} is no word of a text layout")

    def present(self, path: str, words: Any, scope: Scope) -> None:
        record: Record = scope.type_of(path)
        self.close()
        var = self.out.fresh("o")
        self.out.add(f"{var} = {scope.expr(path)}", path)
        with self.out.block(f"if {var} is None:"):
            self.out.add("_o.append('0')")
        with self.out.block("else:"):
            self.put("'1'")
            self.words(words, Scope(record, var))
            self.close()

    def repeat(self, source: str, words: Any, via: Any, scope: Scope, record: Any) -> None:
        self.close()
        items, var = self.out.fresh("a"), self.out.fresh("x")
        self.out.add(f"{items} = {source}" + ("" if source.isidentifier() else " or ()"), source)
        self.out.add(f"_o.append(str(len({items})))", source)
        with self.out.block(f"for {var} in {items}:"):
            if via:
                self.out.add(f"{var} = {self.out.give(f'_{via.flat.__name__}', via.flat)}({var})", source)
            if isinstance(record, Kind):
                self.out.add(f"_o.append({record.dump.format(v=var)})", source, kind=record)
            else:
                self.words(words, Scope(record, var))
                self.close()
        if isinstance(record, Record) and not words:
            raise TypeError(f"{source}: items of {record} need words")


def text_encoder(spec: MessageSpec, version: int) -> Code:
    """Compile the encoder of a message's text form; its function returns the fields without the id."""
    writer = _Writer(version)
    out = writer.out
    with out.block("def encoder():"):
        with out.block("def encode(_m):"):
            for name in spec.names:
                out.add(f"{name} = _m.{name}")
            write_gates(out, spec, version, spec.text)
            out.add("_o = []")
            writer.words(spec.text, Scope(spec))
            writer.close()
            out.add("return _o")
        out.add("return encode")
    return build(label(spec, "encode text", version), out, "encoder")


def text_row_reader(rows: RowSpec) -> Code:
    """Compile the function `(fields, index) -> object` that reads one row of a list kept as it came."""
    reader = _Reader(0)
    out = reader.out
    with out.block("def read(_f, _i):"):
        reader.base = "_i"
        out.add(f"return {reader.item(rows.record, rows.words)}")
    return build(f"{rows.record.name} row text", out, "read")


def text_column_reader(rows: RowSpec) -> Code:
    """Compile the function `fields -> columns` that reads all rows at once: one list for each field of the record.

    Texts, flags and whole numbers repeat from row to row: each different one is read once, and rows share the object.
    """
    out, scope, width = Source(), Scope(rows.record), len(rows.words)
    out.names["_Memo"] = Memo
    with out.block("def read(_f):"):
        for k, word in enumerate(rows.words):
            if isinstance(word, Const):
                continue
            path, kind = (word, None) if isinstance(word, str) else (word.path, word.kind)  # type: ignore[attr-defined]
            kind = kind or scope.type_of(path)
            load, column = kind.load.format(x="_x"), f"_f[{k}::{width}]"
            if kind.wire == "double" or kind.name.startswith("a decimal"):
                out.add(f"{path} = [{load} for _x in {column}]")
            else:
                out.add(f"{path} = list(map(_Memo(lambda _x: {load}).__getitem__, {column}))")
        out.add(f"return {', '.join(rows.record.cls.__annotations__)}")
    return build(f"{rows.record.name} columns text", out, "read")
