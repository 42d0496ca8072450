"""Protobuf codecs: from tag numbers to the source of a decoder and an encoder.

A decoder walks the fields once in the order of their numbers, which is how everybody writes them; a field that comes
out of turn costs another round, an unknown one is skipped and counted. One- and two-byte tags are compared without
decoding, doubles and short texts are read in place. Model objects have a function of their own for each record; the
fields of flat messages are read into local variables.
"""

from dataclasses import replace
from typing import Any, Final

from ibnb.wire import proto
from ibnb.wire.alike import remembering
from ibnb.wire.compiler import Code, Scope, Source, build, write_gates
from ibnb.wire.fields import Kind
from ibnb.wire.layout import Bits, Hook, Inline, Tag, Via
from ibnb.wire.rows import Rows
from ibnb.wire.schema import Direction, Leaf, MessageSpec, Record, RowSpec, Sub
from ibnb.wire.textgen import blank_value, label

WIRE: Final = {"varint": proto.VARINT, "double": proto.DOUBLE, "bytes": proto.BYTES, "map": proto.BYTES}
GROUP: Final = 8
"""So many fields are compared one by one; longer messages are passed over in groups of this many."""
HELPERS: Final[dict[str, Any]] = {
    "_varint": proto.varint,
    "_length": proto.length,
    "_pack": proto.pack_varint,
    "_double": proto.read_double,
    "_pack_double": proto.write_double,
    "_entry": proto.read_entry,
    "_map": proto.pack_map,
    "_numbers": proto.read_packed_varints,
    "_doubles": proto.read_packed_doubles,
    "_ProtoError": proto.ProtoError,
    "_remembering": remembering,
    "_Rows": Rows,
}


def composite(number: int, wire: int) -> int:
    """Return the bytes of a tag as a little-endian number, which is what the decoders compare."""
    return int.from_bytes(proto.pack_tag(number, wire), "little")


def number_of(part: Any) -> int:
    """Return the field number of a part of a layout (hooks have none)."""
    return getattr(part, "number", 0)


def optional(spec: MessageSpec | Record, path: str) -> bool:
    """Tell whether a field of a message may be None, and is then left out."""
    return isinstance(spec, MessageSpec) and "." not in path and spec.default(path) is None


class _Reader:
    """Writes the body of a protobuf decoder."""

    def __init__(self, spec: MessageSpec | Record, direction: Direction, version: int = 0) -> None:
        self.spec = spec
        self.direction = direction
        self.version = version
        self.out = Source(names=dict(HELPERS))
        self.remembered: dict[Record, str] = {}
        self.empty = spec.new() if isinstance(spec, Record) and not spec.by_keyword else None

    def loop(self, parts: Any, scope: Scope, end: str) -> None:
        """Write the walk over the fields of one message or submessage up to `end`."""
        out = self.out
        known = sorted((part for part in parts if number_of(part)), key=number_of)
        long_tags = any(number_of(part) > 15 for part in known)
        with out.block(f"while _i < {end}:"):
            start = out.fresh("s")
            self.tag(long_tags)
            out.add(f"{start} = _i")
            for k in range(0, len(known), GROUP):
                group = known[k : k + GROUP]
                if len(known) > GROUP:  # a message of many fields holds few of them: pass over the rest by groups
                    out.add(f"if _t <= {composite(number_of(group[-1]), 7)}:")
                    out.indent += 1
                for part in group:
                    self.part(part, scope, end, long_tags)
                out.indent -= len(known) > GROUP
            with out.block(f"if _i == {start}:"):
                out.add(f"_i = _skip(_p, _i, {end})", "an unknown field")
        with out.block(f"if _i != {end}:"):
            out.add("raise _ProtoError('a field reaches beyond the end of its message')", "the last field")

    def tag(self, long_tags: bool) -> None:
        """Write the reading of the tag at `_i`."""
        self.out.add("_t = _p[_i]", "a tag")
        if long_tags:
            with self.out.block("if _t > 127:"):
                self.out.add("_t |= _p[_i+1] << 8", "a tag")

    def part(self, part: Any, scope: Scope, end: str, long_tags: bool) -> None:
        """Write the reading of one field, if it is the one at `_i`."""
        kind, wire, repeated = self.shape(part, scope)
        size = 1 if part.number < 16 else 2
        word = "while" if repeated else "if"
        with self.out.block(f"{word} _t == {composite(part.number, wire)}:"):
            self.value(part, kind, scope, size, end)
            with self.out.block(f"if _i >= {end}:"):
                self.out.add("break")
            self.tag(long_tags)

    def shape(self, part: Any, scope: Scope) -> tuple[Any, int, bool]:
        """Return what a part holds, its wire type, and whether it may come several times in a row."""
        if isinstance(part, Inline | Bits):
            return None, proto.BYTES, False
        kind = part_kind(part, scope)
        if isinstance(kind, Kind):
            return kind, WIRE[kind.wire], kind.wire == "map"
        if isinstance(kind, list) and isinstance(kind[0], Kind) and kind[0].wire != "bytes":
            return kind, proto.BYTES, True
        return kind, proto.BYTES, isinstance(kind, list)

    def value(self, part: Any, kind: Any, scope: Scope, size: int, end: str) -> None:
        """Write the reading of one field's content and the step over it."""
        out, path = self.out, getattr(part, "path", "a submessage")
        target = scope.expr(path) if not isinstance(part, Inline) else ""
        if isinstance(kind, Kind) and kind.wire == "varint":
            raw = target if kind.get == "{r}" and target.isidentifier() else "_v"
            out.add(f"{raw} = _p[_i+{size}]", path, kind=kind)
            with out.block(f"if {raw} > 127:"):
                out.add(f"{raw}, _i = _varint(_p, _i+{size})", path, kind=kind)
            with out.block("else:"):
                out.add(f"_i += {size + 1}")
            if raw != target:
                out.add(f"{target} = {kind.get.format(r=raw)}", path, kind=kind)
        elif isinstance(kind, Kind) and kind.wire == "double":
            out.add(f"{target} = {kind.get.format(r=f'_double(_p, _i+{size})[0]')}", path, kind=kind)
            out.add(f"_i += {size + 8}")
        elif isinstance(kind, RowSpec):
            name = out.give("_row", replace(kind, origin=(self.spec.name, path, self.version)))
            out.add(f"{target}, _i = _Rows.scan(_p, _i, {end}, {composite(part.number, 2)}, {name}, {target})", path)
        else:
            self.sized(part, kind, scope, size, target, end)

    def sized(self, part: Any, kind: Any, scope: Scope, size: int, target: str, end: str) -> None:
        """Write the reading of a field with a length."""
        out, path = self.out, getattr(part, "path", "a submessage")
        stop = out.fresh("j")
        out.add(f"{stop} = _p[_i+{size}]", path)
        with out.block(f"if {stop} > 127:"):
            out.add(f"_i, {stop} = _length(_p, _i+{size}, {end})", path)
        with out.block("else:"):
            out.add(f"_i += {size + 1}")
            out.add(f"{stop} += _i")
        self.content(part, kind, scope, target, stop)
        if not isinstance(part, Inline | Bits):
            out.add(f"_i = {stop}")

    def content(self, part: Any, kind: Any, scope: Scope, target: str, stop: str) -> None:
        """Write the reading of the bytes from `_i` to `stop`."""
        out, path = self.out, getattr(part, "path", "a submessage")
        via: Via | None = getattr(part, "via", None)
        if isinstance(part, Inline):
            self.loop(part.parts, scope, stop)
        elif isinstance(part, Bits):
            self.bits(target, stop)
        elif isinstance(kind, Kind) and kind.wire == "map":
            out.add(f"{target}.append(_entry(_p, _i, {stop}))", path)
        elif isinstance(kind, Kind):
            out.add(f"{target} = {kind.get.format(r=f'_p[_i:{stop}]')}", path, kind=kind)
        elif isinstance(kind, list) and isinstance(kind[0], Kind):
            item: Kind = kind[0]
            if item.wire == "bytes":
                out.add(f"{target}.append({item.get.format(r=f'_p[_i:{stop}]')})", path, kind=item)
            else:
                reader = "_numbers" if item.wire == "varint" else "_doubles"
                out.add(f"{target} += {reader}(_p, _i, {stop})", path, kind=item)
        elif isinstance(kind, list):
            record = via.record if via else kind[0]
            value = f"{self.function(record)}({self.new(record)}, _p, _i, {stop}, _skip)"
            if via:
                value = f"{out.give(f'_{via.back.__name__}', via.back)}({value})"
            out.add(f"{target}.append({value})", path)
        elif scope.var or "." in path or kind.by_keyword or optional(self.spec, path):
            existing = (isinstance(part, Sub) and part.always) or "." in path
            obj = target if existing else self.new(kind)
            value = f"{self.function(kind)}({obj}, _p, _i, {stop}, _skip)"
            out.add(value if existing else f"{target} = {value}", path)
        else:
            out.add(f"{self.function(kind)}({target}, _p, _i, {stop}, _skip)", path)

    def bits(self, target: str, stop: str) -> None:
        """Write the reading of a submessage of flags into a mask."""
        with self.out.block(f"while _i < {stop}:"):
            self.out.add("_t = _p[_i]", target)
            with self.out.block("if _t & 7 == 0 and _t < 128:"):
                self.out.add("_v, _i = _varint(_p, _i+1)", target)
                with self.out.block("if _v:"):
                    self.out.add(f"{target} |= 1 << (_t >> 3) - 1", target)
            with self.out.block("else:"):
                self.out.add(f"_i = _skip(_p, _i, {stop})", target)

    def new(self, record: Record) -> str:
        """Return the expression of an empty object to be filled (None for those made from keywords)."""
        return "None" if record.by_keyword else f"{self.out.give(f'_{record.name}', record.new)}()"

    def remember(self, parts: Any, scope: Scope) -> None:
        """Write, in front of the decoder, what looks up submessages that come again."""
        for part in parts or ():
            kind = part_kind(part, scope) if isinstance(part, Tag) else None
            if isinstance(kind, Record) and kind.alike:
                names = tuple(leaf.path for leaf in kind.parts if leaf.number)
                read = self.function(kind)
                make, names_of = self.out.give(f"_{kind.name}", kind.new), self.out.give(f"_{kind.name}_names", names)
                self.remembered[kind] = f"_again_{kind.name}"
                self.out.add(f"_again_{kind.name} = _remembering({read}, {make}, {names_of})")

    def function(self, record: Record) -> str:
        """Return the name of the function that reads a record."""
        if record in self.remembered:
            return self.remembered[record]
        return self.out.give(f"_read_{record.name}", record_decoder(record, self.direction))


def part_kind(part: Any, scope: Scope) -> Any:
    """Return the Kind, Record, RowSpec or list that a part holds."""
    if isinstance(part, Leaf):
        return part.kind
    if isinstance(part, Sub):
        return [part.record] if part.many else part.record
    return part.kind or part.record or scope.type_of(part.path)


_record_codes: Final[dict[tuple[int, str, Direction], Any]] = {}


def record_decoder(record: Record, direction: Direction) -> Any:
    """Return the function `(obj, payload, start, stop, skip) -> obj` that reads a record."""
    key = (id(record), "decode", direction)
    if key not in _record_codes:
        reader = _Reader(record, direction)
        out = reader.out
        scope = Scope(record, "_x", record.by_keyword)
        with out.block("def read(_x, _p, _i, _n, _skip):"):
            for part in record.parts:
                _blank(reader, part, scope, direction)
            reader.loop(record.parts, scope, "_n")
            if record.by_keyword:
                name = out.give(f"_{record.name}", record.cls)
                args = ", ".join(f"{p.path}={scope.expr(p.path)}" for p in record.parts)
                out.add(f"return {name}({args})")
            else:
                out.add("return _x")
        code = build(f"{record.name} decode proto {direction.name.lower()}", out, "read")
        _record_codes[key] = code.factory
    return _record_codes[key]


def _blank(reader: _Reader, part: Leaf | Sub, scope: Scope, direction: Direction) -> None:
    """Write the value of an absent field, where the default of the model means something else."""
    out, target = reader.out, scope.expr(part.path)
    if scope.keywords:
        if isinstance(part, Leaf):
            out.add(f"{target} = {part.kind.zero}")
        else:
            out.add(f"{target} = {'[]' if part.many else reader.new(part.record)}")
    elif isinstance(part, Leaf) and "." not in part.path:
        default = getattr(reader.empty, part.path)
        absent_is_false = not (part.keep and direction is Direction.REPLY)
        if default and part.kind.zero in ("False", '""') and absent_is_false:
            out.add(f"{target} = {part.kind.zero}")


def proto_decoder(spec: MessageSpec, version: int) -> Code:
    """Compile the decoder of a message's protobuf form; its function takes the payload with the 4-byte id in front."""
    reader = _Reader(spec, spec.direction, version)
    out, scope = reader.out, Scope(spec)
    with out.block("def decoder(_make, _skip):"):
        reader.remember(spec.proto, scope)
        with out.block("def decode(_p):"):
            for name in spec.names:
                kind = spec.types[name]
                if isinstance(kind, Record) and not kind.by_keyword and not optional(spec, name):
                    out.add(f"{name} = {reader.new(kind)}")
                else:
                    out.add(f"{name} = {blank_value(out, spec, name)}")
            out.add("_i = 4")
            out.add("_n = len(_p)")
            reader.loop(spec.proto, scope, "_n")
            for part in spec.proto or ():
                if isinstance(part, Hook):
                    out.add(f"{out.give(f'_{part.load.__name__}', part.load)}({', '.join(part.names)})", part.names[0])
            out.add(f"return _make({', '.join(spec.names)})")
        out.add("return decode")
    return build(label(spec, "decode proto", version), out, "decoder")


# ---- encoding --------------------------------------------------------------------------------------------------------


class _Writer:
    """Writes the body of a protobuf encoder."""

    def __init__(self, spec: MessageSpec | Record, version: int, direction: Direction) -> None:
        self.spec = spec
        self.version = version
        self.direction = direction
        self.out = Source(names=dict(HELPERS))

    def parts(self, parts: Any, scope: Scope, buffer: str) -> None:
        """Write all fields in the order of their numbers."""
        for part in sorted((part for part in parts if number_of(part)), key=number_of):
            told = getattr(part, "told", False) and self.direction is Direction.REQUEST
            if getattr(part, "since", 0) <= self.version and not told:
                self.part(part, scope, buffer)

    def part(self, part: Any, scope: Scope, buffer: str) -> None:
        out = self.out
        if isinstance(part, Inline):
            self.inline(part, scope, buffer)
            return
        value = scope.expr(part.path)
        if isinstance(part, Bits):
            self.bits(part, value, buffer)
            return
        kind = part_kind(part, scope)
        if isinstance(kind, Kind):
            self.leaf(part, kind, value, buffer)
        elif isinstance(kind, list) and isinstance(kind[0], Kind):
            self.leaves(part, kind[0], value, buffer)
        elif isinstance(kind, list | RowSpec):
            record = kind.record if isinstance(kind, RowSpec) else kind[0]
            via: Via | None = getattr(part, "via", None)
            with out.block(f"for _y in {value} or ():", part.path):
                item = "_y"
                if via:
                    record, item = via.record, f"{out.give(f'_{via.flat.__name__}', via.flat)}(_y)"
                out.add(f"_b = {self.function(record)}({item})", part.path)
                self.sized(part, buffer)
        else:
            before = getattr(part, "before", None)
            if before:
                value = f"{out.give(f'_{before[0].__name__}', before[0])}({', '.join((value, *before[1]))})"
            if part.always if isinstance(part, Sub) else not optional(self.spec, part.path):
                out.add(f"_b = {self.function(kind)}({value})", part.path)
                self.sized(part, buffer)
            else:
                with out.block(f"if {value} is not None:", part.path):
                    out.add(f"_b = {self.function(kind)}({value})", part.path)
                    self.sized(part, buffer)

    def leaf(self, part: Any, kind: Kind, value: str, buffer: str) -> None:
        tag = proto.pack_tag(part.number, WIRE[kind.wire])
        if not value.isidentifier():
            self.out.add(f"_v = {value}", part.path)
            value = "_v"
        put = kind.put.format(v=value)
        with self.out.block(f"if {kind.has.format(v=value)}:", part.path):
            if kind.wire == "map":
                self.out.add(f"{buffer} += _map({tag!r}, {value})", part.path, kind=kind)
            elif kind.wire == "varint":
                constant = f"{tag + proto.pack_varint(int(put))!r}" if put.isdigit() else f"{tag!r} + _pack({put})"
                self.out.add(f"{buffer} += {constant}", part.path, kind=kind)
            elif kind.wire == "double":
                self.out.add(f"{buffer} += {tag!r} + _pack_double({put})", part.path, kind=kind)
            else:
                self.out.add(f"_b = {put}", part.path, kind=kind)
                self.sized(part, buffer)

    def leaves(self, part: Any, kind: Kind, value: str, buffer: str) -> None:
        """Write a list of single values: texts one by one, numbers packed."""
        out = self.out
        if kind.wire == "bytes":
            with out.block(f"for _y in {value} or ():", part.path):
                out.add(f"_b = {kind.put.format(v='_y')}", part.path, kind=kind)
                self.sized(part, buffer)
            return
        pack = "_pack" if kind.wire == "varint" else "_pack_double"
        with out.block(f"if {value}:", part.path):
            out.add(f"_b = b''.join([{pack}({kind.put.format(v='_y')}) for _y in {value}])", part.path, kind=kind)
            self.sized(part, buffer)

    def sized(self, part: Any, buffer: str) -> None:
        """Write `_b` with its tag and length."""
        self.out.add(f"{buffer} += {proto.pack_tag(part.number, proto.BYTES)!r} + _pack(len(_b)) + _b")

    def inline(self, part: Inline, scope: Scope, buffer: str) -> None:
        """Write a submessage whose fields are fields of the message."""
        out, inner = self.out, self.out.fresh("w")
        if part.test:
            out.add(f"if {part.test}:", "a submessage")
            out.indent += 1
        out.add(f"{inner} = bytearray()")
        self.parts(part.parts, scope, inner)
        out.add(f"_b = {inner}")
        self.sized(part, buffer)
        if part.test:
            out.indent -= 1

    def bits(self, part: Bits, value: str, buffer: str) -> None:
        """Write a mask as a submessage of flags; unset flags are left out, the submessage is sent even if empty."""
        self.out.add(f"_b = b''.join([bytes((_k + 1 << 3, 1)) for _k in range(15) if {value} >> _k & 1])", part.path)
        self.sized(part, buffer)

    def function(self, record: Record) -> str:
        """Return the name of the function that writes a record."""
        return self.out.give(f"_write_{record.name}", record_encoder(record, self.version, self.direction))


_record_encoders: Final[dict[tuple[int, int, Direction], Any]] = {}


def record_encoder(record: Record, version: int, direction: Direction) -> Any:
    """Return the function `(obj) -> bytes` that writes a record for a server version."""
    versions = [leaf.since for leaf in record.parts if isinstance(leaf, Leaf)]
    level = max((v for v in versions if v <= version), default=0)
    deep = any(isinstance(part, Sub) for part in record.parts)
    key = (id(record), version if deep else level, direction)
    if key not in _record_encoders:
        writer = _Writer(record, version, direction)
        out = writer.out
        with out.block("def write(_x):"):
            out.add("_w = bytearray()")
            writer.parts(record.parts, Scope(record, "_x"), "_w")
            out.add("return _w")
        _record_encoders[key] = build(
            f"{record.name} encode proto {direction.name.lower()} {key[1]}", out, "write"
        ).factory
    return _record_encoders[key]


def proto_encoder(spec: MessageSpec, version: int) -> Code:
    """Compile the encoder of a message's protobuf form; its function returns the body without the id."""
    writer = _Writer(spec, version, spec.direction)
    out = writer.out
    with out.block("def encoder():"):
        with out.block("def encode(_m):"):
            for name in spec.names:
                out.add(f"{name} = _m.{name}")
            write_gates(out, spec, version, None)
            out.add("_w = bytearray()")
            writer.parts(spec.proto, Scope(spec), "_w")
            out.add("return _w")
        out.add("return encode")
    return build(label(spec, "encode proto", version), out, "encoder")
