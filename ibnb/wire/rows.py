"""Long lists inside one message, kept as the bytes they came in: historical bars and historical ticks.

A history of ten thousand bars is eighty thousand text fields; most readers want columns, not objects. So the decoder
only finds where the rows begin and end, and `Rows` decodes an object when it is asked for one. Code that wants
columns reads `payload[start:stop]` itself, by `encoding`. (`count` is the number of rows, not the method of lists.)
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, overload

from ibnb.wire import proto
from ibnb.wire.schema import RowSpec


class Rows:
    """A sequence of objects over a slice of a payload.

    Attributes:
        payload: The whole payload of the message.
        start: Where the first row begins in it. Text: its first field. Protobuf: the tag of the first submessage.
        stop: The index behind the last row.
        count: The number of rows.
        encoding: `text` (fields ended by NUL, `width` of them a row) or `proto` (submessages with tag and length).
        width: The number of text fields of a row.
        spec: Record and text order of a row.
    """

    __slots__ = ("_fields", "_tags", "count", "encoding", "payload", "spec", "start", "stop", "width")

    def __init__(
        self, payload: bytes, start: int, stop: int, count: int, encoding: Literal["text", "proto"], spec: RowSpec
    ) -> None:
        self.payload = payload
        self.start = start
        self.stop = stop
        self.count = count
        self.encoding = encoding
        self.spec = spec
        self.width = len(spec.words)
        self._fields: list[bytes] | None = None
        self._tags: list[int] | None = None

    @classmethod
    def take(cls, payload: bytes, start: int, count: int, width: int, spec: RowSpec) -> "tuple[Rows, int]":
        """Return the text rows that begin at `start`, and the index behind them.

        Raises:
            ValueError: The payload has fewer fields than rows times width.
        """
        wanted = count * width
        found = payload.count(b"\0", start)
        if count < 0 or wanted > found:
            raise ValueError(f"{count} rows of {width} fields announced, {found} fields found")
        if found - wanted <= 8:  # few fields follow: sought from the end
            stop = payload.rfind(b"\0", start) + 1
            for _ in range(found - wanted):
                stop = payload.rfind(b"\0", start, stop - 1) + 1
            stop = stop or start
        else:
            stop = start + wanted + sum(map(len, payload[start:].split(b"\0", wanted)[:wanted]))
        return cls(payload, start, stop, count, "text", spec), stop

    @classmethod
    def scan(cls, payload: bytes, i: int, n: int, tag: int, spec: RowSpec, before: Any) -> "tuple[Rows, int]":
        """Return the protobuf rows with that tag from `i` on, behind those read `before`, and the index behind them."""
        stop, found = proto.scan(payload, i, n, tag)
        count = len(found)
        if isinstance(before, Rows) and before.count:  # rows with another field between: rare, so join them
            joined = before.payload[before.start : before.stop] + payload[i:stop]
            return cls(joined, 0, len(joined), before.count + count, "proto", spec), stop
        rows = cls(payload, i, stop, count, "proto", spec)
        rows._tags = found
        return rows, stop

    def __len__(self) -> int:
        return self.count

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            read = self._reader()
            return [read(k) for k in range(*index.indices(self.count))]
        if index < 0:
            index += self.count
        if not 0 <= index < self.count:
            raise IndexError(f"row {index} of {self.count}")
        return self._reader()(index)

    def __contains__(self, item: object) -> bool:
        return any(row == item for row in self)

    def __reversed__(self) -> Iterator[Any]:
        return map(self._reader(), range(self.count - 1, -1, -1))

    def __iter__(self) -> Iterator[Any]:
        return map(self._reader(), range(self.count))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(other) == self.count and all(a == b for a, b in zip(self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{self.count} rows of {self.spec.record.name} as {self.encoding}, {self.stop - self.start} bytes>"

    def fields(self) -> list[bytes]:
        """Return all text fields of the rows, `width` a row; split once and kept."""
        if self._fields is None:
            self._fields = self.payload[self.start : self.stop].split(b"\0")
            self._fields.pop()
        return self._fields

    def columns(self) -> tuple[Sequence[Any], ...]:
        """Return one sequence for each field of the record, in the order of its class.

        Rows share objects that are equal, such as flags. Raises DecodeError, as reading row by row does.
        """
        from ibnb.wire.codec import column_reader

        return column_reader(self)

    def tags(self) -> list[int]:
        """Return where the tag of each protobuf row stands; its length follows, one byte unless it is above 127."""
        if self._tags is None:
            self._tags = proto.scan(self.payload, self.start, self.stop, self.payload[self.start])[1]
        return self._tags

    def places(self) -> list[tuple[int, int]]:
        """Return start and end of the content of each protobuf row."""
        return [proto.length(self.payload, tag + 1, self.stop) for tag in self.tags()]

    def _reader(self) -> Callable[[int], Any]:
        """Return the function from a row number to its object."""
        from ibnb.wire.codec import row_reader

        return row_reader(self)


Sequence.register(Rows)
